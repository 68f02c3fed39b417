"""Visitors read a replica of PostgreSQL that keeps up; whoever must see what is true now reads the primary."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

import jobmatch.tables  # noqa: F401 - the metadata must be complete
from jobmatch.app import create_app
from jobmatch.core import replica
from jobmatch.core.actors import Actor
from jobmatch.core.db import Base, Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.web.edge import FRESH
from tests.conftest import KEYS
from tests.servers import Servers, bury, own_servers, until

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def pair(postgres_url: str) -> Iterator[Servers]:
    """A primary with the tables of the house on port 5432 and a replica that follows it on 5433."""
    with own_servers() as made:
        made.make("primary")
        made.start("primary", 5432)
        engine = create_engine(made.url(5432))
        Base.metadata.create_all(engine)
        engine.dispose()
        where = ("-h", str(made.folder), "-U", "postgres")
        made.run("pg_basebackup", *where, "-D", "replica", "-R", "-X", "stream", "-c", "fast")
        made.start("replica", 5433)
        yield made


@pytest.fixture
def runtime(pair: Servers, tmp_path: Path) -> Iterator[Runtime]:
    primary, second = pair.url(5432), pair.url(5433)
    settings = Settings(data_dir=tmp_path, database_url=primary, replica_url=second, https=False)  # type: ignore[call-arg]
    made = Runtime(settings, KEYS, Database(settings.url, settings.replica_url))
    assert made.database.replica
    assert until(_looked(made.database))
    yield made
    made.buffer.flush()
    made.database.replica.engine.dispose()
    made.database.engine.dispose()
    bury()


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
    assert until(lambda: not _looked(database)())
    assert _port(runtime, writing=False, fresh=False) == 5432
    with database.replica.engine.begin() as connection:
        connection.exec_driver_sql("SELECT pg_wal_replay_resume()")
    assert until(_looked(database))
    assert _port(runtime, writing=False, fresh=False) == 5433


def test_where_nobody_writes_the_replica_stays_in_use(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica, "MOST_BEHIND", 0.5)
    look = _looked(runtime.database)
    assert until(look)
    time.sleep(1)
    assert until(look)


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


def test_a_replica_that_is_gone_costs_one_visitor_an_answer_at_most(pair: Servers, runtime: Runtime) -> None:
    pair.kill("replica")
    assert runtime.database.replica
    runtime.database.replica.distrust()
    assert _port(runtime, writing=False, fresh=False) == 5432
    runtime.database.replica._next_look = 0.0
    assert _port(runtime, writing=False, fresh=False) == 5432
    pair.start("replica", 5433)
    assert until(_looked(runtime.database))
    assert _port(runtime, writing=False, fresh=False) == 5433
