"""The plan for everybody: booths as links, queues and closed booths while the fair runs, the own ones marked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.day.services.queues import leave_booth, pause_queue, take_number
from jobmatch.fairs.halls.models import HallItem
from jobmatch.fairs.halls.states import HallItemKind
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import PlannedVisit
from tests.fairs.help import make_booth, make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.test_queue_numbers import came
from tests.matching.help import counted

SYSTEM = system_actor("tests")
HTMX = {"HX-Request": "true"}
BOOTH = re.compile(r'<a href="([^"]+)"><title>(A0\d[^<]*)</title>')


class Fair:
    """A running fair: somebody waits at A01, A02 is paused, A03 has left, A04 never came, A05 is nobody's."""

    def __init__(self, runtime: Runtime) -> None:
        with runtime.unit(SYSTEM) as uow:
            fair = make_fair(uow, state=FairState.RUNNING)
            booths = [make_exhibitor(uow, fair, came=n != 3) for n in range(4)]
            for n, one in enumerate(booths, 1):
                hall = make_booth(uow, fair, f"A0{n}", exhibitor=one).hall_id
            make_booth(uow, fair, "A05")
            uow.session.add(HallItem(hall_id=hall, kind=HallItemKind.ENTRANCE, row=9, col=1))
            mine = came(uow, fair)
            take_number(uow, booths[0], mine)
            pause_queue(uow, booths[1], is_paused=True)
            leave_booth(uow, booths[2])
            posting = make_fair_posting(uow, booths[3])
            values = {"exhibitor_id": booths[3].id, "fair_posting_id": posting.id, "position": 1, "score": 1.0}
            uow.session.add(PlannedVisit(registration_id=mine.id, reasons=[], **values))
            self.id, self.key = fair.public_id, fair.id
            self.employers = [one.employer.public_id for one in booths]
            self.exhibitors = [one.public_id for one in booths]
            self.visit = f"/fairs/visit/{mine.public_id}/{mine.code}"
            self.ticket = f"/fairs/{fair.public_id}/tickets/{mine.public_id}"


@pytest.fixture
def fair(sqlite_runtime: Runtime, app: Any) -> Fair:
    return Fair(sqlite_runtime)


def drawn(client: FlaskClient, url: str, **headers: str) -> dict[str, tuple[str, str]]:
    """What the links of the plan say, by booth: where they lead, and the words."""
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200
    found = BOOTH.findall(answer.get_data(as_text=True))
    return {words[:3]: (url, words.split("，", 1)[1] if "，" in words else "") for url, words in found}


def test_the_live_plan_says_how_long_one_waits_and_leads_to_the_employers(fair: Fair, client: FlaskClient) -> None:
    said = drawn(client, f"/fairs/{fair.id}/live", **HTMX)
    assert [words for _url, words in said.values()] == ["等 1 人", "暂停取号", "已离场", "未到场"]
    assert [url for url, _words in said.values()] == [f"/employers/{one}" for one in fair.employers]
    assert client.get(f"/fairs/{fair.id}/live").headers["Location"] == f"/fairs/{fair.id}/plan"
    page = client.get(f"/fairs/{fair.id}/plan").get_data(as_text=True)
    assert "A05 空着" in page and "入口" in page and f'hx-get="/fairs/{fair.id}/live"' in page
    assert client.get("/fairs/2222222222222222/live").status_code == 404


def test_the_page_of_a_fair_draws_its_plan_and_asks_for_the_queues_only_while_it_runs(
    fair: Fair, client: FlaskClient, sqlite_runtime: Runtime
) -> None:
    here = f"/fairs/{fair.id}"
    assert [url for url, _words in drawn(client, here).values()] == [f"/employers/{one}" for one in fair.employers]
    assert f'hx-get="{here}/live"' in client.get(here).get_data(as_text=True)
    with sqlite_runtime.unit(SYSTEM) as uow:
        one = uow.session.get_one(JobFair, fair.key)
        one.state, one.closed_at = FairState.CLOSED, uow.now
    over = client.get(here).get_data(as_text=True)
    assert f'hx-get="{here}/live"' not in over and "展位图" in over
    assert {words for _url, words in drawn(client, f"{here}/live", **HTMX).values()} == {""}


def test_the_page_of_a_ticket_marks_the_own_booths_and_the_ticket_leads_there(fair: Fair, client: FlaskClient) -> None:
    said = drawn(client, fair.visit)
    assert said["A01"] == (f"{fair.visit}?booth={fair.exhibitors[0]}", "等 1 人，给您排的")
    assert said["A04"][1] == "未到场，给您排的" and "给您排的" not in said["A02"][1]
    assert client.get(fair.visit).get_data(as_text=True).count("★A0") == 2
    assert fair.visit in client.get(fair.ticket).get_data(as_text=True)


def test_a_plan_of_many_booths_costs_as_many_statements_as_one_of_few(
    client: FlaskClient, sqlite_runtime: Runtime
) -> None:
    runtime = sqlite_runtime
    counts = []
    for many in (2, 20):
        with runtime.unit(SYSTEM) as uow:
            one = make_fair(uow, state=FairState.RUNNING, booth_capacity=40)
            for n in range(many):
                make_booth(uow, one, f"A{n:02d}", exhibitor=make_exhibitor(uow, one, came=True))
            row = make_registration(uow, one)
            urls = (f"/fairs/{one.public_id}/live", f"/fairs/visit/{row.public_id}/{row.code}")
        for url in urls:
            with counted(runtime.database.engine) as statements:
                assert client.get(url, headers=HTMX).status_code == 200
            counts.append(len(statements))
    assert counts[:2] == counts[2:]
