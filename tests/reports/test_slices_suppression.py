"""Hidden cells stay hidden: an attacker who solves for them with linear programs finds no narrow answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jobmatch.core.small import SMALL, is_small
from jobmatch.core.suppression import SPREAD, Mask, suppressed, with_sums

Table = list[list[int]]
COUNTS = st.one_of(st.integers(0, 7), st.sampled_from([0, 0, 0, 1, 2, 4, 5]), st.integers(0, 400))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    return [[draw(COUNTS) for _ in range(columns)] for _ in range(rows)]


def bounds(table: Table, mask: Mask) -> dict[tuple[int, int], tuple[float, float]]:
    """What every hidden count may be at least and at most for whoever knows the rest, the rule, and that no hidden
    count is zero: the sums are equations, each shown count is fixed."""
    full = with_sums(table)
    rows, columns = mask.row_count, mask.column_count
    number = {(r, c): r * (columns + 1) + c for r in range(rows + 1) for c in range(columns + 1)}
    equations, right = [], []
    for r in range(rows + 1):
        line = np.zeros(len(number))
        line[[number[r, c] for c in range(columns)]], line[number[r, columns]] = 1, -1
        equations.append(line)
    for c in range(columns + 1):
        line = np.zeros(len(number))
        line[[number[r, c] for r in range(rows)]], line[number[rows, c]] = 1, -1
        equations.append(line)
    right = [0.0] * len(equations)
    least = 0 if mask.is_whole else 1
    limits = [
        (least, None) if mask.hides(r, c) and (r, c) != (rows, columns) else (full[r][c], full[r][c])
        for (r, c) in number
    ]
    found = {}
    for place, n in number.items():
        if not mask.hides(*place) or place == (rows, columns):
            continue
        aim = np.zeros(len(number))
        aim[n] = 1
        low = linprog(aim, A_eq=np.array(equations), b_eq=right, bounds=limits)
        high = linprog(-aim, A_eq=np.array(equations), b_eq=right, bounds=limits)
        assert low.status in {0, 3} and high.status in {0, 3}
        found[place] = (low.fun if low.status == 0 else 0.0, -high.fun if high.status == 0 else float("inf"))
    return found


@settings(max_examples=150, deadline=None)
@given(tables())
@example([[3, 20]])
@example([[1, 4]])
@example([[1, 1, 1], [1, 1, 1]])
@example([[3, 0, 0], [0, 50, 60], [0, 70, 80]])
@example([[2], [90], [80]])
@example([[1, 0], [0, 400]])
def test_no_hidden_count_can_be_told_within_five(table: Table) -> None:
    mask = suppressed(table)
    full = with_sums(table)
    total = full[-1][-1]
    if mask.is_whole and total < SMALL:
        # Not even the sum of all is shown.
        assert is_small(total)
        return
    for place, (low, high) in bounds(table, mask).items():
        if mask.is_whole and (mask.row_count == 1 or mask.column_count == 1) and _is_a_sum_of_all(mask, place):
            continue
        assert high - low >= SPREAD - 1e-6, (table, place, low, high, sorted(mask.hidden))


def _is_a_sum_of_all(mask: Mask, place: tuple[int, int]) -> bool:
    """Whether a place only repeats the sum of all, as the one row of a table with one row does."""
    row, column = place
    ends_row = row == mask.row_count or mask.row_count == 1
    ends_column = column == mask.column_count or mask.column_count == 1
    return ends_row and ends_column


@settings(max_examples=300, deadline=None)
@given(tables())
def test_every_small_count_and_sum_is_hidden_and_zeros_are_not(table: Table) -> None:
    mask, full = suppressed(table), with_sums(table)
    for r, row in enumerate(full):
        for c, count in enumerate(row):
            if is_small(count):
                assert mask.hides(r, c)
            if not count and not mask.is_whole:
                assert not mask.hides(r, c)
    if not any(is_small(count) for row in full for count in row):
        assert not mask.is_whole and not mask.hidden


@pytest.mark.parametrize("table", [[], [[]], [[0, 0], [0, 0]]])
def test_a_table_of_nobody_hides_nothing(table: Table) -> None:
    mask = suppressed(table)
    assert not mask.is_whole and not mask.hidden


def test_what_must_go_beside_a_small_count_is_the_least() -> None:
    mask = suppressed([[3, 50, 60], [40, 7, 80], [90, 200, 9]])
    assert mask.hides(0, 0)
    assert len(mask.hidden) == 4 and mask.hides(1, 1)
    assert not mask.hides(3, 3)


def test_fewer_than_five_people_are_no_table() -> None:
    assert suppressed([[1, 1], [1, 1]]).is_whole
    assert suppressed([[1, 4]]).is_whole


def test_a_large_table_is_done_at_once() -> None:
    draw = np.random.default_rng(3)
    table = [[int(count) for count in draw.choice([0, 1, 2, 3, 6, 40], 12)] for _ in range(40)]
    mask = suppressed(table)
    assert not mask.is_whole and mask.hidden
