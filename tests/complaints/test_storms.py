"""Two colleagues decide at once: one is heard, the other gets the present state, and nothing is done twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from jobmatch.complaints.models import Complaint, ComplaintStep
from jobmatch.complaints.services.handling import move_complaint
from jobmatch.complaints.states import ComplaintAction
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict
from jobmatch.core.runtime import Runtime
from tests.complaints.help import go, open_posting, report
from tests.conftest import NOW

SYSTEM = system_actor("tests")
THREADS = 8


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def test_eight_decide_at_once_and_one_is_heard(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        row = report(uow, open_posting(uow)).complaint
        go(uow, row, ComplaintAction.ACCEPT, ComplaintAction.INVESTIGATE)
        row_id, version = row.id, row.version
    gate = threading.Barrier(THREADS)

    def decide(number: int) -> str:
        action = ComplaintAction.FOUND if number % 2 else ComplaintAction.UNFOUND
        with clock.frozen(NOW):
            gate.wait(timeout=60)
            try:
                with runtime.unit(SYSTEM) as uow:
                    one = uow.session.get_one(Complaint, row_id)
                    move_complaint(uow, one, action, told="测试答复的话", version=version)
            except Conflict:
                return "late"
        return action.value

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(decide, range(THREADS)))
    assert answers.count("late") == THREADS - 1
    with runtime.unit(SYSTEM, writing=False) as uow:
        steps = select(func.count()).where(ComplaintStep.action.in_(["found", "unfound"]))
        assert uow.session.scalar(steps) == 1
        outcome = uow.session.get_one(Complaint, row_id).outcome
        assert outcome is not None and {outcome.value} == {
            {"found": "founded", "unfound": "unfounded"}[one] for one in answers if one != "late"
        }
