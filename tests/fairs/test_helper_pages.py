"""Volunteers find the fairs they help at, and the desks of those that run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import FairState
from tests.factories import make_station, make_user
from tests.fairs.day_help import SYSTEM, browser, stage
from tests.fairs.help import make_fair
from tests.matching.help import counted


def name_helper(uow: UnitOfWork, fair: JobFair, user_id: int, **values: Any) -> None:
    uow.session.add(FairHelper(fair_id=fair.id, user_id=user_id, created_at=uow.now, **values))
    uow.session.flush()


@pytest.fixture
def helper(sqlite_runtime: Runtime) -> int:
    with sqlite_runtime.unit(SYSTEM) as uow:
        return make_user(uow, Role.FAIR_HELPER, organization=make_station(uow)).id


def test_a_volunteer_lands_on_the_fairs_they_help_at(sqlite_runtime: Runtime, app: Any, helper: int) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        today, soon, past = (
            make_fair(uow, state=s) for s in (FairState.RUNNING, FairState.PUBLISHED, FairState.CLOSED)
        )
        gone, foreign = make_fair(uow, state=FairState.RUNNING), make_fair(uow, state=FairState.RUNNING)
        name_helper(uow, today, helper, desk="北门")
        name_helper(uow, soon, helper)
        name_helper(uow, past, helper)
        name_helper(uow, gone, helper, revoked_at=uow.now)
        titles = {name: fair.title for name, fair in locals().items() if isinstance(fair, JobFair)}
        desk, early = (f"/fairs/help/{fair.public_id}/desk" for fair in (today, soon))
    client = browser(app, helper)
    assert client.get("/").headers["Location"] == "/fairs/help"
    text = client.get("/fairs/help").get_data(as_text=True)
    assert {name for name, title in titles.items() if title in text} == {"today", "soon"}
    assert f'href="{desk}"' in text and f'href="{early}"' not in text and "您在北门" in text
    page = client.get(desk).get_data(as_text=True)
    assert 'value="北门"' in page and 'href="/fairs/help"' in page and desk.replace("desk", "counters") in page
    assert client.get(desk.replace("desk", "counters")).status_code == 200
    assert client.get(early).status_code == 404


def test_a_volunteer_of_no_fair_reads_whom_to_ask_and_the_office_has_its_own_list(app: Any, helper: int) -> None:
    assert "协助人员" in browser(app, helper).get("/fairs/help").get_data(as_text=True)
    staff = browser(app, stage(app.runtime).users["staff"])
    assert staff.get("/fairs/help").headers["Location"] == "/staff/fairs"


def test_twenty_fairs_read_as_much_as_two(sqlite_runtime: Runtime, app: Any, helper: int) -> None:
    client, reads = browser(app, helper), []
    for more in (2, 18):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for number in range(more):
                name_helper(uow, make_fair(uow, opens_at=uow.now + timedelta(days=number + 1)), helper)
        client.get("/fairs/help")
        with counted(sqlite_runtime.database.engine) as statements:
            assert client.get("/fairs/help").status_code == 200
        reads.append(len(statements))
    assert reads[0] == reads[1]
