"""The employment register (就业台账): one standing open line a person; nothing is overwritten, only superseded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people import notices
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import can_edit_person, can_write_register
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.common import EARLIEST, Findings, clean_line, known_codes, tell_person, touch
from jobmatch.people.services.confirmations import first_confirmation
from jobmatch.people.states import (
    ConfirmationWay,
    ContractTerm,
    EvidenceKind,
    InsuranceState,
    PayBand,
    RegisterSource,
    WorkChannel,
)
from jobmatch.reference.models import EmploymentStatusKind, Occupation, Region
from jobmatch.reference.queries import names, sure_occupation


@dataclass(frozen=True, slots=True)
class WorkTerms:
    """Under which terms somebody works, and how they came to it; nothing said is not known."""

    contract: ContractTerm = ContractTerm.NOT_KNOWN
    contract_until: date | None = None
    insurance: InsuranceState = InsuranceState.NOT_KNOWN
    pay_band: PayBand = PayBand.NOT_KNOWN
    county_code: str | None = None
    channel: WorkChannel = WorkChannel.NOT_KNOWN


def _columns(terms: WorkTerms) -> dict[str, Any]:
    return {name: getattr(terms, name) or None for name in WorkTerms.__slots__}


def record_start(
    uow: UnitOfWork,
    person: Person,
    *,
    organization_id: int | None,
    employer_name: str,
    title: str,
    occupation_code: str | None,
    started_on: date,
    status_code: str,
    evidence: EvidenceKind,
    source: RegisterSource,
    source_key: str | None,
    evidence_on: date | None = None,
    terms: WorkTerms | None = None,
) -> EmploymentSpell:
    """Write a start of work that happened; the same ``source_key`` again returns the line it made.

    The line that was open ends the day before. Where that would be before its own first day (it was written down
    although the work had already begun), it ends on its first day: the newest confirmed start says where somebody is.
    """
    require(can_edit_person(uow.actor, person))
    if source_key is not None:
        known = uow.session.scalars(
            select(EmploymentSpell).where(EmploymentSpell.source_key == source_key)
        ).one_or_none()
        if known is not None:
            if known.person_id != person.id:
                raise Conflict
            return known
    _close_open(uow, person, started_on)
    spell = EmploymentSpell(
        person_id=person.id,
        status_code=status_code,
        organization_id=organization_id,
        employer_name=employer_name,
        title=title,
        occupation_code=occupation_code,
        started_on=started_on,
        evidence=evidence,
        evidence_on=None if evidence is EvidenceKind.NONE else evidence_on or uow.today,
        source=source,
        source_key=source_key,
        **_columns(terms or WorkTerms()),
    )
    ways = {RegisterSource.HIRE: ConfirmationWay.PLATFORM, RegisterSource.DEPARTMENT: ConfirmationWay.LETTER}
    way = ways.get(source, ConfirmationWay.PAPER)
    return _write(uow, person, spell, way)


def _close_open(uow: UnitOfWork, person: Person, started_on: date) -> None:
    spell = current_spell(uow.session, person.id)
    if spell is not None:
        spell.ended_on = max(spell.started_on, started_on - timedelta(days=1))
        uow.session.flush()


def _write(uow: UnitOfWork, person: Person, spell: EmploymentSpell, way: ConfirmationWay) -> EmploymentSpell:
    spell.recorded_by_id, spell.recorded_at = uow.actor.user_id, uow.now
    uow.session.add(spell)
    touch(uow, person)
    first_confirmation(uow, person, spell, way)
    uow.audit("register.write", spell, status=spell.status_code, evidence=spell.evidence.value)
    return spell


def add_spell(
    uow: UnitOfWork,
    person: Person,
    *,
    status_code: str,
    started_on: date | None,
    ended_on: date | None = None,
    employer_name: str = "",
    title: str = "",
    occupation_code: str | None = None,
    organization_id: int | None = None,
    evidence: EvidenceKind = EvidenceKind.NONE,
    evidence_on: date | None = None,
    note: str = "",
    terms: WorkTerms | None = None,
) -> EmploymentSpell:
    """A line that staff write. An open one closes the line before it; a past one must not overlap another.

    A title that leaves no doubt gives the occupation where none is said. Raises ``Invalid`` with every finding.
    """
    require(can_write_register(uow.actor, person))
    found = Findings()
    facts = _check_facts(
        uow,
        found,
        status_code=status_code,
        employer_name=employer_name,
        title=title,
        occupation_code=occupation_code,
        evidence=evidence,
        evidence_on=evidence_on,
        terms=terms or WorkTerms(),
    )
    _check_days(uow, found, person, started_on, ended_on)
    started_on = found.need(started_on)
    if ended_on is None:
        _close_open(uow, person, started_on)
    spell = EmploymentSpell(
        person_id=person.id,
        organization_id=organization_id,
        started_on=started_on,
        ended_on=ended_on,
        note=clean_line(note)[:200],
        source=RegisterSource.STAFF,
        **facts,
    )
    _write(uow, person, spell, ConfirmationWay.PAPER)
    tell_person(uow, person, partial(_told, uow, spell), link="/me/employment", once=f"spell:{spell.public_id}")
    return spell


def _check_facts(
    uow: UnitOfWork,
    found: Findings,
    *,
    status_code: str,
    employer_name: str,
    title: str,
    occupation_code: str | None,
    evidence: EvidenceKind,
    evidence_on: date | None,
    terms: WorkTerms,
) -> dict[str, Any]:
    """The columns of a line as it may be written; what is wrong lands in ``found``."""
    kind = uow.session.get(EmploymentStatusKind, status_code)
    if kind is None or not kind.is_selectable:
        found.add("status_code", _("请选一种就业情况"))
    elif kind.counts_as_employed and status_code[:1] == "E" and not employer_name.strip():
        found.add("employer_name", _("请填写单位或工作的名称"))
    known_codes(uow, found, "occupation_code", Occupation.code, [occupation_code])
    known_codes(uow, found, "county_code", Region.code, [terms.county_code])
    if evidence_on is not None:
        found.check(EARLIEST <= evidence_on <= uow.today, "evidence_on", _("看到证明的日期不能晚于今天"))
    if terms.contract_until is not None:
        has_term = terms.contract in {ContractTerm.UNDER_A_YEAR, ContractTerm.A_YEAR_OR_MORE}
        found.check(has_term, "contract_until", _("只有写明期限的合同才填到期日"))
    return {
        "status_code": status_code,
        "employer_name": clean_line(employer_name)[:120],
        "title": clean_line(title)[:80],
        "occupation_code": occupation_code or sure_occupation(clean_line(title)[:80]) or None,
        "evidence": evidence,
        "evidence_on": None if evidence is EvidenceKind.NONE else evidence_on or uow.today,
        **_columns(terms),
    }


def correct_spell(
    uow: UnitOfWork,
    person: Person,
    spell: EmploymentSpell,
    *,
    reason: str,
    version: int | None = None,
    started_on: date | None,
    ended_on: date | None = None,
    note: str = "",
    terms: WorkTerms | None = None,
    **facts: Any,
) -> EmploymentSpell:
    """Put a new line in the place of a wrong one, which stays as it was, marked and out of every figure.

    ``facts`` are those of ``add_spell``. Where form of work and employer stay the same, the confirmations of the old
    line hold for the new one too; else it needs evidence of its own. Raises ``Invalid``, and ``Conflict`` where the
    line was corrected or changed meanwhile.
    """
    require(can_write_register(uow.actor, person) and spell.person_id == person.id)
    if spell.superseded_at is not None or (version is not None and version != spell.version):
        raise Conflict
    found = Findings()
    reason = clean_line(reason)[:200]
    found.check(bool(reason), "reason", _("请写明为什么更正，以后看得到"))
    values = _check_facts(
        uow,
        found,
        terms=terms or WorkTerms(),
        **{"employer_name": "", "title": "", "occupation_code": None, "evidence": EvidenceKind.NONE}
        | {"evidence_on": None}
        | facts,
    )
    _check_days(uow, found, person, started_on, ended_on, but=spell)
    started_on = found.need(started_on)
    spell.superseded_at = uow.now
    uow.session.flush()
    if ended_on is None:
        _close_open(uow, person, started_on)
    better = EmploymentSpell(
        person_id=person.id,
        organization_id=spell.organization_id if values["employer_name"] == spell.employer_name else None,
        started_on=started_on,
        ended_on=ended_on,
        note=clean_line(note)[:200],
        source=RegisterSource.STAFF,
        supersedes_id=spell.id,
        correction_reason=reason,
        **values,
    )
    _write(uow, person, better, ConfirmationWay.PAPER)
    if (better.status_code, better.employer_name) == (spell.status_code, spell.employer_name):
        _carry_over(uow, spell, better)
    uow.audit("register.correct", spell, reason=better.correction_reason)
    tell_person(uow, person, partial(_told, uow, better), link="/me/employment", once=f"spell:{better.public_id}")
    return better


def _carry_over(uow: UnitOfWork, spell: EmploymentSpell, better: EmploymentSpell) -> None:
    kept = ("evidence", "way", "said_by", "confirmed_on", "valid_until", "note", "recorded_by_id", "recorded_at")
    for row in uow.session.scalars(select(Confirmation).where(Confirmation.spell_id == spell.id)).all():
        uow.session.add(Confirmation(spell_id=better.id, **{name: getattr(row, name) for name in kept}))
    uow.session.flush()


def _told(uow: UnitOfWork, spell: EmploymentSpell) -> tuple[str, str]:
    status = names(uow.session, EmploymentStatusKind)[spell.status_code]
    return notices.spell_recorded(status, day_words(spell.started_on))


def _check_days(
    uow: UnitOfWork,
    found: Findings,
    person: Person,
    started_on: date | None,
    ended_on: date | None,
    *,
    but: EmploymentSpell | None = None,
) -> None:
    if started_on is None or not EARLIEST <= started_on <= uow.today:
        found.add("started_on", _("请填写开始的日期，不能晚于今天"))
        return
    if ended_on is not None and not started_on <= ended_on <= uow.today:
        found.add("ended_on", _("结束的日期要在开始之后，不能晚于今天"))
        return
    overlapping = select(EmploymentSpell).where(
        EmploymentSpell.person_id == person.id,
        EmploymentSpell.superseded_at.is_(None),
        EmploymentSpell.id != (but.id if but else 0),
    )
    if ended_on is None:
        later = overlapping.where(EmploymentSpell.started_on >= started_on)
        other = uow.session.scalars(later.order_by(EmploymentSpell.started_on).limit(1)).first()
        message = _("台账里已有一条从 %(day)s 开始的记录，新的一条要更晚。要补记以前的情况，请填结束日期")
    else:
        clash = overlapping.where(
            EmploymentSpell.started_on <= ended_on,
            EmploymentSpell.ended_on.is_(None) | (EmploymentSpell.ended_on >= started_on),
        )
        other = uow.session.scalars(clash.limit(1)).first()
        message = _("这段时间和从 %(day)s 开始的一条记录重叠，请先改那一条")
    if other is not None:
        found.add("started_on", message % {"day": other.started_on.isoformat()})


def end_spell(
    uow: UnitOfWork, person: Person, spell: EmploymentSpell, *, ended_on: date | None, version: int | None = None
) -> EmploymentSpell:
    """Close the open line; ending it again on the same day changes nothing. Raises ``Invalid``, ``Conflict``."""
    require(can_write_register(uow.actor, person) and spell.person_id == person.id)
    if spell.ended_on is not None and spell.ended_on == ended_on:
        return spell
    if (
        spell.superseded_at is not None
        or spell.ended_on is not None
        or (version is not None and version != spell.version)
    ):
        raise Conflict
    if ended_on is None or not spell.started_on <= ended_on <= uow.today:
        raise Invalid(fields={"ended_on": _("结束的日期要在开始之后，不能晚于今天")})
    spell.ended_on = ended_on
    touch(uow, person)
    uow.audit("register.end", spell)
    return spell


def record_start_undone(
    uow: UnitOfWork, person: Person, *, spell_id: int, closed_spell_id: int | None, reason: str
) -> bool:
    """A start that was written is taken back: it never was.

    The wrong line keeps its values and is withdrawn with the reason; the line that it had closed is superseded by the
    same line without an end, so that what stood when stays on record. A wrong line that was corrected or ended
    meanwhile is left alone, and the answer is False.
    """
    require(can_edit_person(uow.actor, person))
    spell = uow.session.get_one(EmploymentSpell, spell_id)
    if spell.person_id != person.id or spell.superseded_at is not None or spell.ended_on is not None:
        return False
    words = clean_line(reason)[:200]
    spell.superseded_at, spell.withdrawn_reason = uow.now, words
    touch(uow, person)
    uow.session.flush()
    uow.audit("register.withdraw", spell, reason=words)
    closed = uow.session.get(EmploymentSpell, closed_spell_id) if closed_spell_id else None
    if closed is None or closed.superseded_at is not None:
        return True
    closed.superseded_at = uow.now
    uow.session.flush()
    kept = {
        column.key: getattr(closed, column.key)
        for column in EmploymentSpell.__table__.columns
        if column.key not in _OWN_OF_A_LINE
    }
    again = EmploymentSpell(**kept, ended_on=None, supersedes_id=closed.id, correction_reason=words)
    again.recorded_by_id, again.recorded_at = uow.actor.user_id, uow.now
    uow.session.add(again)
    uow.session.flush()
    _carry_over(uow, closed, again)
    uow.audit("register.correct", closed, reason=words)
    return True


_OWN_OF_A_LINE = {
    "id",
    "public_id",
    "version",
    "ended_on",
    "source_key",
    "supersedes_id",
    "correction_reason",
    "superseded_at",
    "withdrawn_reason",
    "recorded_by_id",
    "recorded_at",
}


def record_left(
    uow: UnitOfWork, person: Person, spell: EmploymentSpell, *, left_on: date | None = None
) -> EmploymentSpell:
    """The person, or staff who heard it, says that they no longer work there: the line ends on that day, or today.

    Nothing is written in its place; where somebody is now stays unknown until somebody says so. A line that ended or
    was superseded meanwhile is left alone.
    """
    require(can_edit_person(uow.actor, person) and spell.person_id == person.id)
    if spell.superseded_at is None and spell.ended_on is None:
        spell.ended_on = min(max(left_on or uow.today, spell.started_on), uow.today)
        touch(uow, person)
        uow.audit("register.end", spell)
    return spell
