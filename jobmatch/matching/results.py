"""What matching answers with: reasons in the reader's language, and postings and people with their reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.i18n import N_, current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.people.cards import PersonCard
from jobmatch.reference import models as m
from jobmatch.reference.queries import names
from ml.matching import Explanation, Match, ReasonItem
from recruiters.postings.cards import PostingCard
from recruiters.postings.models import PostingRequirement

BAND_LABELS = {"very_good": N_("很合适"), "good": N_("比较合适"), "possible": N_("可以试试")}
SHOWN_FIRST = (
    "licence",
    "certificate",
    "specialty",
    "occupation_past",
    "leadership",
    "skill",
    "years",
    "occupation_wanted",
    "education",
    "pay",
    "veterans_first",
    "region",
    "shift",
    "employment_type",
)
"""Reasons in the order in which they say most; distance has a place of its own on a card."""
EDUCATION_NAMES = {
    2: N_("小学"),
    3: N_("初中"),
    4: N_("高中或中专"),
    5: N_("大专"),
    6: N_("本科"),
    7: N_("硕士"),
    8: N_("博士"),
}
_TABLES: dict[str, type[m.CodeMixin]] = {
    "skill": m.Skill,
    "certificate": m.Certificate,
    "specialty": m.MilitarySpecialty,
    "occupation_wanted": m.Occupation,
    "occupation_past": m.Occupation,
}
"""Which code table names what a line is about."""
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u3400-\u9fff])")


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation in the reader's language; ``status`` is met, partly or missing."""

    kind: str
    code: str
    status: str
    text: str
    is_must: bool

    @property
    def is_met(self) -> bool:
        return self.status == "met"


def label_of(session: Session, item: ReasonItem | PostingRequirement) -> str:
    """What a line or a condition is about, in the reader's language where the code table has it.

    Chinese readers get the words of the posting, which may say more than the table.
    """
    model = _TABLES.get(item.kind)
    if model is None or current_locale() == "zh":
        return item.label
    return names(session, model).get(item.code, item.label)


def need_name(session: Session, kind: str, code: str, level: int = 0) -> str:
    """What a licence, certificate or degree is called: ``B2 驾驶证``, ``低压电工作业证``, ``大专学历``."""
    if kind == "licence":
        return _("%(licence)s 驾驶证", licence=code)
    if kind == "education":
        return _("%(name)s学历", name=_(EDUCATION_NAMES[level]))
    return spaced(names(session, _TABLES[kind]).get(code, code))


def spaced(text: str) -> str:
    """A space between Chinese and Latin letters or digits, which data words often lack."""
    return _BETWEEN.sub(" ", text)


def reason_text(session: Session, item: ReasonItem) -> str:
    """The sentence of one line; values that are words themselves are translated too."""
    values = {name: _(value) if isinstance(value, str) and value else value for name, value in item.params.items()}
    if "name" in values and current_locale() != "zh":
        values["name"] = label_of(session, item)
    return spaced(_(item.template, **values) if values else _(item.template))


def reasons_of(
    session: Session, explanation: Explanation, *, near: str = ""
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """(what is met, what is not), the most telling first.

    ``near`` is the distance in words, which replaces the figure wherever a place is only known as a town or county.
    """
    found = []
    for item in explanation.items:
        text = reason_text(session, item)
        if item.kind == "distance":
            if not near:
                continue
            limit = item.params.get("limit")
            text = near if item.status == "met" else _("%(near)s，超过 %(limit)s 公里", near=near, limit=limit)
        found.append(Reason(item.kind, item.code, item.status, text, item.must))
    found.sort(key=_telling)
    return tuple(one for one in found if one.is_met), tuple(one for one in found if not one.is_met)


def _telling(reason: Reason) -> tuple[bool, int]:
    place = SHOWN_FIRST.index(reason.kind) if reason.kind in SHOWN_FIRST else len(SHOWN_FIRST)
    return not reason.is_must, place


def match_word(band: str) -> str:
    """很合适, 比较合适 or 可以试试: people are never told a percentage."""
    return _(BAND_LABELS[band])


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One recommended posting; ``score`` 0 to 100 is for staff and machines, ``word`` for people."""

    posting_id: int
    public_id: str
    title: str
    score: float
    word: str
    is_good: bool
    reasons: tuple[Reason, ...]
    gaps: tuple[Reason, ...]
    met: int
    total: int


@dataclass(frozen=True, slots=True)
class RecommendedPerson:
    """One recommended person behind a card that others may see."""

    person_id: int
    card: PersonCard
    score: float
    word: str
    is_good: bool
    reasons: tuple[Reason, ...]
    gaps: tuple[Reason, ...]
    met: int
    total: int
    is_invited: bool
    can_be_told: bool


def fit_of(session: Session, match: Match, *, near: str = "") -> dict[str, Any]:
    """The fields that both kinds of recommendations share."""
    reasons, gaps = reasons_of(session, match.explanation, near=near)
    return {
        "score": match.score,
        "word": match_word(match.band),
        "is_good": match.band == "very_good",
        "reasons": reasons,
        "gaps": gaps,
        "met": len(reasons),
        "total": len(reasons) + len(gaps),
    }


@dataclass(frozen=True, slots=True)
class ListedPosting:
    """One posting of a list; ``fit`` only where the reader's profile was used."""

    posting_id: int
    card: PostingCard
    distance: str
    fit: Recommendation | None = None
    is_saved: bool = False
    is_invited: bool = False


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A posting that one missing licence or certificate alone keeps out of a list; ``lacks`` says what it is called."""

    row: ListedPosting
    lacks: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many postings a hard rule took out of a list, in words, and the part of the résumé that may correct it."""

    count: int
    text: str
    part: str


class Phrase(str):
    """Words that say what a list stands on; ``part`` names the part of the résumé that changes it."""

    part: str

    def __new__(cls, text: str, part: str) -> Phrase:
        made = super().__new__(cls, text)
        made.part = part
        return made


@dataclass(frozen=True, slots=True)
class PostingPage:
    """One page of a list of postings. ``total`` counts the whole list, ``all_count`` what it was chosen from.

    ``nearly`` and ``left_out`` stand below a recommended list, never in it; ``is_unknown``: the résumé names nothing
    that somebody can do.
    """

    rows: tuple[ListedPosting, ...]
    total: int
    all_count: int
    number: int
    pages: int
    nearly: tuple[NearMiss, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    is_unknown: bool = False


def first_and_gap(reasons: Iterable[Reason], gaps: Iterable[Reason]) -> list[Reason]:
    """Two reasons for and the weightiest one against: what fits on a card."""
    return [one for one in reasons if one.kind != "distance"][:2] + [one for one in gaps if one.kind != "distance"][:1]
