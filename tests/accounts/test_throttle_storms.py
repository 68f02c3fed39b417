"""Guesses sent at once are all counted, by every process: no account gets more tries than its limit (G13)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from jobmatch.accounts.services.throttles import ACCOUNT_LIMIT, ADDRESS_LIMIT, reserve
from jobmatch.core import clock
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Limited
from jobmatch.core.runtime import Runtime
from tests.conftest import NOW

THREADS, GUESSES = 12, 60


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def storm(runtime: Runtime, guesses: list[tuple[str, str]]) -> int:
    """How many of the guesses (account, address), sent from several threads that start together, were let through."""
    gate = threading.Barrier(THREADS)

    def work(part: list[tuple[str, str]]) -> int:
        let_through = 0
        with clock.frozen(NOW):
            gate.wait(timeout=20)
            for account, address in part:
                try:
                    with runtime.unit(replace(Actor(), ip=address)) as uow:
                        reserve(uow, account)
                    let_through += 1
                except Limited:
                    pass
        return let_through

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, [guesses[n::THREADS] for n in range(THREADS)]))


def test_guesses_on_one_account_from_many_addresses(runtime: Runtime) -> None:
    assert storm(runtime, [("19900000001", f"192.0.2.{n}") for n in range(GUESSES)]) == ACCOUNT_LIMIT


def test_guesses_on_many_accounts_from_one_address(runtime: Runtime) -> None:
    assert storm(runtime, [(f"1990000{n:04d}", "192.0.2.1") for n in range(GUESSES)]) == ADDRESS_LIMIT
