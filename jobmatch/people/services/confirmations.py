"""Confirmations of lines of the employment register: who said it, how, when, and until when that holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import can_edit_person, can_write_register
from jobmatch.people.services.common import EARLIEST, Findings, clean_line, touch
from jobmatch.people.states import CONFIRMATION_RULE, ConfirmationWay, EvidenceKind
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months


def valid_until(uow: UnitOfWork, evidence: EvidenceKind, confirmed_on: date, contract_until: date | None) -> date:
    """The last day on which a confirmation of this kind holds, by the dated rules of the day it was given.

    Insurance, contract, licence and department 12 months, employer and platform record 6, words of the person, the
    family or the village station 3; a contract never beyond its own end.
    """
    try:
        months = rule_value(uow.session, CONFIRMATION_RULE[evidence], confirmed_on)
    except LookupError:
        # A paper older than the rules is judged by those in force now.
        months = rule_value(uow.session, CONFIRMATION_RULE[evidence], uow.today)
    last = add_months(confirmed_on, int(months))
    if evidence is EvidenceKind.CONTRACT and contract_until is not None:
        last = max(confirmed_on, min(last, contract_until))
    return last


def record_confirmation(
    uow: UnitOfWork,
    person: Person,
    spell: EmploymentSpell,
    *,
    evidence: EvidenceKind,
    way: ConfirmationWay,
    said_by: str = "",
    confirmed_on: date | None = None,
    note: str = "",
    source_key: str | None = None,
) -> Confirmation:
    """Write that a line was so on ``confirmed_on`` (today); the same ``source_key`` again returns what it made.

    Of the person by their own press, or of staff. Raises ``Conflict`` where the line was superseded meanwhile.
    """
    require(can_edit_person(uow.actor, person) and spell.person_id == person.id)
    if source_key is not None:
        known = uow.session.scalars(select(Confirmation).where(Confirmation.source_key == source_key)).one_or_none()
        if known is not None:
            return known
    if spell.superseded_at is not None:
        raise Conflict
    day = confirmed_on or uow.today
    row = Confirmation(
        spell_id=spell.id,
        evidence=evidence,
        way=way,
        said_by=clean_line(said_by)[:60],
        confirmed_on=day,
        valid_until=valid_until(uow, evidence, day, spell.contract_until),
        note=clean_line(note)[:200],
        source_key=source_key,
        recorded_by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    touch(uow, person)
    uow.audit("register.confirm", spell, evidence=evidence.value, way=way.value)
    return row


def confirm_spell(
    uow: UnitOfWork,
    person: Person,
    spell: EmploymentSpell,
    *,
    evidence: EvidenceKind,
    way: ConfirmationWay,
    said_by: str = "",
    confirmed_on: date | None = None,
    note: str = "",
) -> Confirmation:
    """What staff heard or saw about a line. Raises ``Invalid`` with every finding at once, ``Conflict``."""
    require(can_write_register(uow.actor, person) and spell.person_id == person.id)
    found = Findings()
    found.check(evidence is not EvidenceKind.NONE, "evidence", _("请选是谁说的，或者看了什么材料"))
    day = confirmed_on or uow.today
    found.check(EARLIEST <= day <= uow.today, "confirmed_on", _("核实的日期不能晚于今天"))
    found.check(day >= spell.started_on, "confirmed_on", _("核实的日期要在开始之后"))
    found.check(spell.ended_on is None or day <= spell.ended_on, "confirmed_on", _("这一条在那天之前已经结束"))
    found.stop()
    return record_confirmation(
        uow, person, spell, evidence=evidence, way=way, said_by=said_by, confirmed_on=day, note=note
    )


def first_confirmation(uow: UnitOfWork, person: Person, spell: EmploymentSpell, way: ConfirmationWay) -> None:
    """The confirmation that a new line brings along, where it was written on some evidence."""
    if spell.evidence is not EvidenceKind.NONE:
        is_employer = spell.evidence is EvidenceKind.EMPLOYER_CONFIRMED
        record_confirmation(
            uow,
            person,
            spell,
            evidence=spell.evidence,
            way=way,
            said_by=spell.employer_name if is_employer else "",
            confirmed_on=spell.evidence_on,
            source_key=f"first:{spell.public_id}",
        )
