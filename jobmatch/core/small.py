"""Counts so small that they may point at somebody: readers of figures alone do not see them."""

from __future__ import annotations

SMALL = 5
TENS = 10


def is_small(count: int) -> bool:
    """Whether a count is masked for those who may not open the list behind it."""
    return 0 < count < SMALL


def in_tens(count: int) -> int:
    """A count for outsiders who may ask again and again with other conditions: rounded down, none below ten.

    Two exact numbers that differ by one would point at somebody.
    """
    return count // TENS * TENS
