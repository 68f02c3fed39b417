"""Buses: seats are given out once, stops and ticks behave, and two hundred people at once never oversell."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.core.errors import AppError, Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration, Shuttle, ShuttleStop
from jobmatch.fairs.visitors.services import rides
from jobmatch.fairs.visitors.states import RegistrationState
from tests.applications.test_storms import SYSTEM, storm
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_staff
from tests.fairs.help import make_fair, make_registration

PEOPLE, SEATS = 200, 45


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def make_bus(uow: UnitOfWork, fair: JobFair, *, seats: int = 2) -> tuple[Shuttle, list[ShuttleStop]]:
    """A bus with two stops."""
    bus = rides.save_shuttle(uow, fair, None, name="1 号车", seats=seats)
    times = (fair.opens_at - timedelta(minutes=60), fair.opens_at - timedelta(minutes=30))
    return bus, [rides.add_stop(uow, fair, bus, place=f"测试路口 {n}", leaves_at=at) for n, at in enumerate(times)]


def test_seats_are_given_moved_and_taken_back(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    bus, stops = make_bus(uow, fair)
    other, other_stops = make_bus(uow, fair)
    first, second, third = (make_registration(uow, fair) for _n in range(3))

    def taken() -> list[int]:
        return list(uow.session.scalars(select(Shuttle.taken).order_by(Shuttle.id)))

    rides.choose_stop(uow, fair, first, stops[0])
    rides.choose_stop(uow, fair, first, stops[0])
    rides.choose_stop(uow, fair, first, stops[1])
    assert taken() == [1, 0]
    rides.choose_stop(uow, fair, second, stops[0])
    with pytest.raises(Conflict):
        rides.choose_stop(uow, fair, third, stops[0])
    assert (taken(), third.stop_id) == ([2, 0], None)
    rides.choose_stop(uow, fair, first, other_stops[0])
    assert taken() == [1, 1]
    rides.choose_stop(uow, fair, first, None)
    rides.record_ride_freed(uow, second)
    rides.record_ride_freed(uow, second)
    assert taken() == [0, 0]
    assert other.fair_id == bus.fair_id


def test_who_has_no_seat_at_the_fair_gets_none_in_the_bus(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    _bus, stops = make_bus(uow, fair)
    waiting = make_registration(uow, fair, state=RegistrationState.WAITING, waiting_number=1)
    with pytest.raises(Conflict):
        rides.choose_stop(uow, fair, waiting, stops[0])
    with pytest.raises(NotFound):
        rides.choose_stop(uow, fair, make_registration(uow, make_fair(uow)), stops[0])


def test_a_bus_is_never_smaller_than_what_is_taken(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    bus, stops = make_bus(uow, fair)
    for _n in range(2):
        rides.choose_stop(uow, fair, make_registration(uow, fair), stops[0])
    for seats in (1, 0, 501):
        with pytest.raises(Invalid):
            rides.save_shuttle(uow, fair, bus, name="1 号车", seats=seats)
    assert rides.save_shuttle(uow, fair, bus, name="大车", seats=50).seats == 50


def test_stops_end_before_the_fair_and_stay_while_somebody_waits_there(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    bus, stops = make_bus(uow, fair)
    with pytest.raises(Invalid):
        rides.add_stop(uow, fair, bus, place="太晚", leaves_at=fair.closes_at)
    registration = make_registration(uow, fair)
    rides.choose_stop(uow, fair, registration, stops[0])
    with pytest.raises(Conflict):
        rides.remove_stop(uow, fair, bus, stops[0])
    rides.remove_stop(uow, fair, bus, stops[1])
    assert uow.session.scalar(select(func.count()).select_from(ShuttleStop)) == 1


def test_boarding_is_ticked_once_and_can_be_taken_back(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    _bus, stops = make_bus(uow, fair)
    registration = make_registration(uow, fair)
    with pytest.raises(NotFound):
        rides.tick_boarded(uow, fair, registration, is_on=True)
    rides.choose_stop(uow, fair, registration, stops[0])
    rides.tick_boarded(uow, fair, registration, is_on=True)
    assert registration.boarded_at == uow.now
    rides.tick_boarded(uow, fair, registration, is_on=False)
    assert registration.boarded_at is None


def test_a_station_seats_its_own_people_only(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    _bus, stops = make_bus(uow, fair)
    registration = make_registration(uow, fair, region_path=PATH_A)
    with pytest.raises(NotAllowed):
        rides.choose_stop(uow.acting_as(make_staff(uow, path=PATH_B)), fair, registration, stops[0])
    rides.choose_stop(uow.acting_as(make_staff(uow, path=PATH_A)), fair, registration, stops[0])
    rides.choose_stop(uow.acting_as(make_staff(uow, path=PATH_COUNTY)), fair, registration, None)


def crowded(runtime: Runtime) -> tuple[int, int, list[int]]:
    """A bus with 45 seats and two hundred people: ids of the fair, of its stop and of the registrations."""
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, capacity=PEOPLE)
        _bus, stops = make_bus(uow, fair, seats=SEATS)
        return fair.id, stops[0].id, [make_registration(uow, fair).id for _n in range(PEOPLE)]


def test_two_hundred_ask_at_once_and_exactly_45_sit(runtime: Runtime) -> None:
    fair_id, stop_id, ids = crowded(runtime)

    def ask(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                registration = uow.session.get_one(FairRegistration, key)
                fair, stop = uow.session.get_one(JobFair, fair_id), uow.session.get_one(ShuttleStop, stop_id)
                rides.choose_stop(uow, fair, registration, stop)
        except Conflict:
            return "full"
        return "seated"

    answers = storm(ask, ids, PEOPLE)
    assert (answers.count("seated"), answers.count("full")) == (SEATS, PEOPLE - SEATS)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(Shuttle.taken)).one() == SEATS
        held = select(func.count()).select_from(FairRegistration).where(FairRegistration.stop_id == stop_id)
        assert uow.session.scalar(held) == SEATS


def test_one_person_from_eight_screens_takes_one_seat(runtime: Runtime) -> None:
    fair_id, stop_id, ids = crowded(runtime)

    def ask(_key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                registration = uow.session.get_one(FairRegistration, ids[0])
                fair, stop = uow.session.get_one(JobFair, fair_id), uow.session.get_one(ShuttleStop, stop_id)
                rides.choose_stop(uow, fair, registration, stop)
        except AppError as error:
            return type(error).__name__
        return "seated"

    assert "seated" in storm(ask, list(range(8)), 8)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(Shuttle.taken)).one() == 1


def test_the_control_without_the_guard_oversells(runtime: Runtime) -> None:
    """Read, then write, in two units, as a careless service would: more than 45 are told that they have a seat."""
    _fair_id, stop_id, ids = crowded(runtime)
    seen = threading.Barrier(PEOPLE)

    def ask(key: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            taken, seats = uow.session.execute(select(Shuttle.taken, Shuttle.seats)).one()
        seen.wait(timeout=60)
        if taken >= seats:
            return "full"
        with runtime.unit(SYSTEM) as uow:
            uow.session.get_one(FairRegistration, key).stop_id = stop_id
        return "seated"

    assert storm(ask, ids, PEOPLE).count("seated") > SEATS
