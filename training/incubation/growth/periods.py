"""Quarters; a quarter is named by its first day."""

from __future__ import annotations

from datetime import date, timedelta

from jobmatch.core.i18n import gettext as _
from jobmatch.reference.rules import add_months

FIRST_YEAR, LAST_YEAR = 2000, 2199


def quarter_of(day: date) -> date:
    """The first day of the quarter that a day lies in."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_end(first: date) -> date:
    """The last day of a quarter."""
    return add_months(first, 3) - timedelta(days=1)


def last_quarter(day: date) -> date:
    """The first day of the quarter before the one that a day lies in: the one that is reported now."""
    return quarter_of(quarter_of(day) - timedelta(days=1))


def quarter_words(first: date) -> str:
    """2026 年第 3 季度."""
    return _("%(year)s 年第 %(n)s 季度", year=first.year, n=(first.month + 2) // 3)


def read_quarter(text: str, today: date) -> date:
    """``2026-3`` as the first day of that quarter; anything else is the last one that is over."""
    year, _dash, number = text.partition("-")
    is_year = len(year) == 4 and year.isascii() and year.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR
    if is_year and number in {"1", "2", "3", "4"}:
        return date(int(year), int(number) * 3 - 2, 1)
    return last_quarter(today)


def quarter_key(first: date) -> str:
    """The first day of a quarter as an address writes it: ``2026-3``."""
    return f"{first.year}-{(first.month + 2) // 3}"
