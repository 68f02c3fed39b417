"""What tables of people and of postings share: columns with their many titles, and the line that is the head."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import clean_cell, read_lines

HEADER_LINES = 5
"""A roster often has its title above the head, so the head is looked for in the first lines."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a template: the field, its title, what to write, an invented example, other titles."""

    field: str
    title: str
    hint: str
    example: str
    others: tuple[str, ...] = ()


def plain(text: str) -> str:
    """A word as it is compared: half-width, small, without blanks, stars and colons."""
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", text)).lower()


def bare(text: str) -> str:
    """As ``plain``, without what stands in brackets."""
    return re.sub(r"[(（\[【].*?[)）\]】]", "", plain(text))


def known_titles(columns: tuple[Column, ...]) -> dict[str, str]:
    """The field of every title that is known."""
    return {bare(title): column.field for column in columns for title in (column.title, *column.others)}


@dataclass(slots=True)
class Table:
    """A table whose head was found: its titles in their order, and the lines below with their numbers in the file."""

    titles: list[str]
    lines: Iterator[tuple[int, list[Any]]]

    def places(self, titles: Mapping[str, str]) -> dict[str, int]:
        """The number of the column of each field, the first one where several fit."""
        found: dict[str, int] = {}
        for index, title in enumerate(self.titles):
            name = titles.get(bare(title))
            if name:
                found.setdefault(name, index)
        return found

    def rows(self, places: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
        """Number of the line and texts by field; lines that say nothing are left out."""
        for number, line in self.lines:
            row = {name: clean_cell(line[index]) if index < len(line) else "" for name, index in places.items()}
            if any(row.values()):
                yield number, row


def open_table(content: bytes, titles: Mapping[str, str], *, is_strict: bool = True) -> Table:
    """The table in ``content`` (xlsx, or CSV in GBK or UTF-8): its head is the first line with two known titles.

    Without ``is_strict`` the first line with two titles of any kind will do. Raises ``Invalid`` where the file cannot
    be read; a table without a head has no titles.
    """
    try:
        first: tuple[int, list[str]] = (0, [])
        top = []
        lines = enumerate(read_lines(content), start=1)
        for number, line in lines:
            cells = [clean_cell(value) for value in line]
            top.append((number, line))
            if len({titles[name] for name in map(bare, cells) if name in titles}) >= 2:
                return Table(cells, lines)
            if not first[0] and sum(map(bool, cells)) >= 2:
                first = (number, cells)
            if number == HEADER_LINES:
                break
    except (OSError, EOFError, ValueError, csv.Error):
        raise Invalid(_("这个文件读不了。请用模板填好，存成 xlsx 或 csv 再传")) from None
    if is_strict or not first[0]:
        return Table([], iter(()))
    return Table(first[1], _after(first[0], top, lines))


def _after(
    number: int, top: list[tuple[int, list[Any]]], rest: Iterator[tuple[int, list[Any]]]
) -> Iterator[tuple[int, list[Any]]]:
    yield from (line for line in top if line[0] > number)
    yield from rest
