"""First pages of the office and the bureau, the rates, and the search box."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind
from jobmatch.reports.indicators import REGISTERED_SEEKERS
from jobmatch.reports.queries import place_lines
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


def test_the_bureau_lands_on_the_rates_and_small_counts_are_masked(
    client: FlaskClient, sqlite_runtime: Runtime, staff_id: int
) -> None:
    sign_in(client, superior(sqlite_runtime))
    answer = client.get("/", follow_redirects=True)
    assert answer.request.path == "/staff/rates"
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
