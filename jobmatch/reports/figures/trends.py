"""A rate over the last months: the points, the drawing, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.queries import Rate, month_ends, rate
from jobmatch.reports.figures.readings import read
from jobmatch.reports.figures.year_table import LETTERS, TITLES, YearTable
from jobmatch.reports.indicators.base import Definition, Figure, Ratio, Scope, Unit
from jobmatch.reports.indicators.policies import can_read_figures
from jobmatch.reports.indicators.rates import RateKind
from jobmatch.web import charts
from jobmatch.web.formats import number
from jobmatch.web.kept import kept

HOUR = 3600.0


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
    """The rate at the ends of the last months, every ``step``-th counted back from today: one statement each.

    Months that are over are kept for an hour by each process: they move only with what is written down late.
    """
    place = path or uow.actor.region_path
    may_keep = can_read_figures(uow.actor) and uow.actor.reaches(place)

    def at(day: date) -> Rate:
        if day >= uow.today or not may_keep:
            return rate(uow, kind, day, path=path)
        return kept(("trend", kind.code, place, day), HOUR, lambda: rate(uow, kind, day, path=path))

    return [at(day) for day in month_ends(uow.today, months)[::-step][::-1]]


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


def reading_chart(points: list[tuple[date, float | int | None]], definition: Definition) -> charts.Line:
    """The line of a number over months."""
    unit = definition.unit.label if not getattr(definition, "steps", ()) else ""
    digits = 1 if isinstance(definition, Ratio) else None
    return charts.line([(_("%(month)s 月", month=day.month), value) for day, value in points], unit=unit, digits=digits)


def reading_finding(points: list[tuple[date, float | int | None]], definition: Definition) -> str:
    """What the line shows, in words, computed from it."""
    if definition.unit is Unit.PERCENT:
        return trend_finding(points)
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return _("数据还不够看出变化")
    (first, before), (_day, now) = known[0], known[-1]
    if getattr(definition, "steps", ()):
        moved = _("没变") if now == before else _("上了一档以上") if now > before else _("下了一档以上")
        return _("和 %(month)s 月比%(moved)s", month=first.month, moved=moved)
    change, unit = round(now - before, 1), definition.unit.label
    if not change:
        return _("和 %(month)s 月持平，现在是 %(now)s %(unit)s", month=first.month, now=_digits(now), unit=unit)
    words = (
        _("比 %(month)s 月多 %(n)s %(unit)s，现在是 %(now)s %(unit)s")
        if change > 0
        else _("比 %(month)s 月少 %(n)s %(unit)s，现在是 %(now)s %(unit)s")
    )
    return words % {"month": first.month, "n": _digits(abs(change)), "now": _digits(now), "unit": unit}


def _digits(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def beside_charts(
    scope: Scope, groups: Sequence[tuple[str, tuple[Figure, ...]]], address: Callable[[Figure], str | None]
) -> list[tuple[str, charts.Bars]]:
    """What stands beside a number, as lying bars under a finding; a group with a hidden count is left out whole."""
    found = []
    for title, figures in groups:
        rows = [(figure, read(scope, figure)) for figure in figures]
        if any(one.is_hidden for _figure, one in rows) or not any(one.numerator for _figure, one in rows):
            continue
        rows = sorted((pair for pair in rows if pair[1].numerator), key=lambda pair: -pair[1].numerator)
        whole = sum(one.numerator for _figure, one in rows)
        finding = _(
            "%(title)s：%(name)s最多，%(whole)s 人里有 %(n)s 人",
            title=_(title),
            name=_(rows[0][0].name),
            whole=whole,
            n=rows[0][1].numerator,
        )
        bars = charts.hbars(
            [(_(figure.name), one.numerator) for figure, one in rows],
            unit=_(" 人"),
            hrefs=[address(figure) for figure, _one in rows],
        )
        found.append((finding, bars))
    return found
