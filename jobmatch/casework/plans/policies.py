"""Who may see and write plans, support, referrals, experts and hardship."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.casework.plans.models import Expert
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_edit_person


def can_plan_for(actor: Actor, person: Person) -> bool:
    """Staff who answer for the person; never the person alone."""
    return actor.is_system or (actor.can("case.work") and can_edit_person(actor, person))


def can_see_hardship(actor: Actor, person: Person) -> bool:
    """Staff who answer for the person and hold the lock's key, never for themselves; each look states a reason."""
    if actor.is_system:
        return True
    in_reach = actor.reaches(person.region_path)
    return actor.can("difficulty.read") and in_reach and person.user_id != actor.user_id


def visible_experts(actor: Actor, select: Any) -> Any:
    """Experts of the actor's subtree and of the offices above it."""
    if actor.is_system:
        return visible(select, "expert")
    reach = actor.region_path if actor.can("case.work") else ""
    if not reach:
        return visible(select.where(false()), "expert")
    above = [reach[: end + 1] for end, sign in enumerate(reach) if sign == "/"]
    touches = Expert.region_path.startswith(reach, autoescape=True) | Expert.region_path.in_(above)
    return visible(select.where(touches), "expert")


def can_keep_expert(actor: Actor, region_path: str) -> bool:
    """Staff of the place that signed the agreement, or above it."""
    if actor.is_system:
        return True
    return actor.can("case.work") and actor.reaches(region_path)
