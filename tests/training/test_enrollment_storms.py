"""Two hundred people at once on real threads: no seat is given twice and nobody is in a class twice (R6).

Each storm has a control without the guard that must fail, else the storm proves nothing.
"""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.applications.test_storms import storm
from tests.factories import make_person
from tests.training.help_enrollment import make_session
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.services.enrolling import enroll
from training.courses.enrollment.services.moving import cancel_enrollment, transfer
from training.courses.enrollment.states import EnrollmentState

PEOPLE, SEATS = 200, 50
SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def class_with(runtime: Runtime, seats: int, people: int) -> tuple[int, list[int]]:
    with runtime.unit(SYSTEM) as uow:
        session = make_session(uow, capacity=seats)
        return session.id, [make_person(uow, with_user=False).id for _n in range(people)]


def sign_up(runtime: Runtime, session_id: int, person_id: int) -> str:
    with runtime.unit(SYSTEM) as uow:
        session = uow.session.get_one(CourseSession, session_id)
        done = enroll(uow, session, uow.session.get_one(Person, person_id), consent=True)
        return done.enrollment.state.value if done.is_new else "known"


def stored(runtime: Runtime, session_id: int) -> tuple[int, Counter[EnrollmentState], list[int]]:
    with runtime.unit(SYSTEM, writing=False) as uow:
        mine = Enrollment.session_id == session_id
        states = select(Enrollment.state, func.count()).where(mine).group_by(Enrollment.state)
        queue = select(Enrollment.waiting_number).where(mine, Enrollment.waiting_number.is_not(None))
        taken = select(CourseSession.taken).where(CourseSession.id == session_id)
        return (
            uow.session.scalars(taken).one(),
            Counter(dict(uow.session.execute(states).all())),
            sorted(number for number in uow.session.scalars(queue) if number is not None),
        )


def test_two_hundred_sign_up_at_once_and_exactly_fifty_have_a_seat(runtime: Runtime) -> None:
    session_id, people = class_with(runtime, SEATS, PEOPLE)
    answers = storm(lambda key: sign_up(runtime, session_id, key), people, PEOPLE)
    assert (answers.count("seated"), answers.count("waiting")) == (SEATS, PEOPLE - SEATS)
    taken, states, queue = stored(runtime, session_id)
    assert taken == SEATS
    assert states == {EnrollmentState.SEATED: SEATS, EnrollmentState.WAITING: PEOPLE - SEATS}
    assert queue == list(range(1, PEOPLE - SEATS + 1))


def test_the_control_without_the_guard_oversells(runtime: Runtime) -> None:
    """Read, then write, in two units, as a careless service would: more people than seats are told they have one."""
    session_id, people = class_with(runtime, SEATS, PEOPLE)
    seen = threading.Barrier(PEOPLE)

    def careless(_person_id: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            taken, capacity = uow.session.execute(
                select(CourseSession.taken, CourseSession.capacity).where(CourseSession.id == session_id)
            ).one()
        seen.wait(timeout=120)
        if taken >= capacity:
            return "waiting"
        with runtime.unit(SYSTEM) as uow:
            uow.session.execute(
                update(CourseSession).where(CourseSession.id == session_id).values(taken=min(taken + 1, capacity))
            )
        return "seated"

    assert storm(careless, people, PEOPLE).count("seated") > SEATS


def test_one_person_pressing_two_hundred_times_is_in_the_class_once(runtime: Runtime) -> None:
    session_id, people = class_with(runtime, SEATS, 1)
    answers = storm(lambda _n: sign_up(runtime, session_id, people[0]), list(range(PEOPLE)), PEOPLE)
    assert (answers.count("seated"), answers.count("known")) == (1, PEOPLE - 1)
    assert stored(runtime, session_id)[0] == 1


def test_seats_given_back_and_moved_in_a_storm_all_go_to_the_queue(runtime: Runtime) -> None:
    """Half of those with a seat cancel and half go to a second class of the course with room for some of them."""
    session_id, people = class_with(runtime, 20, 80)
    storm(lambda key: sign_up(runtime, session_id, key), people, 40)
    with runtime.unit(SYSTEM) as uow:
        other_id = make_session(uow, capacity=5, days=12).id
    with runtime.unit(SYSTEM, writing=False) as uow:
        seated = select(Enrollment.id).where(Enrollment.state == EnrollmentState.SEATED).order_by(Enrollment.id)
        ids = list(uow.session.scalars(seated))

    def give_back(key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            mine = uow.session.get_one(Enrollment, key)
            if key % 2:
                return cancel_enrollment(uow, mine).state.value
            return transfer(uow, mine, uow.session.get_one(CourseSession, other_id)).state.value

    answers = Counter(storm(give_back, ids, len(ids)))
    taken, states, _queue = stored(runtime, session_id)
    assert (taken, states[EnrollmentState.SEATED], states[EnrollmentState.WAITING]) == (20, 20, 40)
    assert states[EnrollmentState.CANCELED] == 20
    other_taken, other_states, _queue = stored(runtime, other_id)
    assert (other_taken, other_states[EnrollmentState.SEATED]) == (5, 5)
    assert answers["seated"] == 5
