"""The audit trail cannot be changed unseen (R15, G24): the database refuses, and the chain tells what was done."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jobmatch.core import chain, clock
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from tests.conftest import NOW
from tests.tampering import behind_the_back

ACTOR = system_actor("tests")
LATER = NOW + timedelta(minutes=5)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    return request.getfixturevalue(f"{request.param}_runtime")


def write(runtime: Runtime, count: int = 5) -> None:
    """Some units with entries, each sealed."""
    for number in range(count):
        with runtime.unit(ACTOR) as uow:
            uow.audit("test.one", number=number, share=0.5, is_right=True, words="中文")
            uow.audit_each("test.many", [AuditEntry(id=number)] * 2)
    chain.seal_all(runtime.database)


def verified(runtime: Runtime, anchor: Path | None = None) -> chain.Report:
    with clock.frozen(LATER):
        return chain.verify(runtime.database, anchor)


def test_what_was_written_stands_in_order(runtime: Runtime, tmp_path: Path) -> None:
    chain.seal_all(runtime.database)
    before = verified(runtime).sealed
    write(runtime)
    chain.write_anchor(runtime.database, tmp_path / "anchor.log")
    found = verified(runtime, tmp_path / "anchor.log")
    assert found.faults == []
    assert found.sealed - before == 15 and found.sealed == found.entries and found.anchors == 1


def test_a_unit_that_is_taken_back_leaves_no_seal(sqlite_runtime: Runtime) -> None:
    write(sqlite_runtime, 1)
    with pytest.raises(RuntimeError), sqlite_runtime.unit(ACTOR) as uow:
        uow.audit("lost")
        raise RuntimeError
    with sqlite_runtime.unit(ACTOR) as uow:
        with pytest.raises(RuntimeError), uow.session.begin_nested():
            uow.audit("lost in a part")
            uow.session.flush()
            raise RuntimeError
        uow.audit("kept")
    assert verified(sqlite_runtime).faults == []


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(runtime: Runtime, table: str, act: str) -> None:
    write(runtime, 1)
    column = "action" if table == "audit_entry" else "entry_id"
    statement = act.format(table, column, "'x'" if table == "audit_entry" else "entry_id + 1000")
    with runtime.database.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added"):
        connection.execute(text(statement))


_BARE = "at, actor_label, role, action, object_type, object_id, scope, ip, result, reason, detail"
TAMPERINGS = {
    "a changed word": "UPDATE audit_entry SET action = 'other' WHERE id = {middle}",
    "a changed time": "UPDATE audit_entry SET at = '2020-02-29 00:00:00' WHERE id = {first}",
    "a changed detail": "UPDATE audit_entry SET detail = '{{\"number\": 99}}' WHERE id = {middle}",
    "a deleted entry": "DELETE FROM audit_entry WHERE id = {middle}",
    "a deleted entry with its seal": "DELETE FROM audit_seal WHERE entry_id = {middle};"
    " DELETE FROM audit_entry WHERE id = {middle}",
    "an inserted entry": f"INSERT INTO audit_entry (id, {_BARE}) SELECT 999999, {_BARE} FROM audit_entry"
    " WHERE id = {middle}",
    "two seals that changed places": "UPDATE audit_seal SET entry_id = -1 WHERE entry_id = {middle};"
    " UPDATE audit_seal SET entry_id = {middle} WHERE entry_id = {last};"
    " UPDATE audit_seal SET entry_id = {last} WHERE entry_id = -1",
    "seals without entries": "DELETE FROM audit_seal",
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_done_behind_the_back_is_seen(runtime: Runtime, name: str) -> None:
    write(runtime)
    assert verified(runtime).is_right
    with behind_the_back(runtime.database) as connection:
        if not runtime.database.is_sqlite:
            connection.exec_driver_sql("ALTER TABLE audit_seal DROP CONSTRAINT fk_audit_seal_entry_id")
        ids = list(connection.execute(text("SELECT id FROM audit_entry ORDER BY id")).scalars())
        statements = TAMPERINGS[name].format(first=ids[0], middle=ids[len(ids) // 2], last=ids[-1])
        for statement in statements.split("; "):
            connection.exec_driver_sql(statement)
        connection.commit()
    found = verified(runtime)
    assert not found.is_right, name


def cut_the_tail(runtime: Runtime) -> None:
    with behind_the_back(runtime.database) as connection:
        seals = connection.execute(text("SELECT seq, entry_id FROM audit_seal ORDER BY seq DESC LIMIT 4")).all()
        connection.execute(text(f"DELETE FROM audit_seal WHERE seq >= {seals[-1][0]}"))
        connection.execute(text(f"DELETE FROM audit_entry WHERE id IN ({','.join(str(row[1]) for row in seals)})"))
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"UPDATE sqlite_sequence SET seq = {seals[-1][0] - 1} WHERE name = 'audit_seal'"))
        connection.commit()


def test_a_tail_that_was_cut_off_is_seen_by_the_anchor_alone(runtime: Runtime, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.log"
    write(runtime)
    chain.write_anchor(runtime.database, anchor)
    cut_the_tail(runtime)
    assert verified(runtime).is_right, "without the anchor nobody can know: the control"
    assert "anchor" in verified(runtime, anchor).faults[0]
    chain.write_anchor(runtime.database, anchor, restored="put back after a broken disk")
    write(runtime, 1)
    chain.write_anchor(runtime.database, anchor)
    assert verified(runtime, anchor).faults == []


def test_a_tail_that_was_cut_off_carelessly_is_seen_at_once(sqlite_runtime: Runtime) -> None:
    write(sqlite_runtime)
    with behind_the_back(sqlite_runtime.database) as connection:
        connection.exec_driver_sql("DELETE FROM audit_seal WHERE seq = (SELECT max(seq) FROM audit_seal)")
        connection.commit()
    assert "cut off" in verified(sqlite_runtime).faults[0]


def test_a_chain_that_was_made_anew_is_not_the_one_of_the_anchor(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.log"
    write(sqlite_runtime)
    chain.write_anchor(sqlite_runtime.database, anchor)
    with behind_the_back(sqlite_runtime.database) as connection:
        connection.execute(text("DELETE FROM audit_seal"))
        connection.execute(text("UPDATE audit_entry SET action = 'other' WHERE id = 1"))
        connection.commit()
    with clock.frozen(LATER):
        chain.seal_all(sqlite_runtime.database)
    assert "made anew" in verified(sqlite_runtime, anchor).faults[0]


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"at": "x", "seq": 0, "hmac": "00"}'])
def test_an_anchor_that_was_touched_is_a_fault(sqlite_runtime: Runtime, tmp_path: Path, line: str) -> None:
    anchor = tmp_path / "anchor.log"
    write(sqlite_runtime, 1)
    chain.write_anchor(sqlite_runtime.database, anchor)
    with anchor.open("a") as target:
        target.write(line + "\n")
    assert not verified(sqlite_runtime, anchor).is_right


def test_many_writers_beside_sealers_leave_one_chain(runtime: Runtime) -> None:
    """Threads write while two sealers run, as on two machines; each entry is sealed once."""
    chain.seal_all(runtime.database)
    before, stop = verified(runtime).sealed, threading.Event()
    faults: list[BaseException] = []

    def writer(number: int) -> None:
        try:
            for turn in range(10):
                with runtime.unit(ACTOR) as uow:
                    uow.audit("storm", number=number, turn=turn)
        except BaseException as error:
            faults.append(error)

    sealers = [threading.Thread(target=chain.keep_sealing, args=(runtime.database, stop)) for _n in range(2)]
    writers = [threading.Thread(target=writer, args=(number,)) for number in range(8)]
    threads = writers if runtime.database.is_sqlite else [*sealers, *writers]
    for thread in threads:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in threads:
        thread.join()
    chain.seal_all(runtime.database)
    found = verified(runtime)
    assert faults == [] and found.faults == []
    assert found.sealed - before == 80


def test_a_writer_that_is_killed_leaves_a_whole_chain(sqlite_runtime: Runtime) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            sqlite_runtime.after_fork()
            while True:
                with sqlite_runtime.unit(ACTOR) as uow:
                    uow.audit("killed soon")
                os.write(writing, b".")
        finally:
            os._exit(1)
    acknowledged = 0
    while acknowledged < 20:
        acknowledged += len(os.read(reading, 1))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    found = verified(sqlite_runtime)
    assert found.faults == [] and found.sealed == found.entries >= 20


def test_entries_without_a_seal_are_told_by_their_age(postgres_runtime: Runtime) -> None:
    with postgres_runtime.unit(ACTOR) as uow:
        uow.audit("waits")
    with clock.frozen(LATER), postgres_runtime.unit(ACTOR, writing=False) as uow:
        assert chain.lag(uow.session) == timedelta(minutes=5)
    assert not verified(postgres_runtime).is_right
    chain.seal_all(postgres_runtime.database)
    with postgres_runtime.unit(ACTOR, writing=False) as uow:
        assert chain.lag(uow.session) is None
    assert verified(postgres_runtime).is_right


def test_the_auditor_has_the_chain_walked_once_and_reads_what_came_of_it(sqlite_runtime: Runtime, app: Any) -> None:
    from jobmatch.accounts.jobs import JOBS, VERIFY
    from jobmatch.accounts.states import Role
    from jobmatch.core.jobs import run_job
    from tests.factories import make_user
    from tests.recruiters.help import open_office, text_of

    office = open_office(sqlite_runtime, app)
    with office.unit() as uow:
        auditor = make_user(uow, Role.AUDIT_ADMIN).id
    client = office.client(auditor)
    assert office.clerk.post("/admin/audit/verify").status_code == 403
    for _n in range(2):
        assert client.post("/admin/audit/verify").status_code == 303
    with office.unit() as uow:
        [job_id] = uow.session.execute(text(f"SELECT id FROM job WHERE name = '{VERIFY}'")).scalars()
    assert run_job(sqlite_runtime.database, JOBS, job_id)
    assert "没有被改动" in text_of(client.get("/admin/audit"))
