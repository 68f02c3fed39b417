"""Kinds of tables: their columns, what rows become on the way in, and what they are on the way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column
from jobmatch.exchange.states import TableKind, TakenKind

Row = Mapping[str, str]
"""The cells of a row by field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One kind of table that may be taken out, by whoever has ``permission`` besides ``import.run``.

    ``rows`` are all records of the actor's subtree that meet the conditions of a list, whose names are ``narrows``;
    ``lines`` are some of them under ``columns``, each exactly as the page of the export names it.
    """

    taken: TakenKind
    permission: str
    columns: Sequence[Column]
    rows: Callable[[UnitOfWork, Row], Select[*tuple[Any, ...]]]
    lines: Callable[[UnitOfWork, Sequence[Any]], Iterable[Sequence[object]]]
    narrows: Collection[str] = ()

    @property
    def titles(self) -> dict[str, str]:
        """The title of each field."""
        return {column.field: column.title for column in self.columns}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec(Taking):
    """One kind of table that may also be brought in; ``needed`` columns must be there.

    ``same_as`` gives what makes two rows of a table the same thing, so that it is not entered twice. ``store`` makes
    the record by the service of its room and gives its id, or None where it was known before; it raises ``Invalid``
    by field. ``take_back`` removes what nobody touched since and gives, by id, why the others stay.
    """

    kind: TableKind
    needed: Sequence[str]
    same_as: Callable[[Row], str]
    store: Callable[[UnitOfWork, Row], int | None]
    take_back: Callable[[UnitOfWork, Collection[int]], dict[int, str]]


def line_by_line(cells: Callable[[Any], Sequence[object]]) -> Callable[[UnitOfWork, Sequence[Any]], Any]:
    """``lines`` of records that carry everything they show."""
    return lambda _uow, rows: map(cells, rows)
