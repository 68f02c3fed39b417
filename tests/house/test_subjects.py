"""A room that stores a person answers for it: every such table is exported, erased and moved by a ``subjects.py``."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from jobmatch.core.uow import UnitOfWork
from jobmatch.privacy.registry import ACCOUNT_ROOMS, ORGANIZATION_ROOMS, PEOPLE_ROOMS
from jobmatch.privacy.services.common import collect
from jobmatch.tables import metadata
from tests.factories import make_person

ROOT = Path(__file__).parents[2]
PERSON_TABLES = {"person"}
# Columns that name staff or the actor, or belong to somebody who is not a person of the talent pool.
STATION_COLUMNS = {
    "organization.parent_id",
    "organization.merged_into_id",
    "station_worker.station_id",
    "service_request.station_id",
    "people_import.organization_id",
    "api_token.organization_id",
    "webhook.organization_id",
    "proxy_consent.station_id",
    "person.station_id",
    "organization_merge.source_id",
    "organization_merge.target_id",
    "consent.organization_id",
    "job_fair.organization_id",
    "course_session.organization_id",
}
"""Columns that point at an office, or to a record that is never changed: joining two employers leaves them alone."""
ELSEWHERE = {
    "stored_file": "belongs to the row of the room that holds its id",
    "invitation": "names a colleague of an organization, and ends by itself",
    "frozen_record": "is what erasing leaves; it is opened with a reason and ends by itself",
    "station_worker": "names a colleague in the ledger of the station",
    "campaign": "names whoever leads it for the office",
    "submission": "names the head of the office that reports",
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
    known = {room.__name__ for room in (*PEOPLE_ROOMS, *ACCOUNT_ROOMS, *ORGANIZATION_ROOMS)}
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
        (ORGANIZATION_ROOMS, ("move_organization",)),
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


def test_every_row_of_an_employer_is_moved_when_two_are_joined() -> None:
    """Whatever points at an organization or an employer belongs to a room whose ``subjects.py`` moves it."""
    moved = {"organization", "employer"}
    wanted = {}
    for table in metadata.tables.values():
        for column in table.c:
            points = {key.column.table.name for key in column.foreign_keys} & moved
            name = f"{table.name}.{column.name}"
            if points and name not in STATION_COLUMNS and "station" not in column.name:
                wanted[name] = room_of(table.name)
    missing = {name: room for name, room in wanted.items() if room not in names(ORGANIZATION_ROOMS)}
    assert missing == {}
    silent = {
        name
        for name, room in wanted.items()
        if _class_of(name.split(".")[0]) not in inspect.getsource(import_module(f"{room}.subjects").move_organization)
    }
    assert silent - {"employer.organization_id", "trainee.base_id"} == set()


def _class_of(table_name: str) -> str:
    mappers = import_module("jobmatch.core.db").Base.registry.mappers
    return next(m.class_.__name__ for m in mappers if m.local_table.name == table_name)
