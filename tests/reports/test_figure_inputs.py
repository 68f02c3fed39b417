"""Frozen figures are packed, counted again and compared without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.core.errors import Invalid
from jobmatch.reports.filing.figure_inputs import (
    FigureInputs,
    FigureRows,
    count_figures,
    figure_moves,
    pack_figures,
    unpack_figures,
)

ROWS = st.dictionaries(st.integers(1, 50), st.integers(1, 9), max_size=12)


def inputs(rows: dict[str, dict[int, int]]) -> FigureInputs:
    lines = tuple(FigureRows(code, tuple(found.items())) for code, found in rows.items())
    return FigureInputs("monthly", "2026-10-01", "2026-10-31", "/43/", lines)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), ROWS, max_size=3), ROWS)
def test_packed_and_counted_again_is_the_same_to_the_byte(
    rows: dict[str, dict[int, int]], other: dict[int, int]
) -> None:
    first = inputs(rows)
    again = unpack_figures(pack_figures(first))
    assert pack_figures(again) == pack_figures(first)
    assert count_figures(again) == count_figures(first)
    second = inputs({**rows, "a": other})
    for move in figure_moves(first, second):
        was, now = rows.get(move.code, {}), (other if move.code == "a" else rows.get(move.code, {}))
        assert (move.before, move.after) == (sum(was.values()), sum(now.values()))
        assert move.after - move.before == sum(now[key] for key in move.came) - sum(was[key] for key in move.gone)
    assert figure_moves(first, again) == []


@pytest.mark.parametrize("packed", [b"", b"x", b"\x78\x9c", pack_figures(inputs({}))[:-2]])
def test_damaged_inputs_are_said_to_be(packed: bytes) -> None:
    with pytest.raises(Invalid):
        unpack_figures(packed)
