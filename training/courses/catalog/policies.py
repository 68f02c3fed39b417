"""Who may see and change providers."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_providers(actor: Actor, select_: S) -> S:
    """Listed ones for everybody; staff see all of their subtree, members their own."""
    if actor.is_system:
        return visible(select_, "provider")
    listed = Provider.state == ProviderState.LISTED
    if actor.can("class.manage") and actor.region_path:
        below = Provider.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(or_(listed, below)), "provider")
    if actor.can("provider.own"):
        return visible(select_.where(or_(listed, Provider.organization_id == actor.organization_id)), "provider")
    return visible(select_.where(listed), "provider")


def managed_providers(actor: Actor, select_: S) -> S:
    """Providers of the office's subtree, in whatever state."""
    if actor.is_system:
        return visible(select_, "provider")
    below = Provider.region_path.startswith(actor.region_path, autoescape=True)
    return visible(select_.where(below if actor.can("class.manage") and actor.region_path else false()), "provider")


def own_providers(actor: Actor, select_: S) -> S:
    """The provider whose member the actor is."""
    mine = Provider.organization_id == actor.organization_id if actor.can("provider.own") else false()
    return visible(select_.where(mine), "provider")


def can_manage_provider(actor: Actor, provider: Provider) -> bool:
    """Staff of the place it sits in, and above."""
    return actor.is_system or (actor.can("class.manage") and actor.reaches(provider.region_path))


def can_edit_provider(actor: Actor, provider: Provider) -> bool:
    """Its own members, and the staff that answer for it."""
    is_own = actor.can("provider.own") and provider.organization_id == actor.organization_id
    return is_own or can_manage_provider(actor, provider)
