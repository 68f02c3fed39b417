"""Points of checks: what a figure gives by itself, what a check adds up to, and how stations rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jobmatch.core.actors import system_actor
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns.figures import FIGURES
from jobmatch.reports.campaigns.models import CheckAnswer, Checklist, ChecklistItem, StationCheck
from jobmatch.reports.campaigns.spots import falsity
from jobmatch.reports.campaigns.states import Met
from jobmatch.reports.figures.queries import rate
from jobmatch.reports.indicators.base import Scope, count
from jobmatch.reports.indicators.rates import RATES

TENTHS = 10
_COUNTING = system_actor("checks")
"""A figure of an item is the same number whoever checks; the checker sees it as points, and never the list behind."""


def figure_choices() -> list[tuple[str, str]]:
    """Figures and rates that may answer an item: code and name."""
    named = [(code, figure.name) for code, figure in FIGURES.items()] + [
        (code, kind.name) for code, kind in RATES.items()
    ]
    return [(code, _(name)) for code, name in named]


def is_ranking_by_rate_alone(items: Sequence[ChecklistItem]) -> bool:
    """Whether every item is answered by an employment rate: nobody is ranked by that alone."""
    return bool(items) and all(item.figure_code in RATES for item in items)


@dataclass(frozen=True, slots=True)
class Found:
    """How an item was found: met or not, points in tenths, and the numbers or words behind it."""

    met: Met
    tenths: int
    words: str


def proportion(value: float, goal: float, points: int) -> int:
    """Tenths of a point that ``value`` gives: all from ``goal`` on, in proportion below, and never all below it."""
    full = points * TENTHS
    if value >= goal:
        return full
    share = Decimal(full) * Decimal(str(value)) / Decimal(str(goal))
    return max(0, min(full - 1, int(share.to_integral_value(ROUND_HALF_UP))))


def measured(uow: UnitOfWork, checklist: Checklist, item: ChecklistItem, path: str, day: date) -> Found:
    """What the figure of an item gives for a station, counted from the checklist's first day up to ``day``."""
    counting, until = uow.acting_as(_COUNTING), min(day, checklist.valid_until or day)
    goal = item.goal or 1.0
    if item.figure_code in RATES:
        kind = RATES[item.figure_code]
        found = rate(counting, kind, until, path=path)
        if found.percent is None:
            return Found(Met.NOT_APPLICABLE, 0, _("%(name)s：没有人在统计里", name=_(kind.name)))
        false, reached = falsity(uow.session, path, checklist.valid_from, until)
        words = _(
            "%(name)s %(value)s%%（%(part)s÷%(whole)s），目标 %(goal)s%%；抽查失实 %(false)s÷%(reached)s",
            name=_(kind.name),
            value=f"{found.percent:g}",
            part=found.numerator,
            whole=found.denominator,
            goal=f"{goal:g}",
            false=false,
            reached=reached,
        )
        return _found(found.percent, goal, item.points, words)
    figure = FIGURES[item.figure_code]
    total = count(Scope(counting, path, checklist.valid_from, until), figure)
    words = _(
        "%(name)s %(value)s %(unit)s，目标 %(goal)s %(unit)s",
        name=_(figure.name),
        value=total,
        unit=figure.unit.label,
        goal=f"{goal:g}",
    )
    return _found(total, goal, item.points, words)


def _found(value: float, goal: float, points: int, words: str) -> Found:
    tenths = proportion(value, goal, points)
    met = Met.YES if value >= goal else Met.NO if value <= 0 else Met.PARTLY
    return Found(met, tenths, words)


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a check in tenths, out of those that concern the station: 不涉及 is in neither."""

    tenths: int = 0
    full: int = 0

    @property
    def percent(self) -> float | None:
        """得分率 with one digit; none where no item concerns the station."""
        return round(100 * self.tenths / self.full, 1) if self.full else None


def score_of(items: Sequence[ChecklistItem], answers: Mapping[int, CheckAnswer | Found]) -> Score:
    """The points of answered items, by the item's id."""
    counted = [
        (item.points * TENTHS, answers[item.id].tenths)
        for item in items
        if item.id in answers and answers[item.id].met is not Met.NOT_APPLICABLE
    ]
    return Score(sum(tenths for _full, tenths in counted), sum(full for full, _tenths in counted))


@dataclass(frozen=True, slots=True)
class RankLine:
    """One station in the ranking: its place, the checks that count, its score, and what stands beside it."""

    place: int
    station_id: int
    name: str
    path: str
    level: str
    checks: tuple[StationCheck, ...]
    percent: float
    own_percent: float | None
    rating: tuple[int, float | None] = (0, None)
    falsity: tuple[int, int] = (0, 0)


def mean(values: Sequence[float]) -> float | None:
    """The mean with one digit, halves up; none of none."""
    if not values:
        return None
    exact = sum((Decimal(str(value)) for value in values), Decimal(0)) / len(values)
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
