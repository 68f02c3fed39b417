"""The way of a class: handed in, approved or returned, begun, ended, closed, or canceled."""

from __future__ import annotations

from typing import Any

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.reference.queries import add_working_days, rule_value
from training.courses.classes import notices
from training.courses.classes.lacks import lacks_of
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session, can_run_session
from training.courses.classes.services.happenings import tell_canceled
from training.courses.classes.states import SESSION_FLOW, SessionState


def _may_move(course_session: CourseSession, action: str) -> SessionState:
    after = SESSION_FLOW.get((course_session.state, action))
    if after is None:
        raise Conflict(_("这个班现在是“%(state)s”，这一步做不了", state=course_session.state.label))
    return after


def _move(uow: UnitOfWork, course_session: CourseSession, action: str, **values: Any) -> CourseSession:
    course_session.state = _may_move(course_session, action)
    for name, value in values.items():
        setattr(course_session, name, value)
    course_session.changed_at = uow.now
    uow.session.flush()
    uow.audit(f"class.{action}", course_session)
    return course_session


def _refuse(uow: UnitOfWork, course_session: CourseSession) -> None:
    lacks = lacks_of(uow.session, course_session)
    if lacks:
        raise Invalid(fields={lack.part: lack.words for lack in lacks})


def _once(course_session: CourseSession) -> str:
    return f"class.decide:{course_session.public_id}:{course_session.submitted_at:%Y%m%d%H%M%S}"


def submit_session(uow: UnitOfWork, course_session: CourseSession) -> CourseSession:
    """Hand the application in (开班申请); the office gets a task. Twice changes nothing.

    Raises ``Invalid`` with everything that is missing.
    """
    require(can_run_session(uow.actor, course_session))
    if course_session.state is SessionState.SUBMITTED:
        return course_session
    _may_move(course_session, "submit")
    _refuse(uow, course_session)
    _move(uow, course_session, "submit", submitted_at=uow.now, return_reason="")
    office = uow.session.get_one(Organization, course_session.organization_id)
    days = int(rule_value(uow.session, "training_review_days", uow.today))
    open_task(
        uow,
        once=_once(course_session),
        kind=TaskKind.CLASS_STEP,
        title=_("审批开班申请：%(title)s", title=course_session.title),
        due_on=add_working_days(uow.session, uow.today, days)[0],
        region_path=office.region_path,
        link=f"/staff/classes/{course_session.public_id}",
    )
    return course_session


def approve_session(uow: UnitOfWork, course_session: CourseSession) -> CourseSession:
    """The office lets it take place; people may enroll in its window. Twice changes nothing.

    Raises ``Invalid`` with everything that is missing.
    """
    require(can_manage_session(uow.actor, course_session))
    if course_session.state is SessionState.APPROVED:
        return course_session
    _may_move(course_session, "approve")
    _refuse(uow, course_session)
    close_task(uow, once=_once(course_session), outcome=_("已批准"))
    _move(uow, course_session, "approve", approved_at=uow.now, approved_by_id=uow.actor.user_id)
    notices.tell_decided(uow, course_session)
    return course_session


def return_session(uow: UnitOfWork, course_session: CourseSession, *, reason: str) -> CourseSession:
    """Back to who handed it in, with what to mend. Raises ``Invalid`` without a reason."""
    require(can_manage_session(uow.actor, course_session))
    words = clean_line(reason)[:300]
    if not words:
        raise Invalid(fields={"reason": _("请写要改什么")})
    _may_move(course_session, "return")
    close_task(uow, once=_once(course_session), outcome=_("已退回"))
    _move(uow, course_session, "return", return_reason=words)
    notices.tell_decided(uow, course_session)
    return course_session


def cancel_session(uow: UnitOfWork, course_session: CourseSession, *, reason: str) -> CourseSession:
    """It does not take place; everybody who enrolled is told. Only the office cancels what it approved."""
    is_open = course_session.state in {SessionState.DRAFT, SessionState.RETURNED, SessionState.SUBMITTED}
    may = can_run_session(uow.actor, course_session) if is_open else can_manage_session(uow.actor, course_session)
    require(may)
    words = clean_line(reason)[:200]
    if not words:
        raise Invalid(fields={"reason": _("请写为什么取消，报名的人会看到")})
    was_submitted = course_session.state is SessionState.SUBMITTED
    _move(uow, course_session, "cancel", canceled_at=uow.now, cancel_reason=words)
    if was_submitted:
        close_task(uow, once=_once(course_session), outcome=_("已取消"))
    tell_canceled(uow, course_session)
    notices.tell_decided(uow, course_session)
    return course_session


def start_session(uow: UnitOfWork, course_session: CourseSession) -> CourseSession:
    """It begins: on its first day at the earliest. Raises ``Invalid`` before."""
    require(can_run_session(uow.actor, course_session))
    _may_move(course_session, "start")
    if uow.today < course_session.starts_on:
        raise Invalid(_("还没到开班日期，不能开班"))
    return _move(uow, course_session, "start", started_at=uow.now)


def end_session(uow: UnitOfWork, course_session: CourseSession) -> CourseSession:
    """The last lesson is over (结课); results and certificates follow. Raises ``Invalid`` before the last day."""
    require(can_run_session(uow.actor, course_session))
    _may_move(course_session, "end")
    if uow.today < course_session.ends_on:
        raise Invalid(_("还没到结束日期，不能结课；提前结束的先改结束日期"))
    return _move(uow, course_session, "end", ended_at=uow.now)


def record_closed(uow: UnitOfWork, course_session: CourseSession) -> CourseSession:
    """Everybody has a result (结业): the room that gives the results says so. Twice changes nothing."""
    if course_session.state is SessionState.CLOSED:
        return course_session
    return _move(uow, course_session, "close", closed_on=uow.today)


MOVES = {
    "submit": submit_session,
    "approve": approve_session,
    "start": start_session,
    "end": end_session,
}
"""Moves that need no words."""
