"""Roll call: marking people, closing a meeting once everybody is marked, opening it again.

Whether a meeting is closed stands in its row, which the classes room makes; closing and opening happen only here.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Attendance
from training.courses.classroom.policies import can_decide_class, can_teach_class
from training.courses.classroom.queries import RollLine, roll
from training.courses.classroom.states import PRESENT_MARKS, AttendanceMark, AttendanceWay

EARLY = timedelta(minutes=30)
"""How long before a meeting people may be marked."""
WORKED = frozenset({SessionState.RUNNING, SessionState.ENDED})
"""States of a class in which its roll is kept."""


def mark_person(
    uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting, public_id: str, *, mark: AttendanceMark
) -> RollLine:
    """Note how somebody on the roll (by the enrollment's public id) attends. Raises ``NotFound``, ``Conflict``."""
    require(can_teach_class(uow.actor, course_session))
    meeting = open_meeting(uow, course_session, meeting)
    line = next((one for one in roll(uow.session, meeting) if one.public_id == public_id), None)
    if line is None:
        raise NotFound
    keep_mark(uow, meeting, line.enrollment_id, mark, AttendanceWay.ROLL_CALL)
    uow.audit("class.marked", meeting, mark=mark.value)
    return line


def mark_everybody(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting) -> int:
    """Mark everybody who is not marked yet: excused where leave was granted, else present; returns how many."""
    require(can_teach_class(uow.actor, course_session))
    meeting = open_meeting(uow, course_session, meeting)
    lines = [line for line in roll(uow.session, meeting) if line.mark is None]
    for line in lines:
        mark = AttendanceMark.ON_LEAVE if line.has_leave else AttendanceMark.PRESENT
        keep_mark(uow, meeting, line.enrollment_id, mark, AttendanceWay.ROLL_CALL)
    uow.audit("class.all_marked", meeting, count=len(lines))
    return len(lines)


def close_meeting(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting) -> None:
    """End the roll call; hours count from now on. Who has leave is marked so; raises ``Invalid`` while others are not.

    A second press changes nothing.
    """
    require(can_teach_class(uow.actor, course_session))
    locked = _lock(uow, meeting)
    if locked.closed_at is not None:
        return
    meeting = open_meeting(uow, course_session, meeting)
    lines = roll(uow.session, meeting)
    missing = [line for line in lines if line.mark is None and not line.has_leave]
    if missing:
        names = "、".join(line.name for line in missing[:5] if line.name)
        raise Invalid(_("还有 %(n)s 人没有点名（%(names)s），点完才能结束", n=len(missing), names=names))
    for line in lines:
        if line.mark is None:
            keep_mark(uow, meeting, line.enrollment_id, AttendanceMark.ON_LEAVE, AttendanceWay.ROLL_CALL)
    _set_closed(uow, meeting, closed=True)
    uow.audit("class.meeting_closed", meeting)


def reopen_meeting(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting, *, reason: str) -> None:
    """Open a closed meeting again, because a mark was wrong: the office, with its reason."""
    require(can_decide_class(uow.actor, course_session))
    words = clean_line(reason)[:200]
    if not words:
        raise Invalid(fields={"reason": _("请写为什么要改点名")})
    _check_worked(course_session)
    if _lock(uow, meeting).closed_at is None:
        raise Conflict(_("这节课的点名还没有结束，直接改就行"))
    _set_closed(uow, meeting, closed=False)
    uow.audit("class.meeting_reopened", meeting, reason=words)


def open_meeting(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting) -> CourseMeeting:
    """The meeting, locked, if people may be marked now. Raises ``Conflict`` with what to do."""
    _check_worked(course_session)
    locked = _lock(uow, meeting)
    if locked.closed_at is not None:
        raise Conflict(_("这节课的点名已经结束。要改，请本单位先重新打开"))
    if uow.now < locked.starts_at - EARLY:
        raise Conflict(_("这节课还没到，开课前 30 分钟才能点名"))
    return locked


def keep_mark(
    uow: UnitOfWork, meeting: CourseMeeting, enrollment_id: int, mark: AttendanceMark, way: AttendanceWay
) -> None:
    """Write one mark and the hours it brings; the caller holds the meeting's lock."""
    row = uow.session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.enrollment_id == enrollment_id)
    ).one_or_none()
    if row is None:
        row = Attendance(meeting_id=meeting.id, enrollment_id=enrollment_id)
        uow.session.add(row)
    row.mark, row.way, row.at, row.marked_by_id = mark, way, uow.now, uow.actor.user_id
    row.hours = meeting.hours if mark in PRESENT_MARKS else 0
    uow.session.flush()


def _check_worked(course_session: CourseSession) -> None:
    if course_session.state not in WORKED:
        raise Conflict(_("班次现在是“%(state)s”，开班以后、结业以前才能点名", state=course_session.state.label))


def _lock(uow: UnitOfWork, meeting: CourseMeeting) -> CourseMeeting:
    query = select(CourseMeeting).where(CourseMeeting.id == meeting.id).with_for_update()
    return uow.session.scalars(query.execution_options(populate_existing=True)).one()


def _set_closed(uow: UnitOfWork, meeting: CourseMeeting, *, closed: bool) -> None:
    values = {"closed_at": uow.now if closed else None, "closed_by_id": uow.actor.user_id if closed else None}
    uow.session.execute(update(CourseMeeting).where(CourseMeeting.id == meeting.id).values(**values))
    uow.session.expire(meeting, ["closed_at", "closed_by_id"])
