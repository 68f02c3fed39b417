"""The page of the year table: its numbers, lists, doubts and file, for staff and for readers of figures alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from jobmatch.accounts.states import Role
from jobmatch.core.sheets import read_lines
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.test_year_table import ALWAYS, line, returnee

PAGE = "/staff/year-table?year=2025&day=2026-11-21"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def people(office: Office, *, each: int = 1) -> None:
    with office.unit() as uow:
        for path, status in ((PATH_A, "E1"), (PATH_B, "J"), (PATH_B, "L1")):
            for _number in range(each):
                line(uow, returnee(uow, path), status, date(2026, 1, 1), None, ALWAYS)
        returnee(uow, PATH_OTHER)


def test_numbers_lead_to_lists_of_that_length(office: Office) -> None:
    people(office)
    page = text_of(office.clerk.get(PAGE))
    assert "3 人里 2 人有了去向，1 人待就业" in page
    assert "66.7%" in page
    for letter, count in (("A", 3), ("D", 2), ("H", 1), ("L", 1)):
        answer = office.clerk.get(f"/staff/year-table/people/{letter}?year=2025&day=2026-11-21")
        assert f"{count} 人" in text_of(answer)
    assert office.clerk.get("/staff/year-table/people/Z?year=2025").status_code == 404


def test_an_empty_year_says_what_to_do(office: Office) -> None:
    page = text_of(office.clerk.get("/staff/year-table?year=2014"))
    assert "没有移交名册" in page and "去导入名册" in page


@pytest.mark.parametrize("query", ["year=abc", "year=99999999", "day=2026-02-30", "path=/99/", "day=9999-12-31"])
def test_a_question_that_makes_no_sense_is_answered_for_the_own_place(office: Office, query: str) -> None:
    assert office.clerk.get(f"/staff/year-table?{query}").status_code == 200


def test_doubts_open_their_lists(office: Office) -> None:
    with office.unit() as uow:
        line(uow, returnee(uow), "E1", date(2026, 1, 1))
    assert "说有去向，但没有有效证明" in text_of(office.clerk.get(PAGE))
    listed = text_of(office.clerk.get("/staff/year-table/doubts/unproved?year=2025&day=2026-11-21"))
    assert "1 人" in listed and "把证明补进就业台账" in listed
    assert office.clerk.get("/staff/year-table/doubts/none?year=2025").status_code == 404


def test_the_form_is_a_workbook(office: Office) -> None:
    people(office)
    answer = office.clerk.get("/staff/year-table.xlsx?year=2025&day=2026-11-21")
    rows = list(read_lines(answer.data))
    assert rows[0][0].startswith("2025年度新增自主就业退役士兵")
    assert int(rows[5][1]) == 3


def test_a_superior_reads_no_small_count_and_opens_no_list(office: Office) -> None:
    people(office, each=2)
    with office.unit() as uow:
        reader = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow, path=PATH_COUNTY)).id
    client = office.client(reader)
    page = text_of(client.get(PAGE))
    assert '<td class="num">*</td>' in page and "人数太少，不显示" in page
    assert "66.7%" not in page
    assert client.get("/staff/year-table/people/A?year=2025").status_code in {403, 404}
    assert client.get("/staff/year-table.xlsx?year=2025").status_code in {403, 404}
