"""What the pages show beside their tables: lying bars and lines, each under a finding computed from its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from jobmatch.core.i18n import gettext as _
from jobmatch.reports.indicators.base import Unit
from jobmatch.reports.slices.cohorts import MONTHS, Point
from jobmatch.reports.slices.dimensions import UNKNOWN
from jobmatch.reports.slices.funnel import Funnel, PlaceWay, worst_loss
from jobmatch.reports.slices.slicing import Cut, Part
from jobmatch.reports.slices.supply import Supply, Trade
from jobmatch.web import charts
from jobmatch.web.formats import number

MOST_BARS = 12
LEAST_COMPARED = 5
"""A rate of fewer people is not named as the highest or the lowest."""
Address = Callable[[str], str | None]


def _of(part: Part) -> str:
    return _(
        "%(name)s（%(value)s，%(a)s/%(b)s）",
        name=part.label,
        value=_amount(part),
        a=number(part.numerator),
        b=number(part.denominator),
    )


def _amount(part: Part) -> str:
    return f"{number(part.value, 1)}%" if part.unit is Unit.PERCENT else f"{number(part.value, 1)} {part.unit.label}"


def slice_finding(found: Cut) -> str:
    """Which row is the largest of a number; of a ratio the highest and the lowest with their people."""
    shown = [part for part in found.parts if not part.is_hidden]
    if not shown:
        return _("这段时间这里没有数") if not found.parts else _("人数太少，不显示")
    if found.whole.denominator is None:
        top = max(shown, key=lambda part: part.numerator)
        if found.whole.is_hidden:
            return _("%(name)s最多，有 %(n)s %(unit)s", name=top.label, n=number(top.numerator), unit=top.unit.label)
        return _(
            "%(name)s最多，%(whole)s %(unit)s里有 %(n)s",
            name=top.label,
            whole=number(found.whole.numerator),
            unit=found.whole.unit.label,
            n=number(top.numerator),
        )
    known = [part for part in shown if part.value is not None and (part.denominator or 0) >= LEAST_COMPARED]
    known = [part for part in known if part.key != UNKNOWN]
    if not known:
        whole = replace(found.whole, label=_("合计"))
        return _("人数太少，不比高低") if whole.value is None else _of(whole)
    top, low = max(known, key=lambda part: part.value or 0), min(known, key=lambda part: part.value or 0)
    if top.value == low.value:
        return _("%(name)s，各行没有高低", name=_of(top)) if len(known) > 1 else _of(top)
    return _("最高的是%(top)s，最低的是%(low)s", top=_of(top), low=_of(low))


def slice_bars(found: Cut, address: Address, keys: tuple[str, str]) -> charts.Bars:
    """The largest rows as lying bars, the numerator dark where it lies within the denominator."""
    shown = [part for part in found.parts if not part.is_hidden]
    is_ratio = found.whole.denominator is not None
    sizes = {part.key: part.denominator if is_ratio else part.numerator for part in shown}
    largest = set(sorted(sizes, key=lambda key: -(sizes[key] or 0))[:MOST_BARS])
    kept = [part for part in shown if part.key in largest]
    has_parts = is_ratio and found.whole.unit is Unit.PERCENT
    return charts.hbars(
        [(part.label, sizes[part.key] or 0) for part in kept],
        parts=[part.numerator for part in kept] if has_parts else (),
        keys=keys if has_parts else (),
        hrefs=[address(part.key) for part in kept],
    )


def cohort_finding(points: Sequence[Point], *, exact: bool) -> str:
    """How the share at work moved between the first and the last point that is over."""
    known = [one for one in points if one.whole and not one.is_future and (exact or not one.is_small)]
    if not known:
        return _("还没有能统计的时间点")
    first, last = known[0], known[-1]
    now = _(
        "退役 %(n)s 个月时就业 %(p)s%%（%(a)s/%(b)s）",
        n=last.months,
        p=number(last.percent(), 1),
        a=last.employed,
        b=last.whole,
    )
    if first is last:
        return now
    change = round((last.percent() or 0) - (first.percent() or 0), 1)
    if not change:
        return _("%(now)s，和 %(n)s 个月时持平", now=now, n=first.months)
    words = (
        _("%(now)s，比 %(n)s 个月时升了 %(c)s 个百分点")
        if change > 0
        else _("%(now)s，比 %(n)s 个月时降了 %(c)s 个百分点")
    )
    return words % {"now": now, "n": first.months, "c": number(abs(change), 1)}


def cohort_line(points: Sequence[Point], *, exact: bool) -> charts.Line:
    """The share at work at each point; a future one is a gap."""
    named = {one.months: one for one in points}
    shown = [(months, named[months]) for months in MONTHS if months in named]
    return charts.line(
        [
            (_("%(n)s 个月", n=months), None if one.is_future or (one.is_small and not exact) else one.percent())
            for months, one in shown
        ],
        unit="%",
        digits=1,
        from_zero=True,
    )


def funnel_finding(found: Funnel) -> str:
    """Where most people are lost, in words."""
    way, worst = found.whole, worst_loss(found)
    if not way.stages[0].reached:
        return _("这段时间没有人建档")
    if worst is None:
        return _("建档的 %(n)s 人都走到了最后一步", n=number(way.stages[0].reached))
    before, after = worst
    return _(
        "从“%(a)s”到“%(b)s”掉得最多：%(n)s 人里只有 %(m)s 人走到",
        a=_(before.name),
        b=_(after.name),
        n=number(before.reached),
        m=number(after.reached),
    )


def funnel_bars(way: PlaceWay, addresses: Sequence[str | None]) -> charts.Bars:
    """The steps as lying bars, with the share of the step before."""
    return charts.funnel([(_(stage.name), stage.reached) for stage in way.stages], hrefs=addresses)


def supply_finding(found: Supply) -> str:
    """The occupation that lacks most people, and the one that has too many."""
    named = [one for one in found.trades if one.code != UNKNOWN and (one.seekers or one.places)]
    short = max(named, key=lambda one: one.places - one.seekers, default=None)
    long = max(named, key=lambda one: one.seekers - one.places, default=None)
    words = []
    if short and short.places > short.seekers:
        words.append(
            _("最缺人的是%(name)s：招 %(n)s 人，%(m)s 人想做", name=short.name, n=short.places, m=short.seekers)
        )
    if long and long.seekers > long.places:
        words.append(_("最挤的是%(name)s：%(m)s 人想做，招 %(n)s 人", name=long.name, **_both(long)))
    return "；".join(words) or _("还没有求职意向和在招岗位可以比")


def _both(trade: Trade) -> dict[str, str]:
    return {"n": number(trade.places), "m": number(trade.seekers)}


def trade_bars(trades: Sequence[Trade], side: str, address: Address) -> charts.Bars:
    """The occupations with the largest number of one side."""
    kept = sorted(
        (one for one in trades if one.value(side) and one.code != UNKNOWN), key=lambda one: (-one.value(side), one.code)
    )[:MOST_BARS]
    return charts.hbars([(one.name, one.value(side)) for one in kept], hrefs=[address(one.code) for one in kept])
