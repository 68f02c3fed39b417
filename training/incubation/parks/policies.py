"""Who may see and change incubators, tenancies and mentors, and whom their operators see."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from training.incubation.parks.models import Incubator, Mentor, MentorTalk, Tenancy
from training.incubation.parks.states import TenancyState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import own_ventures

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
_WITH_TENANCY = ("tenancy", "venture", "incubator")
"""Who sees a tenancy sees the venture that applied and the incubator it applied to."""
_WITH_MENTOR = ("mentor", "venture")
"""Who sees a mentor sees the ventures they talked with."""


def visible_incubators(actor: Actor, select_: S) -> S:
    """Open ones for everybody; staff see all of their subtree, operators their own."""
    if actor.is_system:
        return visible(select_, "incubator")
    seen: ColumnElement[bool] = Incubator.is_open.is_(True)
    if actor.can("venture.manage") and actor.region_path:
        seen = or_(seen, Incubator.region_path.startswith(actor.region_path, autoescape=True))
    elif actor.can("incubator.own"):
        seen = or_(seen, Incubator.organization_id == actor.organization_id)
    return visible(select_.where(seen), "incubator")


def run_incubators(actor: Actor, select_: S) -> S:
    """Incubators the actor runs: the office's, or the own one."""
    if actor.is_system:
        return visible(select_, "incubator")
    if actor.can("venture.manage") and actor.region_path:
        below = Incubator.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(below), "incubator")
    mine = Incubator.organization_id == actor.organization_id if actor.can("incubator.own") else false()
    return visible(select_.where(mine), "incubator")


def can_manage_incubator(actor: Actor, incubator: Incubator) -> bool:
    """Staff of the place it sits in, and above."""
    return actor.is_system or (actor.can("venture.manage") and actor.reaches(incubator.region_path))


def can_run_incubator(actor: Actor, incubator: Incubator) -> bool:
    """Its operators, and the staff that answer for it."""
    is_own = actor.can("incubator.own") and incubator.organization_id == actor.organization_id
    return is_own or can_manage_incubator(actor, incubator)


def visible_tenancies(actor: Actor, select_: S) -> S:
    """Staff see those of their subtree, operators those of their incubator, founders their own."""
    if actor.is_system:
        return visible(select_, *_WITH_TENANCY)
    if actor.can("venture.manage") and actor.region_path:
        below = Tenancy.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(below), *_WITH_TENANCY)
    if actor.can("incubator.own"):
        mine = select(Incubator.id).where(Incubator.organization_id == actor.organization_id)
        return visible(select_.where(Tenancy.incubator_id.in_(mine)), *_WITH_TENANCY)
    own = own_ventures(actor, select(Venture.id))
    return visible(select_.where(Tenancy.venture_id.in_(own)), *_WITH_TENANCY)


def tenant_ventures(actor: Actor, select_: S) -> S:
    """Ventures that applied to the operator's incubator: what they wrote for it may be read."""
    mine = select(Incubator.id).where(Incubator.organization_id == actor.organization_id)
    applied = select(Tenancy.venture_id).where(Tenancy.incubator_id.in_(mine))
    return visible(select_.where(Venture.id.in_(applied) if actor.can("incubator.own") else false()), "venture")


def mentored_ventures(actor: Actor, select_: S) -> S:
    """Ventures that the mentor talked with."""
    me = select(Mentor.id).where(Mentor.user_id == actor.user_id)
    talked = select(MentorTalk.venture_id).where(MentorTalk.mentor_id.in_(me))
    return visible(select_.where(Venture.id.in_(talked) if actor.can("mentor.own") else false()), "venture")


def visible_mentors(actor: Actor, select_: S) -> S:
    """Staff see those of their subtree, operators those of their incubator, mentors themselves."""
    if actor.is_system:
        return visible(select_, *_WITH_MENTOR)
    if actor.can("venture.manage") and actor.region_path:
        below = Mentor.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(below), *_WITH_MENTOR)
    if actor.can("incubator.own"):
        run = select(Incubator.id).where(Incubator.organization_id == actor.organization_id)
        return visible(select_.where(Mentor.incubator_id.in_(run)), *_WITH_MENTOR)
    mine = Mentor.user_id == actor.user_id if actor.can("mentor.own") else false()
    return visible(select_.where(mine), *_WITH_MENTOR)


def run_incubator(uow: UnitOfWork, public_id: str) -> Incubator:
    """An incubator that the actor runs. Raises ``NotFound``."""
    found: Incubator = uow.one(run_incubators(uow.actor, select(Incubator).where(Incubator.public_id == public_id)))
    return found


def noticed_tenancies(select_: S) -> S:
    """Tenancies that are in public notice: everybody may read them."""
    return visible(select_.where(Tenancy.state == TenancyState.NOTICED), *_WITH_TENANCY)


def own_tenancies(actor: Actor, select_: S) -> S:
    """Tenancies of the actor's own ventures."""
    own = own_ventures(actor, select(Venture.id))
    return visible(select_.where(Tenancy.venture_id.in_(own)), *_WITH_TENANCY)


def own_talks(actor: Actor, select_: S) -> S:
    """Talks with the actor's own ventures, as they confirm them."""
    return visible(
        select_.where(MentorTalk.venture_id.in_(own_ventures(actor, select(Venture.id)))), "mentor", "venture"
    )


def can_review_tenancy(actor: Actor, tenancy: Tenancy) -> bool:
    """Staff of the incubator's place; whether they have a stake in it the service asks."""
    return actor.is_system or (actor.can("venture.manage") and actor.reaches(tenancy.region_path))


def can_keep_mentors(actor: Actor, incubator: Incubator | None) -> bool:
    """Staff, and operators those of their incubator."""
    if incubator is None:
        return actor.is_system or (actor.can("venture.manage") and bool(actor.region_path))
    return can_run_incubator(actor, incubator)


def can_record_talk(actor: Actor, mentor: Mentor, incubator: Incubator | None) -> bool:
    """The mentor, and whoever keeps the list of mentors."""
    is_own = actor.can("mentor.own") and mentor.user_id is not None and mentor.user_id == actor.user_id
    return is_own or can_keep_mentors(actor, incubator)
