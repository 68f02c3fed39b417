"""The way from the file to work: how many people come how far, how long each step takes, and where most are lost.

Those count whose files were made in the period; a step counts by its first day up to the end of the period. Whoever
reached a later step passed the ones before it, with or without a record of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, Date, and_, case, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from jobmatch.applications.models import Application
from jobmatch.casework.plans.models import Support
from jobmatch.core.i18n import N_
from jobmatch.core.small import is_small
from jobmatch.matching.models import PostingInvitation
from jobmatch.people.models.person import JobIntention, Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.policies import counted_path
from jobmatch.reports.figures.queries import child_path
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.days import days_between, local_day
from jobmatch.reports.indicators.helped import RECOMMENDED
from jobmatch.reports.indicators.lines import WORK, ever_confirmed
from jobmatch.reports.indicators.people import NONE_UNKNOWN
from jobmatch.reports.slices.catalog import REGISTERED

STAY_DAYS = 90
"""三个月 after the start, in days, the same on both databases."""
STEPS: tuple[tuple[str, str, str], ...] = (
    ("registered", N_("建档"), N_("期内建档的人")),
    ("intent", N_("登记求职意向"), N_("填过想做什么工作")),
    ("suggested", N_("推荐或邀请"), N_("服务站推荐过岗位，或单位发过邀请")),
    ("applied", N_("投递"), N_("投过岗位")),
    ("interview", N_("面试"), N_("约过面试，面试时间已到")),
    ("offer", N_("录用"), N_("单位发过录用")),
    ("start", N_("入职"), N_("本人确认入职")),
    ("stayed", N_("满 90 天在岗"), N_("入职满 90 天那天有核实过的就业记录")),
)
"""The steps in order: key, name, and what counts as having reached it."""
LAST = len(STEPS) - 1
STARTED = LAST - 1


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: how many came at least so far, how many of them have a record of it, and the median of days.

    ``days`` runs from the last step before, in order, that the person has an earlier or equal day of; none where
    nobody has one.
    """

    key: str
    name: str
    meaning: str
    reached: int
    recorded: int
    days: float | None


@dataclass(frozen=True, slots=True)
class PlaceWay:
    """The way of the people of one place; ``stages`` in the order of ``STEPS``."""

    path: str
    stages: tuple[Stage, ...]

    @property
    def is_small(self) -> bool:
        """Whether fewer than five people stopped at some step, so that readers of figures alone must not see it."""
        reached = [stage.reached for stage in self.stages]
        stopped = [a - b for a, b in zip(reached, [*reached[1:], 0], strict=True)]
        return any(is_small(count) for count in stopped)


@dataclass(frozen=True, slots=True)
class Funnel:
    """The whole way, the way of every place directly below, and how many started too lately to have stayed."""

    whole: PlaceWay
    places: tuple[PlaceWay, ...]
    pending: int


def _firsts(model: Any, scope: Scope, *where: Any, **days: Any) -> Any:
    """The first of each of ``days`` up to the end of the period in everybody's rows of ``model``, found at one go.

    Asked for each person anew, SQLite may go through all slips of a kind each time.
    """
    named = (func.min(case((day <= scope.until, day))).label(name) for name, day in days.items())
    return select(model.person_id.label("person_id"), *named).where(*where).group_by(model.person_id).subquery()


def _way(scope: Scope) -> CTE:
    """One row a person: place, the day of each step, and the last step reached; worked out once."""
    behind = REGISTERED.rows(scope).subquery()
    wish = _firsts(JobIntention, scope, d1=JobIntention.stated_on)
    slip = _firsts(Support, scope, Support.kind.in_(RECOMMENDED), slip=Support.happened_on)
    call = _firsts(PostingInvitation, scope, call=local_day(PostingInvitation.created_at))
    sent = _firsts(
        Application,
        scope,
        d3=local_day(Application.created_at),
        d4=local_day(Application.interview_at),
        d5=local_day(func.coalesce(Application.offered_at, Application.hired_at)),
        d6=Application.started_on,
    )
    query = (
        select(
            Person.id.label("id"),
            counted_path().label("path"),
            local_day(Person.created_at).label("d0"),
            wish.c.d1,
            slip.c.slip,
            call.c.call,
            *(sent.c[f"d{n}"] for n in range(3, 7)),
        )
        .select_from(behind)
        .join(Person, Person.id == behind.c.id)
    )
    for one in (wish, slip, call, sent):
        query = query.outerjoin(one, one.c.person_id == Person.id)
    dated = query.cte("dated").prefix_with("MATERIALIZED")
    suggested = case(
        (dated.c.slip.is_(None), dated.c.call),
        (dated.c.call.is_(None), dated.c.slip),
        (dated.c.slip < dated.c.call, dated.c.slip),
        else_=dated.c.call,
    )
    days = [dated.c.d0, dated.c.d1, suggested, dated.c.d3, dated.c.d4, dated.c.d5, dated.c.d6]
    reached = [(_stayed(dated, scope), literal(LAST))]
    reached += [(days[n].is_not(None), literal(n)) for n in range(STARTED, 0, -1)]
    return (
        select(
            dated.c.id,
            dated.c.path,
            *(day.label(f"d{n}") for n, day in enumerate(days)),
            case(*reached, else_=literal(0)).label("last"),
        )
        .cte("way")
        .prefix_with("MATERIALIZED")
    )


