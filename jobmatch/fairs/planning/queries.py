"""Reading fairs: lists with their progress, the checklist by phase, papers, money, places, broadcasts, helpers."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.policies import visible_colleagues
from jobmatch.accounts.queries import live_membership
from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import current_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import (
    FairBroadcast,
    FairHelper,
    FairMoney,
    FairPaper,
    FairSlice,
    FairStep,
    JobFair,
)
from jobmatch.fairs.planning.states import FairPart, FairState, MoneyKind
from jobmatch.reference.models import FairProcessStep, FairTheme, Region
from jobmatch.reference.queries import names, rule_value


def fairs() -> Select[JobFair]:
    """All fairs, the next one first."""
    return select(JobFair).order_by(JobFair.opens_at.desc(), JobFair.id.desc())


def get_fair(session: Session, public_id: str) -> JobFair:
    """The fair with this public id, for services. Raises ``NotFound``."""
    found = session.scalars(select(JobFair).where(JobFair.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def coming_fairs() -> Select[JobFair]:
    """Published and running fairs that an office holds, the soonest first."""
    coming = (JobFair.state.in_((FairState.PUBLISHED, FairState.RUNNING)), JobFair.part == FairPart.HELD)
    return select(JobFair).where(*coming).order_by(JobFair.opens_at, JobFair.id)


# ---------- lists ----------

TABS: dict[str, ColumnElement[bool]] = {
    "coming": and_(JobFair.part == FairPart.HELD, JobFair.state.in_((FairState.DRAFT, FairState.PUBLISHED))),
    "running": and_(JobFair.part == FairPart.HELD, JobFair.state == FairState.RUNNING),
    "over": and_(
        JobFair.part == FairPart.HELD,
        JobFair.state.in_((FairState.CLOSED, FairState.ARCHIVED, FairState.CANCELED)),
    ),
    "joined": JobFair.part == FairPart.JOINED,
}
"""The tabs of the office's list; every fair is in exactly one."""


def office_fairs(tab: str) -> Select[JobFair]:
    """The fairs of a tab: what comes soonest first, what is over latest first."""
    coming = tab in {"coming", "running"}
    order = (JobFair.opens_at, JobFair.id) if coming else (JobFair.opens_at.desc(), JobFair.id.desc())
    query = select(JobFair).options(joinedload(JobFair.organization)).where(TABS.get(tab, TABS["coming"]))
    return query.order_by(*order)


def fair_named(public_id: str) -> Select[JobFair]:
    """One fair with its office, for the staff's pages."""
    return select(JobFair).options(joinedload(JobFair.organization)).where(JobFair.public_id == public_id)


