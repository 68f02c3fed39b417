"""Loading, places, the office's own rows, dated rules and holidays on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference import queries, services
from jobmatch.reference.models import (
    Certificate,
    DatedRule,
    Holiday,
    Industry,
    Occupation,
    PostingRule,
    Rank,
    Reason,
    Region,
    ResettlementMethod,
    ServiceObjectKind,
    Skill,
)
from jobmatch.reference.shipped import shipped_tables
from jobmatch.reference.states import ReasonKind
from tests.conftest import acting
from tests.factories import COUNTY, PATH_COUNTY, TOWN_A


def test_loading_again_writes_nothing(uow: UnitOfWork) -> None:
    assert set(services.load_reference(uow).values()) == {0}


def test_loading_repairs_what_is_shipped_and_spares_what_is_local(uow: UnitOfWork) -> None:
    shipped = uow.session.get_one(Skill, "SK001")
    shipped.name_zh = "改坏了"
    services.save_local_row(uow, Skill, code="SK002", name_zh="重型货车驾驶")
    own = services.save_local_row(uow, Skill, name_zh="舞龙", category="文艺", aliases=["龙灯"])
    uow.session.flush()
    told: list[tuple[str, int]] = []
    written = services.load_reference(uow, progress=lambda name, rows: told.append((name, rows)))
    uow.session.expire_all()
    assert written["skill"] == 1 and sum(written.values()) == 1
    assert uow.session.get_one(Skill, "SK001").name_zh == "汽车驾驶"
    assert uow.session.get_one(Skill, "SK002").name_zh == "重型货车驾驶"
    assert uow.session.get_one(Skill, own.code).name_zh == "舞龙"
    assert ("region", 3377) in told


def test_every_table_is_complete(uow: UnitOfWork) -> None:
    for model, rows in shipped_tables():
        assert uow.session.scalar(select(func.count()).select_from(model)) >= len(rows)
    small = (Rank, ResettlementMethod, ServiceObjectKind, Reason, PostingRule, Skill, Certificate, Industry)
    for model in small:
        assert uow.session.scalars(select(model.code).where(model.name_en == "")).all() == []
        assert uow.session.scalars(select(model.code).where(model.source == "")).all() == []


def test_historic_methods_and_ranks_are_there_and_only_self_arranged_are_new_returnees(uow: UnitOfWork) -> None:
    assert {"TWYWB", "FYSG", "ZYSG", "ZMZY"} <= set(queries.names(uow.session, ResettlementMethod))
    assert {f"H{n}" for n in range(1, 7)} <= set(queries.names(uow.session, Rank))
    counted = select(ResettlementMethod.code).where(ResettlementMethod.counts_in_new_returnees)
    assert uow.session.scalars(counted).all() == ["ZZJY"]


def test_veterans_are_counted_first_and_accompanying_dependants_inside_their_group(uow: UnitOfWork) -> None:
    kinds = uow.session.scalars(select(ServiceObjectKind).order_by(ServiceObjectKind.count_order)).all()
    assert len(kinds) == 12 and kinds[0].code == "TYJR"
    inside = {kind.code: kind.group for kind in kinds if kind.is_subset}
    assert inside == {
        "SJJS": "dependant",
        "CJTY": "veteran_flag",
        "CZTY": "veteran_flag",
        "JYKN": "veteran_flag",
    }


def test_every_occupation_hangs_on_a_group_above_it(uow: UnitOfWork) -> None:
    rows = uow.session.execute(select(Occupation.code, Occupation.level, Occupation.parent_code)).all()
    level = {row.code: row.level for row in rows}
    assert all(row.parent_code is None if row.level == 1 else level[row.parent_code] < row.level for row in rows)


# ---------- places ----------


def test_every_county_has_a_point_of_its_own_or_of_its_city(uow: UnitOfWork) -> None:
    counties = uow.session.scalars(select(Region).where(Region.level == "county", ~Region.is_local)).all()
    assert len(counties) == 3001
    assert all(county.latitude and county.longitude for county in counties)
    assert sum(not county.is_point_inherited for county in counties) == 2827
    yijiang = uow.session.get_one(Region, "340209")
    assert (yijiang.name_zh, yijiang.path, yijiang.is_point_inherited) == ("弋江区", "/34/3402/340209/", False)
    assert yijiang.latitude == pytest.approx(31.31, abs=0.02) and yijiang.longitude == pytest.approx(118.37, abs=0.02)


def test_a_new_town_takes_the_point_of_its_county_until_it_has_one(uow: UnitOfWork) -> None:
    county = uow.session.get_one(Region, COUNTY)
    town = services.add_region(
        uow, code="430382109000", name="测试南镇", level="township", parent_code=COUNTY + "000000"
    )
    village = services.add_region(uow, code="430382109201", name="测试村", level="village", parent_code=town.code)
    assert town.path == f"{PATH_COUNTY}430382109/" and town.is_point_inherited
    assert (village.latitude, village.longitude) == (county.latitude, county.longitude)
    services.save_region(uow, town, name="测试南镇", latitude=27.9, longitude=112.5)
    uow.session.refresh(village)
    assert (village.latitude, village.longitude, village.is_point_inherited) == (27.9, 112.5, True)
    services.save_region(uow, town, name="测试南镇")
    uow.session.refresh(village)
    assert village.latitude == county.latitude


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "4303"}, "code"),
        ({"code": TOWN_A}, "code"),
        ({"code": "430381999"}, "code"),
        ({"name": ""}, "name"),
        ({"level": "planet"}, "level"),
        ({"parent_code": "999999"}, "parent_code"),
        ({"parent_code": None}, "parent_code"),
        ({"latitude": 27.9}, "latitude"),
        ({"latitude": 112.5, "longitude": 27.9}, "latitude"),
    ],
)
def test_a_wrong_place_is_refused_beside_its_field(uow: UnitOfWork, values: dict[str, object], field: str) -> None:
    good = {"code": "430382109", "name": "测试南镇", "level": "township", "parent_code": COUNTY}
    with pytest.raises(Invalid) as caught:
        services.add_region(uow, **(good | values))  # type: ignore[arg-type]
    assert field in caught.value.fields


# ---------- rows of the office ----------


def test_rows_of_the_office_get_codes_of_their_own(uow: UnitOfWork) -> None:
    first = services.save_local_row(uow, Reason, kind=ReasonKind.POSTING_RETURN.value, name_zh="请补厂区照片")
    second = services.save_local_row(uow, Reason, kind=ReasonKind.POSTING_RETURN.value, name_zh="请补联系人")
    assert (first.code, second.code) == ("LR001", "LR002")
    assert ("LR001", "请补厂区照片") in queries.choices(uow.session, Reason, kind="posting_return")
    services.save_local_row(uow, Reason, code="LR001", name_zh="请补厂区照片", is_active=False)
    assert "LR001" not in dict(queries.choices(uow.session, Reason))
    assert "LR001" in queries.names(uow.session, Reason)


def test_a_stale_form_is_told_so(uow: UnitOfWork) -> None:
    row = uow.session.get_one(Skill, "SK003")
    seen = services.fingerprint(row)
    services.save_local_row(uow, Skill, code="SK003", seen=seen, name_zh="大巴驾驶")
    with pytest.raises(Conflict):
        services.save_local_row(uow, Skill, code="SK003", seen=seen, name_zh="客车驾驶")


def test_wrong_rows_are_refused(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        services.save_local_row(uow, Skill, code="SK999", name_zh="没有")
    for values, field in (
        ({"name_zh": " "}, "name_zh"),
        ({"name_zh": "焊接与热切割"}, "name_zh"),
    ):
        with pytest.raises(Invalid) as caught:
            services.save_local_row(uow, Skill, **values)
        assert field in caught.value.fields
    with pytest.raises(Invalid) as caught:
        services.save_local_row(uow, Certificate, name_zh="试验证书", skill_codes=["SK001", "XX"])
    assert "XX" in caught.value.fields["skill_codes"]
    with pytest.raises(Invalid) as caught:
        services.save_local_row(uow, PostingRule, name_zh="试验", pattern="(男+)+女", severity="warn")
    assert "pattern" in caught.value.fields


def test_a_changed_rule_is_used_at_once(uow: UnitOfWork) -> None:
    queries.posting_rules(uow.session)
    services.save_local_row(uow, PostingRule, code="R12", pattern="身高", severity="block")
    rule = next(rule for rule in queries.posting_rules(uow.session) if rule.code == "R12")
    assert rule.pattern.search("身高不限") and rule.severity == "block"


def test_only_staff_with_the_permission_may_write(uow: UnitOfWork) -> None:
    stranger = acting(uow, Actor(user_id=1, permissions=frozenset({"public", "staff.home"})))
    for act in (
        lambda: services.load_reference(stranger),
        lambda: services.save_local_row(stranger, Skill, name_zh="舞龙"),
        lambda: services.add_region(stranger, code="430382109", name="镇", level="township", parent_code=COUNTY),
        lambda: services.save_dated_rule(
            stranger, code="intake_days", value=1, valid_from=date(2026, 1, 1), source="x"
        ),
        lambda: services.import_holidays(stranger, [(date(2027, 1, 1), "元旦", "rest")]),
    ):
        with pytest.raises(NotAllowed):
            act()


# ---------- dated rules and holidays ----------


def test_a_new_value_ends_the_old_one_the_day_before(uow: UnitOfWork) -> None:
    code = "employer_answer_days"
    services.save_dated_rule(uow, code=code, value=5, valid_from=date(2027, 1, 1), source="试验文件")
    assert queries.rule_value(uow.session, code, date(2026, 12, 31)) == 3
    assert queries.rule_value(uow.session, code, date(2027, 1, 1)) == 5
    services.save_dated_rule(uow, code=code, value=4, valid_from=date(2026, 12, 1), source="试验文件")
    assert [queries.rule_value(uow.session, code, date(2026, 12, day)) for day in (1, 31)] == [4, 4]
    assert services.load_reference(uow)["dated_rule"] == 0
    assert queries.rule_value(uow.session, code, date(2027, 6, 1)) == 5
    services.save_dated_rule(uow, code=code, value=6, valid_from=date(2027, 1, 1), source="更正")
    assert queries.rule_value(uow.session, code, date(2027, 6, 1)) == 6
    spans = uow.session.scalars(select(DatedRule).where(DatedRule.code == code).order_by(DatedRule.valid_from)).all()
    assert [span.valid_to for span in spans] == [date(2026, 11, 30), date(2026, 12, 31), None]


def test_wrong_dated_rules_are_refused(uow: UnitOfWork) -> None:
    day = date(2027, 1, 1)
    for code in ("no_such_rule", "retirement_age"):
        with pytest.raises(NotFound):
            services.save_dated_rule(uow, code=code, value=1, valid_from=day, source="x")
    with pytest.raises(Invalid) as caught:
        services.save_dated_rule(uow, code="intake_days", value=-1, valid_from=date(1990, 1, 1), source=" ")
    assert set(caught.value.fields) == {"value", "valid_from", "source"}
    with pytest.raises(LookupError):
        queries.rule_value(uow.session, "intake_days", date(2000, 1, 1))


def test_working_days_know_the_adjusted_days_of_2026(uow: UnitOfWork) -> None:
    session = uow.session
    for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)):
        assert queries.is_working_day(session, date(2026, month, day)), (month, day)
    for month, day in ((1, 1), (2, 16), (2, 23), (4, 6), (5, 5), (6, 19), (9, 25), (10, 7), (11, 21)):
        assert not queries.is_working_day(session, date(2026, month, day)), (month, day)
    assert queries.add_working_days(session, date(2026, 9, 30), 3) == (date(2026, 10, 10), False)
    assert queries.add_working_days(session, date(2026, 11, 20), 0) == (date(2026, 11, 20), False)


def test_a_year_without_its_notice_is_counted_by_weekends_and_says_so(uow: UnitOfWork) -> None:
    assert not queries.calendar_is_known(uow.session, 2027)
    assert queries.add_working_days(uow.session, date(2026, 12, 31), 3) == (date(2027, 1, 5), True)
    rows = [(date(2027, 1, day), "元旦", "rest") for day in (1, 2, 3)] + [(date(2027, 1, 9), "元旦", "work")]
    assert services.import_holidays(uow, rows, source="试验通知") == 4
    assert queries.add_working_days(uow.session, date(2026, 12, 31), 6) == (date(2027, 1, 9), False)
    assert uow.session.get_one(Holiday, date(2027, 1, 1)).name_en == "New Year’s Day"
    assert services.import_holidays(uow, rows) == 4


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(date(2027, 1, 4), "元旦", "work")],
        [(date(2027, 1, 1), "元旦", "rest"), (date(2029, 1, 1), "元旦", "rest")],
    ],
)
def test_a_holiday_list_that_cannot_be_a_notice_is_refused(uow: UnitOfWork, rows: list[tuple[date, str, str]]) -> None:
    with pytest.raises(Invalid):
        services.import_holidays(uow, rows)
