"""The rules in force, the card of a person, and the deduction of an employer."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.casework.benefits.conditions import Facts, Finding, evaluate
from jobmatch.casework.benefits.models import Benefit
from jobmatch.casework.benefits.states import Audience, Verdict, WorkNow
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import current_kinds, current_spell
from jobmatch.people.states import EvidenceKind, VerificationState
from jobmatch.reference.models import EmploymentStatusKind, ResettlementMethod, ServiceObjectKind
from jobmatch.reference.queries import names

DATA = Path(__file__).parent / "data" / "benefits.csv"
HARDSHIP = "JYKN"
BUSINESS_STATES = frozenset({"I", "J"})
"""States of the register that a business licence of the person proves (a cooperative's member holds none)."""
HIRING = "PB02"
_ORDER = (Verdict.CAN, Verdict.LACKING, Verdict.UNKNOWN, Verdict.NOT)


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


def _row(line: dict[str, str]) -> dict[str, Any]:
    def day(name: str) -> date | None:
        return date.fromisoformat(line[name]) if line[name] else None

    return {
        **line,
        "audience": Audience(line["audience"]),
        "conditions": json.loads(line["conditions"]),
        "papers": line["papers"].replace("|", "\n"),
        "amount_yuan": int(line["amount_yuan"]) if line["amount_yuan"] else None,
        "valid_from": day("valid_from"),
        "valid_to": day("valid_to"),
        "source_on": day("source_on"),
        "is_verified": line["is_verified"] == "1",
        "sort_order": int(line["sort_order"]),
        "is_active": True,
        "is_local": False,
    }


def versions(session: Session) -> list[Benefit]:
    """Every version of every rule by its place, code and first day; the office's own stand in for shipped ones.

    Rows that were not changed here belong to no session.
    """
    found = {(row["code"], row["valid_from"]): Benefit(**row) for row in _shipped()}
    found |= {(row.code, row.valid_from): row for row in session.scalars(select(Benefit))}
    return sorted(found.values(), key=lambda row: (row.sort_order, row.code, row.valid_from))


def last_day(version: Benefit, all_versions: Sequence[Benefit]) -> date | None:
    """The last day on which a version holds: its own, or the day before the next version begins."""
    later = [row.valid_from for row in all_versions if row.code == version.code and row.valid_from > version.valid_from]
    ends = [end for end in (version.valid_to, min(later) - timedelta(days=1) if later else None) if end is not None]
    return min(ends, default=None)


def in_force(session: Session, on: date) -> list[Benefit]:
    """The rules that hold on a day, in their order."""
    rows = versions(session)
    return [
        row
        for row in rows
        if row.is_active and row.valid_from <= on and ((end := last_day(row, rows)) is None or on <= end)
    ]


def benefit_name(benefit: Benefit) -> str:
    """Its name in the reader's language."""
    return (current_locale() == "en" and benefit.name_en) or benefit.name_zh


@dataclass(frozen=True, slots=True)
class Line:
    """One benefit on a card: how it stands, why, what to bring, and what may be said of it.

    ``mark`` is the word of the tag: a rule whose source was not verified is never called 能报.
    """

    benefit: Benefit
    name: str
    verdict: Verdict
    findings: list[Finding]
    papers: list[str]
    until: date | None

    @property
    def is_promise(self) -> bool:
        return self.verdict is Verdict.CAN and self.benefit.is_verified

    @property
    def mark(self) -> str:
        if self.verdict is Verdict.CAN and not self.benefit.is_verified:
            return _("条件对得上，政策待核实")
        return self.verdict.label

    @property
    def caution(self) -> str:
        """Said wherever the source was not verified; empty otherwise."""
        if self.benefit.is_verified:
            return ""
        return _("来源未核实，以%(office)s为准", office=self.benefit.apply_at)

    def texts(self, verdict: Verdict) -> list[str]:
        """The words of the conditions that stand so."""
        return [finding.text for finding in self.findings if finding.verdict is verdict]


def card(session: Session, facts: Facts, audience: Audience = Audience.PERSON) -> list[Line]:
    """Every rule in force for an audience read against ``facts``, the good news first."""
    words = {**names(session, ServiceObjectKind), **names(session, ResettlementMethod)}
    rows = versions(session)
    lines = []
    for benefit in in_force(session, facts.today):
        if benefit.audience is not audience:
            continue
        verdict, findings = evaluate(benefit.conditions, facts, words)
        papers = [paper for paper in benefit.papers.splitlines() if paper.strip()]
        lines.append(Line(benefit, benefit_name(benefit), verdict, findings, papers, last_day(benefit, rows)))
    lines.sort(key=lambda line: (_ORDER.index(line.verdict), not line.benefit.is_verified, line.benefit.sort_order))
    return lines


def facts_of(uow: UnitOfWork, person: Person) -> Facts:
    """What the file and the register say of a person loaded with kinds and service."""
    spell = current_spell(uow.session, person.id)
    kinds = frozenset(kind.kind_code for kind in current_kinds(person, uow.today))
    service = person.service
    known = Facts(
        uow.today,
        kinds=kinds or None,
        is_verified=person.verification is VerificationState.VERIFIED,
        method=service.resettlement_code if service else None,
        discharged_on=service.discharged_on if service else None,
        birth_on=person.birth_on,
        sex=person.sex,
        has_hardship=HARDSHIP in kinds,
    )
    return _with_work(uow, known, spell)


def facts_from_answers(today: date, *, kind: str, method: str, discharged_on: date | None, now: str) -> Facts:
    """What somebody without a file said; an answer that was left out is not known."""
    said = WorkNow(now) if now in set(WorkNow) else None
    return Facts(
        today,
        kinds=frozenset({kind}),
        method=method or None,
        discharged_on=discharged_on,
        has_business=said is WorkNow.HAS_BUSINESS if said else None,
        wants_business=True if said in {WorkNow.PLANS_BUSINESS, WorkNow.HAS_BUSINESS} else None,
        is_out_of_work=said is WorkNow.OUT_OF_WORK if said in {WorkNow.OUT_OF_WORK, WorkNow.EMPLOYED} else None,
    )


def _with_work(uow: UnitOfWork, facts: Facts, spell: EmploymentSpell | None) -> Facts:
    """Work counts as known only where the register holds proof of it; a word of mouth decides nothing."""
    if spell is None:
        return facts
    kind = uow.session.get_one(EmploymentStatusKind, spell.status_code)
    if kind.counts_as_employed and spell.evidence is EvidenceKind.NONE:
        return facts
    has_business = spell.status_code in BUSINESS_STATES
    return replace(
        facts,
        has_business=has_business,
        business_on=spell.started_on if has_business else None,
        wants_business=True if has_business else None,
        is_out_of_work=not kind.counts_as_employed if kind.in_denominator or kind.counts_as_employed else None,
    )


def counted(lines: Collection[Line]) -> dict[Verdict, int]:
    """How many lines stand so; 能报 counts promises only."""
    found = {verdict: sum(line.verdict is verdict for line in lines) for verdict in Verdict}
    found[Verdict.CAN] = sum(line.is_promise for line in lines)
    return found


def deduction(quota_yuan: int, months: Sequence[int]) -> Decimal:
    """What an employer may deduct in one year: Σ months of each soldier ÷ 12 × quota, in yuan and fen.

    Source of the formula: 财政部 税务总局 退役军人事务部公告 2023 年第 14 号. Raises ``ValueError`` for a month that no
    year has.
    """
    if any(not 0 <= month <= 12 for month in months):
        raise ValueError("a year has 12 months")
    total = Decimal(sum(months)) * quota_yuan / 12
    return total.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
