"""The pages on which staff keep code tables."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from jobmatch.core.runtime import Runtime
from jobmatch.reference.models import DatedRule, Holiday, PostingRule, Reason, Region, Skill
from jobmatch.reference.tables import TABLES
from tests.factories import COUNTY, PATH_COUNTY, TOWN_A

BASE = "/staff/reference"
RULE = {
    "name_zh": "身高体貌",
    "pattern": "身高|五官端正",
    "severity": "warn",
    "message_zh": "请说明必要性",
    "basis": "就业促进法第三条",
    "is_active": "y",
}


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([^"]*)"', page)
    return found.group(1) if found else ""


def stored(runtime: Runtime, model: Any, **where: Any) -> Any:
    with runtime.database.session(writing=False) as session:
        return session.scalar(select(model).filter_by(**where))


def counted(runtime: Runtime, model: Any) -> int:
    with runtime.database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_list_of_tables_shows_counts_and_sources(staff: FlaskClient) -> None:
    page = staff.get(BASE).text
    assert "行政区划" in page and "3379" in page and "国家统计局 2023 年统计用区划代码" in page
    assert "每条各有来源" in page


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_can_be_read_searched_and_paged(staff: FlaskClient, table: str) -> None:
    assert staff.get(f"{BASE}/{table}").status_code == 200
    assert staff.get(f"{BASE}/{table}?page=2&q=%25").status_code == 200
    assert "没有找到" in staff.get(f"{BASE}/{table}?q=zzzz").text


def test_searching_finds_names_and_codes(staff: FlaskClient) -> None:
    assert "弋江区" in staff.get(f"{BASE}/region?q=弋江").text
    assert "弋江区" in staff.get(f"{BASE}/region?q=340209").text
    assert "Dog handling" in staff.get(f"{BASE}/skill?q=DOG").text


def test_others_do_not_come_in(room_app: Any) -> None:
    client = room_app.test_client()
    assert client.get(BASE).status_code == 303
    assert client.get(BASE, headers={"X-Test-Role": "veteran"}).status_code == 403
    assert client.post(f"{BASE}/posting_rule/try", headers={"X-Test-Role": "superior_reader"}).status_code == 403
    assert client.get(BASE, headers={"X-Test-Role": "system_admin"}).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "nothing",
        "rank/new",
        "rank/Y1",
        "skill/SK999",
        "dated_rule/nothing",
        "dated_rule/retirement_age",
        "region/999999",
    ],
)
def test_unknown_things_are_not_found(staff: FlaskClient, address: str) -> None:
    assert staff.get(f"{BASE}/{address}").status_code == 404


def test_a_row_is_added_and_changed(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    form = {"name_zh": "舞龙", "name_en": "Dragon dance", "aliases": "龙灯、耍龙；龙灯", "is_active": "y"}
    assert staff.post(f"{BASE}/skill/new", data=form).status_code == 303
    row = stored(sqlite_runtime, Skill, name_zh="舞龙")
    assert (row.code, row.aliases, row.is_local, row.is_soft) == ("LS001", ["龙灯", "耍龙"], True, False)
    page = staff.get(f"{BASE}/skill/LS001").text
    assert "龙灯、耍龙" in page
    changed = form | {"seen": seen(page), "aliases": "", "is_soft": "y"}
    assert staff.post(f"{BASE}/skill/LS001", data=changed).status_code == 303
    assert stored(sqlite_runtime, Skill, code="LS001").aliases == []
    assert staff.post(f"{BASE}/skill/LS001", data=changed).status_code == 409


def test_a_shipped_row_becomes_the_offices_own(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    page = staff.get(f"{BASE}/reason/ar_filled").text
    assert "随系统带来的" in page
    form = {"seen": seen(page), "name_zh": "名额已满", "kind": "application_reject", "is_active": "y"}
    assert staff.post(f"{BASE}/reason/ar_filled", data=form).status_code == 303
    assert stored(sqlite_runtime, Reason, code="ar_filled").is_local
    assert "随系统带来的" not in staff.get(f"{BASE}/reason/ar_filled").text
    assert "本单位" in staff.get(f"{BASE}/reason?q=ar_filled").text


def test_a_wrong_row_keeps_what_was_typed_and_saves_nothing(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    before = counted(sqlite_runtime, PostingRule)
    answer = staff.post(f"{BASE}/posting_rule/new", data=RULE | {"pattern": "(男+)+女", "message_zh": ""})
    assert answer.status_code == 422
    assert "有错误：" in answer.text and "请写明单位该怎么改" in answer.text and "(男+)+女" in answer.text
    answer = staff.post(f"{BASE}/posting_rule/new", data=RULE | {"pattern": "(男+)+女"})
    assert answer.status_code == 422 and "太慢" in answer.text
    answer = staff.post(f"{BASE}/skill/new", data={"name_zh": "字" * 121})
    assert answer.status_code == 422 and "不超过 120 个字" in answer.text
    assert counted(sqlite_runtime, PostingRule) == before


def test_a_rule_can_be_tried_without_saving(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    form = RULE | {"code": "R12", "sample": "身高 175，五官端正", "seen": "x"}
    page = staff.post(f"{BASE}/posting_rule/try", data=form).text
    assert "找到 2 处：身高、五官端正" in page and f'action="{BASE}/posting_rule/R12"' in page
    assert "没有找到" in staff.post(f"{BASE}/posting_rule/try", data=form | {"sample": "双休"}).text
    answer = staff.post(f"{BASE}/posting_rule/try", data=form | {"pattern": "(", "code": ""})
    assert answer.status_code == 422 and "不完整" in answer.text and f'action="{BASE}/posting_rule/new"' in answer.text
    assert stored(sqlite_runtime, PostingRule, code="R12").pattern != RULE["pattern"]


def test_a_place_is_added_below_another_and_given_a_point(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    assert "添加下级地区" in staff.get(f"{BASE}/region?within={COUNTY}").text
    form = {"name": "测试南镇", "level": "township", "code": "430382109"}
    assert staff.post(f"{BASE}/region/{COUNTY}/new", data=form).status_code == 303
    assert "测试南镇" in staff.get(f"{BASE}/region?within={COUNTY}").text
    assert staff.post(f"{BASE}/region/{COUNTY}/new", data=form).status_code == 422
    point = {"name": "测试南镇", "latitude": "27.91", "longitude": "112.52"}
    assert staff.post(f"{BASE}/region/430382109", data=point).status_code == 303
    row = stored(sqlite_runtime, Region, code="430382109")
    assert (row.latitude, row.longitude, row.path) == (27.91, 112.52, f"{PATH_COUNTY}430382109/")
    assert "27.91" in staff.get(f"{BASE}/region/430382109").text
    answer = staff.post(f"{BASE}/region/430382109", data=point | {"latitude": "北纬"})
    assert answer.status_code == 422 and "请填度数" in answer.text


def test_places_outside_the_own_subtree_are_only_read(staff: FlaskClient) -> None:
    assert "添加下级地区" not in staff.get(f"{BASE}/region?within=340209").text
    assert "只能看" in staff.get(f"{BASE}/region/340209").text
    assert staff.post(f"{BASE}/region/340209", data={"name": "改名区"}).status_code == 403
    form = {"name": "镇", "level": "township", "code": "340209001"}
    assert staff.post(f"{BASE}/region/340209/new", data=form).status_code == 403
    assert staff.get(f"{BASE}/region/{TOWN_A}").text.count("只能看") == 0


def test_a_dated_rule_gets_a_new_value_and_keeps_its_history(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    address = f"{BASE}/dated_rule/employer_answer_days"
    form = {"value": "5", "valid_from": "2027-01-01", "source": "测试文件"}
    assert staff.post(address, data=form).status_code == 303
    assert stored(sqlite_runtime, DatedRule, code="employer_answer_days", value=5).is_local
    assert "2026 年 12 月 31 日" in staff.get(address).text or "12 月 31 日" in staff.get(address).text
    for wrong in ({"value": "五"}, {"value": ""}, {"valid_from": "明天"}, {"valid_from": ""}, {"source": " "}):
        assert staff.post(address, data=form | wrong).status_code == 422, wrong


def test_the_holiday_notice_is_pasted_in(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    address = f"{BASE}/holiday/import"
    assert "2027 年的放假通知还没有录入" in staff.get(address).text
    wrong = staff.post(address, data={"rows": "2027-01-01 元旦 休\n明天 放假", "source": "通知"})
    assert wrong.status_code == 422 and "第 2 行读不懂" in wrong.text
    before = counted(sqlite_runtime, Holiday)
    form = {"rows": "2027-01-01 元旦 休\n\n2027-01-09 元旦 班\n", "source": "测试通知"}
    assert staff.post(address, data=form).status_code == 303
    assert counted(sqlite_runtime, Holiday) == before + 2
    assert "还没有录入" not in staff.get(address).text
    assert staff.post(address, data=form | {"rows": "2027-01-04 元旦 班"}).status_code == 422


def test_a_list_costs_the_same_for_few_rows_and_many(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    statements: list[str] = []
    event.listen(
        sqlite_runtime.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_rest: statements.append(statement),
    )
    counts = []
    for words in ("弋江", "区"):
        staff.get(f"{BASE}/region?q={words}")
        statements.clear()
        staff.get(f"{BASE}/region?q={words}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_pages_are_in_english_where_asked(staff: FlaskClient) -> None:
    staff.set_cookie("lang", "en")
    staff.set_cookie("locale", "en")
    assert "Days for an employer to answer an application" in staff.get(f"{BASE}/dated_rule").text
