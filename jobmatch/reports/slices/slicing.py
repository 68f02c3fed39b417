"""A number by the rows of a dimension: both sides in one statement, and the rows behind any of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Subquery, func, literal, select, union_all

from jobmatch.casework.intake.models import RosterEntry
from jobmatch.core.small import is_small
from jobmatch.core.suppression import suppressed
from jobmatch.people.models.person import Person
from jobmatch.reports.indicators.base import Definition, Figure, Ratio, Rows, Scope, Subject, Unit, Value
from jobmatch.reports.indicators.policies import shows_small_cells
from jobmatch.reports.slices.catalog import PERSONAL, counted_sides
from jobmatch.reports.slices.dimensions import Dimension
from recruiters.postings.models import Posting


@dataclass(frozen=True, slots=True)
class Part:
    """One row: how many, of how many where it is a ratio, and whether this reader must not see it."""

    key: str
    label: str
    numerator: int
    denominator: int | None
    unit: Unit
    is_hidden: bool = False

    @property
    def value(self) -> float | None:
        """Percent, times or days of a ratio; none of a plain number, or where nothing is in the denominator."""
        if self.denominator is None or self.is_hidden:
            return None
        return Value(self.numerator, self.denominator, self.unit).value

    @property
    def percent(self) -> float | None:
        """The value where it is one of percent."""
        return self.value if self.unit is Unit.PERCENT else None


@dataclass(frozen=True, slots=True)
class Cut:
    """A number taken apart; the parts add up to ``whole``."""

    definition: Definition
    dimension: Dimension
    parts: tuple[Part, ...]
    whole: Part


def framed(rows: Subquery, expressions: Sequence[Any], *columns: Any, is_posting: bool) -> Any:
    """``rows`` of people, lines of the roster (below zero) or postings, with their values of dimensions."""
    query = select(*columns, *(one.label(f"row{n}") for n, one in enumerate(expressions))).select_from(rows)
    if is_posting:
        return query.join(Posting, Posting.id == rows.c.id)
    return query.outerjoin(Person, Person.id == rows.c.id).outerjoin(RosterEntry, RosterEntry.id == -rows.c.id)


def expression(dimension: Dimension, scope: Scope, *, is_posting: bool) -> Any:
    """The value of a dimension over one kind of rows. Raises ``LookupError`` where it has none."""
    made = dimension.posting if is_posting else dimension.person
    if made is None:
        raise LookupError(f"{dimension.key} says nothing of these rows")
    return made(scope)


def _sums(
    scope: Scope, dimension: Dimension, figures: Sequence[tuple[int, Figure]], width: int
) -> dict[str, list[int]]:
    """Sums of figures over one kind of rows; who stands in several sides is looked up once. One statement."""
    found: dict[str, list[int]] = {}
    if not figures:
        return found
    is_posting = figures[0][1].subject is Subject.POSTING
    sided = []
    for place, figure in figures:
        rows = figure.rows(scope).subquery()
        amounts = [rows.c.amount if n == place else literal(0) for n in range(width)]
        sided.append(select(rows.c.id.label("id"), *(one.label(f"n{n}") for n, one in enumerate(amounts))))
    every = (sided[0] if len(sided) == 1 else union_all(*sided)).subquery()
    once = (
        select(every.c.id, *(func.sum(every.c[f"n{n}"]).label(f"n{n}") for n in range(width)))
        .group_by(every.c.id)
        .subquery()
    )
    amounts = [once.c[f"n{n}"] for n in range(width)]
    value = expression(dimension, scope, is_posting=is_posting)
    valued = framed(once, [value], *amounts, is_posting=is_posting).subquery()
    counting = select(valued.c.row0, *(func.sum(valued.c[f"n{n}"]) for n in range(width))).group_by(valued.c.row0)
    for row in scope.uow.rows(scope.counts(counting)):
        mine = found.setdefault(dimension.row_of(scope, row[0]), [0] * width)
        for n in range(width):
            mine[n] += int(row[n + 1] or 0)
    return found


def cut(scope: Scope, definition: Definition, dimension: Dimension) -> Cut:
    """``definition`` by the rows of ``dimension``; one statement for each kind of rows behind it."""
    figures = [figure for _name, figure in counted_sides(definition)]
    found: dict[str, list[int]] = {}
    for is_posting in (False, True):
        mine = [(n, one) for n, one in enumerate(figures) if (one.subject is Subject.POSTING) is is_posting]
        for key, amounts in _sums(scope, dimension, mine, len(figures)).items():
            before = found.setdefault(key, [0] * len(figures))
            found[key] = [a + b for a, b in zip(before, amounts, strict=True)]
    found = {key: amounts for key, amounts in found.items() if any(amounts)}
    words = dimension.words(scope.uow.session)
    labels = {key: dimension.label(words, scope, key) for key in found}
    order = sorted(found, key=lambda key: dimension.rank(key, labels[key]))
    unit = definition.unit if isinstance(definition, Ratio) else figures[0].unit
    exact = shows_small_cells(scope.uow.actor) or not any(one.subject in PERSONAL for one in figures)
    hidden = set() if exact else _hidden({key: found[key] for key in order}, is_share=unit is Unit.PERCENT)
    parts = tuple(
        Part(key, labels[key], found[key][0], found[key][1] if len(figures) > 1 else None, unit, key in hidden)
        for key in order
    )
    total = [sum(amounts[n] for amounts in found.values()) for n in range(len(figures))]
    whole = Part("", "", total[0], total[1] if len(figures) > 1 else None, unit, not exact and _is_told(total, unit))
    return Cut(definition, dimension, parts, whole)


def _hidden(found: dict[str, list[int]], *, is_share: bool) -> set[str]:
    """Rows that readers of figures alone must not see: by their counts, or together with the others by the totals."""
    keys = list(found)
    if is_share and all(len(row) == 2 and row[0] <= row[1] for row in found.values()):
        tables = [[[row[0], row[1] - row[0]] for row in found.values()]]
    else:
        tables = [[[row[n]] for row in found.values()] for n in range(len(next(iter(found.values()), ())))]
    hidden: set[str] = set()
    for table in tables:
        mask = suppressed(table)
        hidden |= {key for n, key in enumerate(keys) if mask.is_whole or mask.hides_row(n)}
    return hidden


def _is_told(total: Sequence[int], unit: Unit) -> bool:
    sides_of_whole = [*total, total[1] - total[0]] if unit is Unit.PERCENT and len(total) > 1 else total
    return any(is_small(count) for count in sides_of_whole)


def narrowed(figure: Figure, pairs: Sequence[tuple[Dimension, str]]) -> Figure:
    """``figure`` of those only who stand in given rows of dimensions; its code says so, for the trace of its list."""

    def rows(scope: Scope) -> Rows:
        is_posting = figure.subject is Subject.POSTING
        behind = figure.rows(scope).subquery()
        values = [expression(dimension, scope, is_posting=is_posting) for dimension, _row in pairs]
        found = framed(behind, values, behind.c.id, behind.c.amount, is_posting=is_posting).subquery()
        where = [one.holds(scope, found.c[f"row{n}"], row) for n, (one, row) in enumerate(pairs)]
        return select(found.c.id, found.c.amount).where(*where)

    names = "".join(f"@{dimension.key}={row}" for dimension, row in pairs)
    return replace(figure, code=figure.code + names, rows=rows, total=None)
