"""Whether somebody who was hired is still there: asked of the employer, compared with what the person says.

The person is asked by casework on the line of the register; here the employer is, at the same months. What both say
alike is written to the register; what they do not is a task of the station.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, or_, select

from jobmatch.applications import notices
from jobmatch.applications.checks import check_reason
from jobmatch.applications.models import Application, RetentionCheck
from jobmatch.applications.policies import can_move_application
from jobmatch.applications.states import ApplicationState, CheckOutcome, Side, StillThere
from jobmatch.casework.crosscheck.models import EmploymentCheck
from jobmatch.casework.crosscheck.states import CheckAnswer
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.services.confirmations import record_confirmation
from jobmatch.people.services.register import record_left
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reference.rules import add_months
from jobmatch.reference.states import ReasonKind
from recruiters.postings.models import Posting

BATCH = 100
TASK_WORKING_DAYS = 5
_SAID = {
    CheckAnswer.STAYED: StillThere.STAYED,
    CheckAnswer.KNOWN: StillThere.STAYED,
    CheckAnswer.LEFT: StillThere.LEFT,
    CheckAnswer.MOVED: StillThere.LEFT,
    CheckAnswer.OVER: StillThere.LEFT,
}


def ask_employers(uow: UnitOfWork, *, limit: int = BATCH) -> int:
    """Ask employers about the hires that are due today; returns how many. Twice on a day asks nobody twice."""
    require(uow.actor.is_system)
    occasions: Sequence[int] = sorted(rule_value(uow.session, "employment_check_months", uow.today))
    done = 0
    for place, months in enumerate(occasions):
        until = occasions[place + 1] if place + 1 < len(occasions) else months + 3
        for spell, application in uow.session.execute(_due(uow, months, until).limit(limit - done)).all():
            check = RetentionCheck(
                application_id=application.id,
                spell_id=spell.id,
                months=months,
                due_on=add_months(spell.started_on, months),
                created_at=uow.now,
            )
            uow.session.add(check)
            uow.session.flush()
            notices.ask_still_there(uow, application, check)
            done += 1
    return done


def _due(uow: UnitOfWork, months: int, until: int) -> Any:
    known = exists().where(RetentionCheck.application_id == Application.id, RetentionCheck.months == months)
    mine = or_(
        EmploymentSpell.source_key == Application.public_id,
        EmploymentSpell.source_key.startswith(Application.public_id + ":"),
    )
    return (
        select(EmploymentSpell, Application)
        .join(Application, mine)
        .where(
            Application.state == ApplicationState.STARTED,
            EmploymentSpell.superseded_at.is_(None),
            EmploymentSpell.ended_on.is_(None),
            EmploymentSpell.started_on <= add_months(uow.today, -months),
            EmploymentSpell.started_on > add_months(uow.today, -until),
            ~known,
        )
        .order_by(EmploymentSpell.id)
    )


def answer_still_there(
    uow: UnitOfWork,
    check: RetentionCheck,
    application: Application,
    *,
    answer: str,
    left_on: date | None = None,
    reason_code: str = "",
) -> RetentionCheck:
    """What the employer says: 还在, or 已离开 since a day, for a coded reason. The same answer twice is one.

    Raises ``Invalid`` where the day or the reason is missing, ``Conflict`` where it was answered otherwise.
    """
    person = uow.session.get_one(Person, application.person_id)
    require(can_move_application(uow.actor, application, person, Side.EMPLOYER))
    if check.answer is not None:
        if check.answer == answer:
            return check
        raise Conflict(_("同事已经答过了：%(answer)s。要改请联系服务站", answer=check.answer.label))
    if answer not in set(StillThere):
        raise Invalid(fields={"answer": _("请选还在还是已离开")})
    if answer == StillThere.LEFT:
        started = application.started_on or check.due_on
        if left_on is None or not started <= left_on <= uow.today:
            raise Invalid(fields={"left_on": _("请填离开的日期，在入职以后，不能晚于今天")})
        check_reason(uow, reason_code, ReasonKind.LEAVING)
        check.left_on, check.reason_code = left_on, reason_code
    check.answer, check.answered_at, check.answered_by_id = StillThere(answer), uow.now, uow.actor.user_id
    uow.session.flush()
    uow.audit("retention_check.answer", check, answer=check.answer.value)
    return check


def settle_checks(uow: UnitOfWork, *, limit: int = BATCH) -> int:
    """Compare what both sides said; returns how many questions are settled by it.

    A question is settled once both answered, or the days of the rule are over.
    """
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "retention_answer_days", uow.today))
    query = (
        select(RetentionCheck, EmploymentSpell, Application, EmploymentCheck)
        .join(EmploymentSpell, EmploymentSpell.id == RetentionCheck.spell_id)
        .join(Application, Application.id == RetentionCheck.application_id)
        .outerjoin(
            EmploymentCheck,
            (EmploymentCheck.spell_id == RetentionCheck.spell_id) & (EmploymentCheck.months == RetentionCheck.months),
        )
        .where(RetentionCheck.settled_at.is_(None))
        .order_by(RetentionCheck.id)
    )
    ready = or_(
        RetentionCheck.answer.is_not(None) & EmploymentCheck.answer.is_not(None),
        RetentionCheck.created_at < uow.now - timedelta(days=days),
    )
    rows = uow.session.execute(query.where(ready).limit(limit)).all()
    for check, spell, application, asked in rows:
        _settle(uow, check, spell, application, asked)
    uow.session.flush()
    return len(rows)


def _settle(
    uow: UnitOfWork,
    check: RetentionCheck,
    spell: EmploymentSpell,
    application: Application,
    asked: EmploymentCheck | None,
) -> None:
    person = uow.session.get_one(Person, application.person_id)
    said = _SAID.get(asked.answer) if asked is not None and asked.answer is not None else None
    check.settled_at = uow.now
    if check.answer is None or said is None:
        check.outcome = CheckOutcome.ONE_SIDED
        if check.answer is StillThere.LEFT:
            _hand_to_station(uow, check, application, _("单位说已离开，本人没有回答：%(title)s"))
    elif check.answer is said:
        check.outcome = CheckOutcome.AGREED
        _write_register(uow, check, spell, person)
    else:
        check.outcome = CheckOutcome.DISAGREED
        words = _("单位说还在，本人说离开了：%(title)s")
        if check.answer is StillThere.LEFT:
            words = _("单位说离开了，本人说还在：%(title)s")
        _hand_to_station(uow, check, application, words)


def _write_register(uow: UnitOfWork, check: RetentionCheck, spell: EmploymentSpell, person: Person) -> None:
    """What both say alike. The person's own word is written by then; the employer's is better evidence."""
    if spell.superseded_at is not None:
        return
    if check.answer is StillThere.LEFT:
        record_left(uow, person, spell, left_on=check.left_on)
    elif spell.ended_on is None and check.answered_at is not None:
        record_confirmation(
            uow,
            person,
            spell,
            evidence=EvidenceKind.EMPLOYER_CONFIRMED,
            way=ConfirmationWay.PLATFORM,
            said_by=spell.employer_name,
            confirmed_on=max(spell.started_on, local_day(check.answered_at)),
            source_key=f"retention:{check.public_id}",
        )


def _hand_to_station(uow: UnitOfWork, check: RetentionCheck, application: Application, words: str) -> None:
    posting = uow.session.get_one(Posting, application.posting_id)
    person = uow.session.get_one(Person, application.person_id)
    open_task(
        uow,
        once=f"retention:{check.public_id}",
        kind=TaskKind.CONFIRM_EMPLOYMENT,
        title=words % {"title": posting.title},
        due_on=add_working_days(uow.session, uow.today, TASK_WORKING_DAYS)[0],
        person=person,
        region_path=application.region_path,
        link=f"/staff/people/{person.public_id}/register",
    )
