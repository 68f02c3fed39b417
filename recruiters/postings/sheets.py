"""A posting as its writer and its reviewer see it: every fact, every text with the places that rules speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import Occupation, Reason
from jobmatch.reference.queries import names, region_label
from recruiters.postings.ages import age_facts
from recruiters.postings.cards import PostingCard, pay_note, pay_words, posting_card
from recruiters.postings.checks import ELEMENT_LABELS
from recruiters.postings.models import Posting

FIELD_LABELS = {
    "title": N_("岗位名称"),
    "duties": N_("具体做什么"),
    "requirement_text": N_("其他要求"),
    "work_time": N_("工作时间"),
    "benefits": N_("其他福利"),
    "address": N_("详细地址"),
    "contract_party": N_("和谁签合同"),
}
PARTS: dict[str, tuple[str, ...]] = {
    "work": ("headcount", "duties"),
    "needs": ("requirements",),
    "pay": ("pay", "employment_type", "work_conditions"),
    "place": ("location", "valid_until"),
}
"""Pages of the form, and the legal elements each of them gives."""
_PART_FIELDS = {
    "work": {"title", "duties"},
    "needs": {"requirement_text"},
    "pay": {"work_time", "benefits", "contract_party", "pay"},
    "place": {"address"},
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; ``finding`` is what a rule says of it, None for plain text."""

    text: str
    finding: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One posting for its pages."""

    posting: Posting
    card: PostingCard
    facts: list[tuple[str, str]]
    texts: list[tuple[str, list[Piece]]]
    must: list[str]
    nice: list[str]
    missing: list[str]
    reason: str


def pieces(text: str, findings: Sequence[dict[str, Any]]) -> list[Piece]:
    """``text`` cut where findings stand; a finding that overlaps an earlier one is left out."""
    found: list[Piece] = []
    place = 0
    for finding in sorted(findings, key=lambda one: one["start"]):
        start, end = finding["start"], finding["start"] + len(finding["text"])
        if start < place or text[start:end] != finding["text"]:
            continue
        found += [Piece(text[place:start], None), Piece(text[start:end], finding)]
        place = end
    return [piece for piece in [*found, Piece(text[place:], None)] if piece.text]


def sheet_of(session: Session, posting: Posting) -> Sheet:
    """The sheet of a posting read with ``queries.load_full``; names come from cached tables."""
    by_field: dict[str, list[dict[str, Any]]] = {}
    for finding in posting.findings:
        by_field.setdefault(finding["field"], []).append(finding)
    texts = [
        (_(FIELD_LABELS[name]), pieces(getattr(posting, name), by_field.get(name, [])))
        for name in ("title", "duties", "requirement_text", "work_time", "benefits", "contract_party", "address")
        if getattr(posting, name)
    ]
    return Sheet(
        posting=posting,
        card=posting_card(session, posting),
        facts=_facts(session, posting),
        texts=texts,
        must=[need.label for need in posting.requirements if need.is_must],
        nice=[need.label for need in posting.requirements if not need.is_must],
        missing=[_(ELEMENT_LABELS[code]) for code in posting.missing if code in ELEMENT_LABELS],
        reason=names(session, Reason).get(posting.review_reason_code or "", ""),
    )


def _facts(session: Session, posting: Posting) -> list[tuple[str, str]]:
    def label(member: Any) -> str:
        return member.label if member is not None else "—"

    pay = pay_words(posting)
    note = pay_note(posting)
    facts = [
        (_("工资"), f"{pay}（{note}）" if note else pay),
        (_("人数"), _("%(n)s 人", n=posting.vacancy_count)),
        (_("职业"), names(session, Occupation).get(posting.occupation_code or "", "—")),
        (_("岗位性质"), posting.kind.label),
        (_("用工类型"), label(posting.employment_type)),
        (_("班次"), label(posting.shift)),
        (_("吃饭"), label(posting.meals)),
        (_("住宿"), label(posting.housing)),
        (_("社保"), label(posting.social_insurance)),
        (_("地点"), region_label(session, posting.region_code) or "—"),
    ]
    facts += age_facts(posting)
    if posting.source_name:
        facts.append((_("转载来源"), posting.source_name))
    return facts


def part_states(posting: Posting) -> list[tuple[str, bool, list[str]]]:
    """For each page of the form: its name, whether it is complete, and what it lacks or must change."""
    found = []
    for part, elements in PARTS.items():
        lacks = [_(ELEMENT_LABELS[code]) for code in elements if code in posting.missing]
        blocks = [
            _("“%(text)s”要改", text=finding["text"])
            for finding in posting.findings
            if finding["severity"] == "block" and finding["field"] in _PART_FIELDS[part]
        ]
        found.append((part, not lacks and not blocks, [*lacks, *blocks]))
    return found
