"""Alembic environment: one history for SQLite and PostgreSQL.

SQLite connects with ``foreign_keys=OFF``: a batch rebuild of a parent table with it ON silently deletes child rows.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine, event, make_url, pool

from jobmatch.core.append_only import protect, release
from jobmatch.tables import metadata


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    url = make_url(context.config.attributes["url"])
    # Migrations work on the rows of every region, and row-level security binds the owner of the tables too.
    everywhere = {} if url.get_backend_name() == "sqlite" else {"options": "-c app.region=*"}
    engine = create_engine(url, poolclass=pool.NullPool, connect_args=everywhere)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _off(connection: object, _record: object) -> None:
            connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[attr-defined]
            connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]

    # What is only ever added to may be rebuilt by a migration, and by nobody else.
    with engine.begin() as connection:
        release(connection)
    try:
        with engine.connect() as connection:
            _migrate(connection)
    finally:
        with engine.begin() as connection:
            protect(connection)
    engine.dispose()


run()
