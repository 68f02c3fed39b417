"""Returnees of a season, and where they are 1, 3, 6 and 12 months on, by the engine of the year table.

A season begins on 1 March or 1 September (一年两季退役), the same day for all of it, so that everybody of a season is
counted on one day, by the proofs that held on that day. A point in the future has no number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.i18n import N_
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import Season
from jobmatch.reference.rules import add_months
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.lines import WORK, ever_confirmed
from jobmatch.reports.indicators.people import UNKNOWN_STAYS
from jobmatch.reports.indicators.rates import DENOMINATOR, NEW_RETURNEES, NUMERATOR, cell_of
from jobmatch.reports.indicators.standing import Scores, returnees, standing
from jobmatch.reports.slices.dimensions import BY_KEY

MONTHS = (1, 3, 6, 12)
SHOWN = 4
"""Seasons on the page, the newest first."""
BEGINS = {Season.SPRING: 3, Season.AUTUMN: 9}
"""The month on whose first day a season begins."""
SIDES = {
    "employed": (N_("当时已就业"), N_("到那一天在就业状态、核实在有效期内的人")),
    "ever": (N_("曾经就业"), N_("退役后到那一天有过核实的就业的人，后来离职的也算")),
    "all": (N_("统计人数"), N_("这一季的自主就业退役士兵，去掉在校的和已退出统计的人")),
}


@dataclass(frozen=True, slots=True)
class Cohort:
    """The returnees of a season of a year."""

    year: int
    season: Season

    @property
    def key(self) -> str:
        """As it stands in an address: 2025-autumn."""
        return f"{self.year}-{self.season.value}"

    @property
    def begins_on(self) -> date:
        """The day from which months are counted."""
        return date(self.year, BEGINS[self.season], 1)

    def day(self, months: int) -> date:
        """The day on which everybody is counted."""
        return add_months(self.begins_on, months)


@dataclass(frozen=True, slots=True)
class Point:
    """Where a cohort stood on a day: at work then, ever at work, of how many. Nothing is counted of a future day."""

    cohort: Cohort
    months: int
    day: date
    employed: int = 0
    ever: int = 0
    whole: int = 0
    is_future: bool = False

    def count(self, side: str) -> int:
        """The number of a side."""
        return {"employed": self.employed, "ever": self.ever}.get(side, self.whole)

    def percent(self, side: str = "employed") -> float | None:
        """Percent with one digit; none of a future day, or where nobody counts."""
        return round(100 * self.count(side) / self.whole, 1) if self.whole else None

    @property
    def is_small(self) -> bool:
        """Whether a reader of figures alone must not see it: some group in it has fewer than five people."""
        groups = (self.employed, self.ever - self.employed, self.whole - self.ever, self.whole)
        return any(is_small(count) for count in groups)


def cohorts(today: date, count: int = SHOWN) -> list[Cohort]:
    """The last seasons that have begun, the newest first."""
    every = (Cohort(year, season) for year in range(today.year, today.year - count, -1) for season in _LATEST_FIRST)
    return [one for one in every if one.begins_on <= today][:count]


_LATEST_FIRST = (Season.AUTUMN, Season.SPRING)


def cohort_of(key: str, today: date) -> Cohort | None:
    """The season of an address, if the page shows it."""
    return next((one for one in cohorts(today) if one.key == key), None)


def _members(scope: Scope, cohort: Cohort) -> Any:
    base = returnees(cohort.year, scope.path).subquery("returned")
    season = BY_KEY["season"].person
    if season is None:
        raise LookupError("no season of people")
    return (
        select(base.c.person_id, base.c.entry_id, base.c.path, base.c.is_outside)
        .select_from(base)
        .outerjoin(Person, Person.id == base.c.person_id)
        .outerjoin(RosterEntry, RosterEntry.id == base.c.entry_id)
        .where(season(scope) == cohort.season.value)
    )


def _worked(rows: Any, cohort: Cohort, day: date) -> ColumnElement[bool]:
    """Whether somebody had verified work between the discharge and ``day``."""
    spell = aliased(EmploymentSpell)
    own = select(ServiceRecord.discharged_on).where(ServiceRecord.person_id == rows.c.person_id)
    return exists(
        select(spell.id).where(
            spell.person_id == rows.c.person_id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            spell.started_on >= func.coalesce(own.correlate(rows).scalar_subquery(), cohort.begins_on),
            spell.started_on <= day,
            ever_confirmed(spell, day),
        )
    ).correlate(rows)


def _conditions(scope: Scope, cohort: Cohort, day: date) -> tuple[Any, dict[str, ColumnElement[bool]]]:
    """Rows of the engine for a cohort on a day, and who of them stands in each side."""
    scores = Scores(scope.uow.session)
    rows = standing(_members(scope, cohort), scores, day)
    cell = cell_of(rows, scores)
    employed = cell.in_(sorted(one.value for one in NUMERATOR))
    counted = cell.in_(sorted(one.value for one in DENOMINATOR))
    ever = and_(counted, or_(employed, _worked(rows, cohort, day)))
    return rows, {"employed": employed, "ever": ever, "all": counted}


def point(uow: UnitOfWork, path: str, cohort: Cohort, months: int) -> Point:
    """Where a cohort below ``path`` stood so many months on; one statement."""
    day = cohort.day(months)
    if day > uow.today:
        return Point(cohort, months, day, is_future=True)
    scope = Scope(uow, path, day, day)
    rows, where = _conditions(scope, cohort, day)
    counting = select(*(func.count().filter(one) for one in where.values())).select_from(rows)
    employed, ever, whole = uow.one(scope.counts(counting))
    return Point(cohort, months, day, int(employed), int(ever), int(whole))


def points(uow: UnitOfWork, path: str) -> list[list[Point]]:
    """Every shown cohort at every point, the newest cohort first."""
    return [[point(uow, path, cohort, months) for months in MONTHS] for cohort in cohorts(uow.today)]


def cohort_figure(cohort: Cohort, months: int, side: str) -> Figure:
    """The people behind a number of the page, for a scope that ends on the day of the point."""

    def rows(scope: Scope) -> Rows:
        found, where = _conditions(scope, cohort, cohort.day(months))
        return rows_of(func.coalesce(found.c.person_id, -found.c.entry_id), where[side])

    name, formula = SIDES[side]
    return Figure(
        f"cohort.{side}@{cohort.key}+{months}",
        name,
        Unit.PERSON,
        Span.STOCK,
        Subject.MEMBER,
        formula,
        rows,
        counts=NEW_RETURNEES.population,
        unknown=UNKNOWN_STAYS,
        source=NEW_RETURNEES.source,
    )
