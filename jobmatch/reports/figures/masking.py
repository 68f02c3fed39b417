"""Small counts in the year table for readers who may not open the lists behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from jobmatch.core.small import SMALL, is_small
from jobmatch.reports.figures.year_table import BELOW, LETTERS, YearRow

T = TypeVar("T")
_INNER = (*LETTERS[1:], *BELOW)


def hidden_rows(rows: Sequence[YearRow]) -> set[str]:
    """Paths of the lines of which only A is shown.

    A line with a count between one and four is hidden, since the identities of the table give any single cell away.
    Where only one line is hidden the totals would give it away in turn: the one with the fewest people goes with it.
    """
    found = hidden_lines(rows, lambda row: (row[key] for key in _INNER), lambda row: row["A"])
    return {row.path for row in found}


def hidden_lines(lines: Sequence[T], counts: Callable[[T], Iterable[int]], size: Callable[[T], int]) -> list[T]:
    """The lines that hold a count between one and four; where that is one alone, the smallest other one with it."""
    hidden = [line for line in lines if any(is_small(count) for count in counts(line))]
    if len(hidden) == 1:
        hidden += sorted((line for line in lines if line is not hidden[0]), key=size)[:1]
    return hidden


def shown_total(count: int) -> str:
    """A of a hidden line."""
    return f"<{SMALL}" if is_small(count) else str(count)