def _stayed(dated: Any, scope: Scope) -> Any:
    """Whether a verified line of work runs on the day ``STAY_DAYS`` after the start, which lies in the period."""
    spell = aliased(EmploymentSpell)
    runs = exists(
        select(spell.id).where(
            spell.person_id == dated.c.id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            days_between(spell.started_on, dated.c.d6) <= STAY_DAYS,
            or_(spell.ended_on.is_(None), days_between(spell.ended_on, dated.c.d6) >= STAY_DAYS),
            ever_confirmed(spell, scope.until),
        )
    ).correlate(dated)
    over = days_between(literal(scope.until, Date), dated.c.d6) >= STAY_DAYS
    return and_(dated.c.d6.is_not(None), over, runs)


def funnel(scope: Scope) -> Funnel:
    """The way of everybody whose file was made in the period; one statement."""
    way = _way(scope)
    late = days_between(literal(scope.until, Date), way.c.d6) < STAY_DAYS
    asked = [
        select(literal(-1).label("step"), way.c.path, way.c.last.label("value"), func.count().label("n")).group_by(
            way.c.path, way.c.last
        ),
        select(literal(-2), literal(""), literal(0), func.count()).where(way.c.d6.is_not(None), late),
    ]
    for step in range(1, LAST):
        day = way.c[f"d{step}"]
        earlier = [way.c[f"d{n}"] for n in range(step - 1, -1, -1)]
        gap = func.coalesce(*(case((before <= day, days_between(day, before))) for before in earlier), null())
        asked.append(
            select(literal(step), way.c.path, gap, func.count()).where(day.is_not(None)).group_by(way.c.path, gap)
        )
    last: dict[str, dict[int, int]] = {}
    gaps: dict[str, dict[int, dict[int, int]]] = {}
    pending = 0
    found = union_all(*asked).subquery()
    for step, path, value, count in scope.uow.rows(scope.counts(select(found))):
        child = child_path(scope.path, path or scope.path)
        if step == -2:
            pending = int(count)
        elif step == -1:
            mine = last.setdefault(child, {})
            mine[value] = mine.get(value, 0) + count
        else:
            days = gaps.setdefault(child, {}).setdefault(step, {})
            days[value] = days.get(value, 0) + count
    places = tuple(PlaceWay(path, _stages(last[path], gaps.get(path, {}))) for path in sorted(last))
    whole_last = _added(last.values())
    whole_gaps = {step: _added(one.get(step, {}) for one in gaps.values()) for step in range(1, LAST)}
    return Funnel(PlaceWay(scope.path, _stages(whole_last, whole_gaps)), places, pending)


def _added(counts: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for one in counts:
        for key, count in one.items():
            found[key] = found.get(key, 0) + count
    return found


def _stages(last: Mapping[int, int], gaps: Mapping[int, Mapping[int, int]]) -> tuple[Stage, ...]:
    def stage(n: int) -> Stage:
        key, name, meaning = STEPS[n]
        reached = sum(count for step, count in last.items() if step >= n)
        recorded = sum(gaps.get(n, {}).values()) if 0 < n < LAST else reached
        return Stage(key, name, meaning, reached, recorded, _median(gaps.get(n, {})))

    return tuple(stage(n) for n in range(len(STEPS)))


def _median(days: Mapping[int, int]) -> float | None:
    """The middle of the days; a step recorded before all that it follows says nothing (None)."""
    known = sorted((value, count) for value, count in days.items() if value is not None)
    total = sum(count for _value, count in known)
    if not total:
        return None

    def at(place: int) -> int:
        for value, count in known:
            place -= count
            if place < 0:
                return value
        raise LookupError("beyond the last")

    return (at((total - 1) // 2) + at(total // 2)) / 2


def worst_loss(found: Funnel) -> tuple[Stage, Stage] | None:
    """The two steps between which most people are lost; none where nobody is.

    Whose 90 days are not over yet is not lost.
    """
    stages = found.whole.stages
    losses = [a.reached - b.reached for a, b in pairwise(stages)]
    losses[-1] -= found.pending
    worst = max(range(LAST), key=lambda n: losses[n])
    return (stages[worst], stages[worst + 1]) if losses[worst] > 0 else None


def hidden_places(found: Funnel) -> set[str]:
    """Places of which readers of figures alone see only how many began: somebody could be told from the steps.

    Where one place alone is hidden the smallest other goes with it, since the whole would give it away.
    """
    hidden = {place.path for place in found.places if place.is_small}
    if len(hidden) == 1:
        others = [place for place in found.places if place.path not in hidden]
        hidden |= {place.path for place in sorted(others, key=lambda place: place.stages[0].reached)[:1]}
    return hidden


def funnel_figure(step: int) -> Figure:
    """The people who came at least to a step."""

    def rows(scope: Scope) -> Rows:
        way = _way(scope)
        return rows_of(way.c.id, way.c.last >= step)

    key, name, meaning = STEPS[step]
    return Figure(
        f"funnel.{key}",
        name,
        Unit.PERSON,
        Span.FLOW,
        Subject.PERSON,
        meaning,
        rows,
        counts=REGISTERED.counts,
        unknown=NONE_UNKNOWN,
        source="jobmatch",
    )
