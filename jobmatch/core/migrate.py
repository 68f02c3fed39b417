"""Bring a database to the newest schema; used by commands and tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from jobmatch.core.db import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def config(url: str) -> Config:
    """Alembic configuration without a file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to ``revision``."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Run the migrations down to ``revision``."""
    command.downgrade(config(url), revision)


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = {row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")}
    return found == _heads()


def can_serve(database: Database) -> bool:
    """Whether this version can work on the schema: its own, or one that a later version has added to.

    What takes something away is run only once no older process is left (docs/migrations.md), so a revision that this
    version does not know is one it can live with; an older one of its own history is not.
    """
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = {row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")}
    return found == _heads() or bool(found - _known())


@cache
def _heads() -> frozenset[str]:
    """The newest revisions; reading the history takes most of a second, and it does not change while a process runs."""
    return frozenset(ScriptDirectory.from_config(config("")).get_heads())


@cache
def _known() -> frozenset[str]:
    """Every revision of this version's history."""
    return frozenset(one.revision for one in ScriptDirectory.from_config(config("")).walk_revisions())
