"""The pages of indicators: all numbers with their words, one number, its list, and the list as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.sheets import read_lines
from jobmatch.reports.indicators import registry
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.test_rates import spell

PAGE = "/staff/indicators"
YEAR = "since=2026-01-01&until=2026-11-21"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def people(office: Office, *, each: int = 1) -> None:
    with office.unit() as uow:
        for path, status, proof in ((PATH_A, "E1", True), (PATH_B, "J", True), (PATH_B, "E3", False)):
            for _number in range(each):
                spell(uow, make_person(uow, with_user=False, path=path), status, proof=proof)
        spell(uow, make_person(uow, with_user=False, path=PATH_OTHER), "E1")
        make_posting(uow, title="测试叉车司机", vacancy_count=3)


@pytest.mark.parametrize("group", [key for key, _title, _codes in registry.GROUPS])
def test_every_group_shows_its_numbers_with_their_words(office: Office, group: str) -> None:
    people(office)
    page = text_of(office.clerk.get(f"{PAGE}?group={group}&{YEAR}"))
    codes = next(codes for key, _title, codes in registry.GROUPS if key == group)
    for code in codes:
        assert registry.ALL[code].name in page
        assert registry.ALL[code].formula.replace("<", "&lt;") in page


def test_a_rate_stands_with_both_sides_what_is_unknown_and_what_stands_beside_it(office: Office) -> None:
    people(office)
    page = text_of(office.clerk.get(f"{PAGE}/registered-seekers?{YEAR}"))
    assert "登记求职退役军人就业率" in page and "66.7%" in page
    assert "按证据分：劳动合同最多，2 人里有 2 人" in page
    assert "测试东镇" in page and "测试西镇" in page
    for side, count in (("numerator", 2), ("denominator", 3), ("unknown", 1)):
        listed = text_of(office.clerk.get(f"{PAGE}/registered-seekers/list?side={side}&{YEAR}"))
        assert f"：{count} 行" in listed


def test_every_number_has_a_page_and_every_side_a_list(office: Office) -> None:
    people(office)
    client = office.clerk
    for _key, _title, codes in registry.GROUPS:
        for code in codes:
            text_of(client.get(f"{PAGE}/{code}?{YEAR}"))
            text_of(client.get(f"{PAGE}/{code}/list?{YEAR}"))


@pytest.mark.parametrize(
    "query", ["period=abc", "since=2026-02-30", "since=9999-12-31", "until=0001-01-01", "path=/99/"]
)
def test_a_question_that_makes_no_sense_is_answered(office: Office, query: str) -> None:
    assert office.clerk.get(f"{PAGE}?{query}").status_code == 200
    assert office.clerk.get(f"{PAGE}/I02?{query}").status_code == 200


def test_what_is_not_defined_is_not_found(office: Office) -> None:
    client = office.clerk
    assert client.get(f"{PAGE}/I99").status_code == 404
    assert client.get(f"{PAGE}/helped/list?side=denominator").status_code == 404
    assert client.get(f"{PAGE}/I02/list?side=name").status_code == 404


def test_an_empty_place_says_that_there_is_no_rate(office: Office) -> None:
    page = text_of(office.clerk.get(f"{PAGE}/I02?{YEAR}"))
    assert "分母是零，没有率" in page and "这段时间这里没有数" in page


def test_the_workbook_has_the_columns_and_rows_of_the_page_and_leaves_its_reason(office: Office) -> None:
    people(office)
    address = f"{PAGE}/postings.vacancies/list?{YEAR}"
    refused = office.clerk.post(address, data={"reason": "看"})
    assert "至少 4 个字" in text_of(refused, 422)
    answer = office.clerk.post(address, data={"reason": "报市局核对"})
    assert answer.status_code == 200
    _note, head, row = list(read_lines(answer.data))
    assert head == ["岗位", "单位", "工作地点", "有效期到", "计入"]
    assert (row[0], row[4]) == ("测试叉车司机", 3)
    page = text_of(office.clerk.get(address))
    assert all(f">{title}</th>" in page for title in head)
    with office.unit() as uow:
        entries = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "figure.list_taken")).all()
        assert [(entry.reason, entry.detail["code"]) for entry in entries] == [("报市局核对", "postings.vacancies")]


def test_a_superior_reads_no_small_count_and_opens_no_list(office: Office) -> None:
    people(office, each=2)
    with office.unit() as uow:
        reader = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow, path=PATH_COUNTY)).id
    client = office.client(reader)
    page = text_of(client.get(f"{PAGE}/registered-seekers?{YEAR}"))
    assert "有不到 5 人的数，不显示" in page and "66.7%" not in page and "按证据分" not in page
    assert "/list?" not in page
    assert client.get(f"{PAGE}/registered-seekers/list").status_code == 403
    assert client.post(f"{PAGE}/registered-seekers/list", data={"reason": "报市局核对"}).status_code == 403


def test_a_place_of_others_is_never_counted(office: Office) -> None:
    people(office)
    page = text_of(office.clerk.get(f"{PAGE}/registered-seekers/list?path={PATH_OTHER}&{YEAR}"))
    assert "：2 行" in page


def statements(office: Office, address: str) -> int:
    found: list[str] = []
    engine = office.runtime.database.engine

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    client = office.clerk
    text_of(client.get(address))
    event.listen(engine, "before_cursor_execute", note)
    text_of(client.get(address))
    event.remove(engine, "before_cursor_execute", note)
    return len(found)


@pytest.mark.parametrize("code", ["I20", "registered-seekers", "postings.lines", "working"])
def test_a_list_of_twenty_costs_what_one_of_two_does(office: Office, code: str) -> None:
    def some(count: int) -> None:
        with office.unit() as uow:
            for _number in range(count):
                spell(uow, make_person(uow, with_user=False), "E1", since=date(2026, 1, 5))
                make_posting(uow)

    some(2)
    addresses = (f"{PAGE}/{code}/list?side=numerator&{YEAR}", f"{PAGE}/{code}?{YEAR}")
    before = [statements(office, address) for address in addresses]
    some(18)
    assert [statements(office, address) for address in addresses] == before
