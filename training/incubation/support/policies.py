"""Who may see and decide about supports."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, literal, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.ventures.models import Venture
from training.incubation.ventures.policies import own_ventures

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_policies(actor: Actor, select_: S) -> S:
    """What is in force is public; staff see all of their subtree and of the offices above."""
    if actor.is_system:
        return visible(select_, "support_policy")
    seen: ColumnElement[bool] = SupportPolicy.is_active.is_(True)
    if actor.can("venture.manage") and actor.region_path:
        below = SupportPolicy.region_path.startswith(actor.region_path, autoescape=True)
        seen = or_(seen, below, literal(actor.region_path).like(SupportPolicy.region_path + "%"))
    return visible(select_.where(seen), "support_policy")


def visible_supports(actor: Actor, select_: S) -> S:
    """Staff see those of their subtree, founders those of their ventures."""
    if actor.is_system:
        return visible(select_, "venture_support")
    if actor.can("venture.manage") and actor.region_path:
        below = VentureSupport.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(below), "venture_support")
    own = own_ventures(actor, select(Venture.id))
    return visible(select_.where(VentureSupport.venture_id.in_(own)), "venture_support")


def can_manage_policy(actor: Actor, policy: SupportPolicy) -> bool:
    """Staff of the office that gives it, and above."""
    return actor.is_system or (actor.can("venture.manage") and actor.reaches(policy.region_path))


def can_decide_support(actor: Actor, support: VentureSupport) -> bool:
    """Staff of the place it belongs to, and above."""
    return actor.is_system or (actor.can("venture.manage") and actor.reaches(support.region_path))
