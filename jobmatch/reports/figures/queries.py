"""Counting: rates of a subtree, by place and over time, and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select

from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Region
from jobmatch.reports.indicators.policies import visible_behind, visible_counts
from jobmatch.reports.indicators.rates import Cell, RateKind, cell_of
from jobmatch.reports.indicators.standing import Scores, standing

T = TypeVar("T")


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
        return self.percent if exact or not any(is_small(side) for side in sides) else None


def rate(uow: UnitOfWork, kind: RateKind, day: date, *, path: str = "") -> Rate:
    """The rate among the people who count below ``path``, or the actor's own subtree: one statement."""
    path = path or uow.actor.region_path
    scores = Scores(uow.session)
    rows = standing(kind.members(day, path), scores, day)
    cell = cell_of(rows, scores).label("cell")
    counting = visible_counts(uow.actor, select(cell, func.count()).group_by(cell), path)
    return Rate(kind, day, {Cell(found): count for found, count in uow.rows(counting)})


def rates_by_place(uow: UnitOfWork, kind: RateKind, day: date, *, path: str) -> list[tuple[Region, Rate]]:
    """The rate of every place directly below ``path``, lowest first, whatever the number of places."""
    scores = Scores(uow.session)
    rows = standing(kind.members(day, path), scores, day)
    cell = cell_of(rows, scores).label("cell")
    counting = visible_counts(uow.actor, select(rows.c.path, cell, func.count()).group_by(rows.c.path, cell), path)
    cells: dict[str, dict[Cell, int]] = {}
    for place, found, count in uow.rows(counting):
        child = child_path(path, place)
        if child != path:
            mine = cells.setdefault(child, {})
            mine[Cell(found)] = mine.get(Cell(found), 0) + count
    regions = uow.session.scalars(select(Region).where(Region.path.in_(cells))).all()
    found_rates = [(region, Rate(kind, day, cells[region.path])) for region in regions]
    return sorted(found_rates, key=lambda pair: (pair[1].percent is None, pair[1].percent or 0, pair[0].code))


def child_path(path: str, below: str) -> str:
    """The step directly below ``path`` on the way to ``below``; ``path`` itself where ``below`` is no farther down."""
    depth = path.strip("/").count("/") + 1 if path.strip("/") else 0
    parts = below.strip("/").split("/")
    return "/" + "/".join(parts[: depth + 1]) + "/" if len(parts) > depth else path


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
    column = sort.removeprefix("-")
    return sorted_by(lines, PlaceLine.value, sort if column in PLACE_COLUMNS else "rate")


def sorted_by(lines: Iterable[T], value: Callable[[T, str], Any], sort: str) -> list[T]:
    """Lines by a column, falling where ``sort`` begins with "-"; those without a value last, either way."""
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    every = list(lines)
    known = [line for line in every if value(line, column) is not None]
    known.sort(key=lambda line: value(line, column), reverse=falling)
    return known + [line for line in every if value(line, column) is None]


def month_ends(day: date, count: int) -> list[date]:
    """The last days of the ``count - 1`` months before, and ``day`` itself."""
    days, first = [day], day.replace(day=1)
    while len(days) < count:
        last = first - timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def rows_behind(rows: Any, *where: Any) -> Select[*tuple[Any, ...]]:
    """``Person`` and ``RosterEntry`` of rows of ``standing``: one of the two may be missing."""
    return (
        select(Person, RosterEntry, rows.c.score)
        .select_from(rows)
        .outerjoin(Person, Person.id == rows.c.person_id)
        .outerjoin(RosterEntry, RosterEntry.id == rows.c.entry_id)
        .where(*where)
        .order_by(rows.c.path, func.coalesce(Person.name, RosterEntry.name), rows.c.person_id, rows.c.entry_id)
    )


def people_behind(
    uow: UnitOfWork, kind: RateKind, day: date, cells: Sequence[Cell], *, path: str = ""
) -> Select[*tuple[Any, ...]]:
    """Who stands in ``cells``, to be read page by page; its length is the number on the rates page."""
    path = path or uow.actor.region_path
    scores = Scores(uow.session)
    rows = standing(kind.members(day, path), scores, day)
    wanted = or_(*(cell_of(rows, scores) == cell.value for cell in cells))
    return visible_behind(uow.actor, rows_behind(rows, wanted), path)
