"""Two hundred at once on real threads: no place is given twice, nobody waits beside a free one (R6).

The storm has a control without the guard that must fail, else the storm proves nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.queries import WITH_EMPLOYER, get_exhibitor
from jobmatch.fairs.exhibitors.services.reviewing import accept_exhibitor
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor, sign_up_exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer
from tests.conftest import NOW
from tests.factories import make_employer, make_posting
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting

PEOPLE, PLACES, SCREENS = 200, 7, 8
SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def storm(act: Callable[[int], str], keys: list[int]) -> list[str]:
    """Run ``act`` on every key from as many threads that start together; each has the fixed clock."""
    gate = threading.Barrier(len(keys))

    def work(key: int) -> str:
        with clock.frozen(NOW):
            gate.wait(timeout=60)
            return act(key)

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(work, keys))


def applied(runtime: Runtime) -> list[int]:
    """Ids of 200 exhibitors, each with an open posting, that wait for the office's answer at one fair of 7 places."""
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, booth_capacity=PLACES)
        ids = []
        for _n in range(PEOPLE):
            row = make_exhibitor(uow, fair, state=ExhibitorState.APPLIED)
            make_fair_posting(uow, row, posting=make_posting(uow, row.employer, requirements=False))
            ids.append(row.id)
        return ids


def again(act: Callable[[], str]) -> str:
    """What a reader does whom the busy database sends away: press once more."""
    for _try in range(20):
        try:
            return act()
        except AppError as error:
            if error.status != 503:
                raise
    return "busy"


@pytest.mark.timeout(180)
def test_two_hundred_accepted_at_once_get_seven_places_and_193_numbers(runtime: Runtime) -> None:
    ids = applied(runtime)

    def accept(key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            row = get_exhibitor(uow.session, key)
            return accept_exhibitor(uow, uow.session.get_one(JobFair, row.fair_id), row).state.value

    answers = storm(lambda key: again(lambda: accept(key)), ids)
    assert (answers.count("accepted"), answers.count("waiting")) == (PLACES, PEOPLE - PLACES)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(JobFair.booth_taken)).one() == PLACES
        numbers = set(uow.session.scalars(select(Exhibitor.waiting_number)))
        assert numbers == {None, *range(1, PEOPLE - PLACES + 1)}

    def cancel(key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            row = get_exhibitor(uow.session, key)
            return cancel_exhibitor(uow, uow.session.get_one(JobFair, row.fair_id), row).state.value

    assert set(storm(lambda key: again(lambda: cancel(key)), ids[: PEOPLE - 3])) == {"canceled"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(JobFair.booth_taken)).one() == 3
        left = select(Exhibitor.state, func.count()).where(Exhibitor.id.in_(ids[-3:])).group_by(Exhibitor.state)
        assert uow.session.execute(left).all() == [(ExhibitorState.ACCEPTED, 3)]


@pytest.mark.timeout(180)
def test_the_control_without_the_guard_oversells(runtime: Runtime) -> None:
    """Read, then write, in two units, as a careless service would: more than seven are told they have a place."""
    ids = applied(runtime)
    seen = threading.Barrier(PEOPLE)

    def accept(key: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            taken, capacity = uow.session.execute(select(JobFair.booth_taken, JobFair.booth_capacity)).one()
        seen.wait(timeout=60)
        if taken >= capacity:
            return "full"
        with runtime.unit(SYSTEM) as uow:
            uow.session.execute(update(JobFair).values(booth_taken=min(taken + 1, capacity)))
            uow.session.execute(update(Exhibitor).where(Exhibitor.id == key).values(state=ExhibitorState.ACCEPTED))
        return "accepted"

    assert storm(lambda key: again(lambda: accept(key)), ids).count("accepted") > PLACES


def test_an_employer_pressing_eight_times_signs_up_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        employer = make_employer(uow)
        fair_id, employer_id = make_fair(uow).id, employer.id
        posting = make_posting(uow, employer).public_id

    def send(_key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                fair, one = uow.session.get_one(JobFair, fair_id), uow.session.get_one(Employer, employer_id)
                return sign_up_exhibitor(uow, fair, one, postings={posting: None}).public_id
        except AppError as error:
            return type(error).__name__

    answers = storm(send, list(range(SCREENS)))
    with runtime.unit(SYSTEM, writing=False) as uow:
        [kept] = uow.session.scalars(select(Exhibitor).options(WITH_EMPLOYER))
    assert set(answers) == {kept.public_id, "Conflict"}
    assert answers.count(kept.public_id) == 1
