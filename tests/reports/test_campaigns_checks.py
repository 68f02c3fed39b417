"""Checklists, points, the way of a check from filling to the freeze, and the ranking."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from jobmatch.casework.desk.models import Rating
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.reports.campaigns import checks
from jobmatch.reports.campaigns.models import CheckAnswer, Checklist, StationCheck
from jobmatch.reports.campaigns.policies import (
    can_fill_check,
    visible_checklists,
    visible_station_checks,
)
from jobmatch.reports.campaigns.scoring import mean, proportion
from jobmatch.reports.campaigns.services.checklists import (
    ChecklistPlan,
    add_item,
    copy_checklist,
    create_checklist,
    edit_checklist,
    end_checklist,
    remove_item,
    start_checks,
)
from jobmatch.reports.campaigns.services.checks import (
    answer_item,
    answer_objection,
    freeze_check,
    hand_in_check,
    object_to_check,
    read_proof,
)
from jobmatch.reports.campaigns.states import CheckState, Met
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_staff, make_station
from tests.reports.help_campaigns import (
    YEAR,
    Offices,
    clerk_of,
    handed_in,
    hired,
    make_check,
    make_checklist,
    make_offices,
    reload_checklist,
)


@pytest.fixture
def offices(uow: UnitOfWork) -> Offices:
    return make_offices(uow)


# ---------- points ----------


@given(value=st.floats(0, 1e6), goal=st.floats(0.1, 1e6), points=st.integers(1, 1000), more=st.floats(0, 1e6))
def test_points_grow_with_the_figure_and_are_full_from_the_goal_on_only(
    value: float, goal: float, points: int, more: float
) -> None:
    tenths = proportion(value, goal, points)
    assert 0 <= tenths <= points * 10
    assert (tenths == points * 10) == (value >= goal)
    assert proportion(value + more, goal, points) >= tenths


def test_half_of_the_goal_is_half_of_the_points() -> None:
    assert proportion(2, 4, 20) == 100
    assert proportion(1, 3, 10) == 33
    assert proportion(999, 1000, 1) == 9


def test_the_mean_rounds_halves_up_and_of_nothing_is_nothing() -> None:
    assert mean([]) is None
    assert mean([80.1, 80.2]) == 80.2


# ---------- checklists ----------


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"words": " "}, "words"),
        ({"words": "有服务窗口"}, "words"),
        ({"points": None}, "points"),
        ({"points": 0}, "points"),
        ({"points": 1001}, "points"),
        ({"figure_code": "nonsense", "goal": 1.0}, "figure_code"),
        ({"figure_code": "action-hires", "goal": None}, "goal"),
        ({"figure_code": "action-hires", "goal": 0.0}, "goal"),
        ({"goal": 3.0}, "goal"),
    ],
)
def test_a_wrong_item_is_refused_at_its_field(offices: Offices, values: dict[str, Any], field: str) -> None:
    checklist = make_checklist(offices.county)
    given_values = {"words": "新的一项", "points": 5, "figure_code": "", "goal": None} | values
    with pytest.raises(Invalid) as refused:
        add_item(offices.county, checklist, **given_values)
    assert list(refused.value.fields) == [field]
    assert len(reload_checklist(offices.county, checklist).items) == 3


def test_items_stand_still_once_a_check_was_started(offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    assert remove_item(offices.county, checklist, checklist.items[1])
    checklist = reload_checklist(offices.county, checklist)
    make_check(offices.county, checklist, offices.town_station)
    with pytest.raises(Conflict, match="复制一份"):
        add_item(offices.county, checklist, words="新的", points=1, goal=None)
    with pytest.raises(Conflict, match="复制一份"):
        remove_item(offices.county, checklist, checklist.items[0])
    moved = ChecklistPlan("改名", "", YEAR + timedelta(days=1), None)
    with pytest.raises(Invalid) as refused:
        edit_checklist(offices.county, checklist, moved, version=None)
    assert list(refused.value.fields) == ["valid_from"]


def test_last_year_s_list_is_copied_once_with_its_items(offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    copy = copy_checklist(offices.county, checklist)
    assert copy_checklist(offices.county, checklist) is copy
    assert (copy.title, copy.valid_from, copy.valid_until) == (
        "2027 年测试考核表",
        date(2027, 1, 1),
        date(2027, 12, 31),
    )
    copied = reload_checklist(offices.county, copy)
    facts = [(one.position, one.words, one.points, one.figure_code, one.goal) for one in copied.items]
    assert facts == [(one.position, one.words, one.points, one.figure_code, one.goal) for one in checklist.items]


def test_a_list_of_employment_rates_alone_checks_nobody(offices: Offices) -> None:
    made = create_checklist(offices.county, ChecklistPlan("只看就业率", "", YEAR, None))
    add_item(offices.county, made, words="就业率", points=100, figure_code="registered-seekers", goal=90.0)
    with pytest.raises(Conflict, match="不能只按就业率"):
        start_checks(
            offices.county, made, kind="inspection", station_ids=[offices.town_station.public_id], checked_on=YEAR
        )
    add_item(offices.county, made, words="有窗口", points=1, goal=None)
    assert start_checks(
        offices.county, made, kind="inspection", station_ids=[offices.town_station.public_id], checked_on=YEAR
    )


def test_checks_start_once_and_only_for_stations_below_on_days_that_hold(uow: UnitOfWork, offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    ids = [offices.stations[path].public_id for path in (PATH_A, PATH_B)]
    far = make_station(uow, path=PATH_OTHER)
    for values, field in (
        ({"kind": "nonsense"}, "kind"),
        ({"station_ids": []}, "station_ids"),
        ({"station_ids": [far.public_id]}, "station_ids"),
        ({"checked_on": date(2027, 1, 1)}, "checked_on"),
        ({"checked_on": None}, "checked_on"),
    ):
        with pytest.raises(Invalid) as refused:
            start_checks(
                offices.county,
                checklist,
                **({"kind": "self", "station_ids": ids, "checked_on": uow.today} | values),
            )
        assert list(refused.value.fields) == [field]
    assert start_checks(offices.county, checklist, kind="self", station_ids=ids, checked_on=uow.today) == 2
    assert start_checks(offices.county, checklist, kind="self", station_ids=ids * 2, checked_on=uow.today) == 0
    with pytest.raises(NotAllowed):
        start_checks(offices.town, checklist, kind="self", station_ids=ids, checked_on=uow.today)
    assert end_checklist(offices.county, checklist).is_active is False
    with pytest.raises(Conflict, match="停用"):
        start_checks(offices.county, checklist, kind="mutual", station_ids=ids, checked_on=uow.today)


def test_a_far_county_sees_neither_lists_nor_checks(uow: UnitOfWork, offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    for kind in ("self", "mutual", "inspection"):
        make_check(offices.county, checklist, offices.town_station, kind)
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    assert far.rows(visible_checklists(far.actor, checks.checklists())) == []
    assert far.rows(visible_station_checks(far.actor, checks.station_checks())) == []
    seen_kinds = {
        row.kind.value
        for row in offices.other.rows(visible_station_checks(offices.other.actor, checks.station_checks()))
    }
    assert seen_kinds == {"mutual"}
    assert len(offices.town.rows(visible_station_checks(offices.town.actor, checks.station_checks()))) == 3


# ---------- filling ----------


def test_who_may_fill_which_check(offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    may = {
        kind: [
            can_fill_check(uow.actor, make_check(offices.county, checklist, offices.town_station, kind))
            for uow in (offices.county, offices.town, offices.other)
        ]
        for kind in ("self", "mutual", "inspection")
    }
    assert may == {"self": [True, True, False], "mutual": [True, False, True], "inspection": [True, False, False]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"met": "nonsense"}, "met"),
        ({"met": "yes", "words": ""}, "words"),
        ({"met": "no", "words": ""}, "words"),
        ({"met": "partly", "points": None}, "points"),
        ({"met": "partly", "points": 10.0}, "points"),
        ({"met": "partly", "points": 0.0}, "points"),
        ({"met": "partly", "points": -1.0}, "points"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(offices: Offices, values: dict[str, Any], field: str) -> None:
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
    with pytest.raises(Invalid) as refused:
        answer_item(offices.county, check, check.checklist.items[0], **({"words": "看过"} | values))
    assert list(refused.value.fields) == [field]
    assert checks.answers_of(offices.county.session, [check.id]) == {}


def test_points_in_tenths_and_what_does_not_concern_the_station_is_in_neither_side(offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    for _n in range(3):
        hired(offices.county)
    check = make_check(offices.county, checklist, offices.town_station)
    window, rules, hires = check.checklist.items
    answer_item(offices.county, check, window, met="partly", points=7.3, words="只有半天")
    answer_item(offices.county, check, rules, met="not_applicable", words="没有制度墙")
    score = checks.sheet_of(offices.county, check).score
    assert (score.tenths, score.full, score.percent) == (73 + 150, 300, 74.3)
    answer = checks.sheet_of(offices.county, check).answers[hires.id]
    assert (answer.met, answer.tenths) == (Met.PARTLY, 150)
    assert "3" in answer.words and "目标 4" in answer.words
    with pytest.raises(Conflict, match="系统按台账算"):
        answer_item(offices.county, check, hires, met="yes", words="我说有")


def test_a_rate_answers_with_its_numbers_and_falsity_beside_and_nobody_is_no_rate(offices: Offices) -> None:
    made = create_checklist(offices.county, ChecklistPlan("含就业率", "", YEAR, None))
    add_item(offices.county, made, words="有窗口", points=1, goal=None)
    add_item(offices.county, made, words="就业率", points=10, figure_code="registered-seekers", goal=50.0)
    made = reload_checklist(offices.county, made)
    check = make_check(offices.county, made, offices.town_station)
    item = check.checklist.items[1]
    assert checks.sheet_of(offices.county, check).answers[item.id].met is Met.NOT_APPLICABLE
    hired(offices.county, living_region_code=None)
    hired(offices.county, proof=False, living_region_code=None)
    found = checks.sheet_of(offices.county, check).answers[item.id]
    assert (found.met, found.tenths) == (Met.YES, 100)
    assert "1÷2" in found.words and "抽查失实 0÷0" in found.words


def test_the_checker_of_another_station_counts_the_same(offices: Offices) -> None:
    hired(offices.county)
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station, "mutual")
    mine, theirs = (checks.sheet_of(one, check).answers for one in (offices.other, offices.county))
    assert mine == theirs and mine


def test_an_open_check_is_handed_in_when_everything_is_answered_and_numbers_stay_from_then_on(
    offices: Offices,
) -> None:
    checklist = make_checklist(offices.county)
    check = make_check(offices.county, checklist, offices.town_station, "self")
    task = offices.county.session.scalars(select(Task).where(Task.once == f"station-check:{check.public_id}")).one()
    assert task.state is TaskState.OPEN and task.region_path == PATH_A
    with pytest.raises(Invalid, match="第 1、2 项没填"):
        hand_in_check(offices.town, check)
    handed_in(offices.town, check)
    assert (check.state, check.checked_by_id) == (CheckState.DONE, offices.town.actor.user_id)
    assert hand_in_check(offices.town, check) is check
    assert task.state is TaskState.DONE
    before = checks.sheet_of(offices.county, check).score
    hired(offices.county)
    assert checks.sheet_of(offices.county, check).score == before
    with pytest.raises(Conflict, match="不能再填"):
        answer_item(offices.town, check, check.checklist.items[0], met="no", words="晚了")


def test_a_photo_proves_an_answer_and_a_newer_one_takes_its_place(sqlite_runtime: Any, tmp_path: Any) -> None:
    from jobmatch.core.actors import system_actor

    with sqlite_runtime.unit(system_actor("tests")) as uow:
        offices = make_offices(uow)
        check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
        item = check.checklist.items[0]
        for content in (b"%PDF-1.7 one", b"%PDF-1.7 two"):
            upload = Upload("现场.pdf", Kind.PDF, content)
            answer_item(offices.county, check, item, met="yes", upload=upload)
            assert read_proof(offices.county, check, item) == ("现场.pdf", content)


# ---------- objection and freeze ----------


def test_the_way_of_an_objection(offices: Offices) -> None:
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
    handed_in(offices.county, check)
    with pytest.raises(NotAllowed):
        object_to_check(offices.county, check, words="检查的人不能自己提")
    with pytest.raises(NotAllowed):
        object_to_check(offices.other, check, words="别的站")
    with pytest.raises(Invalid):
        object_to_check(offices.town, check, words=" ")
    with pytest.raises(Conflict):
        answer_objection(offices.county, check, words="没有异议")
    object_to_check(offices.town, check, words="窗口上周修好了")
    assert object_to_check(offices.town, check, words="窗口上周修好了").state is CheckState.OBJECTED
    with pytest.raises(Conflict):
        freeze_check(offices.county, check)
    with pytest.raises(NotAllowed):
        answer_objection(offices.town, check, words="自己答")
    with pytest.raises(NotAllowed):
        answer_item(offices.town, check, check.checklist.items[0], met="yes", words="站里自己改")
    answer_item(offices.county, check, check.checklist.items[0], met="partly", points=8.0, words="修好一半")
    answer_objection(offices.county, check, words="改为 8 分")
    assert answer_objection(offices.county, check, words="改为 8 分").state is CheckState.DONE
    assert checks.answers_of(offices.county.session, [check.id])[check.id][check.checklist.items[0].id].tenths == 80
    with pytest.raises(Conflict, match="已经提过"):
        object_to_check(offices.town, check, words="还是不服")
    assert freeze_check(offices.county, check).state is CheckState.FROZEN


def test_nobody_objects_to_the_own_self_check(offices: Offices) -> None:
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station, "self")
    handed_in(offices.county, check)
    with pytest.raises(Conflict, match="自查"):
        object_to_check(offices.town, check, words="不服")


def test_a_frozen_check_never_changes(uow: UnitOfWork, offices: Offices) -> None:
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
    with pytest.raises(Conflict):
        freeze_check(offices.county, check)
    handed_in(offices.county, check)
    with pytest.raises(NotAllowed):
        freeze_check(offices.town, check)
    freeze_check(offices.county, check)
    at = check.frozen_at
    assert freeze_check(offices.county, check).frozen_at == at
    rows = _rows(uow, check)
    item = check.checklist.items[0]
    for act in (
        lambda: answer_item(offices.county, check, item, met="no", words="改分"),
        lambda: object_to_check(offices.town, check, words="晚了"),
        lambda: answer_objection(offices.county, check, words="晚了"),
    ):
        with pytest.raises(Conflict):
            act()
    assert hand_in_check(offices.county, check).state is CheckState.FROZEN
    hired(uow)
    assert _rows(uow, check) == rows


def _rows(uow: UnitOfWork, check: StationCheck) -> list[tuple[Any, ...]]:
    query = select(CheckAnswer).where(CheckAnswer.check_id == check.id).order_by(CheckAnswer.item_id)
    return [(row.item_id, row.met, row.tenths, row.words) for row in uow.session.scalars(query)]


# ---------- board and ranking ----------


def grown(offices: Offices) -> Checklist:
    """East: 100 % and 50 %, a self-check beside; west: one frozen of 50 %, one that is only handed in."""
    checklist = make_checklist(offices.county, title="无指标的表")
    remove_item(offices.county, checklist, checklist.items[2])
    checklist = reload_checklist(offices.county, checklist)
    day = offices.county.today
    plans = (
        (PATH_A, "inspection", 0, "yes", True),
        (PATH_A, "inspection", 1, "no", True),
        (PATH_A, "self", 0, "yes", True),
        (PATH_B, "inspection", 0, "no", True),
        (PATH_B, "inspection", 1, "yes", False),
    )
    for path, kind, ago, met, is_frozen in plans:
        check = make_check(offices.county, checklist, offices.stations[path], kind, day - timedelta(days=ago))
        answer_item(offices.county, check, check.checklist.items[0], met=met, words="看过")
        answer_item(offices.county, check, check.checklist.items[1], met=met, words="看过")
        hand_in_check(offices.county, check)
        if is_frozen:
            freeze_check(offices.county, check)
    return checklist


def test_the_ranking_is_the_mean_of_frozen_checks_and_self_checks_stand_beside(offices: Offices) -> None:
    checklist = grown(offices)
    lines = checks.ranking(offices.county, checklist)
    found = [(line.place, line.name, line.percent, line.own_percent, len(line.checks)) for line in lines]
    assert found == [(1, "测试东镇站", 50.0, 100.0, 2), (2, "测试西镇站", 0.0, None, 1)]


def test_ratings_stand_beside_from_five_on_and_move_nobody(uow: UnitOfWork, offices: Offices) -> None:
    checklist = grown(offices)
    for number in range(4):
        uow.session.add(rating(uow, f"t:{number}"))
    uow.session.flush()
    assert checks.ranking(offices.county, checklist)[0].rating == (4, None)
    uow.session.add(rating(uow, "t:4", level=1))
    uow.session.flush()
    lines = checks.ranking(offices.county, checklist)
    assert lines[0].rating == (5, 4.2) and lines[1].rating == (0, None)
    assert lines[0].percent == 50.0


def rating(uow: UnitOfWork, about: str, level: int = 5) -> Rating:
    return Rating(about=about, title="测试", region_path=PATH_A, asked_at=uow.now, level=level, answered_at=uow.now)


def test_stations_with_the_same_score_share_a_place(offices: Offices) -> None:
    checklist = make_checklist(offices.county)
    for path in (PATH_A, PATH_B):
        freeze_check(
            offices.county, handed_in(offices.county, make_check(offices.county, checklist, offices.stations[path]))
        )
    assert [line.place for line in checks.ranking(offices.county, checklist)] == [1, 1]


def test_the_board_shows_the_latest_check_that_was_handed_in(offices: Offices) -> None:
    checklist = grown(offices)
    make_check(offices.county, checklist, offices.town_station, "mutual")
    sheets = checks.board_of(offices.county, checklist)
    assert [sheet.check.station.name for sheet in sheets] == ["测试东镇站", "测试西镇站"]
    assert [len(sheet.lacking) for sheet in sheets] == [0, 2]
    assert [one.check.station.name for one in checks.board_of(offices.town, checklist)] == ["测试东镇站"]


def test_another_clerk_of_the_county_may_object_to_nothing_of_the_own_office(uow: UnitOfWork, offices: Offices) -> None:
    check = make_check(offices.county, make_checklist(offices.county), offices.town_station)
    handed_in(offices.county, check)
    colleague = acting(uow, clerk_of(uow, offices.stations[PATH_COUNTY]))
    with pytest.raises(NotAllowed):
        object_to_check(colleague, check, words="同一个办公室")
