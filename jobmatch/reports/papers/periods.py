"""Periods of papers: a month, a quarter, or any days for a work summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jobmatch.reference.rules import add_months
from jobmatch.reports.papers.states import PaperKind
from training.incubation.growth.periods import last_quarter, quarter_end, quarter_key, read_quarter

FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)
_MONTHS = {PaperKind.MONTHLY: 1, PaperKind.QUARTERLY: 3, PaperKind.SUMMARY: 12}
"""The step back to the period before."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a paper, both included, and how an address writes them."""

    kind: PaperKind
    since: date
    until: date

    @property
    def key(self) -> str:
        """``2026-10``, ``2026-3`` (the third quarter), or ``2026-01-01_2026-11-23``."""
        if self.kind is PaperKind.MONTHLY:
            return f"{self.since:%Y-%m}"
        return quarter_key(self.since) if self.kind is PaperKind.QUARTERLY else f"{self.since}_{self.until}"

    @property
    def words(self) -> str:
        """The period in the words of papers, always Chinese."""
        if self.kind is PaperKind.MONTHLY:
            return f"{self.since.year}年{self.since.month}月"
        if self.kind is PaperKind.QUARTERLY:
            return f"{self.since.year}年第{(self.since.month + 2) // 3}季度"
        return f"{chinese_day(self.since)}至{chinese_day(self.until)}"

    def back(self, months: int) -> Period:
        """The period so many months before; the last day of a month stays one (29 February, 30 and 31)."""
        until = add_months(self.until + timedelta(days=1), -months) - timedelta(days=1)
        return Period(self.kind, add_months(self.since, -months), until)

    @property
    def before(self) -> Period:
        """The period before: last month, last quarter, the same days of last year."""
        return self.back(_MONTHS[self.kind])

    @property
    def year_before(self) -> Period:
        """The same days of last year."""
        return self.back(12)


def chinese_day(day: date) -> str:
    """2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_of(first: date) -> Period:
    """The month that begins on ``first``."""
    return Period(PaperKind.MONTHLY, first, add_months(first, 1) - timedelta(days=1))


def last_period(kind: PaperKind, today: date) -> Period:
    """What is reported on ``today``: the month or quarter that is over, and for a summary the year so far."""
    if kind is PaperKind.MONTHLY:
        return month_of(add_months(today.replace(day=1), -1))
    if kind is PaperKind.QUARTERLY:
        first = last_quarter(today)
        return Period(kind, first, quarter_end(first))
    return Period(kind, date(today.year, 1, 1), today)


def read_period(kind: PaperKind, text: str, today: date) -> Period:
    """The period an address names; anything that is none, or begins in the future, is the last one."""
    found = _read(kind, text, today)
    return found if found is not None and found.since <= today else last_period(kind, today)


def _read(kind: PaperKind, text: str, today: date) -> Period | None:
    try:
        if kind is PaperKind.MONTHLY:
            first = date.fromisoformat(f"{text}-01")
            return month_of(first) if FIRST <= first <= LAST else None
        if kind is PaperKind.QUARTERLY:
            first = read_quarter(text, today)
            return Period(kind, first, quarter_end(first))
        since, until = (min(max(date.fromisoformat(one), FIRST), LAST) for one in text.split("_"))
    except ValueError:
        return None
    return Period(kind, min(since, until), max(since, until))


def recent(kind: PaperKind, today: date, number: int = 13) -> list[Period]:
    """The last periods to choose from, the newest first; none for a summary, whose days are typed."""
    if kind is PaperKind.SUMMARY:
        return []
    found = [last_period(kind, today)]
    while len(found) < number:
        found.append(found[-1].before)
    return found
