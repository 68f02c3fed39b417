"""Names, places by name, distances and occupations from words."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference import queries, services
from jobmatch.reference.models import EmploymentStatusKind, Rank, Reason, Region, ServiceObjectKind
from jobmatch.reference.queries import Spot, distance_km, find_region_by_name, place_seen_from, region_label
from jobmatch.reference.states import HintWay, Precision, ReasonKind
from tests.factories import COUNTY, TOWN_A, TOWN_B


def test_names_follow_the_readers_language(uow: UnitOfWork) -> None:
    assert queries.names(uow.session, Rank)["S3"] == "二级上士"
    with use_locale("en"):
        assert queries.names(uow.session, Rank)["S3"] == "Staff Sergeant Class Two"
        assert queries.posting_rules(uow.session)[0].message.startswith("Do not limit")
    assert queries.posting_rules(uow.session)[0].name == "性别"
    assert queries.names(uow.session, Region)["430382"] == "韶山市"


def test_choices_are_ordered_and_narrowed(uow: UnitOfWork) -> None:
    ranks = [code for code, _ in queries.choices(uow.session, Rank)]
    assert ranks[:2] == ["Y1", "Y2"] and ranks[-1] == "H6"
    states = dict(queries.choices(uow.session, EmploymentStatusKind))
    assert "E1" in states and not {"A", "D", "E", "F", "H", "M", "N"} & set(states)
    assert [code for code, _ in queries.choices(uow.session, ServiceObjectKind, kind="bereaved")] == [
        "LSYS",
        "YGXS",
        "BGYS",
    ]
    for kind, least in (
        ("application_reject", 12),
        ("application_withdraw", 8),
        ("employer_refuse", 6),
        ("employer_more", 6),
        ("posting_return", 8),
        ("person_refuse", 5),
    ):
        assert len(queries.choices(uow.session, Reason, kind=kind)) >= least


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("芜湖弋江区文津西路", "340209"),
        ("安徽省芜湖市弋江区", "340209"),
        ("湖南湘潭，湘乡市东山街道", "430381"),
        ("北京东城区", "110101"),
        ("郑州金水", "410105"),
        ("南京鼓楼区", "320106"),
        ("吉林长春", "2201"),
        ("吉林市昌邑区", "220202"),
        ("恩施土家族苗族自治州利川市", "422802"),
        ("黔东南州凯里市", "522601"),
        ("新疆石河子", "659001"),
        ("湖北省省直辖县级行政区划仙桃市", "429004"),
        ("上海市市辖区浦东新区", "310115"),
        ("韶山市测试东镇二组", TOWN_A),
        ("东莞长安镇", "4419"),
        ("鼓楼区", None),
        ("中山路 12 号", None),
        ("平安保险公司", None),
        ("不知道在哪", None),
        ("", None),
    ],
)
def test_an_address_is_read_from_its_beginning(uow: UnitOfWork, text: str, code: str | None) -> None:
    found = find_region_by_name(uow.session, text)
    assert (found and found.code) == code


def test_an_address_is_read_within_a_place(uow: UnitOfWork) -> None:
    found = find_region_by_name(uow.session, "金水区经三路", within="410000")
    assert found and found.code == "410105"
    assert find_region_by_name(uow.session, "弋江区", within="41") is None


def test_labels_leave_out_steps_that_nobody_names(uow: UnitOfWork) -> None:
    assert region_label(uow.session, "340209") == "芜湖市弋江区"
    assert region_label(uow.session, "110101") == "北京市东城区"
    assert region_label(uow.session, "429004") == "湖北省仙桃市"
    assert region_label(uow.session, TOWN_A, depth=1) == "测试东镇"
    assert region_label(uow.session, None) == region_label(uow.session, "nowhere") == ""


def test_a_place_is_called_as_its_reader_calls_it(uow: UnitOfWork) -> None:
    county = queries.region(uow.session, "340209").path
    assert place_seen_from(uow.session, "340209", county) == "弋江区"
    assert place_seen_from(uow.session, "340202", county) == "镜湖区"
    assert place_seen_from(uow.session, "110101", county) == "北京市东城区"
    assert place_seen_from(uow.session, TOWN_A, "") == region_label(uow.session, TOWN_A, depth=5)
    assert place_seen_from(uow.session, None, county) == ""


def test_codes_may_be_filled_up_with_zeros(uow: UnitOfWork) -> None:
    assert queries.region(uow.session, "430000").path == "/43/"
    assert queries.region(uow.session, "430382101000").code == TOWN_A
    assert queries.region(uow.session, "430300").name == "湘潭市"
    with pytest.raises(NotFound):
        queries.region(uow.session, "999999")
    assert len(queries.children_of(uow.session, None)) == 34
    assert "430382" in {place.code for place in queries.children_of(uow.session, "4303")}


def test_distance_is_that_of_the_sphere() -> None:
    assert distance_km(39.9042, 116.4074, 31.2304, 121.4737) == pytest.approx(1067, abs=2)
    assert distance_km(0, 0, 0, 180) == pytest.approx(20015, abs=1)
    assert distance_km(27.9, 112.5, 27.9, 112.5) == 0


def test_a_distance_says_no_more_than_is_known(uow: UnitOfWork) -> None:
    session = uow.session
    here, there = queries.spot_of(session, TOWN_A), queries.spot_of(session, TOWN_B)
    exact = Spot(27.90, 112.50, TOWN_A, is_exact=True)
    near = Spot(27.90, 112.56, TOWN_B, is_exact=True)
    assert queries.distance_precision(session, here, exact) is Precision.COUNTY
    assert queries.distance_text(session, here, exact) == "同乡镇"
    assert queries.distance_text(session, here, there) == "同县"
    assert queries.distance_precision(session, exact, near) is Precision.EXACT
    assert queries.distance_text(session, exact, near) == "6 公里"
    assert queries.distance_text(session, exact, exact) == "不到 1 公里"
    assert queries.distance_text(session, here, queries.spot_of(session, "430302")).startswith("约 ")
    assert queries.distance_text(session, here, Spot(None, None)) == ""
    assert queries.distance_text(session, *(queries.spot_of(session, code) for code in ("430371", "430372"))) == "同市"


def test_a_town_with_a_point_of_its_own_is_known_better(uow: UnitOfWork) -> None:
    for code in (TOWN_A, TOWN_B):
        town = uow.session.get_one(Region, code)
        services.save_region(uow, town, name=town.name_zh, latitude=27.9, longitude=112.5 + (code == TOWN_B) / 10)
    here, there = queries.spot_of(uow.session, TOWN_A), queries.spot_of(uow.session, TOWN_B)
    assert queries.distance_precision(uow.session, here, there) is Precision.TOWNSHIP
    assert queries.distance_text(uow.session, here, there) == "同县"
    assert here.region_code == TOWN_A and queries.region(uow.session, COUNTY).level == "county"


def test_occupations_are_found_from_everyday_words(uow: UnitOfWork) -> None:
    assert queries.search_occupations(uow.session, "货车司机", 5)[0] == ("4-02-02-02", "道路货运汽车驾驶员")
    assert queries.search_occupations(uow.session, "保安员", 3)[0] == ("4-07-05-01", "保安员")
    assert len(queries.search_occupations(uow.session, "仓库", 4)) == 4
    assert queries.search_occupations(uow.session, "", 5) == []


def test_tables_are_read_once_however_often_they_are_asked(uow: UnitOfWork) -> None:
    queries.names(uow.session, Rank)
    queries.region(uow.session, COUNTY)
    queries.rule_value(uow.session, "intake_days", date(2026, 1, 1))
    uow.session.close()
    asked: list[str] = []
    real = uow.session.execute
    uow.session.execute = lambda *args, **kwargs: asked.append("x") or real(*args, **kwargs)  # type: ignore[method-assign]
    for _again in range(20):
        queries.names(uow.session, Rank)
        queries.region_label(uow.session, COUNTY)
        queries.rule_value(uow.session, "intake_days", date(2026, 1, 1))
    assert asked == []


def test_every_reason_of_an_employer_has_a_group_and_a_hint_in_both_languages(uow: UnitOfWork) -> None:
    groups = dict(queries.choices(uow.session, Reason, kind=ReasonKind.APPLICATION_REJECT_GROUP))
    rows = uow.session.scalars(select(Reason).where(Reason.kind == ReasonKind.APPLICATION_REJECT)).all()
    assert len(rows) >= 15
    assert {row.parent_code for row in rows} == set(groups)
    assert all(row.hint and row.hint_en and row.way in set(HintWay) for row in rows)
