"""Counts so small that they may point at somebody: readers of figures alone do not see them."""

from __future__ import annotations

SMALL = 5


def is_small(count: int) -> bool:
    """Whether a count is masked for those who may not open the list behind it."""
    return 0 < count < SMALL
