"""Two hundred people at once on real threads: no seat is given twice and nobody is registered twice (R6).

Each storm has a control without the guard that must fail, else the storm proves nothing.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update

from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Limited
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.services.registering import register_online
from jobmatch.fairs.visitors.services.waiting import cancel_registration
from jobmatch.fairs.visitors.states import RegistrationState, VisitorKind
from tests.applications.test_storms import storm
from tests.fairs.help import make_fair

PEOPLE, SEATS = 200, 50
SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def fair_with(runtime: Runtime, seats: int) -> int:
    with runtime.unit(SYSTEM) as uow:
        return make_fair(uow, capacity=seats).id


def register(runtime: Runtime, fair_id: int, number: int, device: int) -> str:
    with runtime.unit(Actor(ip="192.0.2.1")) as uow:
        fair = uow.session.get_one(JobFair, fair_id)
        done = register_online(
            uow,
            fair,
            device=f"device {device}",
            name="测试来人",
            phone=f"1990008{number:04d}",
            kind=VisitorKind.VETERAN,
        )
        return done.registration.state.value if done.is_new else "known"


def stored(runtime: Runtime) -> tuple[int, dict[RegistrationState, int], list[int]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        states = select(FairRegistration.state, func.count()).group_by(FairRegistration.state)
        queue = select(FairRegistration.waiting_number).where(FairRegistration.waiting_number.is_not(None))
        return (
            uow.session.scalars(select(JobFair.taken)).one(),
            dict(uow.session.execute(states).all()),
            sorted(number for number in uow.session.scalars(queue) if number is not None),
        )


def test_two_hundred_register_at_once_and_exactly_fifty_have_a_seat(runtime: Runtime) -> None:
    fair_id = fair_with(runtime, SEATS)
    answers = storm(lambda n: register(runtime, fair_id, n, n), list(range(PEOPLE)), PEOPLE)
    assert (answers.count("seated"), answers.count("waiting")) == (SEATS, PEOPLE - SEATS)
    taken, states, queue = stored(runtime)
    assert taken == SEATS
    assert states == {RegistrationState.SEATED: SEATS, RegistrationState.WAITING: PEOPLE - SEATS}
    assert queue == list(range(1, PEOPLE - SEATS + 1))


def test_the_control_without_the_guard_oversells(runtime: Runtime) -> None:
    """Read, then write, in two units, as a careless service would: more people than seats are told they have one."""
    fair_with(runtime, SEATS)
    seen = threading.Barrier(PEOPLE)

    def careless(_number: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            taken, capacity = uow.session.execute(select(JobFair.taken, JobFair.capacity)).one()
        seen.wait(timeout=60)
        if taken >= capacity:
            return "waiting"
        with runtime.unit(SYSTEM) as uow:
            uow.session.execute(update(JobFair).values(taken=min(taken + 1, capacity)))
        return "seated"

    assert storm(careless, list(range(PEOPLE)), PEOPLE).count("seated") > SEATS


def test_one_phone_from_two_hundred_browsers_registers_once(runtime: Runtime) -> None:
    fair_id = fair_with(runtime, SEATS)
    answers = storm(lambda n: guarded(runtime, fair_id, n), list(range(PEOPLE)), PEOPLE)
    assert answers.count("seated") == 1
    assert set(answers) <= {"seated", "known", "Limited"}
    assert stored(runtime)[0] == 1


def guarded(runtime: Runtime, fair_id: int, device: int) -> str:
    try:
        return register(runtime, fair_id, 1, device)
    except Limited:
        return "Limited"


def test_seats_given_back_in_a_storm_all_go_to_the_queue(runtime: Runtime) -> None:
    fair_id = fair_with(runtime, SEATS)
    storm(lambda n: register(runtime, fair_id, n, n), list(range(PEOPLE)), PEOPLE)
    with runtime.unit(SYSTEM, writing=False) as uow:
        seated = select(FairRegistration.id).where(FairRegistration.state == RegistrationState.SEATED)
        ids = list(uow.session.scalars(seated))

    def give_back(key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            return cancel_registration(uow, uow.session.get_one(FairRegistration, key)).state.value

    assert set(storm(give_back, ids, SEATS)) == {"canceled"}
    taken, states, _queue = stored(runtime)
    assert (taken, states[RegistrationState.SEATED]) == (SEATS, SEATS)
    assert states[RegistrationState.WAITING] == PEOPLE - 2 * SEATS
