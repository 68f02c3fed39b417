"""What a cell may be meant to show, from the words beside and above it; a person confirms it."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from jobmatch.core.i18n import gettext as _
from jobmatch.reports.indicators import registry
from jobmatch.reports.superiors.workbook import Grid

LEAST = 55
"""A likeness of names below which nothing is suggested, of 100."""
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


def place_of(address: str) -> tuple[int, int]:
    """Column and row of an address, both from 1. Raises ``ValueError``."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column, int(found[2])


def words_about(grid: Grid, address: str) -> str:
    """The nearest words left of a cell in its row, and the nearest above it in its column."""
    column, row = place_of(address)
    left: tuple[int, str] = (0, "")
    above: tuple[int, str] = (0, "")
    for line in grid.lines:
        for one in line:
            if not one.text or one.is_formula:
                continue
            at_column, at_row = place_of(one.address)
            if at_row <= row < at_row + one.rows and left[0] < at_column < column:
                left = (at_column, one.text)
            if at_column <= column < at_column + one.columns and above[0] < at_row < row:
                above = (at_row, one.text)
    return f"{left[1]} {above[1]}".strip()


def suggested(words: str, most: int = 5) -> list[tuple[str, str]]:
    """Codes and names of published numbers whose names are like ``words``, the likeliest first."""
    names = {code: _(one.name) for code, one in registry.ALL.items()}
    if not words:
        return []
    found = process.extract(words, names, scorer=fuzz.token_set_ratio, limit=most, score_cutoff=LEAST)
    return [(code, name) for name, _score, code in found]


def searched(words: str, most: int = 20) -> list[tuple[str, str]]:
    """Published numbers whose code or name holds ``words``, else those that are like it."""
    names = {code: _(one.name) for code, one in registry.ALL.items()}
    exact = [(code, name) for code, name in names.items() if words.lower() in code.lower() or words in name]
    return exact[:most] or suggested(words, most)
