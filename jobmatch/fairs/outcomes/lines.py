"""What the figures of a fair are counted from: one line for each employer, posting, person, intention and wish."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.day.states import IntentionMark, IntentionStanding, WishKind
from jobmatch.fairs.exhibitors.states import FairPostingChangeKind
from jobmatch.fairs.visitors.states import VisitorKind
from recruiters.employers.states import EmployerKind

FAMILIES = (VisitorKind.MILITARY_DEPENDANT, VisitorKind.ACCOMPANYING_DEPENDANT)
"""军属 of the reports; families who moved with a serving member are among them."""
SERVED = (VisitorKind.VETERAN, *FAMILIES)
"""Those above and below the line of the rate (意向达成率)."""
_SAID_YES = (IntentionMark.INTENTION, IntentionMark.HIRE)

Key = tuple[str, Any]


def both_yes() -> ColumnElement[bool]:
    """Condition on ``Intention``: it counts, because both have said yes and nobody took it back."""
    return and_(
        Intention.mark.in_(_SAID_YES),
        or_(Intention.person_yes_at.is_not(None), Intention.hire_yes_at.is_not(None)),
        Intention.declined_at.is_(None),
    )


def standing_of(intention: Any) -> IntentionStanding:
    """What an intention counts as, from both yeses. An on-site hire is one only with the person's yes to it."""
    if intention.declined_at is not None or intention.mark is IntentionMark.NOT_FIT:
        return IntentionStanding.NONE
    if intention.mark is IntentionMark.HIRE:
        if intention.hire_yes_at is not None:
            return IntentionStanding.HIRED
        return IntentionStanding.BOTH if intention.person_yes_at is not None else IntentionStanding.HIRE_OPEN
    if intention.mark is IntentionMark.INTENTION:
        return IntentionStanding.BOTH if intention.person_yes_at is not None else IntentionStanding.EMPLOYER
    return IntentionStanding.PERSON


COUNTING = (IntentionStanding.BOTH, IntentionStanding.HIRED)
ONE_SIDED = (IntentionStanding.EMPLOYER, IntentionStanding.PERSON, IntentionStanding.HIRE_OPEN)


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """Somebody who came. ``key`` is who it is: the file where linked, else the phone, else the registration alone."""

    fair_id: int
    registration_id: int
    key: Key
    name: str
    kind: VisitorKind
    is_verified: bool
    region_path: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ExhibitorLine:
    """An employer that came."""

    fair_id: int
    exhibitor_id: int
    public_id: str
    organization_id: int
    employer_id: int
    name: str
    kind: EmployerKind
    industry_code: str | None
    region_path: str
    is_veteran_founded: bool
    has_left: bool


@dataclass(frozen=True, slots=True)
class PostingLine:
    """A posting that stood at closing at a booth of an employer that came."""

    fair_id: int
    exhibitor_id: int
    posting_id: int
    title: str
    vacancies: int
    occupation_code: str | None
    is_reserved: bool
    employer: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of the head-count on the spot: what stood before, what after; nothing offered counts as none."""

    fair_id: int
    employer: str
    title: str
    kind: FairPostingChangeKind
    before: int
    after: int
    at: datetime

    @property
    def more(self) -> int:
        """By so many the sum of all head-counts moved."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class IntentionLine:
    """An intention with who and what it is about."""

    fair_id: int
    intention_id: int
    public_id: str
    registration_id: int
    key: Key
    name: str
    kind: VisitorKind
    region_path: str
    person_id: int | None
    exhibitor_id: int
    organization_id: int
    employer: str
    title: str
    standing: IntentionStanding
    open_until: datetime
    application_id: int | None
    is_vouched: bool = True
    """Somebody other than the two sides saw the person; both yeses without that are only said (自报)."""


@dataclass(frozen=True, slots=True)
class WishLine:
    """One line of a counter."""

    fair_id: int
    kind: WishKind
    name: str
    words: str
    at: datetime


def first_of_each(lines: Iterable[IntentionLine]) -> list[IntentionLine]:
    """The first line of each person, in the order given."""
    found: dict[Key, IntentionLine] = {}
    for one in lines:
        found.setdefault(one.key, one)
    return list(found.values())


def half_hours(times: Sequence[datetime]) -> list[tuple[datetime, int]]:
    """Begin and number of each half hour between the first and the last of ``times``."""
    slots: dict[int, int] = {}
    for at in times:
        slot = int(at.timestamp()) // 1800
        slots[slot] = slots.get(slot, 0) + 1
    if not slots:
        return []
    zone = times[0].tzinfo
    # A clock that was a day wrong must not draw a page of empty columns.
    last = min(max(slots), min(slots) + 47)
    return [(datetime.fromtimestamp(slot * 1800, zone), slots.get(slot, 0)) for slot in range(min(slots), last + 1)]
