"""Scales, ticks and places of the drawings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.web import charts


@given(
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 3)),
    st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 3)),
)
def test_ticks_cover_the_values_in_even_steps(low: float, span: float) -> None:
    ticks = charts.nice_ticks(low, low + span)
    slack = 1e-6 * max(1.0, abs(low), span)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + span - slack
    assert 2 <= len(ticks) <= 9
    assert ticks == sorted(set(ticks))


def test_ticks_are_round_numbers() -> None:
    assert charts.nice_ticks(81.2, 88) == [80, 82, 84, 86, 88]
    assert charts.nice_ticks(0, 163) == [0, 50, 100, 150, 200]
    assert charts.nice_ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert charts.nice_ticks(4, 6, whole=True) == [4, 5, 6]
    assert charts.nice_ticks(0, 0)[0] == 0
    with pytest.raises(ValueError, match="in order"):
        charts.nice_ticks(2, 1)


def test_a_line_leaves_a_gap_where_nothing_is_known() -> None:
    chart = charts.line([("1", 4), ("2", None), ("3", 6), ("4", 5)], unit="人")
    assert [(s.x1, s.x2) for s in chart.segments] == [(66.67, 100.0)]
    assert chart.rows == (("1", "4"), ("2", "—"), ("3", "6"), ("4", "5"))
    assert [m.shows_text for m in chart.marks] == [False, False, True]
    assert chart.marks[-1].text == "5人"


def test_a_line_puts_its_target_on_the_axis() -> None:
    chart = charts.line([("1", 81.2), ("2", 87.6)], target=88)
    assert chart.target == charts.Tick(0.0, "目标 88")
    assert charts.line([]).marks == ()


def test_labels_below_a_line_do_not_crowd() -> None:
    for count in range(1, 40):
        ticks = charts.line([(str(i), i) for i in range(count)]).x_ticks
        assert len(ticks) <= 6
        assert ticks[-1].label == str(count - 1)


def test_a_funnel_says_what_is_left_of_the_step_before() -> None:
    bars = charts.funnel([("登记", 200), ("投递", 100), ("面试", 0), ("录用", 0)]).bars
    assert [bar.width for bar in bars] == [100.0, 50.0, 0.0, 0.0]
    assert [bar.more for bar in bars] == ["", "50%", "0%", "—"]


def test_bars_hold_their_parts() -> None:
    chart = charts.hbars([("运输", 312), ("空", 0)], parts=[78, 0], keys=("录用", "岗位数"), unit="人")
    assert [(b.width, b.part, b.text, b.more) for b in chart.bars] == [
        (100.0, 25.0, "312人", "录用 78"),
        (0.0, 0.0, "0人", "录用 0"),
    ]
    assert charts.hbars([]).bars == ()


def test_columns_stand_on_zero() -> None:
    chart = charts.columns([("8:30", 42), ("9:00", 118)])
    assert [mark.y for mark in chart.marks] == [72.0, 21.33]
    assert charts.columns([]).marks == ()


def test_a_spark_needs_two_values() -> None:
    assert charts.spark([1]).points == ""
    assert charts.spark([1, 3]).points == "0.0,28.0 100.0,2.0"
    assert charts.spark([2, 2]).points == "0.0,15.0 100.0,15.0"
