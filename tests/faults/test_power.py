"""A power cut takes what was not synced: with the pragmas of the house no acknowledged write is lost (G5, R5)."""

from __future__ import annotations

import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import apsw
import pytest

from jobmatch.core.db import _sqlite_connect
from tests.faults.power import Disk, Shim

CUTS = int(os.environ.get("JOBMATCH_FAULTS_CUTS", "5"))
SEATS = 1000
SCHEMA = """
CREATE TABLE course (id INTEGER PRIMARY KEY, taken INTEGER NOT NULL);
CREATE TABLE enrollment (id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL, words TEXT NOT NULL);
CREATE TABLE trail (id INTEGER PRIMARY KEY, enrollment_id INTEGER NOT NULL, words TEXT NOT NULL);
INSERT INTO course VALUES (1, 0);
"""


class _AsDriver:
    """The connection as the house's own pragmas expect one."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.cursor = connection.cursor
        self.isolation_level: Any = ""


def _open(place: Path, vfs: str) -> apsw.Connection:
    connection = apsw.Connection(str(place), vfs=vfs)
    _sqlite_connect(_AsDriver(connection), None)
    return connection


def _enroll(connection: apsw.Connection, number: int) -> None:
    """A unit as the house writes it: a guarded counter, the row, its trail, one commit."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.execute("UPDATE course SET taken = taken + 1 WHERE id = 1 AND taken < ?", (SEATS,))
    cursor.execute("INSERT INTO enrollment VALUES (?, 1, ?)", (number, "x" * 300))
    cursor.execute("INSERT INTO trail (enrollment_id, words) VALUES (?, ?)", (number, "y" * 200))
    cursor.execute("COMMIT")


def _lost(folder: Path, number: int, *, pragmas: tuple[str, ...] = ()) -> tuple[int, int]:
    """Acknowledged units, and how many of them a cut at a random moment took. Asserts that no half unit is left."""
    draw, disk = random.Random(number), Disk()
    before, after = folder / f"before-{number}", folder / f"after-{number}"
    before.mkdir(parents=True)
    after.mkdir()
    vfs = f"cut-{folder.name}-{number}"
    shim = Shim(vfs, disk)
    connection = _open(before / "house.db", vfs)
    cursor = connection.cursor()
    for _row in cursor.execute(SCHEMA):
        pass
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}").fetchall()
    told = draw.randrange(20, 120)
    for one in range(1, told + 1):
        _enroll(connection, one)
        if draw.random() < 0.05:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    disk.after_a_cut(after, draw)
    connection.close()
    shim.unregister()
    (after / "house.db-shm").unlink(missing_ok=True)
    found = sqlite3.connect(after / "house.db")
    try:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {row[0] for row in found.execute("SELECT id FROM enrollment")}
        assert found.execute("SELECT taken FROM course").fetchone()[0] == len(kept)
        assert {row[0] for row in found.execute("SELECT enrollment_id FROM trail")} == kept
    finally:
        found.close()
    return told, len(set(range(1, told + 1)) - kept)


def test_a_power_cut_takes_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    found = [_lost(tmp_path / "full", number) for number in range(CUTS)]
    assert sum(told for told, _lost_units in found) >= CUTS * 20
    assert sum(lost for _told, lost in found) == 0


def test_without_syncing_a_power_cut_takes_something(tmp_path: Path) -> None:
    """The control: the same writer with ``synchronous=OFF`` loses units or the whole file."""
    lost = 0
    for number in range(CUTS):
        try:
            lost += _lost(tmp_path / "off", number, pragmas=("synchronous=OFF",))[1]
        except (AssertionError, sqlite3.DatabaseError):
            lost += 1
    assert lost > 0


@pytest.mark.parametrize("name", ["synchronous=FULL", "journal_mode=WAL"])
def test_the_house_syncs_at_every_commit(name: str) -> None:
    asked: list[str] = []

    class Driver:
        isolation_level: Any = ""

        def cursor(self) -> Any:
            return self

        def execute(self, statement: str) -> None:
            asked.append(statement)

        def close(self) -> None:
            pass

    _sqlite_connect(Driver(), None)
    assert f"PRAGMA {name}" in asked
