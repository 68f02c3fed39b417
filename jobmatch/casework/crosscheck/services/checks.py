"""Asking whether somebody still works there: one question to the person, then a task of staff, one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import or_, select

from jobmatch.casework.crosscheck import notices
from jobmatch.casework.crosscheck.models import EmploymentCheck
from jobmatch.casework.crosscheck.queries import due_after_start, due_before_end, open_check_of
from jobmatch.casework.crosscheck.states import ASKED_ANSWERS, CheckAnswer
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import can_edit_person, can_write_register
from jobmatch.people.secrecy import mask
from jobmatch.people.services.common import clean_line, tell_person
from jobmatch.people.services.confirmations import record_confirmation
from jobmatch.people.services.register import record_left
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from jobmatch.reference.states import ReasonKind

BATCH = 200


def ask_due(uow: UnitOfWork, *, limit: int = BATCH) -> int:
    """Open the questions that are due today; returns how many were dealt with. Twice on a day asks nobody twice.

    An occasion after which the line was already confirmed is noted as answered, and nobody is asked.
    """
    require(uow.actor.is_system)
    occasions: Sequence[int] = sorted(rule_value(uow.session, "employment_check_months", uow.today))
    ahead = int(rule_value(uow.session, "employment_check_ahead_days", uow.today))
    done = 0
    for place, months in enumerate(occasions):
        following = occasions[place + 1] if place + 1 < len(occasions) else months + 3
        query = due_after_start(uow.today, months, following).limit(limit - done)
        for spell, person, confirmed_on in uow.session.execute(query).all():
            _ask(uow, person, spell, months, add_months(spell.started_on, months), confirmed_on)
            done += 1
    if done < limit:
        query = due_before_end(uow.today + timedelta(days=ahead)).limit(limit - done)
        for spell, person, valid_until in uow.session.execute(query).all():
            _ask(uow, person, spell, 0, valid_until or spell.started_on)
            done += 1
    return done


def _ask(
    uow: UnitOfWork,
    person: Person,
    spell: EmploymentSpell,
    months: int,
    due_on: date,
    confirmed_on: date | None = None,
) -> EmploymentCheck:
    check = EmploymentCheck(spell_id=spell.id, months=months, due_on=due_on, created_at=uow.now)
    uow.session.add(check)
    if confirmed_on is not None and confirmed_on >= due_on:
        check.answered_at, check.answer = uow.now, CheckAnswer.KNOWN
        uow.session.flush()
        return check
    uow.session.flush()
    if person.user_id is not None:
        check.told_at = uow.now
        words = partial(notices.still_there, spell.employer_name, months)
        link = f"/me/employment/checks/{check.public_id}"
        tell_person(uow, person, words, link=link, once=f"check:{check.public_id}")
    else:
        _hand_to_staff(uow, person, check)
    return check


def ask_now(uow: UnitOfWork, person: Person, spell: EmploymentSpell) -> EmploymentCheck:
    """Have staff ask about a line because something speaks against it; the question that waits stays the one."""
    check = open_check_of(uow.session, spell.id)
    if check is None:
        check = EmploymentCheck(spell_id=spell.id, months=0, due_on=uow.today, created_at=uow.now)
        uow.session.add(check)
        uow.session.flush()
    if check.tasked_at is None:
        _hand_to_staff(uow, person, check)
        uow.audit("employment.ask", person)
    return check


def _hand_to_staff(uow: UnitOfWork, person: Person, check: EmploymentCheck) -> None:
    check.tasked_at = uow.now
    days = int(rule_value(uow.session, "employment_check_answer_days", uow.today))
    open_task(
        uow,
        once=_key(check),
        kind=TaskKind.CONFIRM_EMPLOYMENT,
        title=notices.check_task(check.months),
        due_on=uow.today + timedelta(days=days),
        person=person,
        link=f"/staff/employment-checks/{check.public_id}",
    )


def _key(check: EmploymentCheck) -> str:
    return f"employment-check:{check.public_id}"


def hand_over_unanswered(uow: UnitOfWork, *, limit: int = BATCH) -> int:
    """Give staff what people did not answer in time; returns how many."""
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "employment_check_answer_days", uow.today))
    found = _open_with(uow, EmploymentCheck.tasked_at.is_(None), EmploymentCheck.told_at < uow.now - timedelta(days))
    for check, _spell, person in found[:limit]:
        _hand_to_staff(uow, person, check)
    return len(found[:limit])


def settle_over(uow: UnitOfWork, *, limit: int = BATCH) -> int:
    """Close questions about lines that ended, were corrected, or were confirmed on another way meanwhile."""
    require(uow.actor.is_system)
    ended = or_(EmploymentSpell.ended_on.is_not(None), EmploymentSpell.superseded_at.is_not(None))
    found = _open_with(uow, ended)[:limit]
    for check, _spell, _person in found:
        _settle(uow, check, CheckAnswer.OVER)
    return len(found)


def _open_with(uow: UnitOfWork, *conditions: Any) -> Sequence[Any]:
    query = (
        select(EmploymentCheck, EmploymentSpell, Person)
        .join(EmploymentSpell, EmploymentSpell.id == EmploymentCheck.spell_id)
        .join(Person, Person.id == EmploymentSpell.person_id)
        .where(EmploymentCheck.answered_at.is_(None), *conditions)
        .order_by(EmploymentCheck.id)
        .limit(BATCH)
    )
    return uow.session.execute(query).all()


def _settle(uow: UnitOfWork, check: EmploymentCheck, answer: CheckAnswer) -> None:
    check.answered_at, check.answer, check.answered_by_id = uow.now, answer, uow.actor.user_id
    close_task(uow, once=_key(check), outcome=answer.label)


def answer_check(
    uow: UnitOfWork,
    check: EmploymentCheck,
    spell: EmploymentSpell,
    person: Person,
    *,
    answer: CheckAnswer,
    evidence: EvidenceKind = EvidenceKind.PLEDGE,
    way: ConfirmationWay = ConfirmationWay.ONLINE,
    said_by: str = "",
    left_on: date | None = None,
    reason_code: str = "",
) -> EmploymentCheck:
    """What the person pressed, or what staff heard. The same answer twice is one; another later one is a ``Conflict``.

    还在这里 confirms the line; otherwise it ends on ``left_on`` or today, nothing is written in its place, and where
    the person said so themselves staff get the task to find out what came after.
    """
    require(can_edit_person(uow.actor, person) and spell.person_id == person.id and check.spell_id == spell.id)
    if (evidence, way) != (EvidenceKind.PLEDGE, ConfirmationWay.ONLINE):
        require(can_write_register(uow.actor, person))
    if check.answered_at is not None:
        if check.answer is answer:
            return check
        raise Conflict(_("这个问题已经答过了：%(answer)s", answer=check.answer.label if check.answer else ""))
    if answer not in ASKED_ANSWERS or evidence is EvidenceKind.NONE:
        raise Invalid(fields={"answer": _("请选一项")})
    if left_on is not None and not spell.started_on <= left_on <= uow.today:
        raise Invalid(fields={"left_on": _("请填离开的日期，在入职以后，不能晚于今天")})
    if spell.superseded_at is not None or spell.ended_on is not None:
        _settle(uow, check, CheckAnswer.OVER)
        return check
    _settle(uow, check, answer)
    if answer is CheckAnswer.STAYED:
        record_confirmation(
            uow, person, spell, evidence=evidence, way=way, said_by=said_by, source_key=f"check:{check.public_id}"
        )
    else:
        check.left_on, check.reason_code = left_on, _leaving_reason(uow, reason_code)
        record_left(uow, person, spell, left_on=left_on)
        if way is ConfirmationWay.ONLINE:
            _find_out(uow, person, check, answer)
    uow.audit("employment_check.answer", check, answer=answer.value)
    return check


def _leaving_reason(uow: UnitOfWork, code: str) -> str | None:
    """A coded reason for leaving; nobody has to give one."""
    reason = uow.session.get(Reason, code) if code else None
    return reason.code if reason is not None and reason.kind == ReasonKind.LEAVING else None


def _find_out(uow: UnitOfWork, person: Person, check: EmploymentCheck, answer: CheckAnswer) -> None:
    moved = answer is CheckAnswer.MOVED
    open_task(
        uow,
        once=f"employment-after:{check.public_id}",
        kind=TaskKind.CONFIRM_EMPLOYMENT,
        title=_("本人说换了单位，请登记新的一条") if moved else _("本人说不在岗了，请了解现在的情况"),
        due_on=uow.today + timedelta(days=int(rule_value(uow.session, "employment_check_answer_days", uow.today))),
        person=person,
        link=f"/staff/people/{person.public_id}/register",
    )


def confirm_own(uow: UnitOfWork, person: Person, spell: EmploymentSpell) -> None:
    """The person says unasked that the open line is still so; a waiting question is answered by it. Once a day."""
    require(can_edit_person(uow.actor, person) and spell.person_id == person.id)
    if spell.ended_on is not None or spell.superseded_at is not None:
        raise Conflict
    check = open_check_of(uow.session, spell.id)
    if check is not None:
        answer_check(uow, check, spell, person, answer=CheckAnswer.STAYED)
        return
    record_confirmation(
        uow,
        person,
        spell,
        evidence=EvidenceKind.PLEDGE,
        way=ConfirmationWay.ONLINE,
        source_key=f"own:{spell.public_id}:{uow.today.isoformat()}",
    )


def report_wrong(uow: UnitOfWork, person: Person, *, words: str) -> None:
    """The person says that the register is wrong: a task of the station; a second one on a day joins the first."""
    require(can_edit_person(uow.actor, person))
    text = mask(clean_line(words))
    if not text:
        raise Invalid(fields={"words": _("请写哪里不对，例如：我 5 月就换单位了")})
    open_task(
        uow,
        once=f"register-wrong:{person.public_id}:{uow.today.isoformat()}",
        kind=TaskKind.CONFIRM_EMPLOYMENT,
        title=_("本人说就业台账不对：%(words)s", words=text),
        due_on=uow.today + timedelta(days=int(rule_value(uow.session, "employment_check_answer_days", uow.today))),
        person=person,
        link=f"/staff/people/{person.public_id}/register",
    )
