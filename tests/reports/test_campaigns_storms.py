"""Two who press at the same moment, with real threads on a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.runtime import Runtime
from jobmatch.reports.campaigns.models import SpotCheck, SpotCheckLine, StationCheck
from jobmatch.reports.campaigns.services.checks import answer_item, freeze_check
from jobmatch.reports.campaigns.services.spots import draw_spot_check, record_result
from jobmatch.reports.campaigns.states import CheckState, SpotResult
from tests.conftest import NOW
from tests.reports.help_campaigns import handed_in, hired, make_check, make_checklist, make_offices, seen

SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(f"{request.param}_runtime")


def together(runtime: Runtime, actor: Actor, *acts: Callable[[Any], Any]) -> list[str]:
    """Every act in a thread and a unit of its own, all at once; the kinds of what was refused."""
    gate, refused = threading.Barrier(len(acts)), []

    def run(act: Callable[[Any], Any]) -> None:
        with clock.frozen(NOW):
            gate.wait()
            try:
                with runtime.unit(actor) as uow:
                    act(uow)
            except AppError as error:
                refused.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_eight_presses_draw_one_sample(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        offices = make_offices(uow)
        for _n in range(12):
            hired(uow)
        station_id, actor = offices.town_station.id, offices.county.actor

    def draw(uow: Any) -> None:
        draw_spot_check(uow, uow.session.get_one(Organization, station_id))

    assert together(runtime, actor, *[draw] * 8) == []
    with runtime.unit(SYSTEM, writing=False) as uow:
        counts = [uow.session.scalar(select(func.count()).select_from(model)) for model in (SpotCheck, SpotCheckLine)]
    assert counts == [1, 10]


def test_of_two_results_at_once_the_first_stands(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        offices = make_offices(uow)
        hired(uow)
        check = draw_spot_check(offices.county, offices.town_station)
        check_id, actor = check.id, offices.county.actor
        line_id = uow.session.scalars(select(SpotCheckLine.public_id)).one()

    def hear(result: str) -> Callable[[Any], Any]:
        return lambda uow: record_result(
            uow, uow.session.get_one(SpotCheck, check_id), line_id, result=result, note="x"
        )

    assert together(runtime, actor, hear("true"), hear("false")) == ["Conflict"]
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(SpotCheckLine)).one().result in {SpotResult.TRUE, SpotResult.FALSE}


def test_nothing_slips_into_a_check_that_is_frozen_at_the_same_moment(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        offices = make_offices(uow)
        check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
        handed_in(offices.county, check)
        public_id, actor = check.public_id, offices.county.actor

    def answer(uow: Any) -> None:
        found = seen(uow, public_id)
        answer_item(uow, found, found.checklist.items[0], met="no", words="改")

    def freeze(uow: Any) -> None:
        freeze_check(uow, seen(uow, public_id))

    assert together(runtime, actor, answer, freeze, freeze, answer) == ["Conflict", "Conflict"]
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(StationCheck)).one().state is CheckState.FROZEN
