"""What can be taken apart: published numbers of people, lines of the roster and postings, and whole populations."""

from __future__ import annotations

from collections.abc import Mapping

from jobmatch.core.i18n import N_
from jobmatch.people.models.person import Person
from jobmatch.reports.figures.readings import sides_of
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Definition, Figure, Median, Span, Subject, Unit, by_code
from jobmatch.reports.indicators.lines import is_filed, people_here
from jobmatch.reports.indicators.people import NONE_UNKNOWN
from jobmatch.reports.slices.dimensions import DIMENSIONS, Dimension

PERSONAL = (Subject.PERSON, Subject.MEMBER)
SLICED = (*PERSONAL, Subject.POSTING)
"""Kinds of rows that a dimension knows something of."""
EVERYBODY = Figure(
    "files",
    N_("在册人员"),
    Unit.PERSON,
    Span.STOCK,
    Subject.PERSON,
    N_("期末已建档、没有注销的人，每人算一次"),
    lambda scope: people_here(scope, is_filed(scope)),
    counts=N_("退役军人和家属的档案，按安置地"),
    excludes=N_("已注销、已并入别的档案的"),
    unknown=NONE_UNKNOWN,
    source="jobmatch",
)
REGISTERED = Figure(
    "files.new",
    N_("新建档人员"),
    Unit.PERSON,
    Span.FLOW,
    Subject.PERSON,
    N_("期内建档、没有注销的人，每人算一次"),
    lambda scope: people_here(scope, is_filed(scope), scope.holds(Person.created_at)),
    counts=N_("退役军人和家属的档案，按安置地"),
    excludes=N_("已注销、已并入别的档案的"),
    unknown=NONE_UNKNOWN,
    source="jobmatch",
)
POPULATIONS = (EVERYBODY, REGISTERED)


def counted_sides(definition: Definition) -> list[tuple[str, Figure]]:
    """What is counted of a number: a figure itself, or numerator and denominator, by the name of the side."""
    return [(name, one) for name, one in sides_of(definition) if name != "unknown" and isinstance(one, Figure)]


def subjects_of(definition: Definition) -> set[Subject]:
    """The kinds of rows behind a number."""
    return {figure.subject for _name, figure in counted_sides(definition)}


def is_sliced(definition: Definition) -> bool:
    """Whether it is a figure or ratio whose rows a dimension knows something of."""
    return not isinstance(definition, Median) and subjects_of(definition) <= set(SLICED)


def fits(dimension: Dimension, definition: Definition) -> bool:
    """Whether every row behind a number stands in some row of a dimension."""
    subjects = subjects_of(definition)
    asks_person, asks_posting = bool(subjects & set(PERSONAL)), Subject.POSTING in subjects
    return (dimension.person is not None or not asks_person) and (dimension.posting is not None or not asks_posting)


def dimensions_of(definition: Definition) -> list[Dimension]:
    """By what a number can be taken apart."""
    return [one for one in DIMENSIONS if fits(one, definition)]


CATALOG: Mapping[str, Definition] = by_code((*POPULATIONS, *(one for one in registry.ALL.values() if is_sliced(one))))
"""Everything that can be taken apart, by code."""
_NAMED = {code for _key, _title, codes in registry.GROUPS for code in codes}
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("人员"), tuple(one.code for one in POPULATIONS)),
    *(
        (title, kept)
        for _key, title, codes in registry.GROUPS
        if (kept := tuple(code for code in codes if code in CATALOG))
    ),
)
"""What the pages offer, by the groups of the page of indicators."""
PEOPLE: tuple[str, ...] = tuple(
    dict.fromkeys(
        figure.code
        for _title, codes in GROUPS
        for code in codes
        for _name, figure in counted_sides(CATALOG[code])
        if figure.subject in PERSONAL
    )
)
"""Populations of people: the figures, and both sides of the ratios, that the pages offer."""


def figure_of(code: str) -> Figure | None:
    """A population of people by the code of its figure."""
    found = _FIGURES.get(code)
    return found if found is not None and code in PEOPLE else None


_FIGURES = {figure.code: figure for one in CATALOG.values() for _name, figure in counted_sides(one)}
