"""The pages that take numbers apart: what they show, open, refuse, and write down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.sheets import read_lines
from jobmatch.reports.slices.catalog import GROUPS, PEOPLE
from jobmatch.reports.slices.dimensions import DIMENSIONS
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.reports.help_indicators import application, line
from tests.reports.help_slices import some_people

PAGES = ("/staff/slices", "/staff/crosstab", "/staff/cohorts", "/staff/funnel", "/staff/supply")
LISTS = (
    "/staff/slices/list?code=files&by=sex&row=male",
    "/staff/cohorts/list?cohort=2025-autumn&months=12&side=all",
    "/staff/funnel/list?step=registered",
    "/staff/supply/list?occupation=4-02&side=seekers",
)


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def people(office: Office) -> None:
    with office.unit() as uow:
        some_people(uow)
        make_posting(uow, title="测试叉车司机", vacancy_count=3)


def reader(office: Office) -> Any:
    with office.unit() as uow:
        user = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow, path=PATH_COUNTY)).id
    return office.client(user)


def numbers(page: str) -> list[tuple[str, int]]:
    """Addresses of lists, and the number that each is written under."""
    found = re.findall(r'<a href="([^"]*/list\?[^"]*)">(?:<b>)?([\d,]+)', page)
    return [(unescape(url), int(number.replace(",", ""))) for url, number in found]


@pytest.mark.parametrize("page", [*PAGES, "/staff/slices?code=I23&by=occupation", "/staff/supply?level=code"])
def test_every_number_opens_a_list_that_is_as_long(office: Office, page: str) -> None:
    people(office)
    client = office.clerk
    opened = numbers(text_of(client.get(page)))
    assert opened or page in {"/staff/crosstab"}
    for url, number in dict(opened).items():
        listed = text_of(client.get(url))
        total = re.search(r"：(\d+) 行", listed)
        weights = re.findall(r'<td[^>]* class="num">(\d+)</td></tr>', listed) if "计入" in listed else []
        assert total is not None
        assert (sum(map(int, weights)) if weights else int(total[1])) == number, url


@pytest.mark.parametrize("by", [one.key for one in DIMENSIONS if one.person is not None])
def test_every_dimension_has_a_page_and_says_who_counts_where(office: Office, by: str) -> None:
    people(office)
    page = text_of(office.clerk.get(f"/staff/slices?code=registered-seekers&by={by}"))
    assert "登记求职退役军人就业率" in page and "谁计入：" in page and "各行加起来等于合计" in page


def test_every_number_can_be_chosen(office: Office) -> None:
    people(office)
    client = office.clerk
    for _title, codes in GROUPS:
        for code in codes:
            text_of(client.get(f"/staff/slices?code={code}"))
    for code in PEOPLE:
        text_of(client.get(f"/staff/crosstab?code={code}&down=sex&across=kind"))


@pytest.mark.parametrize(
    "query",
    [
        "code=nothing&by=nothing",
        "code=postings.vacancies&by=sex",
        "down=sex&across=sex",
        "down=pay&across=reserved",
        "cohort=1900-spring",
        "level=9&sort=-nothing&page=99",
        "since=2026-02-30",
        "since=9999-12-31&until=0001-01-01",
        "period=abc&path=/99/",
    ],
)
def test_a_question_that_makes_no_sense_is_answered(office: Office, query: str) -> None:
    for page in PAGES:
        assert office.clerk.get(f"{page}?{query}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/staff/slices/list?code=nothing",
        "/staff/slices/list?code=files&side=denominator",
        "/staff/slices/list?code=files&by=pay&row=0",
        "/staff/slices/list?code=postings.vacancies&by=sex&row=male",
        "/staff/cohorts/list?cohort=2025-autumn&months=2&side=all",
        "/staff/cohorts/list?cohort=1999-autumn&months=3&side=all",
        "/staff/cohorts/list?cohort=2026-autumn&months=12&side=all",
        "/staff/cohorts/list?cohort=2025-autumn&months=12&side=none",
        "/staff/funnel/list?step=nothing",
        "/staff/supply/list?occupation=4-02&side=nothing",
        "/staff/supply/list?occupation=x&side=places",
    ],
)
def test_a_list_of_nothing_is_not_found(office: Office, address: str) -> None:
    assert office.clerk.get(address).status_code == 404
    assert office.clerk.post(address, data={"reason": "报市局核对"}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_place_says_what_to_do(office: Office, page: str) -> None:
    shown = text_of(office.clerk.get(f"{page}?since=1999-01-01&until=1999-12-31&path={PATH_B}"))
    assert "换一个统计期" in shown or page == "/staff/cohorts"


@pytest.mark.parametrize("address", LISTS)
def test_the_workbook_of_a_list_leaves_its_reason(office: Office, address: str) -> None:
    people(office)
    assert "至少 4 个字" in text_of(office.clerk.post(address, data={"reason": "看"}), 422)
    answer = office.clerk.post(address, data={"reason": "报市局核对"})
    assert answer.status_code == 200
    head = list(read_lines(answer.data))[1]
    page = text_of(office.clerk.get(address))
    assert all(f">{title}</th>" in page for title in head)
    with office.unit() as uow:
        [entry] = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "figure.list_taken")).all()
        assert entry.reason == "报市局核对" and entry.detail["code"]


def test_the_table_can_be_sent_on_and_taken_away_with_a_reason(office: Office) -> None:
    with office.unit() as uow:
        for n in range(12):
            make_person(uow, with_user=False, path=PATH_A if n % 2 else PATH_B, sex="male" if n < 6 else "female")
    client = office.clerk
    page = text_of(client.get("/staff/crosstab?code=files&down=place&across=sex"))
    assert "一共 12 人" in page and "×" in page and "每个隐去的数至少还有 5 种可能" in page
    [sent] = re.findall(r'<span class="small">(http[^<]*)</span>', page)
    assert "down=place" in sent and "across=sex" in sent
    assert "一共 12 人" in text_of(office.clerk.get(unescape(sent)))
    address = "/staff/crosstab?code=files&down=place&across=sex"
    assert "至少 4 个字" in text_of(client.post(address, data={"reason": "  "}), 422)
    answer = client.post(address, data={"reason": "写半年分析"})
    assert answer.status_code == 200
    lines = list(read_lines(answer.data))
    assert lines[1] == ["地方＼性别", "男", "女", "合计"] and lines[-1] == ["合计", 6, 6, 12]
    with office.unit() as uow:
        [entry] = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "crosstab.taken")).all()
        assert (entry.reason, entry.detail["down"], entry.detail["across"]) == ("写半年分析", "place", "sex")


@pytest.mark.parametrize("page", PAGES)
def test_a_superior_sees_no_small_number_and_opens_no_list(office: Office, page: str) -> None:
    people(office)
    client = reader(office)
    assert "/list?" not in text_of(client.get(page))
    for address in LISTS:
        assert client.get(address).status_code == 403
        assert client.post(address, data={"reason": "报市局核对"}).status_code == 403


def test_small_groups_are_crossed_out_for_a_superior(office: Office) -> None:
    people(office)
    shown = text_of(reader(office).get("/staff/slices?code=files&by=sex"))
    assert "人数太少，不显示" in shown and '<td class="num">×</td>' in shown


def test_another_county_sees_nothing_of_these_people(office: Office) -> None:
    people(office)
    with office.unit() as uow:
        other = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    client = office.client(other)
    for page in PAGES:
        assert "测试东镇" not in text_of(client.get(f"{page}?path={PATH_COUNTY}"))
    # The other county has one person of its own.
    assert "：1 行" in text_of(client.get(f"/staff/slices/list?code=files&by=sex&row=male&path={PATH_COUNTY}"))


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


def test_twenty_people_cost_what_two_do(office: Office) -> None:
    def some(count: int) -> None:
        with office.unit() as uow:
            for number in range(count):
                person = make_person(uow, with_user=False, sex="male", path=PATH_A if number % 2 else PATH_B)
                line(uow, person)
                application(uow, person, day=uow.today)

    some(2)
    addresses = (*PAGES, *LISTS)
    before = [statements(office, address) for address in addresses]
    some(18)
    assert [statements(office, address) for address in addresses] == before
