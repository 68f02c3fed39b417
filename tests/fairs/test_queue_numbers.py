"""Queue numbers at booths: given out once, one open number for each booth and person, counters kept true."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.booth_queries import booth_numbers, desk_of, wrong_counts
from jobmatch.fairs.day.models import BoothDesk, CheckIn, QueueNumber
from jobmatch.fairs.day.services.queues import (
    call_next,
    finish_number,
    leave_booth,
    leave_queue,
    pause_queue,
    take_number,
)
from jobmatch.fairs.day.states import CheckInWay, QueueState
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.absences import check_out_exhibitor
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.services.numbers import record_next
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.inbox.models import Message
from tests.conftest import NOW, acting
from tests.factories import PATH_OTHER, make_person, make_staff
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_registration

SYSTEM = system_actor("tests")
STORM = 200


def came(uow: UnitOfWork, fair: JobFair, **values: Any) -> FairRegistration:
    """Somebody who registered and checked in."""
    registration = make_registration(uow, fair, **values)
    uow.session.add(
        CheckIn(
            fair_id=fair.id,
            registration_id=registration.id,
            number=record_next(uow, fair.id, "check_in_last"),
            way=CheckInWay.TYPED,
            at=uow.now,
            received_at=uow.now,
        )
    )
    uow.session.flush()
    return registration


def running(uow: UnitOfWork) -> tuple[JobFair, Exhibitor]:
    """A fair that runs, and an exhibitor that is there."""
    fair = make_fair(uow, state=FairState.RUNNING, capacity=1000)
    return fair, make_exhibitor(uow, fair, came=True)


def test_numbers_run_from_one_and_a_second_tap_keeps_the_first(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    one, two = came(uow, fair), came(uow, fair)
    first = take_number(uow, booth, one)
    assert (first.number, take_number(uow, booth, two).number) == (1, 2)
    assert take_number(uow, booth, one).id == first.id
    desk = desk_of(uow.session, booth.id)
    assert desk is not None and (desk.last_number, desk.waiting_count) == (2, 2)
    leave_queue(uow, one, first.public_id)
    assert take_number(uow, booth, one).number == 3
    assert wrong_counts(uow.session, fair.id) == []


def test_calling_goes_in_order_and_each_number_ends_once(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    numbers = [take_number(uow, booth, came(uow, fair)) for _ in range(3)]
    called = call_next(uow, booth)
    assert called is not None and called.id == numbers[0].id
    done = finish_number(uow, booth, called.public_id, QueueState.DONE)
    assert finish_number(uow, booth, called.public_id, QueueState.DONE).ended_at == done.ended_at
    with pytest.raises(Conflict):
        finish_number(uow, booth, called.public_id, QueueState.MISSED)
    second = call_next(uow, booth)
    assert second is not None and second.number == 2
    finish_number(uow, booth, second.public_id, QueueState.MISSED)
    assert call_next(uow, booth) is not None
    assert call_next(uow, booth) is None
    desk = desk_of(uow.session, booth.id)
    assert desk is not None and (desk.called_number, desk.waiting_count) == (3, 0)
    assert wrong_counts(uow.session, fair.id) == []


def test_who_is_not_here_or_not_from_here_gets_no_number(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    with pytest.raises(Conflict, match="请先签到"):
        take_number(uow, booth, make_registration(uow, fair))
    elsewhere = make_fair(uow, state=FairState.RUNNING)
    with pytest.raises(Invalid):
        take_number(uow, booth, came(uow, elsewhere))
    absent = make_exhibitor(uow, fair)
    with pytest.raises(Conflict, match="还没有签到"):
        take_number(uow, absent, came(uow, fair))
    with pytest.raises(Conflict, match="没有在举办"):
        closed = make_fair(uow, state=FairState.CLOSED)
        take_number(uow, make_exhibitor(uow, closed, came=True), came(uow, closed))


def test_only_the_booth_and_the_desks_of_the_fair_work_the_queue(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    registration = came(uow, fair)
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    with pytest.raises(NotAllowed):
        take_number(far, booth, registration)
    with pytest.raises(NotAllowed):
        call_next(acting(uow, make_staff(uow)), booth)
    assert take_number(acting(uow, make_staff(uow)), booth, registration).number == 1


def test_a_paused_booth_gives_no_numbers_and_keeps_those_who_wait(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    waiting = take_number(uow, booth, came(uow, fair))
    pause_queue(uow, booth, is_paused=True)
    with pytest.raises(Conflict, match="暂停"):
        take_number(uow, booth, came(uow, fair))
    pause_queue(uow, booth, is_paused=False)
    called = call_next(uow, booth)
    assert called is not None and called.id == waiting.id


@pytest.mark.parametrize("who", ["booth", "staff"])
def test_who_leaves_at_noon_ends_its_queue_and_those_with_an_account_are_told(uow: UnitOfWork, who: str) -> None:
    fair, booth = running(uow)
    person = make_person(uow)
    known, unknown = came(uow, fair, person_id=person.id), came(uow, fair)
    take_number(uow, booth, known)
    take_number(uow, booth, unknown)
    call_next(uow, booth)
    for _twice in range(2):
        if who == "booth":
            leave_booth(uow, booth, note="招满了")
        else:
            check_out_exhibitor(acting(uow, make_staff(uow)), fair, booth, note="招满了")
    assert booth.left_at == uow.now
    assert set(uow.session.scalars(select(QueueNumber.state).execution_options(populate_existing=True))) == {
        QueueState.LEFT
    }
    assert uow.session.scalars(select(Message.title).where(Message.user_id == person.user_id)).all() == [
        "您排队的单位提前离场了"
    ]
    with pytest.raises(Conflict, match="已经离场"):
        take_number(uow, booth, came(uow, fair))
    assert wrong_counts(uow.session, fair.id) == []


def test_a_number_stays_with_the_exhibitor_when_its_booth_moves(uow: UnitOfWork) -> None:
    fair, booth = running(uow)
    place, other = make_booth(uow, fair, "A01", exhibitor=booth), make_booth(uow, fair, "B02")
    number = take_number(uow, booth, came(uow, fair))
    place.exhibitor_id = None
    uow.session.flush()
    other.exhibitor_id = booth.id
    uow.session.flush()
    assert booth_numbers(uow.session, [booth.id]) == {booth.id: "B02"}
    called = call_next(uow, booth)
    assert called is not None and called.id == number.id


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def storm(act: Any, keys: list[int], threads: int) -> list[Any]:
    """Run ``act`` on every key from threads that start together."""
    gate = threading.Barrier(threads)

    def work(part: list[int]) -> list[Any]:
        with clock.frozen(NOW):
            gate.wait(timeout=60)
            return [act(key) for key in part]

    with ThreadPoolExecutor(threads) as pool:
        return [answer for part in pool.map(work, [keys[n::threads] for n in range(threads)]) for answer in part]


def crowd(runtime: Runtime, count: int) -> tuple[int, list[int]]:
    with runtime.unit(SYSTEM) as uow:
        fair, booth = running(uow)
        return booth.id, [came(uow, fair).id for _ in range(count)]


@pytest.mark.timeout(180)
def test_two_hundred_at_once_get_two_hundred_numbers(runtime: Runtime) -> None:
    booth_id, people = crowd(runtime, STORM // 2)

    def take(key: int) -> int:
        with runtime.unit(SYSTEM) as uow:
            booth, person = uow.session.get_one(Exhibitor, booth_id), uow.session.get_one(FairRegistration, key)
            return take_number(uow, booth, person).number

    # Everybody taps twice at the same time: 200 taps from 200 threads, 100 numbers.
    answers = storm(take, people + people, STORM)
    assert sorted(set(answers)) == list(range(1, STORM // 2 + 1))
    with runtime.unit(SYSTEM, writing=False) as uow:
        desk = uow.session.get_one(BoothDesk, booth_id)
        assert (desk.last_number, desk.waiting_count) == (STORM // 2, STORM // 2)
        assert uow.session.scalar(select(func.count()).select_from(QueueNumber)) == STORM // 2


@pytest.mark.timeout(180)
def test_the_control_without_the_guard_gives_numbers_twice(runtime: Runtime) -> None:
    """Read, then write, in two units: the storm above would find it."""
    booth_id, people = crowd(runtime, 40)
    with runtime.unit(SYSTEM) as uow:
        uow.session.add(BoothDesk(exhibitor_id=booth_id, changed_at=uow.now))
    seen = threading.Barrier(len(people))

    def take(_key: int) -> int:
        with runtime.unit(SYSTEM, writing=False) as uow:
            last = uow.session.scalar(select(BoothDesk.last_number)) or 0
        seen.wait(timeout=60)
        with runtime.unit(SYSTEM) as uow:
            uow.session.execute(update(BoothDesk).values(last_number=last + 1))
        return last + 1

    answers = storm(take, people, len(people))
    assert len(set(answers)) < len(answers)


@pytest.mark.timeout(180)
def test_several_interviewers_never_call_the_same_number(runtime: Runtime) -> None:
    booth_id, people = crowd(runtime, 16)
    with runtime.unit(SYSTEM) as uow:
        for key in people:
            take_number(uow, uow.session.get_one(Exhibitor, booth_id), uow.session.get_one(FairRegistration, key))

    def call(_key: int) -> int:
        with runtime.unit(SYSTEM) as uow:
            row = call_next(uow, uow.session.get_one(Exhibitor, booth_id))
            return row.number if row else 0

    assert sorted(storm(call, list(range(20)), 20)) == [0, 0, 0, 0, *range(1, 17)]
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert wrong_counts(uow.session, uow.session.get_one(Exhibitor, booth_id).fair_id) == []
