"""First pages of the office and the bureau, the rates, and the search box."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.models import User
from jobmatch.accounts.states import Role
from jobmatch.applications.views.employer_desk import _finding
from jobmatch.casework.stations.services import add_worker, set_duty
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.home.findings import funnel_finding
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind
from jobmatch.reports.figures.queries import place_lines
from jobmatch.reports.indicators.rates import REGISTERED_SEEKERS
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    make_user,
)
from tests.people.help import sign_in

EMPLOYED_IN_A, SEEKING_IN_A, SEEKING_IN_B = 6, 3, 5


@pytest.fixture
def staff_id(sqlite_runtime: Runtime) -> int:
    """A staff member of a county with two towns: in A 6 of 9 are employed, in B none of 5."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        for n in range(EMPLOYED_IN_A + SEEKING_IN_A):
            add_spell(
                uow,
                make_person(uow, path=PATH_A, with_user=False),
                status_code="E1" if n < EMPLOYED_IN_A else "L",
                started_on=date(2026, 1, 1),
                employer_name="测试厂",
                evidence=EvidenceKind.CONTRACT,
            )
        for _ in range(SEEKING_IN_B):
            add_spell(uow, make_person(uow, path=PATH_B, with_user=False), status_code="L", started_on=date(2026, 1, 1))
        staff = make_staff(uow).user_id
        assert staff is not None
        return staff


def superior(runtime: Runtime) -> int:
    with runtime.unit(system_actor("tests")) as uow:
        return make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)).id


def test_the_office_sees_its_places_with_the_lowest_rate_first(client: FlaskClient, staff_id: int) -> None:
    sign_in(client, staff_id)
    text = client.get("/").text
    assert text.index(">0.0%<") < text.index(">66.7%<")
    turned = client.get("/?sort=-rate").text
    assert turned.index(">66.7%<") < turned.index(">0.0%<")
    assert client.get("/?sort=nonsense").status_code == 200


def test_every_column_sorts(sqlite_runtime: Runtime, staff_id: int) -> None:
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        for column in ("name", "all", "employed", "seeking", "unknown", "rate", "change"):
            lines = place_lines(uow, REGISTERED_SEEKERS, uow.today, path=PATH_COUNTY, sort=f"-{column}")
            values = [line.value(column) for line in lines if line.value(column) is not None]
            assert values == sorted(values, reverse=True)


def test_the_bureau_sees_small_counts_masked_on_its_board_and_on_the_rates(
    client: FlaskClient, sqlite_runtime: Runtime, staff_id: int
) -> None:
    sign_in(client, superior(sqlite_runtime))
    for address in ("/", "/staff/rates"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "&lt;5" in answer.text
        assert "66.7%" not in answer.text
        assert "/staff/rates/registered-seekers/" not in answer.text


def test_a_place_below_leads_back_up(client: FlaskClient, staff_id: int) -> None:
    sign_in(client, staff_id)
    assert f"/staff/rates?path={PATH_COUNTY}" in client.get(f"/staff/rates?path={PATH_A}").text


def test_the_search_box_goes_where_the_words_are(client: FlaskClient, sqlite_runtime: Runtime, staff_id: int) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_posting(uow, make_employer(uow, name="测试独一无二公司"), title="测试调度")
        make_person(uow, name="测试独行", path=PATH_A, with_user=False)
    sign_in(client, staff_id)
    assert client.get("/staff/find?q=独行").location.startswith("/staff/people?")
    assert client.get("/staff/find?q=调度").location.startswith("/staff/postings/all?")
    assert client.get("/staff/find").location == "/staff/people"
    both = client.get("/staff/find?q=独一无二").text
    assert "/staff/employer-base?q=" in both
    assert "/staff/postings/all?q=" in both
    assert "没有找到" in client.get("/staff/find?q=没有这个词").text


def test_a_person_reads_the_hours_of_their_own_station_on_every_page(
    client: FlaskClient, sqlite_runtime: Runtime
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        station = make_station(uow, path=PATH_A)
        person = make_person(uow, path=PATH_A, station_id=station.id)
        user = uow.session.get_one(User, person.user_id)
        send(uow, user, group=MessageGroup.ACCOUNT, title="测试消息", body="正文", once="test")
    sign_in(client, user.id)
    pages = ("/me", "/me/resume/upload")  # The second opens its own units of work.
    for path in pages:
        text = client.get(path).text
        assert "您的联系人" in text and "测试服务站" in text and "请给我回电话" in text
        assert '<span class="badge">1</span>' in text, path
        assert "09:00" not in text
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        worker = add_worker(uow, station, name="测试专职", kind="full_time")
        set_duty(uow, station, worker, days=["0", "2"], starts="09:00", ends="12:00")
    for path in pages:
        assert "周一、周三 09:00–12:00" in client.get(path).text
    assert "您的联系人" not in client.get("/me/resume/files/zz22zz22zz22zz22").text, "an error page reads nothing"


def test_the_finding_names_the_step_where_most_people_are_lost() -> None:
    steps = [("收到", 15), ("看过", 13), ("面试", 9), ("录用", 3), ("入职", 3)]
    assert "“面试”到“录用”" in _finding(steps) and "9 份里走到下一步的有 3 份" in _finding(steps)
    assert "面试到录用" in funnel_finding(steps)
    assert "还不多" in _finding([("收到", 3), ("看过", 0)])
    assert "没有掉" in _finding([("收到", 12), ("看过", 12)])
