"""The role of PostgreSQL that the web and worker processes connect as: it reads and writes rows, and nothing more.

The owner of the tables, who migrates, is another role. The web role is bound by row-level security, makes no tables,
and only adds to the audit trail and to frozen figures (R2, R15, R16).
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, inspect, text

from jobmatch.core.append_only import APPEND_ONLY, BINDING
from jobmatch.core.db import Database
from jobmatch.core.errors import SetupError

READ_ONLY = ("alembic_version",)
_ROLE = text("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = :name")
_OWNS = text(
    "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
    " WHERE r.rolname = :name AND c.relnamespace = 'public'::regnamespace"
)


def web_role_statements(connection: Connection, name: str) -> list[str]:
    """The SQL that makes ``name`` the web role, or sets its rights anew.

    Raises ``SetupError`` for a role that already is more than that.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise SetupError("A role's name has small letters, digits and underscores, such as jobmatch_web.")
    found = connection.execute(_ROLE, {"name": name}).first()
    if found is not None and (any(found) or connection.execute(_OWNS, {"name": name}).scalar_one()):
        raise SetupError(f"The role {name} is a superuser, owns tables or may make roles. Name another for the web.")
    tables = set(inspect(connection).get_table_names())
    database = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    made = [] if found is not None else [f"CREATE ROLE {name} LOGIN"]
    made += [
        f"GRANT CONNECT ON DATABASE {database} TO {name}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA public FROM {name}",
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    for table, columns in APPEND_ONLY.items():
        if table in tables:
            # A version that nobody signed yet may be dropped; a trigger keeps the others.
            taken = "UPDATE, TRUNCATE" if table in BINDING else "UPDATE, DELETE, TRUNCATE"
            made.append(f"REVOKE {taken} ON {table} FROM {name}")
            made += [f"GRANT UPDATE ({', '.join(sorted(columns))}) ON {table} TO {name}"] if columns else []
    made += [f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {name}" for table in READ_ONLY if table in tables]
    return made


def warning(database: Database) -> str:
    """One line where this process connects to PostgreSQL as somebody whom no rule of the database binds, or nothing."""
    if database.is_sqlite:
        return ""
    with database.engine.connect() as connection:
        name = str(connection.execute(text("SELECT current_user")).scalar_one())
        is_super, is_exempt, *_rest = connection.execute(_ROLE, {"name": name}).one()
        owned = connection.execute(_OWNS, {"name": name}).scalar_one()
    if not (is_super or is_exempt or owned):
        return ""
    what = "a superuser" if is_super else "exempt from row-level security" if is_exempt else "the owner of the tables"
    return (
        f"Warning: {name} is {what}, so the database guards neither regions nor the audit trail. Run "
        "`jobmatch db roles --web jobmatch_web --apply` and connect as that role."
    )
