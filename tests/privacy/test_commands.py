"""The commands about whole people and keys, as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from jobmatch.cli.main import cli
from jobmatch.core import crypto
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from tests.conftest import KEYS
from tests.factories import make_person


@pytest.fixture
def person(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A person in an installation that the commands find; its public id."""
    settings = sqlite_runtime.settings
    crypto.make_keys(settings.keys_path)
    crypto.use_keys(crypto.read_keys(settings.keys_path))
    monkeypatch.setenv("JOBMATCH_DATA_DIR", str(settings.data_dir))
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        found = make_person(uow, name="测试导出").public_id
    yield found
    crypto.use_keys(KEYS)


def run(*words: str) -> str:
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_person_is_exported_and_a_trace_is_left(sqlite_runtime: Runtime, person: str) -> None:
    made = json.loads(run("people", "export", person))
    assert made["person"] == person
    assert made["rooms"]["people"]["person"][0]["name"] == "测试导出"
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        entry = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.export")).one()
        assert entry.object_id == person


def test_purge_prints_what_is_due(person: str) -> None:
    due = {"frozen_records": 0, "application_texts": 0, "idle_files": 0, "idle_told": 0}
    assert json.loads(run("purge", "--dry-run")) == due
    assert json.loads(run("purge")) == due


def test_keys_are_listed_made_and_rotated(sqlite_runtime: Runtime, person: str) -> None:
    assert json.loads(run("keys", "list", "--json")) == [{"number": 1, "values": 2, "is_newest": True}]
    assert run("keys", "new").strip() == "2"
    assert run("keys", "list").split() == ["1", "2", "2", "0", "seals"]
    run("keys", "rotate")
    assert [key["values"] for key in json.loads(run("keys", "list", "--json"))] == [0, 2]
    run("keys", "rotate", "--blind")
    assert not (Path(sqlite_runtime.settings.keys_path) / "blind-next.key").exists()
    assert json.loads(run("people", "export", person))["rooms"]["accounts"]["user"][0]["phone"].startswith("199")
