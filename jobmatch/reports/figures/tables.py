"""A list behind a number as head and lines: the same columns on the page and in the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.reports.figures.listing import ListKind, Words
from jobmatch.reports.indicators.base import Figure, Median

Link = tuple[str, Mapping[str, str]] | None
"""Endpoint of the page that a cell leads to, and the ids in its address."""


def head_of(kind: ListKind, figure: Figure | Median) -> list[tuple[str, bool]]:
    """Titles, and whether the column is one of numbers."""
    head = [(_(column.title), column.is_number) for column in kind.columns]
    if isinstance(figure, Median):
        return [*head, (_("数值"), not figure.steps)]
    return [*head, (_("计入"), True)] if kind.is_weighed else head


def line_of(kind: ListKind, figure: Figure | Median, row: Sequence[Any], words: Words) -> list[tuple[object, Link]]:
    """One line: what each cell shows, and where it leads; days are days in Shanghai."""
    cells: list[tuple[object, Link]] = []
    for column in kind.columns:
        value = column.cell(row, words)
        ids = column.ids(row) if column.ids else None
        cells.append((_plain(value), (column.endpoint, ids) if ids else None))
    amount = row[-1]
    if isinstance(figure, Median):
        cells.append((_(figure.steps[int(amount)]) if figure.steps else int(amount), None))
    elif kind.is_weighed:
        cells.append((int(amount), None))
    return cells


def _plain(value: object) -> object:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return local_day(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
