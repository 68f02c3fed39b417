"""Two hundred at once want booths: never two at one, never one at two."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.signing_up import cancel_exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.halls.models import Booth
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.halls.services.proposing import suggest_booths, take_suggestion
from jobmatch.fairs.planning.models import JobFair
from tests.applications.test_storms import storm
from tests.fairs.help import make_booth, make_exhibitor, make_fair

SYSTEM = system_actor("tests")
BOOTHS, TRIES, THREADS = 20, 200, 40


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def _town(runtime: Runtime) -> tuple[list[int], list[int]]:
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, booth_capacity=60)
        exhibitors = [make_exhibitor(uow, fair).id for _ in range(BOOTHS * 2)]
        return exhibitors, [make_booth(uow, fair, f"A{n:02d}").id for n in range(1, BOOTHS + 1)]


def test_two_hundred_assignments_at_once_give_no_booth_twice(runtime: Runtime) -> None:
    exhibitors, booths = _town(runtime)

    def give(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                booth = uow.session.get_one(Booth, booths[key % BOOTHS])
                assign_booth(uow, booth, uow.session.get_one(Exhibitor, exhibitors[key % len(exhibitors)]))
            return "given"
        except Conflict:
            return "taken"

    answers = storm(give, list(range(TRIES)), THREADS)
    assert set(answers) <= {"given", "taken"}
    with runtime.unit(SYSTEM, writing=False) as uow:
        placed = uow.session.scalars(select(Booth.exhibitor_id).where(Booth.exhibitor_id.is_not(None))).all()
        moves = uow.session.scalar(select(func.count()).select_from(Booth))
    assert len(placed) == len(set(placed)) == BOOTHS and moves == BOOTHS


def test_giving_and_canceling_at_once_leave_no_booth_to_nobody(runtime: Runtime) -> None:
    exhibitors, booths = _town(runtime)

    def act(key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                one = uow.session.get_one(Exhibitor, exhibitors[key // 2 % BOOTHS])
                if key % 2:
                    cancel_exhibitor(uow, uow.session.get_one(JobFair, one.fair_id), one)
                else:
                    assign_booth(uow, uow.session.get_one(Booth, booths[key // 2 % BOOTHS]), one)
            return "done"
        except Conflict:
            return "refused"

    storm(act, list(range(2 * BOOTHS)), THREADS)
    with runtime.unit(SYSTEM, writing=False) as uow:
        owners = select(Exhibitor.state).join(Booth, Booth.exhibitor_id == Exhibitor.id)
        assert ExhibitorState.CANCELED not in set(uow.session.scalars(owners))


def test_the_control_that_only_looks_first_gives_booths_away_twice(sqlite_runtime: Runtime) -> None:
    exhibitors, booths = _town(sqlite_runtime)
    given: list[int] = []

    def give(key: int) -> str:
        with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
            is_free = uow.session.get_one(Booth, booths[0]).exhibitor_id is None
        if is_free:
            given.append(exhibitors[key % len(exhibitors)])
        return "given" if is_free else "taken"

    storm(give, list(range(THREADS)), THREADS)
    assert len(given) > 1


def test_a_suggestion_taken_by_many_at_once_is_done_once(runtime: Runtime) -> None:
    _town(runtime)
    with runtime.unit(SYSTEM) as uow:
        fair = uow.session.scalars(select(JobFair)).one()
        fair_id, found = fair.id, suggest_booths(uow, fair)

    def take(_key: int) -> str:
        try:
            with runtime.unit(SYSTEM) as uow:
                take_suggestion(uow, uow.session.get_one(JobFair, fair_id), found.moves, found.before)
            return "taken"
        except Conflict:
            return "changed"

    answers = storm(take, list(range(THREADS)), THREADS)
    assert (answers.count("taken"), answers.count("changed")) == (1, THREADS - 1)
    with runtime.unit(SYSTEM, writing=False) as uow:
        placed = uow.session.scalars(select(Booth.exhibitor_id).where(Booth.exhibitor_id.is_not(None))).all()
    assert len(placed) == len(set(placed)) == BOOTHS
