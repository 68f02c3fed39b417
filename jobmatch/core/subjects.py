"""What every room that stores a person answers for whole-person acts: export, erase, and moving rows at a merge.

A room's ``subjects.py`` has ``export_person(uow, person_id) -> dict``, ``erase_person(uow, person_id) -> dict`` and
``move_person(uow, source_id, target_id) -> list[MovedRow]``; the privacy room calls them, top floor first, in one unit.
A room below people stores accounts and has ``export_user``, ``erase_user`` and ``move_user`` over ids of users.
``KEPT``, where a room has it, names the tables that the law wants kept after erasing, each with its dated rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import Session

from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, UtcDateTime


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One row that a merge changed: where it is, and the values it had before (plain JSON values).

    ``before`` is empty for a row that the merge itself made: undoing the merge removes it.
    """

    table: str
    row_id: int
    before: dict[str, Any] = field(default_factory=dict)


def plain(value: Any) -> Any:
    """A column's value as JSON holds it: days and instants in ISO form, enums by their value."""
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def values_of(row: Base) -> dict[str, Any]:
    """The row in plain values; sealed columns are opened under their attribute's name, keyed hashes are left out."""
    found: dict[str, Any] = {}
    for name in inspect(type(row)).column_attrs.keys():  # noqa: SIM118 - it is no mapping
        if name.endswith("_sealed"):
            secret = name.removesuffix("_sealed")
            found[secret] = getattr(row, secret)
        elif not name.endswith("_blind") and not isinstance(getattr(row, name), bytes):
            found[name] = plain(getattr(row, name))
    return found


def dump_rows(session: Session, model: type[Any], *where: Any, without: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Rows of ``model`` in plain values, oldest first; ``without`` names columns that are nobody's own data."""
    left_out = {"version", *without}
    order = inspect(model).primary_key
    rows = session.scalars(select(model).where(*where).order_by(*order))
    return [{name: value for name, value in values_of(row).items() if name not in left_out} for row in rows]


def change_row(row: Any, **values: Any) -> MovedRow:
    """Set ``values`` on a row and return what they were; the caller flushes."""
    before = values_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    return MovedRow(row.__tablename__, row.id, {name: before[name] for name in values})


def move_rows(
    session: Session, model: type[Any], column: str, source_id: int, target_id: int, *where: Any
) -> list[MovedRow]:
    """Point the rows of ``source_id`` at ``target_id``; ``where`` keeps back those that would clash."""
    rows = session.scalars(select(model).where(getattr(model, column) == source_id, *where)).all()
    moved = [change_row(row, **{column: target_id}) for row in rows]
    session.flush()
    return moved


def paths_above(region_path: str) -> list[str]:
    """The place itself and every one above it: ``/43/``, ``/43/4303/`` and so on."""
    parts = region_path.strip("/").split("/")
    return ["/" + "/".join(parts[: count + 1]) + "/" for count in range(len(parts))]


def put_back(row: Any, before: dict[str, Any]) -> None:
    """Give a row the values of ``before``, made by ``values_of``; what this version no longer keeps is passed over."""
    columns = inspect(type(row)).columns
    for name, value in before.items():
        if not hasattr(row, name):
            continue
        is_secret = isinstance(getattr(type(row), name, None), Secret)
        setattr(row, name, value if is_secret else _as_stored(columns[name].type, value))


def _as_stored(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.enum_class(value) if isinstance(kind, EnumType) and kind.enum_class else value
