"""Migrations: from empty, down and up again, and the same schema as the models, on both databases."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, make_url, text

from jobmatch.core import migrate
from tests.conftest import _admin


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url = make_url(request.getfixturevalue("postgres_url"))
    name = f"m_{secrets.token_hex(6)}"
    _admin(url.set(database="postgres"), f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: _admin(url.set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)"))
    return url.set(database=name).render_as_string(hide_password=False)


def test_the_migrated_schema_is_the_one_of_the_models(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    command.check(migrate.config(empty_url))


def test_going_down_and_up_again_leaves_the_same_schema(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, "base")
    migrate.upgrade(empty_url)
    command.check(migrate.config(empty_url))


def test_check_constraints_are_in_the_migrated_schema(empty_url: str) -> None:
    """Alembic's comparison does not look at CHECK constraints, so their names are compared here."""
    from jobmatch.tables import metadata

    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    inspector = inspect(engine)
    missing = []
    for table in metadata.sorted_tables:
        found = {constraint["name"] for constraint in inspector.get_check_constraints(table.name)}
        wanted = {str(c.name) for c in table.constraints if c.__visit_name__ == "check_constraint" and c.name}
        missing += sorted(wanted - found)
    engine.dispose()
    assert missing == []


def test_a_wrong_state_is_refused_by_the_database_itself(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    from sqlalchemy.exc import IntegrityError

    statement = text(
        "INSERT INTO job (public_id, name, arguments, state, done_count, result, error, attempt_count, created_at) "
        "VALUES ('x', 'x', '{}', 'dreaming', 0, '{}', '', 0, '2026-01-01 00:00:00')"
    )
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(statement)
    engine.dispose()
