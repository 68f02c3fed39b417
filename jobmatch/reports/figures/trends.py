"""A rate over the last months: the points, the drawing, and what it shows in words."""

from __future__ import annotations

from datetime import date

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.queries import Rate, month_ends, rate
from jobmatch.reports.figures.year_table import LETTERS, TITLES, YearTable
from jobmatch.reports.indicators.rates import RateKind
from jobmatch.web import charts


def trend_finding(points: list[tuple[date, float | None]]) -> str:
    """What the line shows, in words, computed from it; the first month with a figure is named."""
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return _("数据还不够看出变化")
    (first, before), (_day, now) = known[0], known[-1]
    change = round(now - before, 1)
    if not change:
        return _("和 %(month)s 月持平，现在是 %(now)s%%", month=first.month, now=now)
    if change > 0:
        return _("比 %(month)s 月升了 %(n)s 个百分点，现在是 %(now)s%%", month=first.month, n=change, now=now)
    return _("比 %(month)s 月降了 %(n)s 个百分点，现在是 %(now)s%%", month=first.month, n=-change, now=now)


def trend_of(uow: UnitOfWork, kind: RateKind, months: int, *, step: int = 1, path: str = "") -> list[Rate]:
    """The rate at the ends of the last months, every ``step``-th counted back from today: one statement each."""
    return [rate(uow, kind, day, path=path) for day in month_ends(uow.today, months)[::-step][::-1]]


def trend_points(trend: list[Rate], *, exact: bool) -> list[tuple[date, float | None]]:
    """Day and percent of each month, as this reader may see them."""
    return [(entry.day, entry.told(exact=exact)) for entry in trend]


def trend_chart(points: list[tuple[date, float | None]]) -> charts.Line:
    """The line of a trend, a label a month."""
    return charts.line([(_("%(month)s 月", month=day.month), value) for day, value in points], unit="%", digits=1)


def destinations(table: YearTable) -> tuple[str, charts.Bars]:
    """Where the returnees of a year are, in words and as lying bars, the largest group first."""
    total = table.total
    groups = sorted((letter for letter in LETTERS if letter in "BCEGHL"), key=lambda letter: -total[letter])
    chart = charts.hbars([(_(TITLES[letter]), total[letter]) for letter in groups], unit=_(" 人"))
    if not total["A"]:
        return _("这一年还没有名单"), chart
    settled = total["B"] + total["C"] + total["D"]
    words = _(
        "%(a)s 人里 %(b)s 人有了去向，%(l)s 人待就业，其中 %(u)s 人情况没有核实",
        a=total["A"],
        b=settled,
        l=total["L"],
        u=total["unverified"],
    )
    return words, chart
