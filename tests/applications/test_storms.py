"""Many people at once on real threads: head-count is never exceeded, nobody applies twice (R6, G1).

Each storm has a control without the guard that must fail, else the storm proves nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from jobmatch.applications.models import Application, ApplicationMove, InterviewSlot
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError, Conflict
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from tests.applications.samples import apply, go, make_slot
from tests.conftest import NOW
from tests.factories import make_employer, make_person, make_posting

PEOPLE, VACANCIES, THREADS = 64, 3, 64
SCREENS = 8
SYSTEM = system_actor("tests")


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def storm(act: Callable[[int], str], keys: list[int], threads: int = THREADS) -> list[str]:
    """Run ``act`` on every key from several threads that start together; each has the fixed clock."""
    gate = threading.Barrier(threads)

    def work(part: list[int]) -> list[str]:
        with clock.frozen(NOW):
            gate.wait(timeout=60)
            return [act(key) for key in part]

    with ThreadPoolExecutor(threads) as pool:
        parts = pool.map(work, [keys[n::threads] for n in range(threads)])
        return [answer for part in parts for answer in part]


def offered_people(runtime: Runtime) -> list[int]:
    """Ids of applications of 64 people, all holding an offer for one posting with 3 vacancies."""
    with runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow, make_employer(uow), vacancy_count=VACANCIES)
        return [go(uow, apply(uow, make_person(uow), posting), Move.OFFER).id for _n in range(PEOPLE)]


def test_sixty_four_accept_at_once_and_exactly_three_are_hired(runtime: Runtime) -> None:
    ids = offered_people(runtime)

    def accept(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                move_application(uow, uow.session.get_one(Application, key), Move.ACCEPT)
        except Conflict:
            return "full"
        return "hired"

    answers = storm(accept, ids)
    assert (answers.count("hired"), answers.count("full")) == (VACANCIES, PEOPLE - VACANCIES)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(Posting.filled_count)).one() == VACANCIES
        states = dict(uow.session.execute(select(Application.state, func.count()).group_by(Application.state)).all())
        assert states == {ApplicationState.HIRED: VACANCIES, ApplicationState.OFFERED: PEOPLE - VACANCIES}


def test_the_control_without_the_guard_oversells(runtime: Runtime) -> None:
    """Read, then write, in two units, as a careless service would: more than three are told they are hired."""
    ids = offered_people(runtime)
    seen = threading.Barrier(THREADS)

    def accept(key: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            taken, capacity = uow.session.execute(select(Posting.filled_count, Posting.vacancy_count)).one()
        seen.wait(timeout=60)
        if taken >= capacity:
            return "full"
        with runtime.unit(SYSTEM) as uow:
            uow.session.execute(update(Posting).values(filled_count=min(taken + 1, capacity)))
        return "hired"

    assert storm(accept, ids).count("hired") > VACANCIES


def test_one_person_pressing_eight_times_applies_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        person_id, posting_id = make_person(uow).id, make_posting(uow).id

    def send(_key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                person, posting = uow.session.get_one(Person, person_id), uow.session.get_one(Posting, posting_id)
                return submit_application(uow, posting, person, consent=True).public_id
        except AppError as error:
            return type(error).__name__

    answers = storm(send, list(range(SCREENS)), SCREENS)
    with runtime.unit(SYSTEM, writing=False) as uow:
        [kept] = uow.session.scalars(select(Application.public_id))
    assert set(answers) == {kept}


def test_the_same_button_from_eight_screens_moves_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        key = go(uow, apply(uow), Move.OFFER).id

    def accept(_key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            return move_application(uow, uow.session.get_one(Application, key), Move.ACCEPT).state.value

    assert set(storm(accept, list(range(SCREENS)), SCREENS)) == {"hired"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        accepted = select(func.count()).select_from(ApplicationMove).where(ApplicationMove.move == Move.ACCEPT)
        assert uow.session.scalar(accepted) == 1
        assert uow.session.scalars(select(Posting.filled_count)).one() == 1


def test_sixty_four_choose_the_same_time_and_exactly_three_have_it(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow, make_employer(uow), vacancy_count=VACANCIES)
        slot_id = make_slot(uow, posting, capacity=VACANCIES).id
        ids = [go(uow, apply(uow, make_person(uow), posting), Move.OFFER_SLOTS).id for _n in range(PEOPLE)]

    def pick(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                slot = uow.session.get_one(InterviewSlot, slot_id)
                move_application(uow, uow.session.get_one(Application, key), Move.PICK_SLOT, slot=slot)
        except Conflict:
            return "full"
        return "chosen"

    assert storm(pick, ids).count("chosen") == VACANCIES
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(InterviewSlot.taken)).one() == VACANCIES
        held = select(func.count()).select_from(Application).where(Application.slot_id == slot_id)
        assert uow.session.scalar(held) == VACANCIES
