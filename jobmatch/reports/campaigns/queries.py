"""Reads of special actions: what was reached of what was wanted, where, and the ledger of tasks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.campaigns.figures import FIGURES, LISTINGS
from jobmatch.reports.campaigns.models import Campaign, CampaignTarget, CampaignTask
from jobmatch.reports.campaigns.policies import counted_path, visible_work_stations
from jobmatch.reports.campaigns.states import CampaignState
from jobmatch.reports.figures.queries import child_path
from jobmatch.reports.indicators.base import Figure, Scope
from jobmatch.reports.indicators.policies import visible_behind, visible_counts

NEAR = timedelta(days=3)
"""So long before its day a task turns yellow and its station is reminded."""


def campaigns() -> Select[*tuple[Any, ...]]:
    """Special actions: running ones first, then those to come, closed, canceled; each group the newest first."""
    order = {state.value: place for place, state in enumerate(_ORDER)}
    return select(Campaign).order_by(case(order, value=Campaign.state), Campaign.starts_on.desc(), Campaign.id.desc())


_ORDER = (CampaignState.RUNNING, CampaignState.PLANNED, CampaignState.CLOSED, CampaignState.CANCELED)


def task_counts(session: Session, campaign_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Tasks done and tasks in all, by action: one statement."""
    done = func.count(CampaignTask.done_on)
    query = (
        select(CampaignTask.campaign_id, done, func.count())
        .where(CampaignTask.campaign_id.in_(campaign_ids))
        .group_by(CampaignTask.campaign_id)
    )
    return {key: (finished, every) for key, finished, every in session.execute(query)}


def targets_of(session: Session, campaign_id: int) -> dict[str, int]:
    """What an action wants, by the code of the figure."""
    query = select(CampaignTarget.figure_code, CampaignTarget.target).where(CampaignTarget.campaign_id == campaign_id)
    return {row.figure_code: row.target for row in session.execute(query.order_by(CampaignTarget.id))}


def tasks_of(campaign_id: int) -> Select[*tuple[Any, ...]]:
    """The ledger: what is open first, by its day."""
    return (
        select(CampaignTask)
        .options(joinedload(CampaignTask.station))
        .where(CampaignTask.campaign_id == campaign_id)
        .order_by(CampaignTask.done_on.is_not(None), CampaignTask.due_on, CampaignTask.id)
    )


def get_task(session: Session, campaign: Campaign, public_id: str) -> CampaignTask:
    """One line of the ledger, with its station. Raises ``NotFound``."""
    query = tasks_of(campaign.id).where(CampaignTask.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def light_of(task: CampaignTask, today: date) -> str:
    """``done``, or ``red`` once the day is over, ``yellow`` three days before, ``green``."""
    if task.done_on is not None:
        return "done"
    if task.due_on < today:
        return "red"
    return "yellow" if task.due_on <= today + NEAR else "green"


# ---------- progress ----------


@dataclass(frozen=True, slots=True)
class Progress:
    """One figure of an action: what was wanted (none: no target was set) and what is there, by place."""

    figure: Figure
    target: int | None
    by_path: Mapping[str, int]

    @property
    def actual(self) -> int:
        return sum(self.by_path.values())

    @property
    def percent(self) -> float | None:
        """How much of the target is reached; it may be more than all."""
        return round(100 * self.actual / self.target, 1) if self.target else None

    @property
    def is_reached(self) -> bool:
        return self.target is not None and self.actual >= self.target


def scope_of(uow: UnitOfWork, campaign: Campaign) -> Scope:
    """The days of an action over what the reader counts of it."""
    return Scope(uow, counted_path(uow.actor, campaign), campaign.starts_on, campaign.ends_on)


def progress_of(uow: UnitOfWork, campaign: Campaign) -> list[Progress]:
    """Every figure of an action, counted now between its days in its subtree: one statement each."""
    targets, scope = targets_of(uow.session, campaign.id), scope_of(uow, campaign)
    return [Progress(figure, targets.get(code), by_place(scope, figure)) for code, figure in FIGURES.items()]


def by_place(scope: Scope, figure: Figure) -> dict[str, int]:
    """The number of a figure by the path that each row lies at; together they are the figure."""
    listing, rows = LISTINGS[figure.subject], figure.rows(scope).subquery()
    placed = (
        select(listing.path.label("lies_at"), rows.c.amount)
        .select_from(listing.key.class_)
        .join(rows, rows.c.id == listing.key)
        .subquery()
    )
    counted = select(placed.c.lies_at, func.sum(placed.c.amount)).group_by(placed.c.lies_at)
    found = scope.uow.rows(visible_counts(scope.uow.actor, counted, scope.path))
    return {path: int(total) for path, total in found}


@dataclass(slots=True)
class StationLine:
    """What one station did of an action; ``counts`` follow the order of the figures."""

    name: str
    path: str
    counts: list[int] = field(default_factory=list)
    tasks_done: int = 0
    tasks: int = 0


def station_lines(uow: UnitOfWork, campaign: Campaign, progress: Sequence[Progress]) -> list[StationLine]:
    """The office itself and every station directly below, with its whole subtree; the columns add up to the totals."""
    path = counted_path(uow.actor, campaign)
    lines = {path: StationLine("", path)}
    for station in uow.rows(visible_work_stations(uow.actor, path)):
        step = child_path(path, station.region_path)
        if step == station.region_path and step not in lines:
            lines[step] = StationLine(station.name, step)
        elif step == path and not lines[path].name:
            lines[path].name = station.name
    for one in progress:
        sums: dict[str, int] = {}
        for place, count in one.by_path.items():
            step = child_path(path, place)
            sums[step if step in lines else path] = sums.get(step if step in lines else path, 0) + count
        for step, line in lines.items():
            line.counts.append(sums.get(step, 0))
    for place, done, every in uow.session.execute(_tasks_by_place(campaign.id)):
        step = child_path(path, place) if place.startswith(path) else ""
        if step or path == campaign.region_path:
            line = lines.get(step, lines[path])
            line.tasks_done, line.tasks = line.tasks_done + done, line.tasks + every
    return list(lines.values())


def _tasks_by_place(campaign_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Organization.region_path, func.count(CampaignTask.done_on), func.count())
        .join(Organization, Organization.id == CampaignTask.station_id)
        .where(CampaignTask.campaign_id == campaign_id)
        .group_by(Organization.region_path)
    )


def rows_behind_progress(uow: UnitOfWork, campaign: Campaign, code: str) -> tuple[Figure, Select[*tuple[Any, ...]]]:
    """The list behind a number of an action, as long as the number. Raises ``NotFound`` for what is no figure."""
    figure = FIGURES.get(code)
    if figure is None:
        raise NotFound
    scope = scope_of(uow, campaign)
    return figure, visible_behind(uow.actor, LISTINGS[figure.subject].query(figure.rows(scope)), scope.path)
