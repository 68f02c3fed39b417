"""Supply against demand by occupation: who wants it, and how many are sought, with the list behind each.

Both sides are those of 求人倍率 (I23). Whoever wants several occupations counts at each of them, so the people of the
rows come to more than there are; each row alone is a number of people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.people.models.person import JobIntention
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names
from jobmatch.reports.figures.queries import sorted_by
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Value
from jobmatch.reports.indicators.offers import I23, VACANCIES
from jobmatch.reports.indicators.work import WILLING
from jobmatch.reports.slices.dimensions import GROUP, UNKNOWN, occupation_groups
from recruiters.postings.models import Posting

LEVELS = {"group": GROUP, "code": 10}
"""How many figures of a code make a row: its group (中类), or the occupation itself (细类)."""
COLUMNS = frozenset({"name", "seekers", "places", "ratio"})


@dataclass(frozen=True, slots=True)
class Trade:
    """One occupation: people who want it, places that are open, and places for each of them."""

    code: str
    name: str
    seekers: int
    places: int

    @property
    def ratio(self) -> float | None:
        """求人倍率; none where nobody wants it."""
        return Value(self.places, self.seekers, I23.unit).value

    @property
    def is_small(self) -> bool:
        """Whether readers of figures alone must not see the people."""
        return is_small(self.seekers)

    def value(self, column: str) -> Any:
        """What the table sorts by."""
        return self.code if column == "name" else getattr(self, column)


@dataclass(frozen=True, slots=True)
class Supply:
    """All occupations, and both sides in all: people once each, places summed."""

    trades: tuple[Trade, ...]
    seekers: int
    places: int

    @property
    def ratio(self) -> float | None:
        """求人倍率 of the place."""
        return Value(self.places, self.seekers, I23.unit).value

    def only(self, trades: Iterable[Trade]) -> Supply:
        """The same with some of its occupations."""
        return replace(self, trades=tuple(trades))


_CODES = cast(JobIntention.occupation_codes, Text)


def supply(scope: Scope, level: str, sort: str = "-seekers") -> Supply:
    """Every occupation that somebody wants or seeks people for; two statements."""
    width = LEVELS[level]
    (seekers, people), places = _seekers(scope, width), _places(scope, width)
    words = occupation_groups(scope.uow.session) if level == "group" else names(scope.uow.session, Occupation)
    trades = [
        Trade(code, _("没写职业") if code == UNKNOWN else words.get(code, code), seekers[code], places[code])
        for code in {*seekers, *places}
    ]
    sort = sort if sort.removeprefix("-") in COLUMNS else "-seekers"
    ordered = sorted_by(sorted(trades, key=lambda one: one.code), Trade.value, sort)
    last = [one for one in ordered if one.code == UNKNOWN]
    kept = [one for one in ordered if one.code != UNKNOWN]
    return Supply((*kept, *last), people, sum(places.values()))


def _seekers(scope: Scope, width: int) -> tuple[Counter[str], int]:
    """People by each occupation that they want, and how many there are; the same wishes are read once."""
    behind = WILLING.rows(scope).subquery()
    wishes = (
        select(_CODES.label("codes"))
        .select_from(behind)
        .outerjoin(JobIntention, JobIntention.person_id == behind.c.id)
        .subquery()
    )
    counting = select(wishes.c.codes, func.count()).group_by(wishes.c.codes)
    found: Counter[str] = Counter()
    people = 0
    for codes, number in scope.uow.rows(scope.counts(counting)):
        wanted = {str(code)[:width] for code in json.loads(codes or "[]") or ()}
        people += int(number)
        for code in wanted or {UNKNOWN}:
            found[code] += int(number)
    return found, people


def _places(scope: Scope, width: int) -> Counter[str]:
    """Open places by occupation."""
    behind = VACANCIES.rows(scope).subquery()
    code = func.substr(Posting.occupation_code, 1, width)
    valued = (
        select(code.label("code"), behind.c.amount)
        .select_from(behind)
        .join(Posting, Posting.id == behind.c.id)
        .subquery()
    )
    counting = select(valued.c.code, func.sum(valued.c.amount)).group_by(valued.c.code)
    found: Counter[str] = Counter()
    for key, number in scope.uow.rows(scope.counts(counting)):
        found[key or UNKNOWN] += int(number or 0)
    return found


def seekers_of(code: str) -> Figure:
    """The people who want an occupation or a group of them."""

    def rows(scope: Scope) -> Rows:
        behind = WILLING.rows(scope).subquery()
        query = select(behind.c.id, behind.c.amount).outerjoin(JobIntention, JobIntention.person_id == behind.c.id)
        if code == UNKNOWN:
            return query.where(or_(_CODES.is_(None), _CODES.in_(("[]", "null"))))
        return query.where(_CODES.contains(f'"{code}', autoescape=True))

    return replace(WILLING, code=f"{WILLING.code}@{code}", rows=rows)


def places_of(code: str) -> Figure:
    """The open postings of an occupation or a group of them."""

    def rows(scope: Scope) -> Rows:
        behind = VACANCIES.rows(scope).subquery()
        query = select(behind.c.id, behind.c.amount).join(Posting, Posting.id == behind.c.id)
        if code == UNKNOWN:
            return query.where(Posting.occupation_code.is_(None))
        return query.where(Posting.occupation_code.startswith(code, autoescape=True))

    return replace(VACANCIES, code=f"{VACANCIES.code}@{code}", rows=rows)


def trade_name(session: Session, code: str) -> str | None:
    """What an occupation or a group is called; none of a code that is neither."""
    if code == UNKNOWN:
        return _("没写职业")
    return occupation_groups(session).get(code) or names(session, Occupation).get(code)
