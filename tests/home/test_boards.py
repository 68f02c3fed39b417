"""The boards of places: which one, sums, masks, and what they say in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.states import Role
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.home import findings
from jobmatch.home.boards import COLUMNS, GROUPS, KIND, Board, BoardLine, board_of, hidden_board, masked, returnees_of
from jobmatch.home.policies import level_of, place_asked
from jobmatch.home.queries import has_staff_below, newest_starts, vacancies_by_trade
from jobmatch.home.screen import screen_of
from jobmatch.home.states import Level
from jobmatch.reports.figures.queries import Rate, rate, rates_by_place
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Scope, measure
from jobmatch.reports.indicators.rates import NEW_RETURNEES, Cell
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    make_user,
)
from tests.home.help import county, more_towns, people
from tests.reports.help_indicators import application

DAY = date(2026, 11, 21)


# ---------- which page ----------


@pytest.mark.parametrize(
    ("path", "below", "level"),
    [
        ("/43/", False, Level.CITY),
        ("/43/4303/", False, Level.CITY),
        (PATH_COUNTY, False, Level.COUNTY),
        (PATH_A, False, Level.CLERK),
        (PATH_A, True, Level.COUNTY),
        (f"{PATH_A}430382101001/", False, Level.CLERK),
    ],
)
def test_the_place_and_who_works_below_decide_the_page(path: str, below: bool, level: Level) -> None:
    assert level_of(path, has_staff_below=below) is level


def test_a_station_without_staff_of_its_own_takes_no_work_off_the_township(uow: UnitOfWork) -> None:
    below = make_station(uow, path=f"{PATH_A}430382101001/")
    assert not has_staff_below(uow, PATH_A)
    make_user(uow, Role.STATION_STAFF, organization=below)
    assert has_staff_below(uow, PATH_A)
    assert not has_staff_below(uow, PATH_B)


def test_nobody_is_shown_a_place_outside_their_own(uow: UnitOfWork) -> None:
    actor = make_staff(uow, path=PATH_A)
    assert place_asked(actor, PATH_B) == PATH_A
    assert place_asked(actor, PATH_COUNTY) == PATH_A
    assert place_asked(make_staff(uow), PATH_B) == PATH_B


# ---------- sums ----------


def test_the_total_is_the_sum_of_the_lines_and_the_official_rate(uow: UnitOfWork) -> None:
    board = board_of(acting(uow, county(uow)), PATH_COUNTY)
    total, official = board.total, rate(acting(uow, make_staff(uow)), KIND, uow.today, path=PATH_COUNTY)
    assert total.now.cells == official.cells
    assert (total.now.numerator, total.now.denominator, total.seeking, total.now.unknown) == (19, 32, 7, 6)
    for cell in Cell:
        assert sum(line.now.cells.get(cell, 0) for line in board.lines) == total.now.cells.get(cell, 0)
    for name in ("claimed", "false", "reached"):
        assert sum(getattr(line, name) for line in board.lines) == getattr(total, name)
    assert [line.is_own for line in board.lines] == [False, False, True]


def test_the_shares_beside_the_rate_are_those_of_the_indicators(uow: UnitOfWork) -> None:
    mine = acting(uow, county(uow))
    board = board_of(mine, PATH_COUNTY)
    verified = registry.ALL[f"{KIND.code}.verified"]
    for line in (*board.lines[:2], board.total):
        found = measure(Scope(mine, line.path, uow.today, uow.today), verified)
        assert (line.now.numerator, line.claimed, line.verified) == (found.numerator, found.denominator, found.value)
    assert [(line.false, line.reached, line.falsity) for line in board.lines[:2]] == [(2, 8, 25.0), (0, 5, 0.0)]
    assert (board.total.false, board.total.reached, board.total.falsity) == (2, 13, 15.4)


def test_the_change_is_against_the_end_of_last_month(uow: UnitOfWork) -> None:
    mine = acting(uow, county(uow))
    board = board_of(mine, PATH_COUNTY)
    before = {region.path: one for region, one in rates_by_place(mine, KIND, date(2026, 10, 31), path=PATH_COUNTY)}
    for line in board.lines[:2]:
        assert line.before.cells == before[line.path].cells
    assert [one.day for one in board.trend] == [
        *(date(2025, 12, 31), date(2026, 2, 28), date(2026, 4, 30), date(2026, 6, 30), date(2026, 8, 31)),
        *(date(2026, 10, 31), DAY),
    ]
    assert board.trend[-2].cells == board.total.before.cells
    assert returnees_of(mine, PATH_COUNTY).cells == rate(mine, NEW_RETURNEES, uow.today, path=PATH_COUNTY).cells


def test_another_county_sees_nothing_of_it(uow: UnitOfWork) -> None:
    county(uow)
    stranger = acting(uow, make_staff(uow, path=PATH_OTHER))
    board = board_of(stranger, PATH_COUNTY)
    assert (board.total.now.denominator, board.total.claimed, board.total.reached) == (0, 0, 0)
    posting = make_posting(uow, make_employer(uow))
    posting.region_path = PATH_A
    application(uow, make_person(uow, path=PATH_A), posting, started=uow.today)
    uow.session.flush()
    assert newest_starts(stranger, PATH_COUNTY, 4) == []
    assert vacancies_by_trade(stranger, PATH_COUNTY, 4) == []
    assert newest_starts(stranger, PATH_OTHER, 4) == []


def test_an_empty_county_has_no_rate_and_says_so(uow: UnitOfWork) -> None:
    board = board_of(acting(uow, make_staff(uow)), PATH_COUNTY)
    assert [line.name for line in board.lines] == ["测试东镇", "测试西镇"]
    assert (board.total.percent, board.total.verified, board.total.falsity, board.total.change) == (None,) * 4
    assert findings.places_finding(board) == ""
    assert findings.tile_words(board)["falsity"] == "今年还没有抽查打通的"


@pytest.mark.parametrize("column", sorted(COLUMNS))
def test_every_column_sorts_both_ways(uow: UnitOfWork, column: str) -> None:
    board = board_of(acting(uow, county(uow)), PATH_COUNTY)
    for sort, falling in ((column, False), (f"-{column}", True)):
        values = [line.value(column) for line in board.sorted(sort) if line.value(column) is not None]
        assert values == sorted(values, reverse=falling)
        assert len(board.sorted(sort)) == 3


# ---------- masks ----------


def a_line(path: str, employed: int, seeking: int, unknown: int, more: int, false: int, true: int) -> BoardLine:
    cells = {Cell.EMPLOYED: employed, Cell.SEEKING: seeking, Cell.UNKNOWN: unknown}
    now = Rate(KIND, DAY, cells)
    return BoardLine(path, path, path, now, employed + min(more, unknown), now, false, false + true)


COUNTS = st.tuples(*[st.integers(0, 12)] * 6)


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_no_small_count_is_shown_and_none_can_be_told_from_the_sum(found: list[tuple[int, ...]]) -> None:
    lines = masked([a_line(str(n), *counts) for n, counts in enumerate(found)])
    for name, counts in GROUPS.items():
        hidden = [line for line in lines if name in line.hidden]
        for line in lines:
            assert line in hidden or not any(is_small(count) for count in counts(line))
        assert len(hidden) != 1 or len(lines) == 1
    for line in lines:
        shown = {"rate": line.percent, "verified": line.verified, "falsity": line.falsity, "change": line.change}
        assert all(value is None for name, value in shown.items() if name in line.hidden)
        # What is left of a shown whole and a shown part is as hidden as they are.
        assert "rate" not in line.hidden or {"split", "verified", "change"} <= line.hidden or len(lines) > 1


def test_staff_read_exactly_and_the_screen_never_does(uow: UnitOfWork) -> None:
    mine = acting(uow, county(uow))
    assert not any(line.hidden for line in board_of(mine, PATH_COUNTY).lines)
    shown = hidden_board(mine, PATH_COUNTY)
    assert not shown.is_exact
    town = shown.lines[0]
    assert "split" in town.hidden and town.told("split", town.seeking) == "<5"
    assert "verified" in town.hidden and town.verified is None
    # One person who belongs to no town would be the difference: a town goes with them.
    assert [line.path for line in shown.lines if "all" in line.hidden] == [PATH_B, PATH_COUNTY]


# ---------- words ----------


def words_of(uow: UnitOfWork) -> tuple[Board, dict[str, str]]:
    board = board_of(acting(uow, county(uow)), PATH_COUNTY)
    return board, findings.tile_words(board)


def test_the_tiles_say_the_numbers_of_the_table(uow: UnitOfWork) -> None:
    board, words = words_of(uow)
    assert words["rate"] == "19÷32 人"
    assert words["verified"] == "台账上 22 人在就业，19 人核实有效"
    assert words["seeking"] == "统计 32 人，测试东镇最多，4 人"
    assert words["falsity"] == "2÷13 个打通的"
    most = max(board.lines, key=lambda line: line.seeking)
    assert (most.name, most.seeking) == ("测试东镇", 4)


def test_the_finding_of_the_table_names_the_lowest_the_highest_and_how_many_are_below(uow: UnitOfWork) -> None:
    board, _words = words_of(uow)
    assert findings.places_finding(board) == "测试西镇最低 54.5%，测试东镇最高 60.0%，1 个地方低于本地区 59.4%"
    same = replace(board, lines=(board.lines[0], replace(board.lines[0], name="另一镇"), board.lines[2]))
    assert findings.places_finding(same) == "各地都是 60.0%"
    assert board.lines[2].is_own, "the county's own line has no name to be called lowest by"
    twice = replace(board, lines=(*board.lines, board.lines[1]))
    assert findings.places_finding(twice).startswith("测试西镇等 2 处最低 54.5%")


def test_words_about_people_to_call() -> None:
    ages = [("30 天内", 4), ("31–90 天", 3), ("180 天以上", 0)]
    assert findings.ages_finding(ages) == "7 人里，30 天内联系过的有 4 人"
    assert findings.ages_finding([("30 天内", 0)]) == "还没有登记的人"
    assert findings.standing_finding([("已就业", 2), ("待就业", 5)]) == "7 人里待就业最多，5 人"
    assert findings.standing_finding([("已就业", 0)]) == "本地还没有登记求职的退役军人"
    assert findings.running_out_finding([("11 月", 1), ("12 月", 3)]) == "半年里 4 人的就业核实到期，12 月最多，3 人"
    assert findings.running_out_finding([("11 月", 0)]) == "半年里没有就业核实到期"
    steps = [("投递", 20), ("面试", 4)]
    assert "10 份里只有 2 份" in findings.funnel_finding(steps)
    assert findings.funnel_finding(steps, exact=False) == "有一步的数太小，不显示"


# ---------- the screen ----------


def test_the_screen_has_a_tile_for_each_place_and_no_name(uow: UnitOfWork) -> None:
    actor = county(uow)
    for path in more_towns(uow, 7):
        people(uow, path, proved=8, seeking=5)
    posting = make_posting(uow, make_employer(uow))
    for _n in range(2):
        application(uow, make_person(uow, path=PATH_A, name="测试无名"), posting, started=uow.today)
    found = screen_of(acting(uow, actor), PATH_COUNTY)
    assert len(found.tiles) == 9
    places = {(one["x"], one["y"]) for one in found.tiles}
    assert len(places) == 9
    assert all(one["x"] + one["w"] <= found.width and one["y"] + one["h"] <= found.height for one in found.tiles)
    by_name = {one["name"]: one for one in found.tiles}
    assert (by_name["测试0镇"]["text"], by_name["测试0镇"]["state"]) == ("61.5%", "free")
    assert by_name["测试0镇"]["no"] == "统计 13 人"
    [(_day, words)] = found.starts
    assert words.endswith("有人入职") and "测试无名" not in str(found)


def test_a_reader_of_figures_opens_the_same_screen(uow: UnitOfWork) -> None:
    actor = county(uow)
    station = make_station(uow)
    reader = actor_of(make_user(uow, Role.SUPERIOR_READER, organization=station), Role.SUPERIOR_READER, station)
    one, other = (screen_of(acting(uow, who), PATH_COUNTY) for who in (actor, reader))
    assert one.tiles == other.tiles and one.starts == other.starts
    assert other.board.total.now.denominator == 32
