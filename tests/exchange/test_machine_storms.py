"""Machines and tables on both databases: many calls at once, one token, one event, one table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Limited
from jobmatch.core.runtime import Runtime
from jobmatch.core.sheets import write_csv
from jobmatch.exchange.machine import hooks, reading
from jobmatch.exchange.machine.declarations import checked as checked_params
from jobmatch.exchange.machine.events import EventKind, gather_events, record_event
from jobmatch.exchange.machine.resources import RESOURCES
from tests.conftest import NOW
from tests.exchange.test_machine_api import token_of
from tests.exchange.test_machine_webhooks import hook_of
from tests.exchange.test_tables_import import HEAD, brought_in, counts, row, undone
from tests.factories import PATH_A, PATH_COUNTY, make_employer, make_posting, make_staff

SYSTEM = system_actor("tests")
THREADS = 8


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def _at_once(act: Callable[[int], Any], count: int) -> list[Any]:
    def run(number: int) -> Any:
        with clock.frozen(NOW):
            return act(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(count)))


def test_calls_at_once_are_all_counted(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CALLS", 5)
    token = token_of(runtime)

    def call(_number: int) -> str:
        try:
            with runtime.unit(Actor()) as uow:
                return "in" if reading.admit(uow, token) else "out"
        except Limited:
            return "braked"

    assert sorted(_at_once(call, 16)) == ["braked"] * 11 + ["in"] * 5


def test_a_due_call_is_taken_by_one_worker(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow, path=PATH_COUNTY)
    hook_of(runtime, staff, "https://hooks.example.cn/in")
    with runtime.unit(SYSTEM) as uow:
        make_posting(uow, make_employer(uow))
        assert record_event(uow, EventKind.SUBMISSION, public_id="abcdefghjkmnpqrs", region_path=PATH_A) == 1
        assert gather_events(uow) == 1
        uow.session.flush()
        assert gather_events(uow) == 0

    def take(_number: int) -> int | None:
        try:
            with runtime.unit(SYSTEM) as uow:
                due = hooks.take_due(uow)
                return due.call_id if due else None
        except Conflict:
            return None

    taken = [one for one in _at_once(take, 12) if one is not None]
    assert len(taken) == len(set(taken)) <= 2


def test_every_list_is_read_and_a_table_goes_in_and_out(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow, path=PATH_COUNTY)
        make_posting(uow, make_employer(uow))
    token = token_of(runtime)
    with runtime.unit(Actor()) as uow:
        admitted = reading.admit(uow, token)
    assert admitted is not None
    for resource in RESOURCES.values():
        with runtime.unit(admitted[0], writing=False) as uow:
            given = checked_params(resource.params, {"region": ["430382"]} if resource.select else {})
            assert isinstance(reading.read_page(uow, resource, given)["data"], list)
    batch = brought_in(runtime, staff, write_csv(HEAD, [row(1), row(2), row(3, 电话="x")]))
    assert counts(batch) == (2, 0, 1)
    assert undone(runtime, staff, batch).removed_count == 2
