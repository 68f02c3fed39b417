"""Who may see fairs, and who plans and runs them."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, literal, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.queries import fair_named
from jobmatch.fairs.planning.states import PUBLIC_STATES, FairPart, FairState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _below(actor: Actor) -> ColumnElement[bool]:
    """Condition: the fair is held in the actor's subtree."""
    return JobFair.region_path.startswith(actor.region_path, autoescape=True) if actor.region_path else false()


def _above(actor: Actor) -> ColumnElement[bool]:
    """Condition: the fair is held by the actor's office or one above it; a station works for its county's fair."""
    return literal(actor.region_path).like(JobFair.region_path + "%") if actor.region_path else false()


def visible_fairs(actor: Actor, select_: S) -> S:
    """What everybody may see (published fairs the office holds), and for staff all they work for, drafts too.

    Superior readers see the fairs of their subtree.
    """
    if actor.is_system:
        return visible(select_, "job_fair")
    seen: ColumnElement[bool] = JobFair.state.in_(PUBLIC_STATES) & (JobFair.part == FairPart.HELD)
    if actor.can("fair.manage") or actor.can("report.read"):
        seen = or_(seen, _below(actor), _above(actor))
    return visible(select_.where(seen), "job_fair")


def decided_fairs(actor: Actor, select_: S) -> S:
    """Fairs that a staff member decides about: those of the own subtree."""
    if not actor.is_system:
        select_ = select_.where(_below(actor) if actor.can("fair.manage") else false())
    return visible(select_, "job_fair")


def worked_fairs(actor: Actor, select_: S) -> S:
    """Fairs that a staff member works for: those of the own subtree, and of the offices above.

    Narrower than what may be looked at: a published fair of elsewhere is public, its people and papers are not.
    """
    if not actor.is_system:
        select_ = select_.where(or_(_below(actor), _above(actor)) if actor.can("fair.manage") else false())
    return visible(select_, "job_fair")


def helped_fairs(actor: Actor, select_: S) -> S:
    """Fairs at whose desks a volunteer may work now: running ones it was named for."""
    named = select(FairHelper.fair_id).where(FairHelper.user_id == actor.user_id, FairHelper.revoked_at.is_(None))
    return visible(select_.where(JobFair.id.in_(named), JobFair.state == FairState.RUNNING), "job_fair")


def desk_fairs(actor: Actor, select_: S) -> S:
    """Fairs at whose desks, booths and counters the actor works: staff those that they work for, and volunteers."""
    if actor.can("fair.manage") or actor.is_system:
        return worked_fairs(actor, select_)
    return helped_fairs(actor, select_)


def decided_fair(uow: UnitOfWork, public_id: str) -> JobFair:
    """A fair that the actor decides about, with its office. Raises ``NotFound``."""
    found: JobFair = uow.one(decided_fairs(uow.actor, fair_named(public_id)))
    return found


def worked_fair(uow: UnitOfWork, public_id: str) -> JobFair:
    """A fair that the actor works for, with its office. Raises ``NotFound`` for everybody else."""
    found: JobFair = uow.one(worked_fairs(uow.actor, fair_named(public_id)))
    return found


def desk_fair(uow: UnitOfWork, public_id: str) -> JobFair:
    """A fair at whose desks the actor works, with its office. Raises ``NotFound``."""
    found: JobFair = uow.one(desk_fairs(uow.actor, fair_named(public_id)))
    return found


def can_work_desks(uow: UnitOfWork, fair: JobFair) -> bool:
    """Whether the actor works at the desks of this fair now."""
    return bool(uow.rows(desk_fairs(uow.actor, select(JobFair.id).where(JobFair.id == fair.id))))


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
