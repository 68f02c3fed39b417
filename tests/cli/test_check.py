"""``jobmatch check`` finds each counter, index, file and chain that does not say what the rows say; it mends none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from jobmatch.cli.checks import COUNTERS, Counter
from jobmatch.cli.main import cli
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.files import store_file
from jobmatch.core.runtime import Runtime
from tests.conftest import KEYS
from tests.factories import make_person
from tests.house.town import build
from tests.tampering import behind_the_back

ACTOR = system_actor("tests")


@pytest.fixture
def town(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """An installation with rows of every table, which the command finds by the environment."""
    settings = sqlite_runtime.settings
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(settings.data_dir))
    # The trail of the template is sealed under the keys of the tests, so the command must find these.
    settings.keys_path.mkdir(mode=0o700)
    for name in crypto.KEY_FILES:
        path = settings.keys_path / f"{name}.key"
        path.write_bytes(getattr(KEYS, name))
        path.chmod(0o600)
    build(sqlite_runtime)
    yield sqlite_runtime
    crypto.use_keys(KEYS)


def found() -> set[tuple[str, str]]:
    done = CliRunner().invoke(cli, ["check", "--json"])
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.exit_code == (1 if rows else 0), done.output
    return {(row["what"], row["row"]) for row in rows}


def change(runtime: Runtime, statement: str) -> None:
    """Past every rule of the product, as a fault in it would."""
    with runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.execute(text(statement))
        connection.commit()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def test_each_planted_fault_is_found_and_nothing_else(town: Runtime) -> None:
    """The town's rows are written by hand in part, so what differs there already is the beginning."""
    known = found()
    for counter in COUNTERS:
        table, column = counter.name.split(".")
        if _first(town, counter) is None:
            continue
        change(town, f"UPDATE {table} SET {column} = {column} + 7")
        planted = found()
        assert {row for row in planted - known if row[0] != counter.name} == set()
        assert any(row[0] == counter.name for row in planted - known), counter.name
        change(town, f"UPDATE {table} SET {column} = {column} - 7")
    assert found() == known
    assert sum(_first(town, counter) is not None for counter in COUNTERS) >= 5


def _first(runtime: Runtime, counter: Counter) -> Any:
    with runtime.unit(ACTOR, writing=False) as uow:
        return uow.session.scalar(text(f"SELECT 1 FROM {counter.name.split('.')[0]} LIMIT 1"))


def test_indexes_files_work_and_the_trail_are_looked_at(town: Runtime) -> None:
    known = found()
    with town.unit(ACTOR) as uow:
        person = make_person(uow, phone="19900005555").user_id
        file = store_file(uow, b"%PDF", name="a.pdf", mimetype="application/pdf")
        number, name = file.id, file.public_id
    assert found() == known
    (Path(town.settings.data_dir) / "files" / name[:2] / name).unlink()
    change(town, f"UPDATE \"user\" SET phone_tail_blind = x'00' WHERE id = {person}")
    change(
        town,
        "INSERT INTO job (public_id, name, arguments, state, done_count, result, error, attempt_count, created_at,"
        " started_at) VALUES ('j234567890123456', 'x.y', '{}', 'running', 0, '{}', '', 1, '2020-01-01', '2020-01-01')",
    )
    with behind_the_back(town.database) as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'x' WHERE id = 1"))
        connection.commit()
    assert {row[0] for row in found() - known} == {"stored_file", "user.phone_tail_blind", "job", "audit_entry"}
    assert ("stored_file", str(number)) in found()
