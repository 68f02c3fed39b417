"""One kind of table: its columns, and what its rows become."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.columns import Column
from jobmatch.exchange.states import TableKind

Row = Mapping[str, str]
"""The cells of a row by field."""


@dataclass(frozen=True, slots=True)
class Spec:
    """``permission`` is what the one who imports needs besides ``import.run``; ``needed`` columns must be there.

    ``same_as`` gives what makes two rows of a table the same thing, so that it is not entered twice. ``store`` makes
    the record by the service of its room and gives its id, or None where it was known before; it raises ``Invalid``
    by field. ``take_back`` removes what nobody touched since and gives, by id, why the others stay. ``rows`` are all
    records of the actor's subtree for the export, ``cells`` one of them under the columns.
    """

    kind: TableKind
    permission: str
    columns: Sequence[Column]
    needed: Sequence[str]
    same_as: Callable[[Row], str]
    store: Callable[[UnitOfWork, Row], int | None]
    take_back: Callable[[UnitOfWork, Collection[int]], dict[int, str]]
    rows: Callable[[UnitOfWork], Select[*tuple[Any, ...]]]
    cells: Callable[[Any], Sequence[object]]

    @property
    def titles(self) -> dict[str, str]:
        """The title of each field."""
        return {column.field: column.title for column in self.columns}
