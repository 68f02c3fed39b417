"""The town is built once per process and copied for each test."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobmatch.core import clock, crypto
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from tests.conftest import KEYS, NOW
from tests.house.town import Town, build


@pytest.fixture(scope="session")
def built_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Town]]:
    """A file with the town, and its ids."""
    folder = tmp_path_factory.mktemp("town")
    path = folder / "jobmatch.db"
    shutil.copy(sqlite_template, path)
    crypto.use_keys(KEYS)
    settings = Settings(data_dir=folder, https=False)  # type: ignore[call-arg]
    runtime = Runtime(settings, KEYS, Database(settings.url))
    with clock.frozen(NOW):
        town = build(runtime)
    with runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    runtime.database.engine.dispose()
    yield path, town


@pytest.fixture
def town(sqlite_runtime: Runtime, built_town: tuple[Path, Town]) -> Town:
    """The town in the running installation of this test."""
    path, made = built_town
    sqlite_runtime.database.engine.dispose()
    for leftover in sqlite_runtime.settings.data_dir.glob("jobmatch.db-*"):
        leftover.unlink()
    shutil.copy(path, sqlite_runtime.settings.data_dir / "jobmatch.db")
    return copy.deepcopy(made)
