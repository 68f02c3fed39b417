"""Reads of the employment register: the lines of a person, and what confirms them on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import spells_of
from jobmatch.people.states import ContractTerm, InsuranceState, PayBand, WorkChannel
from jobmatch.reference.models import EmploymentStatusKind, Occupation
from jobmatch.reference.queries import names, region_label


def confirmations_of(session: Session, spell_ids: Collection[int]) -> dict[int, list[Confirmation]]:
    """Confirmations by line of the register, the newest first."""
    found: dict[int, list[Confirmation]] = {}
    for row in session.scalars(
        select(Confirmation)
        .where(Confirmation.spell_id.in_(spell_ids))
        .order_by(Confirmation.confirmed_on.desc(), Confirmation.id.desc())
    ):
        found.setdefault(row.spell_id, []).append(row)
    return found


def is_confirmed(spell: type[EmploymentSpell], day: date) -> ColumnElement[bool]:
    """Whether a confirmation of the line ``spell`` (the table or an alias of it) holds on ``day``."""
    return exists(
        select(Confirmation.id).where(
            Confirmation.spell_id == spell.id, Confirmation.valid_until >= day, Confirmation.confirmed_on <= day
        )
    )


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A line of the register with the words of its codes, its confirmations (newest first), and what holds today.

    ``valid_until`` is the last day of the confirmation that holds today; none where no confirmation holds.
    """

    spell: EmploymentSpell
    status: str
    column: str
    counts_as_employed: bool
    terms: str
    confirmations: list[Confirmation]
    valid_until: date | None

    @property
    def is_open(self) -> bool:
        return self.spell.ended_on is None and not self.is_superseded

    @property
    def is_superseded(self) -> bool:
        return self.spell.superseded_at is not None

    @property
    def lapsed_on(self) -> date | None:
        """The day on which the last confirmation ran out, where none holds any more."""
        ends = [row.valid_until for row in self.confirmations]
        return max(ends) if ends and self.valid_until is None else None


def register_lines(uow: UnitOfWork, person: Person) -> list[RegisterLine]:
    """The person's lines of the register, the newest first, with the column of the official table each counts in.

    Work without a confirmation that holds today stands in column L.
    """
    states = {row.code: row for row in uow.session.scalars(select(EmploymentStatusKind))}
    labels = names(uow.session, EmploymentStatusKind)
    spells = spells_of(uow.session, person.id)
    confirmed = confirmations_of(uow.session, [spell.id for spell in spells])
    lines = []
    for spell in spells:
        kind, rows = states[spell.status_code], confirmed.get(spell.id, [])
        holding = [row.valid_until for row in rows if row.confirmed_on <= uow.today <= row.valid_until]
        is_proved = bool(holding) or not kind.counts_as_employed
        lines.append(
            RegisterLine(
                spell,
                labels[spell.status_code],
                (kind.official_column if is_proved else "L") or "",
                kind.counts_as_employed,
                _terms(uow, spell),
                rows,
                max(holding, default=None),
            )
        )
    return lines


def _terms(uow: UnitOfWork, spell: EmploymentSpell) -> str:
    """What is known of the terms, in one line."""
    contract = spell.contract.label if spell.contract is not ContractTerm.NOT_KNOWN else ""
    if contract and spell.contract is not ContractTerm.NONE:
        contract = _("合同 %(term)s", term=contract)
    if spell.contract_until:
        contract = _("%(contract)s，到 %(day)s", contract=contract, day=day_words(spell.contract_until))
    parts = [
        names(uow.session, Occupation).get(spell.occupation_code or "", ""),
        contract,
        spell.insurance.label if spell.insurance is not InsuranceState.NOT_KNOWN else "",
        spell.pay_band.label if spell.pay_band is not PayBand.NOT_KNOWN else "",
        region_label(uow.session, spell.county_code, depth=1) if spell.county_code else "",
        spell.channel.label if spell.channel is not WorkChannel.NOT_KNOWN else "",
    ]
    return _("，").join(part for part in parts if part)
