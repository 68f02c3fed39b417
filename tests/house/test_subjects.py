"""A room that stores a person answers for it: every such table is exported, erased and moved by a ``subjects.py``."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from jobmatch.core.uow import UnitOfWork
from jobmatch.privacy.registry import ACCOUNT_ROOMS, PEOPLE_ROOMS
from jobmatch.privacy.services.common import collect
from jobmatch.tables import metadata
from tests.factories import make_person

ROOT = Path(__file__).parents[2]
PERSON_TABLES = {"person"}
# Columns that name staff or the actor, or belong to somebody who is not a person of the talent pool.
ELSEWHERE = {
    "stored_file": "belongs to the row of the room that holds its id",
    "invitation": "names a colleague of an organization, and ends by itself",
    "frozen_record": "is what erasing leaves; it is opened with a reason and ends by itself",
    "station_worker": "names a colleague in the ledger of the station",
    "expert": "names somebody who counsels for the office, in its own list",
    "merged_row": "is the way back from a merge; erasing ends it",
}


def room_of(table_name: str) -> str:
    """The package whose models make the table."""
    for mapper in import_module("jobmatch.core.db").Base.registry.mappers:
        if mapper.local_table.name == table_name:
            return str(mapper.class_.__module__).rsplit(".models", 1)[0]
    raise LookupError(table_name)


def tables_about_people() -> dict[str, str]:
    """Tables that point at a person, or have a column with a class of personal data, with their room."""
    found = {}
    for table in metadata.tables.values():
        points = any(key.column.table.name in PERSON_TABLES for column in table.c for key in column.foreign_keys)
        classed = any("data" in column.info for column in table.c)
        if (points or classed) and table.name not in ELSEWHERE:
            found[table.name] = room_of(table.name)
    return found


def names(rooms: tuple[ModuleType, ...]) -> set[str]:
    return {room.__name__.removesuffix(".subjects") for room in rooms}


def test_every_room_with_people_is_in_the_registry() -> None:
    missing = set(tables_about_people().values()) - names(PEOPLE_ROOMS) - names(ACCOUNT_ROOMS)
    assert missing == set(), "these rooms store people and need a subjects.py and a line in the registry"


def test_every_subjects_file_is_in_the_registry() -> None:
    known = {room.__name__ for room in (*PEOPLE_ROOMS, *ACCOUNT_ROOMS)}
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("jobmatch", "recruiters", "training")
        for path in (ROOT / package).rglob("subjects.py")
    }
    assert found - {"jobmatch.core.subjects"} == known


@pytest.mark.parametrize(
    ("rooms", "functions"),
    [
        (PEOPLE_ROOMS, ("export_person", "erase_person", "move_person")),
        (ACCOUNT_ROOMS, ("export_user", "erase_user", "move_user")),
    ],
)
def test_each_room_has_the_three_functions(rooms: tuple[ModuleType, ...], functions: tuple[str, ...]) -> None:
    for room in rooms:
        for name in functions:
            assert inspect.getdoc(getattr(room, name)), f"{room.__name__}.{name}"


def test_every_table_about_people_is_in_an_export(uow: UnitOfWork) -> None:
    exported = {table for tables in collect(uow, make_person(uow)).values() for table in tables}
    assert set(tables_about_people()) - exported == set()
    assert {table for room in PEOPLE_ROOMS for table in getattr(room, "KEPT", {})} <= exported
