"""Bring a database to the newest schema; used by commands and tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from jobmatch.core.db import Database

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent.parent / "migrations"


def config(url: str) -> Config:
    """Alembic configuration without a file."""
    from alembic.config import Config  # a tenth of a second that no page needs

    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["url"] = url
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Run the migrations up to ``revision``."""
    from alembic import command

    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Run the migrations down to ``revision``."""
    from alembic import command

    command.downgrade(config(url), revision)


def is_current(database: Database) -> bool:
    """Whether the database stands at the newest revision."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = {row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")}
    return found == {_known()[-1]}


def can_serve(database: Database) -> bool:
    """Whether this version can work on the schema: its own, or one that a later version has added to.

    What takes something away is run only once no older process is left (docs/migrations.md), so a revision that this
    version does not know is one it can live with; an older one of its own history is not.
    """
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = {row[0] for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")}
    return found == {_known()[-1]} or bool(found - set(_known()))


@cache
def _known() -> tuple[str, ...]:
    """Every revision of this version's history, the newest last: files are named by them."""
    return tuple(sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py")))
