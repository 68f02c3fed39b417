"""Faults of nature: a process killed, a disk full, a database held by somebody. No acknowledged write is lost (R19)."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.core import chain
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.db import Database
from jobmatch.core.errors import Unavailable
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.conftest import KEYS, acting
from tests.factories import make_person
from tests.training.help_enrollment import make_session
from tests.training.test_enrollment_services import actor_of_person
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.services.enrolling import enroll

ACTOR = system_actor("tests")
KILLS = int(os.environ.get("JOBMATCH_FAULTS_KILLS", "5"))


def _enroll_one(uow: UnitOfWork, session_id: int, person_id: int) -> None:
    person = uow.session.get_one(Person, person_id)
    course = uow.session.get_one(CourseSession, session_id)
    enroll(acting(uow, actor_of_person(uow, person)), course, person, consent=True)


def _writer(runtime: Runtime, session_id: int, people: list[int], acknowledged: int) -> None:
    """Enroll one after the other; what is committed is told, as an answer would."""
    runtime.after_fork()
    for person_id in people:
        with runtime.unit(ACTOR) as uow:
            _enroll_one(uow, session_id, person_id)
        os.write(acknowledged, person_id.to_bytes(4, "big"))


def test_a_writer_that_is_killed_loses_nothing_it_acknowledged(sqlite_runtime: Runtime) -> None:
    """Each kill comes at another moment of a storm of enrollments; counters and the audit chain stay whole."""
    told: list[int] = []
    for number in range(KILLS):
        with sqlite_runtime.unit(ACTOR) as uow:
            session_id = make_session(uow, capacity=50).id
            people = [make_person(uow).id for _n in range(60)]
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                _writer(sqlite_runtime, session_id, people, writing)
            finally:
                os._exit(1)
        os.close(writing)
        seen: list[int] = []
        while len(seen) < 3 + number:
            seen.append(int.from_bytes(os.read(reading, 4), "big"))
        time.sleep(0.003 * number)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while rest := os.read(reading, 4):
            seen.append(int.from_bytes(rest, "big"))
        os.close(reading)
        told += seen
        begun = time.monotonic()
        with sqlite_runtime.unit(ACTOR) as uow:
            uow.audit("after.kill")
        assert time.monotonic() - begun < 5
        with sqlite_runtime.unit(ACTOR, writing=False) as uow:
            kept = set(uow.session.scalars(select(Enrollment.person_id).where(Enrollment.session_id == session_id)))
            taken = uow.session.get_one(CourseSession, session_id).taken
        assert set(seen) <= kept, "an acknowledged enrollment was lost"
        assert taken == min(len(kept), 50), "a counter says something else than its rows"
        assert len(kept) - len(seen) <= 1, "only the last may have been committed without anybody being told"
    assert len(told) >= KILLS * 3
    found = chain.verify(sqlite_runtime.database)
    assert found.faults == []


@pytest.fixture
def tight(sqlite_runtime: Runtime, tmp_path: Path) -> Iterator[tuple[Runtime, Path]]:
    """The installation on a file system of its own with little room."""
    folder = tmp_path / "tight"
    folder.mkdir()
    source = Path(sqlite_runtime.database.url.database or "")
    size = source.stat().st_size + 6_000_000
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("no small disk can be mounted here (needs root): the full disk is not tried")
    try:
        (folder / "jobmatch.db").write_bytes(source.read_bytes())
        database = Database(f"sqlite:///{folder / 'jobmatch.db'}")
        yield Runtime(sqlite_runtime.settings, KEYS, database), folder
        database.engine.dispose()
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_busy_half_of_nothing_is_kept_and_it_heals(tight: tuple[Runtime, Path]) -> None:
    runtime, folder = tight
    with runtime.unit(ACTOR) as uow:
        uow.audit("before", words="x")
    ballast = folder / "ballast"
    with ballast.open("wb") as target, pytest.raises(OSError, match="No space"):
        while True:
            target.write(b"x" * 65536)
            target.flush()
    written = 0
    with pytest.raises(Unavailable) as refused:
        for number in range(400):
            with runtime.unit(ACTOR) as uow:
                for part in range(40):
                    uow.audit("while.full", number=number, part=part, words="x" * 900)
            written += 40
    assert 0 < (refused.value.retry_after or 0) <= 15
    with runtime.unit(ACTOR, writing=False) as uow:
        count = uow.session.scalar(select(func.count()).where(AuditEntry.action == "while.full"))
    assert count == written, "half of a unit was kept"
    ballast.unlink()
    with runtime.unit(ACTOR) as uow:
        uow.audit("after")
    assert chain.verify(runtime.database).faults == []


def test_a_held_database_refuses_writers_soon_and_answers_readers(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the gate: one thread waits for it, the next is refused, reads go on, and it heals."""
    monkeypatch.setattr("jobmatch.core.db.GATE_SECONDS", 0.3)
    with sqlite_runtime.database.lock_path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done: list[Any] = []

        def write() -> None:
            with sqlite_runtime.unit(ACTOR) as uow:
                uow.audit("waited")
            done.append(True)

        waiting = threading.Thread(target=write)
        waiting.start()
        time.sleep(0.1)
        begun = time.monotonic()
        with pytest.raises(Unavailable), sqlite_runtime.unit(ACTOR) as uow:
            uow.audit("refused")
        assert time.monotonic() - begun < 2
        with sqlite_runtime.unit(ACTOR, writing=False) as uow:
            assert uow.session.scalar(select(func.count()).select_from(AuditEntry)) is not None
        assert done == []
        fcntl.flock(handle, fcntl.LOCK_UN)
    waiting.join(timeout=10)
    assert done == [True]
    with sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("after")


def test_a_database_that_a_stranger_locks_is_busy_and_heals(sqlite_runtime: Runtime) -> None:
    """Somebody opened the file with another program, past the gate."""
    stranger = sqlite3.connect(sqlite_runtime.database.url.database or "", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with sqlite_runtime.database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout = 200")  # type: ignore[union-attr]
    with pytest.raises(Unavailable), sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("refused")
    with sqlite_runtime.unit(ACTOR, writing=False) as uow:
        assert uow.session.scalar(select(func.count()).where(AuditEntry.action == "refused")) == 0
    stranger.execute("ROLLBACK")
    stranger.close()
    with sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("after")
