"""Asking people the day before whether they come, their answer, what came of it, and objections to a no-show."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.applications import notices
from jobmatch.applications.models import Application, Interview
from jobmatch.applications.policies import can_decide_no_show, can_move_application
from jobmatch.applications.queries import day_bounds, standing_interview
from jobmatch.applications.services.moving import move_application, present_words
from jobmatch.applications.services.seats import change_seat
from jobmatch.applications.states import ApplicationState, Attendance, Move, Side
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import clean_line
from jobmatch.reference.queries import add_working_days
from recruiters.postings.models import Posting

DECIDE_WORKING_DAYS = 3


def ask_coming(uow: UnitOfWork, *, limit: int = 100) -> int:
    """Ask people who have an interview tomorrow whether they come; returns how many were asked. Nobody twice.

    Whoever has no account is asked by staff, with a link for their phone.
    """
    require(uow.actor.is_system)
    begin, end = day_bounds(uow.today + timedelta(days=1))
    rows = uow.session.execute(
        select(Interview, Application)
        .join(Application, Application.id == Interview.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(
            Person.user_id.is_not(None),
            Application.state == ApplicationState.INTERVIEW,
            Interview.cancelled_at.is_(None),
            Interview.asked_at.is_(None),
            Interview.result.is_(None),
            Interview.starts_at >= begin,
            Interview.starts_at < end,
        )
        .order_by(Interview.id)
        .limit(limit)
    ).all()
    for interview, application in rows:
        interview.asked_at = uow.now
        notices.ask_coming(uow, application, interview)
    uow.session.flush()
    return len(rows)


def say_coming(uow: UnitOfWork, application: Application, *, attendance: str) -> Application:
    """我去 or 去不了; saying the same again changes nothing. 去不了 frees the seat and asks for another time.

    Raises ``Conflict`` where the interview was cancelled, or is over, or the seat went to somebody else meanwhile.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.PERSON))
    if attendance not in set(Attendance):
        raise Invalid(fields={"attendance": _("请选去还是不去")})
    interview = _coming_interview(uow, application)
    if interview.attendance == attendance:
        return application
    if attendance == Attendance.COMING:
        if interview.slot_id is not None and application.slot_id is None:
            change_seat(uow, None, interview.slot_id)
            application.slot_id = interview.slot_id
            uow.session.flush()
        return move_application(uow, application, Move.CONFIRM_INTERVIEW)
    change_seat(uow, application.slot_id, None)
    application.slot_id = None
    uow.session.flush()
    move_application(uow, application, Move.ASK_TIME, interview_wish=_("这个时间去不了"))
    interview.attendance, interview.attendance_at = Attendance.NOT_COMING, uow.now
    uow.session.flush()
    return application


def _coming_interview(uow: UnitOfWork, application: Application) -> Interview:
    interview = standing_interview(uow, application.id)
    if application.state is not ApplicationState.INTERVIEW or interview is None:
        raise Conflict(present_words(application))
    if interview.starts_at <= uow.now or interview.result is not None:
        raise Conflict(_("这次面试的时间已经过了"))
    return interview


def record_result(uow: UnitOfWork, application: Application, *, result: str, version: int | None = None) -> Application:
    """What came of an interview, in one tap; the same result again changes nothing.

    没通过 answers the person at once with its coded reason. Raises ``Invalid`` before the interview has begun.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.EMPLOYER))
    interview = standing_interview(uow, application.id)
    if interview is not None and interview.result == result:
        return application
    return move_application(uow, application, Move.RECORD_RESULT, version=version, result=result)


def _key(interview: Interview) -> str:
    return f"no-show:{interview.public_id}"


def object_to_no_show(uow: UnitOfWork, application: Application, interview: Interview, *, words: str) -> Interview:
    """The person says that it was not so; the station decides. Once; raises ``Invalid`` without words."""
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.PERSON))
    if interview.application_id != application.id or not interview.is_no_show:
        raise NotFound
    if interview.objected_at is not None:
        return interview
    text = clean_line(words)[:300]
    if not text:
        raise Invalid(fields={"words": _("请写清楚当时的情况，例如：我 9 点到了门口，门卫没让进")})
    interview.objection, interview.objected_at = text, uow.now
    posting = uow.session.get_one(Posting, application.posting_id)
    open_task(
        uow,
        once=_key(interview),
        kind=TaskKind.OTHER,
        title=_("本人说面试到了或有原因，请核实：%(title)s", title=posting.title),
        due_on=add_working_days(uow.session, uow.today, DECIDE_WORKING_DAYS)[0],
        person=person,
        region_path=application.region_path,
        link=f"/staff/applications/{application.public_id}",
    )
    uow.session.flush()
    uow.audit("interview.object", interview)
    return interview


def decide_no_show(uow: UnitOfWork, application: Application, interview: Interview, *, is_right: bool) -> Interview:
    """Staff find the objection right, and the no-show counts nowhere, or not; deciding twice the same changes nothing.

    Raises ``Conflict`` where it was decided otherwise.
    """
    require(can_decide_no_show(uow.actor, application))
    if interview.application_id != application.id or interview.objected_at is None:
        raise NotFound
    if interview.decided_at is not None:
        if (interview.struck_at is not None) is is_right:
            return interview
        raise Conflict
    interview.decided_at = uow.now
    interview.struck_at = uow.now if is_right else None
    close_task(uow, once=_key(interview), outcome=_("不算爽约") if is_right else _("维持爽约记录"))
    uow.session.flush()
    notices.tell_no_show_decided(uow, application, interview)
    uow.audit("interview.decide", interview, right=is_right)
    return interview
