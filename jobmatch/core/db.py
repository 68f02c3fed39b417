"""Engines, sessions and column types: the same code on SQLite and PostgreSQL.

SQLite: WAL, ``synchronous=FULL``, writing units begin with ``BEGIN IMMEDIATE`` behind a fair gate (a thread lock and a
lock on a file), because default mode loses updates and oversells seats. PostgreSQL: READ COMMITTED with time-outs.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Boolean, Connection, DateTime, Engine, MetaData, String, create_engine, event, make_url
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from jobmatch.core.errors import SetupError, Unavailable
from jobmatch.core.ids import LENGTH, new_public_id
from jobmatch.core.replica import Replica

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


GATE_SECONDS = 6.0


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the house; one metadata, one history of migrations."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, bool: Boolean(create_constraint=False)}


class PublicIdMixin:
    """Rows that are named outside the database; the id exists from construction on."""

    public_id: Mapped[str] = mapped_column(String(LENGTH), unique=True)

    def __init__(self, **values: Any) -> None:
        public_id = values.pop("public_id", None) or new_public_id()
        super().__init__(public_id=public_id, **values)  # type: ignore[call-arg]


class VersionMixin:
    """Rows that people edit: a stale form is answered with 409 instead of overwriting."""

    version: Mapped[int] = mapped_column(default=1)


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "cache_size=-32000",
        "temp_store=MEMORY",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    writing = connection.get_execution_options().get("unit") == "write"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def empty_log(bind: Engine | Connection) -> None:
    """Write SQLite's log into its file and cut it, so that nothing which was blanked is left in it; elsewhere nothing.

    Readers that still look at what was before keep it until the next time.
    """
    if bind.dialect.name != "sqlite":
        return
    connection = bind.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _postgres(url: URL, **connecting: Any) -> Engine:
    limits = "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s"
    # Compiling a statement takes longer than any of ours runs (rates 1,075 ms of the server, without it 209).
    limits += " -c jit=off"
    return create_engine(
        url,
        pool_size=16,
        max_overflow=16,
        pool_timeout=10,
        pool_pre_ping=True,
        pool_use_lifo=True,  # the same few connections, which know the statements already
        connect_args={"options": limits, **connecting},
    )


class Database:
    """One database: a reading and a writing session factory over the same pool.

    ``info`` is what every session of this database carries in ``session.info``.
    """

    def __init__(self, url: str, replica_url: str = "") -> None:
        self.url = make_url(url)
        self.replica: Replica | None = None
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = create_engine(self.url, pool_size=16, max_overflow=16, pool_timeout=10)
            event.listen(self.engine, "connect", _sqlite_connect)
            event.listen(self.engine, "begin", _sqlite_begin)
            self.lock_path = Path(f"{self.url.database}.lock")
        else:
            self.engine = _postgres(self.url)
            if replica_url:
                self.replica = Replica(_postgres(make_url(replica_url), connect_timeout=2), self.engine)
        self._gate = threading.Lock()
        self.info: dict[str, Any] = {"database": str(self.url)}
        self._reading = sessionmaker(self._bound("read"), expire_on_commit=False, autoflush=False, info=self.info)
        self._writing = sessionmaker(self._bound("write"), expire_on_commit=False, info=self.info)

    def _bound(self, unit: str) -> Engine:
        options: dict[str, Any] = {"unit": unit}
        if not self.is_sqlite and unit == "read":
            options["postgresql_readonly"] = True
        return self.engine.execution_options(**options)

    def _stale(self) -> Session:
        """A reading session on the replica."""
        engine = self.replica.engine if self.replica else self.engine
        return self._reading(bind=engine.execution_options(unit="read", postgresql_readonly=True))

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Let writing units through one by one, in the order they came (SQLite only: p99 1.44 s → 0.05 s).

        Raises ``Unavailable`` after ``GATE_SECONDS``: where somebody holds the database, one thread of a process waits
        for it, and the others go on answering those who read.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._gate.acquire(timeout=GATE_SECONDS):
            raise Unavailable
        try:
            with self.lock_path.open("a") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
        finally:
            self._gate.release()

    def session(self, *, writing: bool, fresh: bool = True) -> Session:
        """A new session; a writing one must be used inside ``gate()``. Without ``fresh`` it may read the replica."""
        if writing:
            return self._writing()
        return self._stale() if not fresh and self.replica and self.replica.is_usable() else self._reading()

    def check(self) -> None:
        """Raise ``SetupError`` with one clear line where the database cannot be reached or written."""
        try:
            with self.gate(), self._bound("write").connect() as connection:
                connection.exec_driver_sql("SELECT 1")
                connection.rollback()
        except (DBAPIError, OSError) as error:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            raise SetupError(f"Database {self.url.render_as_string()} cannot be used: {reason}") from None

    def after_fork(self) -> None:
        """Forget connections that belong to the parent process; called first thing in a child."""
        self.engine.dispose(close=False)
        if self.replica:
            self.replica.forget()
        self._gate = threading.Lock()
