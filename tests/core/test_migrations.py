"""Migrations: from empty, down and up again, and the same schema as the models, on both databases."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, MetaData, Table, create_engine, inspect, make_url, text

from jobmatch.core import migrate
from tests.conftest import _admin

NOW = datetime(2026, 1, 1)  # noqa: DTZ001 - raw rows, below the types that keep zones


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    url = make_url(request.getfixturevalue("postgres_url"))
    name = f"m_{secrets.token_hex(6)}"
    _admin(url.set(database="postgres"), f"CREATE DATABASE {name}")
    request.addfinalizer(lambda: _admin(url.set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)"))
    return url.set(database=name).render_as_string(hide_password=False)


def test_the_files_are_named_by_their_revisions_in_one_line() -> None:
    history = list(ScriptDirectory.from_config(migrate.config("")).walk_revisions())
    assert [one.revision for one in reversed(history)] == list(migrate._known())
    assert [one.down_revision for one in history] == [*(one.revision for one in history[1:]), None]


def test_the_migrated_schema_is_the_one_of_the_models(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    command.check(migrate.config(empty_url))


@pytest.mark.timeout(300)
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
        checks = (c for c in table.constraints if isinstance(c, CheckConstraint) and isinstance(c.name, str))
        wanted = {name if (name := str(c.name)).startswith("ck_") else f"ck_{table.name}_{name}" for c in checks}
        missing += sorted(wanted - found)
    engine.dispose()
    assert missing == []


def test_rows_of_the_version_before_live_through_the_upgrade(empty_url: str) -> None:
    """People, service and register of 0003 get the defaults of the new columns; evidence becomes a confirmation."""
    command.upgrade(migrate.config(empty_url), "0003")
    engine = create_engine(empty_url)
    now = "2026-01-01 00:00:00+00:00" if not empty_url.startswith("sqlite") else "2026-01-01 00:00:00"
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO employment_status_kind (code, name_zh, name_en, source, is_local, is_active, sort_order,"
                " official_column, definition, counts_as_employed, in_denominator, is_selectable, evidence)"
                " VALUES ('E1', '单位就业', '', '', false, true, 0, '', '', true, true, true, '')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO person (public_id, version, name, sex, region_path, major, about, search_state,"
                " search_state_since, is_open_to_employers, verification, verification_note, created_at, changed_at)"
                " VALUES ('p234567890123456', 1, '测试', '', '/43/', '', '', 'looking', '2026-01-01', false,"
                f" 'unverified', '', '{now}', '{now}')"
            )
        )
        connection.execute(
            text("INSERT INTO service_record (person_id, leadership, posts_held, honours) VALUES (1, 0, '', '')")
        )
        connection.execute(
            text(
                "INSERT INTO employment_spell (public_id, version, person_id, status_code, employer_name, title,"
                " started_on, evidence, evidence_on, note, source, recorded_at) VALUES ('s234567890123456', 1, 1, 'E1',"
                f" '测试单位', '', '2025-12-01', 'contract', '2025-12-05', '', 'staff', '{now}')"
            )
        )
    engine.dispose()
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        person = connection.execute(text("SELECT school, claim_state, card_tail FROM person")).one()
        record = connection.execute(text("SELECT military_skill_level, card_tail FROM service_record")).one()
        said = connection.execute(
            text(
                "SELECT evidence, CAST(confirmed_on AS VARCHAR(10)), CAST(valid_until AS VARCHAR(10))"
                " FROM employment_confirmation"
            )
        ).one()
    engine.dispose()
    assert tuple(person) == ("", "none", "")
    assert tuple(record) == (0, "")
    assert tuple(said) == ("contract", "2025-12-05", "2026-12-05")


def test_veteran_founded_becomes_a_fact_beside_the_ownership(empty_url: str) -> None:
    """An employer of 0004 whose kind was 军创企业 gets its ownership back and a dated line; going down undoes it."""
    command.upgrade(migrate.config(empty_url), "0004")
    engine = create_engine(empty_url)
    now = "2026-01-01 00:00:00" if empty_url.startswith("sqlite") else "2026-01-01 00:00:00+00:00"
    with engine.begin() as connection:
        for number, code, vetted in ((1, "91430382MA4L16JQ9B", f"'{now}'"), (2, "92430382MA4L16JQ9X", "NULL")):
            connection.execute(
                text(
                    "INSERT INTO organization (public_id, version, kind, state, name, credit_code, region_path, level,"
                    f" address, phone, created_at, changed_at) VALUES ('o23456789012345{number}', 1, 'employer',"
                    f" 'active', '恒通物流', '{code}', '/43/', '', '', '', '{now}', '{now}')"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO employer (public_id, version, organization_id, region_path, name_skeleton, kind,"
                    " account_label, intro, contact_name, contact_phone, is_agency, permit_number, vetting, vetted_at,"
                    " vetting_note, applications_due, applications_answered, veterans_hired, import_source, created_at,"
                    f" changed_at) VALUES ('e23456789012345{number}', 1, {number}, '/43/', '', 'veteran_founded',"
                    f" 'own', '', '', '', false, '', 'vetted', {vetted}, '', 0, 0, 0, '', '{now}', '{now}')"
                )
            )
    engine.dispose()
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        kinds = connection.execute(text("SELECT kind, initials FROM employer ORDER BY id")).all()
        lines = connection.execute(
            text("SELECT basis, CAST(valid_from AS VARCHAR(10)), seen_at IS NULL FROM veteran_founding ORDER BY id")
        ).all()
    engine.dispose()
    assert [tuple(row) for row in kinds] == [("private", "htwl"), ("individual", "htwl")]
    assert [(basis, day, bool(unseen)) for basis, day, unseen in lines] == [
        ("founder", "2026-01-01", False),
        ("founder", "2026-01-01", True),
    ]
    command.downgrade(migrate.config(empty_url), "0004")
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        assert set(connection.scalars(text("SELECT kind FROM employer"))) == {"veteran_founded"}
    engine.dispose()


def _insert(connection: Connection, table: str, **values: Any) -> None:
    """A row with ``values``, and something harmless in every other column that must not be empty."""
    plain: dict[type, Any] = {str: "", int: 1, float: 0.0, bool: False, date: date(2026, 1, 1), datetime: NOW}
    columns = Table(table, MetaData(), autoload_with=connection).columns
    rest = {
        column.name: plain.get(column.type.python_type, [])
        for column in columns
        if not column.nullable and column.name not in values and column.name != "id"
    }
    connection.execute(Table(table, MetaData(), autoload_with=connection).insert().values(**rest, **values))


def test_a_posting_that_was_shown_as_reserved_without_papers_goes_on_as_veterans_first(empty_url: str) -> None:
    command.upgrade(migrate.config(empty_url), "0008")
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        _insert(connection, "organization", public_id="o1", kind="employer", state="active", name="测试小学")
        _insert(
            connection,
            "employer",
            public_id="e1",
            organization_id=1,
            kind="public_institution",
            account_label="own",
            vetting="vetted",
        )
        for number, state in enumerate(("open", "draft"), 1):
            _insert(
                connection,
                "posting",
                public_id=f"p{number}",
                employer_id=1,
                state=state,
                kind="regular",
                filled_count=0,
                is_reserved=True,
                valid_through=date(2026, 2, 1),
                published_at=NOW,
            )
    engine.dispose()
    migrate.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.connect() as connection:
        query = text(
            "SELECT is_reserved, is_veterans_first, confirmed_at IS NULL, is_office_entry FROM posting ORDER BY id"
        )
        rows = [tuple(map(bool, row)) for row in connection.execute(query)]
    engine.dispose()
    assert rows == [(False, True, False, False), (True, False, False, False)]


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
