"""The same ticket at two desks at once, and many people at once: nobody is counted twice."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.day.services.checking_in import Scan, check_in
from jobmatch.fairs.day.services.sheets import LineResult
from jobmatch.fairs.day.services.sign_sheets import SignLine, key_sign_ins
from jobmatch.fairs.day.states import CheckInWay, ScanResult
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


def test_a_sheet_keyed_by_many_while_the_same_people_are_scanned_counts_each_once(runtime: Runtime) -> None:
    with runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow, state=FairState.RUNNING)
        fair_id, codes = fair.id, [make_registration(uow, fair).code for _ in range(5)]
    lines = [*(SignLine(code) for code in codes), SignLine("测试新来", "4411"), SignLine("测试新来", "19900007733")]

    def act(key: int) -> int:
        with runtime.unit(SYSTEM) as uow:
            fair = uow.session.get_one(JobFair, fair_id)
            if key % 3:
                return sum(one.result is LineResult.SAVED for one in key_sign_ins(uow, fair, lines))
            return int(check_in(uow, fair, Scan(text=codes[key % 5], scan_id=f"t{key}")).result is ScanResult.OK)

    # Of the two new people of one name only the first is taken unasked: the other line says that they may be one.
    assert sum(storm(act, list(range(60)), 20)) == 6
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalar(select(func.count()).select_from(CheckIn)) == 6
        assert uow.session.get_one(JobFair, fair_id).check_in_last == 6
