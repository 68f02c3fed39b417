"""Leave: asked by the person, decided by those who teach the class or the office."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from training.courses.classes.models import CourseSession
from training.courses.classroom.models import LeaveRequest
from training.courses.classroom.notices import tell_leave_asked, tell_leave_decided
from training.courses.classroom.policies import can_teach_class, is_own_enrollment
from training.courses.classroom.states import LeaveState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import SEAT_STATES


def ask_leave(
    uow: UnitOfWork,
    course_session: CourseSession,
    enrollment: Enrollment,
    *,
    from_on: date | None,
    until_on: date | None,
    reason: str,
) -> LeaveRequest:
    """Ask to be away for some days of the class, both inclusive. Raises ``Invalid`` on a field, ``Conflict``."""
    require(is_own_enrollment(uow, enrollment) and enrollment.session_id == course_session.id)
    if enrollment.state not in SEAT_STATES:
        raise Conflict(_("您在这个班现在是“%(state)s”，不用请假", state=enrollment.state.label))
    words, errors = clean_line(reason)[:200], {}
    if from_on is None:
        errors["from_on"] = _("请填从哪天起")
    elif from_on < uow.today:
        errors["from_on"] = _("过去的日子不能请假，请找班主任补")
    elif not course_session.starts_on <= from_on <= course_session.ends_on:
        errors["from_on"] = _("这天不在上课的日子里")
    if until_on is None:
        errors["until_on"] = _("请填到哪天")
    elif from_on is not None and until_on < from_on:
        errors["until_on"] = _("不能早于开始的那天")
    elif until_on > course_session.ends_on:
        errors["until_on"] = _("这天不在上课的日子里")
    if not words:
        errors["reason"] = _("请写一下为什么请假")
    if errors or from_on is None or until_on is None:
        raise Invalid(fields=errors)
    if _overlaps(uow, enrollment, from_on, until_on):
        raise Invalid(fields={"from_on": _("这几天您已经请过假了")})
    leave = LeaveRequest(
        enrollment_id=enrollment.id,
        from_on=from_on,
        until_on=until_on,
        reason=words,
        state=LeaveState.ASKED,
        asked_at=uow.now,
    )
    uow.session.add(leave)
    uow.session.flush()
    uow.audit("leave.asked", leave)
    tell_leave_asked(uow, course_session, leave)
    return leave


def withdraw_leave(uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, leave: LeaveRequest) -> None:
    """Take a request back that has not begun yet. A second press changes nothing."""
    require(is_own_enrollment(uow, enrollment) and leave.enrollment_id == enrollment.id)
    if leave.state is LeaveState.WITHDRAWN:
        return
    if leave.state is LeaveState.GRANTED and leave.from_on <= uow.today:
        raise Conflict(_("请假已经开始了，回来上课就行，不用撤回"))
    _move(uow, leave, (LeaveState.ASKED, LeaveState.GRANTED), LeaveState.WITHDRAWN)
    tell_leave_asked(uow, course_session, leave)


def decide_leave(
    uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, leave: LeaveRequest, *, grant: bool
) -> None:
    """Grant or refuse. A second press of the same answer changes nothing; raises ``Conflict`` for another one."""
    require(can_teach_class(uow.actor, course_session) and enrollment.session_id == course_session.id)
    target = LeaveState.GRANTED if grant else LeaveState.REFUSED
    if leave.state is target:
        return
    _move(uow, leave, (LeaveState.ASKED,), target)
    tell_leave_decided(uow, course_session, enrollment, leave)


def _move(uow: UnitOfWork, leave: LeaveRequest, before: tuple[LeaveState, ...], after: LeaveState) -> None:
    moved = uow.session.execute(
        update(LeaveRequest)
        .where(LeaveRequest.id == leave.id, LeaveRequest.state.in_(before))
        .values(state=after, decided_at=uow.now, decided_by_id=uow.actor.user_id)
    )
    uow.session.refresh(leave)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("这个请假现在是“%(state)s”", state=leave.state.label))
    uow.audit("leave.withdrawn" if after is LeaveState.WITHDRAWN else "leave.decided", leave, state=after.value)


def _overlaps(uow: UnitOfWork, enrollment: Enrollment, from_on: date, until_on: date) -> bool:
    query = select(LeaveRequest.id).where(
        LeaveRequest.enrollment_id == enrollment.id,
        LeaveRequest.state.in_((LeaveState.ASKED, LeaveState.GRANTED)),
        LeaveRequest.from_on <= until_on,
        LeaveRequest.until_on >= from_on,
    )
    return uow.session.scalars(query.limit(1)).first() is not None
