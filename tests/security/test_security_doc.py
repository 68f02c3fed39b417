"""What ``docs/security.md`` says is what runs: every table of it is compared with the configuration (R20)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from jobmatch.app import create_app
from jobmatch.core.db import Base, Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from tests.conftest import KEYS
from tests.security import facts


@pytest.fixture
def served(sqlite_runtime: Runtime) -> Iterator[Any]:
    """The application as it is served over https."""
    settings = Settings(data_dir=sqlite_runtime.settings.data_dir, https=True)  # type: ignore[call-arg]
    runtime = Runtime(settings, KEYS, Database(settings.url))
    yield create_app(runtime)
    runtime.database.engine.dispose()


@pytest.mark.parametrize("name", facts.TABLES)
def test_a_table_of_the_document_is_what_runs(name: str, served: Any) -> None:
    text = facts.DOCUMENT.read_text(encoding="utf-8")
    wanted = facts.lines_of(facts.TABLES[name](served))
    assert facts.written(text, name) == wanted, "renew the tables: python -m tests.security --tables"


def test_a_table_that_says_something_else_is_seen(served: Any) -> None:
    """The control: another number in the document is found."""
    text = facts.DOCUMENT.read_text(encoding="utf-8").replace("| 10 | 15 minutes |", "| 11 | 15 minutes |")
    assert facts.written(text, "throttles") != facts.lines_of(facts.TABLES["throttles"](served))


def test_every_setting_that_guards_is_explained() -> None:
    text = facts.DOCUMENT.read_text(encoding="utf-8")
    for name in ("keys_dir", "trusted_hosts", "proxy_hops", "https", "sms_gateway", "webhook_hosts", "debug"):
        assert f"JOBMATCH_{name.upper()}" in text, name


NOT_OF_PEOPLE = {
    "user.totp_secret_sealed",
    "cross_check.password_sealed",
    "webhook.key_sealed",
    "organization_merged_row.before_sealed",
}
"""Sealed for other reasons: secrets of the house, and rows of employers."""


def test_what_is_sealed_about_people_has_a_class() -> None:
    sealed = [c for table in Base.metadata.sorted_tables for c in table.columns if c.name.endswith("_sealed")]
    assert len(sealed) > 20
    assert {str(c) for c in sealed if not c.info.get("data")} <= NOT_OF_PEOPLE


def test_the_classes_are_the_known_ones() -> None:
    assert set(facts.classed()) <= {"contact", "identity", "sensitive", "recruit-3y", "public"}
