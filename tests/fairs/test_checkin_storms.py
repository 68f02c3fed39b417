"""The same ticket at two desks at once, and many people at once: nobody is counted twice."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.services.checking_in import Scan, check_in
from jobmatch.fairs.day.states import CheckInWay
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from tests.applications.test_storms import storm
from tests.fairs.help import make_fair, make_registration

SYSTEM = system_actor("tests")
SCANS, THREADS = 200, 50


@pytest.fixture(params=["sqlite_runtime", pytest.param("postgres_runtime", marks=pytest.mark.postgres)])
def runtime(request: pytest.FixtureRequest) -> Runtime:
    found: Runtime = request.getfixturevalue(request.param)
    return found


def test_one_ticket_scanned_two_hundred_times_at_once_is_one_person(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, state=FairState.RUNNING)
        fair_id, code = fair.id, make_registration(uow, fair).code

    def scan(key: int) -> str:
        with runtime.unit(SYSTEM) as uow:
            scan = Scan(text=code, way=CheckInWay.SCANNER, desk=f"{key % 2} 号台", scan_id=f"s{key}")
            return check_in(uow, uow.session.get_one(JobFair, fair_id), scan).result.value

    answers = storm(scan, list(range(SCANS)), THREADS)
    assert (answers.count("ok"), answers.count("repeated")) == (1, SCANS - 1)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(CheckIn)) == 1
        assert uow.session.get_one(JobFair, fair_id).check_in_last == 1


def test_the_control_that_looks_first_and_counts_later_counts_too_many(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        fair_id = make_fair(uow, state=FairState.RUNNING).id
    seen = threading.Barrier(THREADS)
    counted: list[int] = []

    def scan(key: int) -> str:
        with runtime.unit(SYSTEM, writing=False) as uow:
            known = uow.session.scalar(select(func.count()).select_from(CheckIn).where(CheckIn.fair_id == fair_id))
        seen.wait(timeout=60)
        counted.append(key)
        return "repeated" if known else "ok"

    assert storm(scan, list(range(THREADS)), THREADS).count("ok") > 1
