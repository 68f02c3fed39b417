"""Fixtures of the recruiters' pages."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.core.runtime import Runtime
from tests.recruiters.help import Office, open_office


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)
