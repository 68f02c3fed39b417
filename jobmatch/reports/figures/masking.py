"""Small counts in the year table for readers who may not open the lists behind them."""

from __future__ import annotations

from collections.abc import Sequence

from jobmatch.core.small import SMALL, is_small
from jobmatch.reports.figures.year_table import BELOW, LETTERS, YearRow

_INNER = (*LETTERS[1:], *BELOW)


def hidden_rows(rows: Sequence[YearRow]) -> set[str]:
    """Paths of the lines of which only A is shown.

    A line with a count between one and four is hidden, since the identities of the table give any single cell away.
    Where only one line is hidden the totals would give it away in turn: the one with the fewest people goes with it.
    """
    hidden = {row.path for row in rows if any(is_small(row[key]) for key in _INNER)}
    if len(hidden) == 1:
        others = [row for row in rows if row.path not in hidden]
        hidden |= {row.path for row in sorted(others, key=lambda row: row["A"])[:1]}
    return hidden


def shown_total(count: int) -> str:
    """A of a hidden line."""
    return f"<{SMALL}" if is_small(count) else str(count)
