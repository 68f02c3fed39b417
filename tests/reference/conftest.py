"""Cached tables must not outlive the savepoint they were read in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobmatch.reference import queries


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    queries.clear_caches()
    yield
    queries.clear_caches()
