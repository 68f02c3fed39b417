"""What is only ever added to: the database itself refuses to change or delete such rows, whoever asks.

The triggers are put up again after every migration, since rebuilding a table on SQLite drops those it had.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, inspect

APPEND_ONLY: Mapping[str, frozenset[str]] = {
    "audit_entry": frozenset(),
    "audit_seal": frozenset(),
    "snapshot": frozenset({"confirmed_at", "confirmed_by_id", "scan_file_id"}),
}
"""Tables, and the columns that may be filled later: once, from nothing (the second signature, the stamped paper)."""
BINDING = {"snapshot": "OLD.confirmed_by_id IS NOT NULL"}
"""When a row may not be deleted any more, where that is not from the start: a version that nobody signed is a draft."""
_REFUSED = "rows of {table} are only ever added"


def _changes(connection: Connection, table: str, later: frozenset[str]) -> str:
    """SQL that says whether an UPDATE changes what may not change; both databases know IS DISTINCT FROM's meaning."""
    differs = "IS NOT" if connection.dialect.name == "sqlite" else "IS DISTINCT FROM"
    found = []
    for column in inspect(connection).get_columns(table):
        name = column["name"]
        changed = f'CAST(OLD."{name}" AS TEXT) {differs} CAST(NEW."{name}" AS TEXT)'
        found.append(f'OLD."{name}" IS NOT NULL AND {changed}' if name in later else changed)
    return " OR ".join(f"({one})" for one in found)


def protect(connection: Connection) -> None:
    """Put up the triggers for the tables that are there; doing it twice changes nothing."""
    release(connection)
    known = set(inspect(connection).get_table_names())
    for table, later in APPEND_ONLY.items():
        if table in known:
            made = _sqlite if connection.dialect.name == "sqlite" else _postgres
            for statement in made(table, _changes(connection, table, later)):
                connection.exec_driver_sql(statement)


def _sqlite(table: str, changes: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED.format(table=table)}'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {changes} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {BINDING.get(table, '1')} {refuse}",
    ]


def _postgres(table: str, changes: str) -> list[str]:
    body = f"BEGIN RAISE EXCEPTION '{_REFUSED.format(table=table)}' USING ERRCODE = 'restrict_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changes})"
        f" EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW WHEN ({BINDING.get(table, 'true')})"
        f" EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_refuse()",
    ]


def release(connection: Connection) -> None:
    """Take the triggers down, for a migration that rebuilds or fills such a table."""
    known = set(inspect(connection).get_table_names())
    for table in APPEND_ONLY:
        for act in ("update", "delete", "truncate"):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
            elif table in known:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}")
