"""Counting: rates of a subtree, by place and over time, and the lists behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import counted_below, counted_path, visible_people
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

    def told(self, *, exact: bool) -> float | None:
        """The percent for a reader; without ``exact`` none where it would give a masked count away."""
        sides = (self.numerator, self.denominator - self.numerator)
        return self.percent if exact or not any(0 < side < SMALL for side in sides) else None


def _members(uow: UnitOfWork, kind: RateKind, day: date, path: str) -> Select[*tuple[Any, ...]]:
    members = visible_people(uow.actor, population(kind, day), aggregate=True)
    return members.where(counted_below(path)) if path else members


def rate(uow: UnitOfWork, kind: RateKind, day: date, *, path: str = "") -> Rate:
    """The rate among the people the actor answers for, below ``path`` where one is given: one statement."""
    members = _members(uow, kind, day, path).subquery()
    counting = visible(select(members.c.cell, func.count()).group_by(members.c.cell), "person")
    return Rate(kind, day, {Cell(cell): count for cell, count in uow.rows(counting)})


def rates_by_place(uow: UnitOfWork, kind: RateKind, day: date, *, path: str) -> list[tuple[Region, Rate]]:
    """The rate of every place directly below ``path``, lowest first: two statements whatever the number of places."""
    depth = path.strip("/").count("/") + 1 if path else 0
    members = _members(uow, kind, day, path).add_columns(counted_path().label("region_path")).subquery()
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


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place in the table: its rate on the day, and its rate at the end of the month before."""

    region: Region
    now: Rate
    before: Rate | None

    @property
    def change(self) -> float | None:
        """Percentage points since the end of last month; none where one of the two rates is missing."""
        earlier = self.before.percent if self.before else None
        return None if self.now.percent is None or earlier is None else round(self.now.percent - earlier, 1)

    def value(self, column: str) -> Any:
        """What the table sorts by in ``column``."""
        if column == "name":
            return self.region.code
        if column in {"rate", "change"}:
            return self.now.percent if column == "rate" else self.change
        return self.now.denominator if column == "all" else self.now.cells.get(Cell(column), 0)


PLACE_COLUMNS = frozenset({"name", "all", "employed", "seeking", "unknown", "rate", "change"})


def place_lines(uow: UnitOfWork, kind: RateKind, day: date, *, path: str, sort: str = "rate") -> list[PlaceLine]:
    """The places directly below ``path``, sorted by a column, falling where ``sort`` begins with "-".

    The lowest rate comes first unless another column is asked for; places without a figure come last.
    """
    before = {region.path: found for region, found in rates_by_place(uow, kind, month_ends(day, 2)[0], path=path)}
    lines = [
        PlaceLine(region, now, before.get(region.path)) for region, now in rates_by_place(uow, kind, day, path=path)
    ]
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    if column not in PLACE_COLUMNS:
        column, falling = "rate", False
    known = [line for line in lines if line.value(column) is not None]
    known.sort(key=lambda line: line.value(column), reverse=falling)
    return known + [line for line in lines if line.value(column) is None]


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
