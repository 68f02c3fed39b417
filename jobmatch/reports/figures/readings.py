"""Numbers as they are shown: read for a place and a period, by place, over months, with small counts masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, median_low
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Region
from jobmatch.reference.queries import children_of
from jobmatch.reports.figures.listing import ListKind
from jobmatch.reports.figures.lists import LISTS
from jobmatch.reports.figures.queries import child_path, month_ends
from jobmatch.reports.indicators.base import (
    Definition,
    Figure,
    Median,
    Middle,
    Ratio,
    Scope,
    Span,
    Unit,
    Value,
    count,
    middle,
)
from jobmatch.reports.indicators.policies import shows_small_cells, visible_behind

SIDES = ("numerator", "denominator", "unknown")


@dataclass(frozen=True, slots=True)
class Reading:
    """A definition as it was counted; what is not part of its kind is none.

    ``is_hidden``: a reader of figures alone must not see it, because a small count could be told from it.
    """

    definition: Definition
    numerator: int
    denominator: int | None = None
    unknown: int | None = None
    median: Middle | None = None
    is_hidden: bool = False

    @property
    def value(self) -> float | int | None:
        """What is printed large: the number, the percent or times, the median; none where there is nothing to say."""
        if self.is_hidden:
            return None
        if self.median is not None:
            return self.median.value
        if self.denominator is None:
            return self.numerator
        return Value(self.numerator, self.denominator, self.definition.unit).value

    @property
    def step(self) -> str:
        """The name of the band that the median falls in; empty for what is not measured in bands."""
        if not isinstance(self.definition, Median) or not self.definition.steps or self.value is None:
            return ""
        return _(self.definition.steps[int(self.value)])

    @property
    def percent(self) -> float | None:
        """The value where it is one of percent, for a bar."""
        return self.value if self.definition.unit is Unit.PERCENT else None


def side_of(definition: Definition, side: str) -> Figure | Median | None:
    """The figure whose rows a list shows: a side of a ratio, or the definition itself."""
    if not isinstance(definition, Ratio):
        return definition if side == SIDES[0] else None
    found: Figure | None = getattr(definition, side) if side in SIDES else None
    return found


def sides_of(definition: Definition) -> list[tuple[str, Figure | Median]]:
    """Every side that has a list, by its name."""
    found = ((name, side_of(definition, name)) for name in SIDES)
    return [(name, one) for name, one in found if one is not None]


def is_personal(definition: Definition) -> bool:
    """Whether small counts of it may point at somebody."""
    return any(LISTS[one.subject].is_personal for _name, one in sides_of(definition))


def span_of(definition: Definition) -> Span:
    """Whether it speaks of the end of the period, or of what happened in it."""
    return definition.numerator.span if isinstance(definition, Ratio) else definition.span


def _needs_mask(numerator: int, denominator: int | None) -> bool:
    if denominator is None:
        return is_small(numerator)
    return is_small(numerator) or is_small(denominator) or is_small(denominator - numerator)


def _shown(uow: UnitOfWork, definition: Definition, *counts: int | None, found: Middle | None = None) -> Reading:
    numerator, denominator, unknown = (*counts, None, None)[:3]
    exact = shows_small_cells(uow.actor) or not is_personal(definition)
    is_hidden = not exact and _needs_mask(numerator or 0, denominator)
    return Reading(definition, numerator or 0, denominator, unknown, found, is_hidden)


def read(scope: Scope, definition: Definition) -> Reading:
    """The number; one statement a side, two for a median."""
    if isinstance(definition, Figure):
        return _shown(scope.uow, definition, count(scope, definition))
    if isinstance(definition, Median):
        found = middle(scope, definition)
        return _shown(scope.uow, definition, found.row_count, found=found)
    unknown = count(scope, definition.unknown) if definition.unknown else None
    sides = (count(scope, definition.numerator), count(scope, definition.denominator))
    return _shown(scope.uow, definition, *sides, unknown)


def trend(scope: Scope, definition: Definition, months: int = 12) -> list[tuple[date, Reading]]:
    """The number at the ends of the last months: of a flow what happened in the month up to then."""
    is_flow = span_of(definition) is Span.FLOW
    return [
        (day, read(Scope(scope.uow, scope.path, day.replace(day=1) if is_flow else day, day), definition))
        for day in month_ends(scope.until, months)
    ]


@dataclass(frozen=True, slots=True)
class PlaceReading:
    """One place directly below, or the own remainder of the place itself (``is_own``)."""

    code: str
    name: str
    path: str
    reading: Reading
    is_own: bool


def by_place(scope: Scope, definition: Definition) -> list[PlaceReading]:
    """The number of every place directly below; the lines of a count add up to the whole. One statement a side."""
    if isinstance(definition, Median):
        measured = _measures(scope, definition)
        found = {place: _median(scope.uow, definition, amounts) for place, amounts in measured.items()}
    else:
        sums = [_sums(scope, side) for _name, side in sides_of(definition)]
        paths = {path for one in sums for path in one}
        found = {path: _shown(scope.uow, definition, *(one.get(path, 0) for one in sums)) for path in paths}
    regions = {row.path: row for row in scope.uow.session.scalars(select(Region).where(Region.path.in_(found)))}
    lines = [
        PlaceReading(
            regions[path].code if path in regions else path.strip("/").split("/")[-1],
            regions[path].name_zh if path in regions else path,
            path,
            reading,
            path == scope.path,
        )
        for path, reading in found.items()
    ]
    return hide_second(sorted(lines, key=lambda line: (line.is_own, line.code)))


def hide_second(lines: Sequence[PlaceReading]) -> list[PlaceReading]:
    """Where one line alone is hidden, the smallest other goes with it: the whole would give it away."""
    hidden = [line for line in lines if line.reading.is_hidden]
    open_lines = [line for line in lines if not line.reading.is_hidden]
    if len(hidden) != 1 or not open_lines:
        return list(lines)
    second = min(open_lines, key=lambda line: line.reading.denominator or line.reading.numerator)
    return [_hide(line) if line is second else line for line in lines]


def _hide(line: PlaceReading) -> PlaceReading:
    one = line.reading
    masked = Reading(one.definition, one.numerator, one.denominator, one.unknown, one.median, is_hidden=True)
    return PlaceReading(line.code, line.name, line.path, masked, line.is_own)


def _placed(figure: Figure | Median, scope: Scope) -> Any:
    """Place and amount of each row behind a figure."""
    kind, rows = LISTS[figure.subject], figure.rows(scope).subquery("behind")
    query = kind.joined(select(kind.path.label("path"), rows.c.amount).select_from(rows), rows)
    return query.subquery("placed")


def _sums(scope: Scope, figure: Figure | Median) -> dict[str, int]:
    if LISTS[figure.subject].query is not None and isinstance(figure, Figure):
        return _counted_apart(scope, figure)
    placed = _placed(figure, scope)
    counting = scope.counts(select(placed.c.path, func.sum(placed.c.amount)).group_by(placed.c.path))
    found: dict[str, int] = {}
    for path, amount in scope.uow.rows(counting):
        child = child_path(scope.path, path or scope.path)
        found[child] = found.get(child, 0) + int(amount or 0)
    return found


def _counted_apart(scope: Scope, figure: Figure) -> dict[str, int]:
    """The places below counted one by one; what is in none of them stands at the place itself."""
    code = scope.path.strip("/").split("/")[-1]
    found = {
        place.path: count(Scope(scope.uow, place.path, scope.since, scope.until), figure)
        for place in children_of(scope.uow.session, code or None)
    }
    found[scope.path] = count(scope, figure) - sum(found.values())
    return {path: amount for path, amount in found.items() if amount}


def _measures(scope: Scope, figure: Median) -> dict[str, list[int]]:
    placed = _placed(figure, scope)
    found: dict[str, list[int]] = {}
    for path, amount in scope.uow.rows(scope.counts(select(placed.c.path, placed.c.amount))):
        found.setdefault(child_path(scope.path, path or scope.path), []).append(int(amount))
    return found


def _median(uow: UnitOfWork, definition: Median, amounts: list[int]) -> Reading:
    enough = len(amounts) >= definition.least
    value = (median_low(amounts) if definition.steps else median(amounts)) if enough else None
    return _shown(uow, definition, len(amounts), found=Middle(len(amounts), value))


def rows_behind_figure(scope: Scope, figure: Figure | Median) -> tuple[ListKind, Select[*tuple[Any, ...]]]:
    """The list of a figure and its rows, the amount last in each; only for whoever may open lists of the place.

    They come in the order of their ids: so the first page is read without finding all of a long list.
    """
    kind = LISTS[figure.subject]
    if kind.query is not None:
        return kind, kind.query(scope.uow, scope.path, figure.rows(scope))
    rows = figure.rows(scope).subquery("behind")
    query = kind.joined(select(*kind.entities, rows.c.amount).select_from(rows), rows).order_by(rows.c.id)
    return kind, visible_behind(scope.uow.actor, query, scope.path)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days to choose: its key, its name, and its days, both included."""

    key: str
    name: str
    since: date
    until: date


def periods(today: date) -> list[Period]:
    """The periods on offer, the running ones up to today."""
    month = today.replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    year = date(today.year, 1, 1)
    before_month, before_quarter = month - timedelta(days=1), quarter - timedelta(days=1)
    return [
        Period("month", _("本月"), month, today),
        Period("last_month", _("上月"), before_month.replace(day=1), before_month),
        Period("quarter", _("本季度"), quarter, today),
        Period(
            "last_quarter",
            _("上季度"),
            date(before_quarter.year, before_quarter.month - 2, 1),
            before_quarter,
        ),
        Period("year", _("今年"), year, today),
        Period("last_year", _("去年"), date(today.year - 1, 1, 1), year - timedelta(days=1)),
    ]