def tab_counts() -> Select[*tuple[Any, ...]]:
    """How many fairs each tab holds, in the order of ``TABS``."""
    return select(*(func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in TABS.values())).select_from(
        JobFair
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the steps of a fair are; those that are not needed do not count."""

    done: int = 0
    total: int = 0
    late: int = 0


def progress_of(session: Session, fair_ids: Collection[int], today: date) -> dict[int, Progress]:
    """The progress of many fairs in one statement."""
    is_done = FairStep.done_at.is_not(None)
    rows = session.execute(
        select(
            FairStep.fair_id,
            func.sum(case((is_done, 1), else_=0)),
            func.count(),
            func.sum(case((and_(~is_done, FairStep.due_on < today), 1), else_=0)),
        )
        .where(FairStep.fair_id.in_(fair_ids), ~FairStep.is_skipped)
        .group_by(FairStep.fair_id)
    )
    return {fair_id: Progress(int(done), int(total), int(late)) for fair_id, done, total, late in rows}


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What the office held and plans this year, and what the rule asks for."""

    year: int
    held: int
    planned: int
    joined: int
    needed: int


def year_plan(uow: UnitOfWork) -> YearPlan:
    """The year so far of the actor's own office: only what it holds itself counts as 举办."""
    year = uow.today.year
    begins, ends = (datetime(y, 1, 1, tzinfo=SHANGHAI) for y in (year, year + 1))
    is_held, is_ours = JobFair.part == FairPart.HELD, JobFair.organization_id == (uow.actor.organization_id or 0)
    over = JobFair.state.in_((FairState.RUNNING, FairState.CLOSED, FairState.ARCHIVED))
    planned = JobFair.state.in_((FairState.DRAFT, FairState.PUBLISHED))
    joined = (JobFair.part == FairPart.JOINED) & (JobFair.state != FairState.CANCELED)
    parts = (is_held & over, is_held & planned, joined)
    row = uow.session.execute(
        select(*(func.coalesce(func.sum(case((part, 1), else_=0)), 0) for part in parts)).where(
            is_ours, JobFair.opens_at >= begins, JobFair.opens_at < ends
        )
    ).one()
    held, ahead, taken_part = (int(number) for number in row)
    return YearPlan(year, held, ahead, taken_part, int(rule_value(uow.session, "fairs_a_year", uow.today)))


def last_fair(actor: Actor) -> Select[JobFair]:
    """The newest fair that the actor's office held, whose place and contact a new one may take over."""
    return (
        select(JobFair)
        .where(JobFair.organization_id == (actor.organization_id or 0), JobFair.part == FairPart.HELD)
        .order_by(JobFair.opens_at.desc(), JobFair.id.desc())
        .limit(1)
    )


# ---------- one fair ----------


@dataclass(frozen=True, slots=True)
class StepRow:
    """A line of the checklist in the reader's language."""

    step: FairStep
    number: int
    name: str
    hint: str
    kind: FairProcessStep
    owner: str
    done_by: str
    days_late: int

    @property
    def state(self) -> str:
        """``done``, ``skipped``, ``late``, ``soon`` (within a week) or ``later``."""
        if self.step.done_at is not None:
            return "done"
        if self.step.is_skipped:
            return "skipped"
        return "late" if self.days_late > 0 else "soon" if self.days_late >= -7 else "later"


def steps_of(session: Session, fair: JobFair, today: date) -> list[tuple[str, list[StepRow]]]:
    """The checklist by phase, in the order of the process."""
    rows = session.execute(
        select(FairStep, FairProcessStep)
        .join(FairProcessStep, FairProcessStep.code == FairStep.step_code)
        .where(FairStep.fair_id == fair.id)
        .order_by(FairProcessStep.sort_order, FairProcessStep.code)
    ).all()
    users = {user_id for step, _kind in rows for user_id in (step.owner_id, step.done_by_id) if user_id}
    known = dict(session.execute(select(User.id, User.name).where(User.id.in_(users))).all()) if users else {}
    english, labels = current_locale() == "en", names(session, FairProcessStep)
    phases: dict[str, list[StepRow]] = {}
    for number, (step, kind) in enumerate(rows, 1):
        line = StepRow(
            step=step,
            number=number,
            name=labels.get(kind.code, kind.name_zh),
            hint=_with_rules(session, (english and kind.hint_en) or kind.hint, today),
            kind=kind,
            owner=known.get(step.owner_id or 0, ""),
            done_by=known.get(step.done_by_id or 0, ""),
            days_late=(today - step.due_on).days if step.due_on else -999,
        )
        phases.setdefault((english and kind.stage_en) or kind.stage_zh, []).append(line)
    return list(phases.items())


def _with_rules(session: Session, hint: str, today: date) -> str:
    """A hint with the values of the dated rules that it names as ``{code}``; one nobody knows stays a word."""

    def value(found: re.Match[str]) -> str:
        try:
            return str(rule_value(session, found[1], today))
        except LookupError:
            return found[0]

    return re.sub(r"\{([a-z_]+)\}", value, hint)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the time line: where it lies (percent of its width), and what it stands for."""

    at: float
    number: int
    name: str
    state: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps on one line, with months, today and the fair's day."""

    marks: tuple[Mark, ...]
    months: tuple[tuple[float, date], ...]
    today_at: float | None
    fair_at: float


def timeline_of(fair: JobFair, phases: Sequence[tuple[str, list[StepRow]]], today: date) -> Timeline | None:
    """Where each step lies between the first day and the last; steps of one day stand above each other."""
    rows = [row for _phase, found in phases for row in found if row.step.due_on]
    days = [row.step.due_on for row in rows if row.step.due_on]
    if not days:
        return None
    fair_on = local_day(fair.opens_at)
    first, last = min(*days, fair_on) - timedelta(days=2), max(*days, fair_on) + timedelta(days=2)
    span = (last - first).days

    def at(day: date) -> float:
        return round(2 + 96 * (day - first).days / span, 2)

    months, month = [], date(first.year + first.month // 12, first.month % 12 + 1, 1)
    while month <= last:
        months.append((at(month), month))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    marks = [Mark(at(row.step.due_on or today), row.number, row.name, row.state, row.step.due_on) for row in rows]
    return Timeline(tuple(marks), tuple(months), at(today) if first <= today <= last else None, at(fair_on))


def find_step(session: Session, fair: JobFair, code: str) -> FairStep:
    """The fair's step with this code. Raises ``NotFound``."""
    found = session.scalars(
        select(FairStep).where(FairStep.fair_id == fair.id, FairStep.step_code == code)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def step_line(session: Session, fair: JobFair, code: str, today: date) -> StepRow:
    """The fair's step with this code as a line of the checklist. Raises ``NotFound``."""
    lines = [row for _phase, rows in steps_of(session, fair, today) for row in rows if row.step.step_code == code]
    if not lines:
        raise NotFound
    return lines[0]


def public_id_of(session: Session, user_id: int | None) -> str:
    """The public id of an account; empty for none."""
    return (session.scalar(select(User.public_id).where(User.id == user_id)) or "") if user_id else ""


def papers_of(session: Session, fair: JobFair) -> list[FairPaper]:
    """The papers that stand, the newest first, with their files."""
    query = select(FairPaper).where(FairPaper.fair_id == fair.id, FairPaper.replaced_at.is_(None))
    return list(session.scalars(query.options(joinedload(FairPaper.file)).order_by(FairPaper.id.desc())))


def replaced_papers(session: Session, fair: JobFair) -> list[FairPaper]:
    """The history: papers that were replaced or taken out."""
    query = select(FairPaper).where(FairPaper.fair_id == fair.id, FairPaper.replaced_at.is_not(None))
    return list(session.scalars(query.options(joinedload(FairPaper.file)).order_by(FairPaper.id.desc())))


def money_of(session: Session, fair: JobFair) -> list[FairMoney]:
    """The lines of the budget: costs, then sponsors."""
    query = select(FairMoney).where(FairMoney.fair_id == fair.id)
    return list(session.scalars(query.order_by(FairMoney.kind, FairMoney.id)))


@dataclass(frozen=True, slots=True)
class MoneySum:
    """Planned and spent yuan, and what sponsors promised and gave."""

    planned: int
    spent: int
    promised: int
    given: int


def money_sum(lines: Sequence[FairMoney]) -> MoneySum:
    """The sums of a budget."""
    costs = [line for line in lines if line.kind is MoneyKind.COST]
    gifts = [line for line in lines if line.kind is MoneyKind.SPONSOR]
    return MoneySum(
        sum(line.planned_yuan for line in costs),
        sum(line.spent_yuan or 0 for line in costs),
        sum(line.planned_yuan for line in gifts),
        sum(line.spent_yuan or 0 for line in gifts),
    )


def slices_of(session: Session, fair: JobFair) -> list[tuple[FairSlice, str]]:
    """The parts of places below with the name of each place."""
    rows = session.execute(
        select(FairSlice, Region.name_zh)
        .join(Region, Region.path == FairSlice.region_path)
        .where(FairSlice.fair_id == fair.id)
        .order_by(FairSlice.region_path)
    )
    return [(part, name) for part, name in rows]


def broadcasts_of(session: Session, fair: JobFair) -> list[FairBroadcast]:
    """The fair's broadcasts in the order of their time."""
    query = select(FairBroadcast).where(FairBroadcast.fair_id == fair.id)
    return list(session.scalars(query.order_by(FairBroadcast.starts_at, FairBroadcast.id)))


def helpers_of(session: Session, fair: JobFair) -> list[tuple[FairHelper, str]]:
    """The fair's volunteers with their names, those who may work first."""
    rows = session.execute(
        select(FairHelper, User.name)
        .join(User, User.id == FairHelper.user_id)
        .where(FairHelper.fair_id == fair.id)
        .order_by(FairHelper.revoked_at.is_not(None), User.name, FairHelper.id)
    )
    return [(helper, name) for helper, name in rows]


def fair_helpers(actor: Actor, now: datetime) -> Select[*tuple[Any, ...]]:
    """Volunteers of the actor's subtree whose role has not ended: account, role, office."""
    query = (
        select(User, Membership, Organization)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.role == Role.FAIR_HELPER, User.is_active, live_membership(now))
        .order_by(Organization.region_path, User.name, User.id)
    )
    return query if actor.is_system else visible_colleagues(actor, query)


def fairs_with_helpers() -> Select[*tuple[Any, ...]]:
    """Fairs with the lines of their volunteers, the soonest first; who asks narrows them."""
    query = select(JobFair, FairHelper).join(FairHelper, FairHelper.fair_id == JobFair.id)
    return query.order_by(JobFair.opens_at, JobFair.id)


def themes_on(session: Session, day: date) -> list[tuple[str, str]]:
    """The themes that a fair of that day may have: code and name."""
    query = select(FairTheme.code).where(
        FairTheme.is_active,
        or_(FairTheme.valid_from.is_(None), FairTheme.valid_from <= day),
        or_(FairTheme.valid_to.is_(None), FairTheme.valid_to >= day),
    )
    labels = names(session, FairTheme)
    return [(code, labels[code]) for code in session.scalars(query.order_by(FairTheme.sort_order, FairTheme.code))]
