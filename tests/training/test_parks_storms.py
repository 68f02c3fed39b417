"""Many at once want the same desks: never two at one, and nobody with half of what was chosen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.runtime import Runtime
from tests.applications.test_storms import storm
from tests.training.help_parks import desks_of, make_incubator, make_tenancy
from training.incubation.parks.models import Space, SpaceLet, Tenancy
from training.incubation.parks.services.moving import move_in
from training.incubation.parks.states import TenancyState

SYSTEM = system_actor("tests")
DESKS, TENANTS, THREADS = 12, 30, 15


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def _town(runtime: Runtime) -> tuple[list[str], list[int]]:
    with runtime.unit(SYSTEM) as uow:
        park = make_incubator(uow, desks=DESKS)
        desks = [one.public_id for one in desks_of(uow, park)]
        tenants = [make_tenancy(uow, park, state=TenancyState.NOTICED, with_grant=False).id for _n in range(TENANTS)]
        return desks, tenants


def _loaded(uow: object, tenancy_id: int) -> Tenancy:
    tenancy: Tenancy = uow.session.get_one(Tenancy, tenancy_id)  # type: ignore[attr-defined]
    uow.session.refresh(tenancy, attribute_names=["incubator", "venture"])  # type: ignore[attr-defined]
    uow.session.refresh(tenancy.incubator, attribute_names=["organization"])  # type: ignore[attr-defined]
    return tenancy


def test_thirty_at_once_take_every_desk_once_and_none_by_halves(runtime: Runtime) -> None:
    desks, tenants = _town(runtime)

    def enter(key: int) -> str:
        # Neighbors overlap in one desk and half of them choose in the other order, so that they cross.
        pair = [desks[key % DESKS], desks[(key + 1) % DESKS]]
        try:
            with runtime.unit(SYSTEM) as uow:
                tenancy = _loaded(uow, tenants[key])
                move_in(
                    uow,
                    tenancy,
                    spaces=pair if key % 2 else pair[::-1],
                    term_from=uow.today,
                    months=12,
                    rent_yuan=600,
                    waiver_share=0,
                )
            return "in"
        except Invalid as error:
            assert "spaces" in error.fields
            return "taken"

    answers = storm(enter, list(range(TENANTS)), THREADS)
    assert set(answers) == {"in", "taken"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        held = uow.session.execute(select(Space.id, Space.tenancy_id).where(Space.tenancy_id.is_not(None))).all()
        lets = uow.session.execute(select(SpaceLet.space_id, SpaceLet.tenancy_id)).all()
        inside = uow.session.scalars(select(Tenancy.id).where(Tenancy.state == TenancyState.INCUBATED)).all()
    assert sorted(map(tuple, held)) == sorted(map(tuple, lets))
    assert len(inside) == answers.count("in")
    holders = [row[1] for row in held]
    assert all(holders.count(one) == 2 for one in inside) and set(holders) == set(inside)


def test_one_venture_moves_in_once(runtime: Runtime) -> None:
    desks, tenants = _town(runtime)

    def enter(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                tenancy = _loaded(uow, tenants[0])
                move_in(
                    uow,
                    tenancy,
                    spaces=[desks[key % DESKS]],
                    term_from=uow.today,
                    months=1,
                    rent_yuan=0,
                    waiver_share=0,
                )
            return "in"
        except Conflict:
            return "already"

    answers = storm(enter, list(range(THREADS)), THREADS)
    assert (answers.count("in"), answers.count("already")) == (1, THREADS - 1)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert len(uow.session.scalars(select(SpaceLet.id)).all()) == 1


def test_the_control_that_only_looks_first_gives_a_desk_away_twice(sqlite_runtime: Runtime) -> None:
    desks, tenants = _town(sqlite_runtime)
    given: list[int] = []

    def enter(key: int) -> str:
        with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
            holder = uow.session.scalars(select(Space.tenancy_id).where(Space.public_id == desks[0])).one()
        if holder is None:
            given.append(tenants[key])
        return "in" if holder is None else "taken"

    storm(enter, list(range(THREADS)), THREADS)
    assert len(given) > 1
