"""Filters of a bound cell: a number of those only who stand in given rows of dimensions (a kind of person, an age)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from jobmatch.reports.indicators.base import Definition, Figure, Ratio
from jobmatch.reports.slices.catalog import CATALOG, dimensions_of
from jobmatch.reports.slices.dimensions import BY_KEY, DIMENSIONS, Dimension
from jobmatch.reports.slices.slicing import narrowed

MOST_FILTERS = 2
Pairs = list[tuple[Dimension, str]]


def offered(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be chosen, by dimension: ``dimension=row`` and its name. Places have a field of their own."""
    found = []
    for one in DIMENSIONS:
        words = {} if one.is_place else one.words(session)
        rows = sorted(words, key=lambda row: one.rank(row, words[row]))
        if rows:
            found.append((_(one.name), [(f"{one.key}={row}", words[row]) for row in rows]))
    return found


def pairs_of(filters: Sequence[str]) -> Pairs:
    """Dimensions and rows of ``dimension=row``. Raises ``LookupError`` for a dimension that there is not."""
    split = [text.partition("=") for text in filters if text]
    return [(BY_KEY[key], row) for key, _equals, row in split]


def can_narrow(code: str, filters: Sequence[str], session: Session) -> bool:
    """Whether the number can be narrowed so: known rows, each dimension once, and one that its rows know."""
    definition = CATALOG.get(code)
    try:
        pairs = pairs_of(filters)
    except LookupError:
        return False
    dimensions = [one for one, _row in pairs]
    is_known = all(not one.is_place and row in one.words(session) for one, row in pairs)
    is_once = len(set(map(id, dimensions))) == len(pairs) <= MOST_FILTERS
    return (
        definition is not None and is_known and is_once and all(one in dimensions_of(definition) for one in dimensions)
    )


def narrowed_definition(definition: Definition, pairs: Pairs) -> Definition:
    """The number of those only who stand in the rows of ``pairs``; every side of a ratio is narrowed."""
    if not pairs:
        return definition
    if isinstance(definition, Figure):
        return narrowed(definition, pairs)
    if isinstance(definition, Ratio):
        return replace(
            definition,
            numerator=narrowed(definition.numerator, pairs),
            denominator=narrowed(definition.denominator, pairs),
            unknown=narrowed(definition.unknown, pairs) if definition.unknown else None,
        )
    raise LookupError(f"{definition.code} cannot be narrowed")
