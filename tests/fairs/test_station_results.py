"""What each station brought: registered, came and reached an intention, people and not marks."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.services.intentions import Answer, answer_intention, mark_person
from jobmatch.fairs.day.states import IntentionMark
from jobmatch.fairs.day.station_queries import station_results
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.tickets import ticket_text
from tests.factories import PATH_A, PATH_B, make_staff, make_station
from tests.fairs.day_help import stage
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.fairs.test_queue_numbers import came
from tests.matching.help import counted, sign_in


def day(uow: UnitOfWork) -> JobFair:
    """Two who came from the east, one of whom has two intentions and one says yes to neither; one from the west."""
    fair = make_fair(uow, state=FairState.RUNNING)
    exhibitors = [make_exhibitor(uow, fair, came=True) for _n in range(2)]
    both, silent = came(uow, fair, region_path=PATH_A), came(uow, fair, region_path=PATH_A)
    make_registration(uow, fair, region_path=PATH_B)
    for exhibitor in exhibitors:
        posting = make_fair_posting(uow, exhibitor)
        for one in (both, silent):
            ticket = ticket_text(fair.public_id, one.public_id)
            mark_person(uow, exhibitor, ticket=ticket, posting=posting, mark=IntentionMark.INTENTION)
        answer_intention(uow, both, posting, Answer.YES)
    return fair


def test_people_are_counted_once_under_their_station(uow: UnitOfWork) -> None:
    east, west = make_station(uow, path=PATH_A, name="东镇站"), make_station(uow, path=PATH_B, name="西镇站")
    fair = day(uow)
    found = {one.station.id: (one.registered, one.came, one.meant) for one in station_results(uow, fair)}
    assert (found[east.id], found[west.id]) == ((2, 2, 1), (1, 0, 0))
    own = station_results(uow.acting_as(make_staff(uow, path=PATH_B)), fair)
    assert [one.station.region_path for one in own] == [PATH_B] * len(own)


@pytest.mark.parametrize("count", [2, 20])
def test_more_people_cost_no_more_statements(uow: UnitOfWork, count: int) -> None:
    make_station(uow, path=PATH_A)
    fair = make_fair(uow, state=FairState.RUNNING)
    for _n in range(count):
        came(uow, fair, region_path=PATH_A)
    with counted(uow.session.get_bind()) as seen:
        station_results(uow, fair)
    assert len(seen) <= 8


def test_the_page_shows_the_sum_and_is_hidden_from_others(client: FlaskClient, sqlite_runtime: Any) -> None:
    hall = stage(sqlite_runtime)
    sign_in(client, sqlite_runtime, hall.users["staff"])
    answer = client.get(f"/staff/fairs/{hall.fair}/stations")
    assert "各站带来" in answer.get_data(as_text=True)
    assert client.get("/staff/fairs/zzzz/stations").status_code == 404
    sign_in(client, sqlite_runtime, hall.users["employer"])
    assert client.get(f"/staff/fairs/{hall.fair}/stations").status_code == 403
