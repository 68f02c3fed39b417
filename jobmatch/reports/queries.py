"""Counting: rates of a subtree, by place and over time, and the lists behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.models import Region
from jobmatch.reports.indicators import Cell, RateKind, population

SMALL = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate on one day: how many people stand in each cell."""

    kind: RateKind
    day: date
    cells: dict[Cell, int]

    def count(self, cells: Sequence[Cell] | frozenset[Cell]) -> int:
        return sum(self.cells.get(cell, 0) for cell in cells)

    @property
    def numerator(self) -> int:
        return self.count(self.kind.numerator)

    @property
    def denominator(self) -> int:
        return self.count(self.kind.denominator)

    @property
    def unknown(self) -> int:
        return self.cells.get(Cell.UNKNOWN, 0)

    @property
    def excluded(self) -> int:
        return self.count(self.kind.excluded)

    @property
    def percent(self) -> float | None:
        """Percent with one digit; none where nobody is in the denominator."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None


def _members(uow: UnitOfWork, kind: RateKind, day: date, path: str) -> Select[*tuple[Any, ...]]:
    members = visible_people(uow.actor, population(kind, day), aggregate=True)
    return members.where(Person.region_path.startswith(path, autoescape=True)) if path else members


def rate(uow: UnitOfWork, kind: RateKind, day: date, *, path: str = "") -> Rate:
    """The rate among the people the actor answers for, below ``path`` where one is given: one statement."""
    members = _members(uow, kind, day, path).subquery()
    counting = visible(select(members.c.cell, func.count()).group_by(members.c.cell), "person")
    return Rate(kind, day, {Cell(cell): count for cell, count in uow.rows(counting)})


def rates_by_place(uow: UnitOfWork, kind: RateKind, day: date, *, path: str) -> list[tuple[Region, Rate]]:
    """The rate of every place directly below ``path``, lowest first: two statements whatever the number of places."""
    depth = path.strip("/").count("/") + 1 if path else 0
    members = _members(uow, kind, day, path).add_columns(Person.region_path).subquery()
    counting = visible(
        select(members.c.region_path, members.c.cell, func.count()).group_by(members.c.region_path, members.c.cell),
        "person",
    )
    cells: dict[str, dict[Cell, int]] = {}
    for region_path, cell, count in uow.rows(counting):
        parts = region_path.strip("/").split("/")
        if len(parts) > depth:
            place = cells.setdefault("/" + "/".join(parts[: depth + 1]) + "/", {})
            place[Cell(cell)] = place.get(Cell(cell), 0) + count
    regions = uow.session.scalars(select(Region).where(Region.path.in_(cells))).all()
    found = [(region, Rate(kind, day, cells[region.path])) for region in regions]
    return sorted(found, key=lambda pair: (pair[1].percent is None, pair[1].percent or 0, pair[0].code))


def month_ends(day: date, count: int) -> list[date]:
    """The last days of the ``count - 1`` months before, and ``day`` itself."""
    days, first = [day], day.replace(day=1)
    while len(days) < count:
        last = first - timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def people_behind(
    uow: UnitOfWork, kind: RateKind, day: date, cells: Sequence[Cell], *, path: str = ""
) -> Select[*tuple[Any, ...]]:
    """The people of ``cells``, to be read page by page; its length is the number on the rates page."""
    members = _members(uow, kind, day, path).subquery()
    wanted = select(members.c.id).where(members.c.cell.in_([cell.value for cell in cells]))
    return visible_people(
        uow.actor, select(Person).where(Person.id.in_(wanted)).order_by(Person.region_path, Person.id)
    )
