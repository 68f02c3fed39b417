"""What the drawings of the start pages and of the big screen show, in words, computed from their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from jobmatch.core.i18n import gettext as _
from jobmatch.core.small import is_small
from jobmatch.home.boards import Board, BoardLine
from jobmatch.reports.figures.queries import Rate
from jobmatch.web.formats import counted, number

LEAST = 10
"""Below so many nothing is said about shares."""


def funnel_finding(steps: Sequence[tuple[str, int]], *, exact: bool = True) -> str:
    """Where most is lost on the way from applying to starting; not for a reader of figures where a step is small."""
    if any(is_small(count) for _name, count in steps) and not exact:
        return _("有一步的数太小，不显示")
    if steps[0][1] < LEAST:
        return _("今年的投递还不多，看不出哪一步掉得最多")
    earlier, later = max(pairwise(steps), key=lambda pair: pair[0][1] - pair[1][1])
    share = later[1] / earlier[1]
    return _(
        "%(earlier)s到%(later)s掉得最多，10 份里只有 %(n)s 份走到下一步",
        earlier=earlier[0],
        later=later[0],
        n=round(share * 10),
    )


def trades_finding(trades: Sequence[tuple[str, int, int]]) -> str:
    """Which trade has most open head-count."""
    if not trades:
        return _("现在没有在招的岗位")
    name, total, filled = max(trades, key=lambda trade: trade[1] - trade[2])
    return _("%(name)s缺人最多，还差 %(n)s 人", name=name, n=total - filled)


def tile_words(board: Board) -> dict[str, str]:
    """What stands below the numbers of the tiles: of how many each is, and the place that stands out."""
    total = board.total
    employed, whole = total.told("rate", total.now.numerator), total.told("all", total.now.denominator)
    among, claimed = _("统计 %(n)s 人", n=whole), total.told("verified", total.claimed)
    return {
        "rate": among if "rate" in total.hidden else _("%(a)s÷%(b)s 人", a=employed, b=whole),
        "verified": _("数太小，不显示")
        if "verified" in total.hidden
        else _("台账上 %(b)s 人在就业，%(a)s 人核实有效", a=employed, b=claimed),
        "seeking": _seeking(board, among),
        "falsity": _("数太小，不显示") if "falsity" in total.hidden else _falsity(board),
    }


def _places(board: Board) -> list[BoardLine]:
    """The places that have a name of their own."""
    return [line for line in board.lines if not line.is_own]


def _seeking(board: Board, whole: str) -> str:
    lines = [line for line in _places(board) if line.seeking and "split" not in line.hidden]
    if len(lines) < 2:
        return whole
    most = max(line.seeking for line in lines)
    place = _named([line.name for line in lines if line.seeking == most])
    return _("%(whole)s，%(place)s最多，%(n)s 人", whole=whole, place=place, n=number(most))


def _falsity(board: Board) -> str:
    total = board.total
    if not total.reached:
        return _("今年还没有抽查打通的")
    false, reached = (total.told("falsity", count) for count in (total.false, total.reached))
    words = _("%(false)s÷%(reached)s 个打通的", false=false, reached=reached)
    lines = [line for line in _places(board) if line.falsity]
    if len(lines) < 2:
        return words
    worst = max(line.falsity or 0 for line in lines)
    place = _named([line.name for line in lines if line.falsity == worst])
    return _("%(words)s，%(place)s最高", words=words, place=place)


def returnees_words(rate: Rate, *, exact: bool) -> str:
    """Of how many the rate of last year's returnees is."""
    if rate.told(exact=exact) is None:
        return _("统计 %(n)s 人", n=counted(rate.denominator, exact))
    return _("%(a)s÷%(b)s 人", a=number(rate.numerator), b=number(rate.denominator))


def places_finding(board: Board) -> str:
    """Between which places the rate lies, and how many are below the whole."""
    lines = [line for line in _places(board) if line.percent is not None]
    whole = board.total.percent
    if len(lines) < 2 or whole is None:
        return ""
    below = sum((line.percent or 0) < whole for line in lines)
    low, high = (pick(line.percent or 0 for line in lines) for pick in (min, max))
    if low == high:
        return _("各地都是 %(n)s%%", n=low)
    return _(
        "%(low)s最低 %(a)s%%，%(high)s最高 %(b)s%%，%(n)s 个地方低于本地区 %(whole)s%%",
        low=_named([line.name for line in lines if line.percent == low]),
        a=low,
        high=_named([line.name for line in lines if line.percent == high]),
        b=high,
        n=below,
        whole=whole,
    )


def _named(names: Sequence[str]) -> str:
    """One name, or the first of several that are equal."""
    return names[0] if len(names) == 1 else _("%(name)s等 %(n)s 处", name=names[0], n=len(names))


def ages_finding(ages: Sequence[tuple[str, int]]) -> str:
    """How many people were talked to within the first band of ``ages``."""
    whole = sum(count for _name, count in ages)
    if not whole:
        return _("还没有登记的人")
    return _("%(whole)s 人里，%(name)s联系过的有 %(n)s 人", whole=whole, n=ages[0][1], name=ages[0][0])


def standing_finding(groups: Sequence[tuple[str, int]]) -> str:
    """Which group is the largest, of how many."""
    whole = sum(count for _name, count in groups)
    if not whole:
        return _("本地还没有登记求职的退役军人")
    name, count = max(groups, key=lambda group: group[1])
    return _("%(whole)s 人里%(name)s最多，%(n)s 人", whole=whole, name=name, n=count)


def running_out_finding(months: Sequence[tuple[str, int]]) -> str:
    """When most confirmations of work run out."""
    whole = sum(count for _month, count in months)
    if not whole:
        return _("半年里没有就业核实到期")
    month, count = max(months, key=lambda one: one[1])
    return _("半年里 %(whole)s 人的就业核实到期，%(month)s最多，%(n)s 人", whole=whole, month=month, n=count)
