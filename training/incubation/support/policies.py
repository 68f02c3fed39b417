"""Who may see and decide about supports."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, false, literal, or_, select

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
    return visible(select_.where(or_(SupportPolicy.is_active.is_(True), _near(actor))), "support_policy")


def office_policies(actor: Actor, select_: S) -> S:
    """Policies of the office, of those above it, and of those below it."""
    return visible(select_ if actor.is_system else select_.where(_near(actor)), "support_policy")


def _near(actor: Actor) -> ColumnElement[bool]:
    if not (actor.can("venture.manage") and actor.region_path):
        return false()
    below = SupportPolicy.region_path.startswith(actor.region_path, autoescape=True)
    return or_(below, literal(actor.region_path).like(SupportPolicy.region_path + "%"))


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


def can_set_budget(actor: Actor) -> bool:
    """Staff of an office, for that office."""
    return actor.can("venture.manage") and bool(actor.region_path)


def _managed(actor: Actor, path: ColumnElement[str]) -> ColumnElement[bool]:
    can = actor.can("venture.manage") and bool(actor.region_path)
    return path.startswith(actor.region_path, autoescape=True) if can else false()


def managed_supports(actor: Actor, select_: S) -> S:
    """Supports the office decides about: those of its subtree; nobody's own ones come along."""
    if actor.is_system:
        return visible(select_, "venture_support")
    return visible(select_.where(_managed(actor, _column(VentureSupport.region_path))), "venture_support")


def managed_policies(actor: Actor, select_: S) -> S:
    """Policies the office may change."""
    if actor.is_system:
        return visible(select_, "support_policy")
    return visible(select_.where(_managed(actor, _column(SupportPolicy.region_path))), "support_policy")


def _column(column: Any) -> ColumnElement[str]:
    expression: ColumnElement[str] = column.expression
    return expression


def own_supports(actor: Actor, select_: S) -> S:
    """Supports of the actor's own ventures."""
    own = own_ventures(actor, select(Venture.id))
    return visible(select_.where(VentureSupport.venture_id.in_(own)), "venture_support")


def noticed_supports(_actor: Actor, select_: S) -> S:
    """What is shown to the public; the query says which that is."""
    return visible(select_, "venture_support")
