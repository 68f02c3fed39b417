"""Seats and queue of a class against a simple model: a list of seats and a list that waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from tests.factories import make_person
from tests.training.help_enrollment import make_session
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import Enrollment, EnrollmentMove
from training.courses.enrollment.services.enrolling import enroll
from training.courses.enrollment.services.moving import cancel_enrollment
from training.courses.enrollment.services.seats import fill_all_seats
from training.courses.enrollment.states import EnrollmentState

PEOPLE = 7
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("enroll"), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("cancel"), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("raise"), st.integers(1, 2)),
        st.tuples(st.just("fill"), st.just(0)),
    ),
    min_size=4,
    max_size=25,
)


class Model:
    """Who sits, who waits, and how many seats there are."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.seated, self.waiting = capacity, set[int](), list[int]()

    def fill(self) -> None:
        while self.waiting and len(self.seated) < self.capacity:
            self.seated.add(self.waiting.pop(0))

    def act(self, what: str, who: int) -> None:
        if what == "enroll" and who not in self.seated and who not in self.waiting:
            self.waiting.append(who)
            self.fill()
        elif what == "cancel" and who in self.waiting:
            self.waiting.remove(who)
        elif what == "cancel" and who in self.seated:
            self.seated.remove(who)
            self.fill()
        elif what == "raise":
            self.capacity += who
        elif what == "fill":
            self.fill()


@pytest.fixture
def savepoint(uow: UnitOfWork) -> Iterator[UnitOfWork]:
    yield uow


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, capacity=st.integers(1, 3))
def test_seats_and_queue_do_what_the_model_does(savepoint: UnitOfWork, acts: list[Any], capacity: int) -> None:
    uow, model = savepoint, Model(capacity)
    nested = uow.session.begin_nested()
    session = make_session(uow, capacity=capacity)
    people = [make_person(uow, with_user=False) for _n in range(PEOPLE)]
    numbers = {person.id: n for n, person in enumerate(people)}
    for what, who in acts:
        _do(uow, session, people, what, who)
        model.act(what, who)
        rows = uow.session.scalars(select(Enrollment).where(Enrollment.session_id == session.id)).all()
        seated = {numbers[row.person_id or 0] for row in rows if row.state is EnrollmentState.SEATED}
        queue = sorted((row for row in rows if row.waiting_number), key=lambda row: row.waiting_number or 0)
        uow.session.refresh(session, ["taken"])
        assert (seated, [numbers[row.person_id or 0] for row in queue]) == (model.seated, model.waiting)
        assert session.taken == len(seated) <= session.capacity
        assert all(bool(row.grant_id) == (row.state is EnrollmentState.SEATED) for row in rows)
    count = uow.session.query(EnrollmentMove).join(Enrollment, Enrollment.id == EnrollmentMove.enrollment_id)
    assert count.filter(Enrollment.session_id == session.id).count() >= len(model.seated) + len(model.waiting)
    nested.rollback()


def _do(uow: UnitOfWork, session: CourseSession, people: list[Any], what: str, who: int) -> None:
    if what == "enroll":
        enroll(uow, session, people[who], consent=True)
    elif what == "cancel":
        mine = (Enrollment.session_id == session.id, Enrollment.person_id == people[who].id)
        found = uow.session.scalars(select(Enrollment).where(*mine)).one_or_none()
        if found is not None:
            cancel_enrollment(uow, found)
    elif what == "raise":
        session.capacity += who
        uow.session.flush()
    else:
        fill_all_seats(uow)
