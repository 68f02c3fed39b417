"""Who may see fairs, and who plans and runs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import utcnow
from jobmatch.core.uow import visible
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.states import PUBLIC_STATES, FairPart, FairState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_fairs(actor: Actor, select: S) -> S:
    """What everybody may see (published fairs the office holds), and for staff all fairs of the own subtree and above.

    A station works for the fair of its county, so fairs of the offices above are seen, drafts too. Superior readers
    see the fairs of their subtree.
    """
    if actor.is_system:
        return visible(select, "job_fair")
    open_to_all = JobFair.state.in_(PUBLIC_STATES) & (JobFair.part == FairPart.HELD)
    if actor.region_path and (actor.can("fair.manage") or actor.can("report.read")):
        below = JobFair.region_path.startswith(actor.region_path, autoescape=True)
        above = literal(actor.region_path).like(JobFair.region_path + "%")
        return visible(select.where(or_(open_to_all, below, above)), "job_fair")
    return visible(select.where(open_to_all), "job_fair")


LATE = timedelta(hours=24)
"""So long after the closing the desks still take in what a device kept without a network, and what was written down."""


def on_the_day() -> ColumnElement[bool]:
    """Condition on ``JobFair``: it runs, or closed within a day."""
    just_closed = and_(JobFair.state == FairState.CLOSED, JobFair.closed_at > utcnow() - LATE)
    return or_(JobFair.state == FairState.RUNNING, just_closed)


def helped_fairs(actor: Actor, select_: S, *, is_late: bool = False) -> S:
    """Fairs at whose desks a volunteer may work now: running ones it was named for; ``is_late``: and the day after."""
    named = select(FairHelper.fair_id).where(FairHelper.user_id == actor.user_id, FairHelper.revoked_at.is_(None))
    now = on_the_day() if is_late else JobFair.state == FairState.RUNNING
    return visible(select_.where(JobFair.id.in_(named), now), "job_fair")


def named_fairs(actor: Actor, select_: S) -> S:
    """Fairs a volunteer was named for: those to come too, so that the day is no surprise."""
    mine = select_.where(FairHelper.user_id == actor.user_id, FairHelper.revoked_at.is_(None))
    return visible(mine.where(JobFair.state.in_((FairState.PUBLISHED, FairState.RUNNING))), "job_fair")


def desk_fairs(actor: Actor, select_: S) -> S:
    """Fairs at whose desks the actor may check people in: staff of the subtree and stations below, and volunteers."""
    if actor.can("fair.manage") or actor.is_system:
        return (
            visible_fairs(actor, select_.where(JobFair.part == FairPart.HELD))
            if not actor.is_system
            else visible(select_, "job_fair")
        )
    return helped_fairs(actor, select_)


def can_edit_fair(actor: Actor, fair: JobFair) -> bool:
    """Staff of the office that holds it, and of those above."""
    return actor.is_system or (actor.can("fair.manage") and actor.reaches(fair.region_path))


def can_work_fair(actor: Actor, fair: JobFair) -> bool:
    """Staff whose work touches the fair: those who may edit it, and the stations below its office (desks, calls)."""
    below = bool(actor.region_path) and actor.region_path.startswith(fair.region_path)
    return can_edit_fair(actor, fair) or (actor.can("fair.manage") and below)


def can_create_fair(actor: Actor) -> bool:
    """Staff who belong to an office."""
    return actor.is_system or (actor.can("fair.manage") and actor.organization_id is not None)


def visible_office_fairs(actor: Actor, select_: S) -> S:
    """Fairs whose planning an office works on: those of its subtree and of the offices above; for the staff's pages."""
    if actor.is_system:
        return visible(select_, "job_fair")
    if not (actor.can("fair.manage") and actor.region_path):
        return visible(select_.where(false()), "job_fair")
    below = JobFair.region_path.startswith(actor.region_path, autoescape=True)
    above = literal(actor.region_path).like(JobFair.region_path + "%")
    return visible(select_.where(or_(below, above)), "job_fair")
