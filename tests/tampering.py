"""What somebody with the rights of the database's owner can do behind the product's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from jobmatch.core.append_only import protect, release
from jobmatch.core.db import Database


@contextmanager
def behind_the_back(database: Database) -> Iterator[Connection]:
    """Somebody with the rights of the database's owner, who takes the triggers away first."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            _foreign_keys(connection, "OFF")
        release(connection)
        yield connection
        protect(connection)
        connection.commit()
        if database.is_sqlite:
            _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    """Outside of any transaction, where alone SQLite listens."""
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA foreign_keys={state}")
