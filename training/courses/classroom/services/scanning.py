"""Somebody scans the code on the screen of their class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classroom.codes import is_fresh, is_genuine, read_code
from training.courses.classroom.models import Attendance
from training.courses.classroom.services.attendance import EARLY, WORKED, keep_mark, open_meeting
from training.courses.classroom.states import PRESENT_MARKS, AttendanceMark, AttendanceWay
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

LATE = timedelta(minutes=15)
"""After the beginning of a meeting, who comes is late."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a code means for the reader: ``refusal`` in words, or the meeting and the enrollment.

    ``mark`` is what is noted for them already.
    """

    refusal: str = ""
    meeting: CourseMeeting | None = None
    course_session: CourseSession | None = None
    enrollment: Enrollment | None = None
    mark: AttendanceMark | None = None

    @property
    def is_done(self) -> bool:
        return self.mark in PRESENT_MARKS


def look_at_code(uow: UnitOfWork, text: str) -> Scan:
    """What the code of an address means for the reader now. Nothing is written."""
    require(uow.actor.can("person.own"))
    code = read_code(text)
    meeting = None
    if code is not None:
        query = select(CourseMeeting).where(CourseMeeting.public_id == code.meeting_id)
        meeting = uow.session.scalars(query).one_or_none()
    if code is None or meeting is None or not is_genuine(code, meeting.code_secret):
        return Scan(_("这不是上课的签到码，请扫教室大屏幕上的码"))
    course_session = uow.session.scalars(
        select(CourseSession).options(joinedload(CourseSession.course)).where(CourseSession.id == meeting.session_id)
    ).one()
    enrollment = _own_enrollment(uow, course_session)
    if enrollment is None:
        return Scan(_("这个码是“%(title)s”的，您没有报这个班，请看看是不是走错了教室", title=course_session.title))
    mark = _mark_of(uow, meeting, enrollment)
    if mark in PRESENT_MARKS:
        return Scan("", meeting, course_session, enrollment, mark)
    if not is_fresh(code, uow.now):
        return Scan(_("这个码已经换了（30 秒换一次），请再扫一次大屏幕"))
    refusal = _refusal(uow, course_session, meeting, enrollment)
    return Scan(refusal) if refusal else Scan("", meeting, course_session, enrollment, mark)


def scan_code(uow: UnitOfWork, text: str) -> Scan:
    """Mark the reader as present, or as late from 15 minutes after the beginning on; doing it twice changes nothing.

    Raises ``Conflict`` with the reason where the code does not count.
    """
    found = look_at_code(uow, text)
    if found.refusal or found.meeting is None or found.course_session is None or found.enrollment is None:
        raise Conflict(found.refusal)
    if found.is_done:
        return found
    meeting = open_meeting(uow, found.course_session, found.meeting)
    before = _mark_of(uow, meeting, found.enrollment)
    if before in PRESENT_MARKS:
        return Scan("", meeting, found.course_session, found.enrollment, before)
    mark = AttendanceMark.LATE if uow.now > meeting.starts_at + LATE else AttendanceMark.PRESENT
    keep_mark(uow, meeting, found.enrollment.id, mark, AttendanceWay.SCAN)
    uow.audit("class.scanned", meeting, mark=mark.value)
    return Scan("", meeting, found.course_session, found.enrollment, mark)


def _own_enrollment(uow: UnitOfWork, course_session: CourseSession) -> Enrollment | None:
    """The reader's enrollment, unless it was canceled."""
    query = (
        select(Enrollment)
        .join(Person, Person.id == Enrollment.person_id)
        .where(
            own_files(uow.actor),
            Enrollment.session_id == course_session.id,
            Enrollment.state != EnrollmentState.CANCELED,
        )
    )
    return uow.session.scalars(query).one_or_none()


def _mark_of(uow: UnitOfWork, meeting: CourseMeeting, enrollment: Enrollment) -> AttendanceMark | None:
    query = select(Attendance.mark).where(
        Attendance.meeting_id == meeting.id, Attendance.enrollment_id == enrollment.id
    )
    return uow.session.scalars(query).one_or_none()


def _refusal(uow: UnitOfWork, course_session: CourseSession, meeting: CourseMeeting, enrollment: Enrollment) -> str:
    """Why the reader cannot be marked now; an empty text where nothing speaks against it."""
    at = meeting.starts_at.astimezone(SHANGHAI)
    if course_session.state not in WORKED or meeting.closed_at is not None:
        return _("这节课的点名已经结束，请找班主任")
    if uow.now < meeting.starts_at - EARLY:
        words = _("这节课 %(month)s 月 %(day)s 日 %(clock)s 开始，开课前 30 分钟起可以扫码")
        return words % {"month": at.month, "day": at.day, "clock": f"{at.hour}:{at.minute:02d}"}
    if uow.now > meeting.ends_at:
        return _("这节课已经下课了，没点上名请找班主任")
    if enrollment.state is EnrollmentState.WAITING:
        return _("您还在候补，有名额会通知您")
    if enrollment.state is EnrollmentState.SEATED:
        return _("您还没有报到，请先找班主任报到，再扫一次")
    if enrollment.state is not EnrollmentState.ATTENDING:
        return _("您在这个班的学习已经结束（%(state)s）", state=enrollment.state.label)
    return ""
