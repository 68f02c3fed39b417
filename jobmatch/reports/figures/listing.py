"""What the list behind a number is made of: how its rows are read, where each counts, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from jobmatch.casework.desk.items import item_name, service_items
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import EmploymentStatusKind, Region
from jobmatch.reference.queries import names
from jobmatch.reports.indicators.base import Rows


class Words:
    """Names of codes in the reader's language, for the cells of one list; each table is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.regions: Mapping[str, str] = names(session, Region)
        self.statuses: Mapping[str, str] = names(session, EmploymentStatusKind)
        self._items: dict[str, str] | None = None

    def region(self, code: str | None) -> str:
        """A place."""
        return self.regions.get(code or "", "")

    def status(self, code: str | None) -> str:
        """A state of the register."""
        return self.statuses.get(code or "", "")

    def item(self, code: str) -> str:
        """A matter of the desk."""
        if self._items is None:
            self._items = {key: item_name(item) for key, item in service_items(self._session).items()}
        return self._items.get(code, code)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its head, what a row shows in it, and the page that the cell leads to.

    ``endpoint`` is the page and ``ids`` what its address takes, of a row; without ids the cell leads nowhere.
    """

    title: str
    cell: Callable[[Any, Words], object]
    endpoint: str = ""
    ids: Callable[[Any], Mapping[str, str] | None] | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ListKind:
    """The list of one subject.

    ``joined`` adds to a ``Select`` from a figure's rows (a subquery with ``id`` and ``amount``) what columns and place
    need; ``entities`` are what a row of the list holds, in order; ``path`` is the place that a row counts in. A list
    with a ``query`` of its own (see ``from_query``) has none of the three, and is counted place by place.
    ``is_weighed``: how much a row counts for is shown too. ``is_personal``: small counts may point at somebody.
    """

    joined: Callable[[Select[*tuple[Any, ...]], Any], Select[*tuple[Any, ...]]]
    entities: tuple[Any, ...]
    path: Any
    columns: tuple[ListColumn, ...]
    is_weighed: bool = False
    is_personal: bool = True
    query: Callable[[UnitOfWork, str, Rows], Select[*tuple[Any, ...]]] | None = None


def from_query(
    titles: Sequence[str],
    endpoint: str,
    keys: Sequence[str],
    query: Callable[[UnitOfWork, str, Rows], Select[*tuple[Any, ...]]],
    *,
    is_personal: bool,
) -> ListKind:
    """A list whose rows are the public ids that ``endpoint`` takes by ``keys``, a value for each of ``titles``, and the
    amount.

    ``query`` narrows them to whoever may open the list.
    """

    def ids(row: Any) -> Mapping[str, str]:
        return dict(zip(keys, row, strict=False))

    def column(place: int, title: str) -> ListColumn:
        def cell(row: Any, _words: Words) -> object:
            value = row[len(keys) + place]
            return getattr(value, "label", value) if value is not None else ""

        return ListColumn(title, cell, endpoint, None if place else ids)

    columns = tuple(column(place, title) for place, title in enumerate(titles))
    return ListKind(
        lambda found, _rows: found, (), None, columns, is_weighed=True, is_personal=is_personal, query=query
    )
