"""Who may give machines a key, and what a machine may read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.exchange.models import ApiToken, Webhook
from training.incubation.ventures.models import Venture


def can_manage_api(actor: Actor) -> bool:
    """Staff of an office, for that office."""
    return actor.can("api.manage") and bool(actor.region_path) and actor.organization_id is not None


def can_keep(actor: Actor, thing: ApiToken | Webhook) -> bool:
    """Whether the actor may stop what an office of the own subtree made."""
    return actor.is_system or (can_manage_api(actor) and thing.region_path.startswith(actor.region_path))


def _below(actor: Actor, query: Any, column: Any) -> Any:
    may = can_manage_api(actor)
    return query.where(column.startswith(actor.region_path, autoescape=True) if may else false())


def visible_api_tokens(actor: Actor, query: Any) -> Any:
    """Tokens of the subtree."""
    narrowed = query if actor.is_system else _below(actor, query, ApiToken.region_path)
    return visible(narrowed, "api_token")


def visible_webhooks(actor: Actor, query: Any) -> Any:
    """Webhooks of the subtree."""
    narrowed = query if actor.is_system else _below(actor, query, Webhook.region_path)
    return visible(narrowed, "webhook")


def counting_actor(actor: Actor) -> Actor:
    """The machine as a reader of aggregates of its own subtree: it opens no list of people."""
    return replace(actor, permissions=frozenset({"report.read"}))


def visible_venture_counts(actor: Actor, query: Any) -> Any:
    """A ``query`` that counts ventures of the subtree; no row of one is given out."""
    is_below = Venture.region_path.startswith(actor.region_path, autoescape=True) if actor.region_path else false()
    return visible(query.where(is_below), "venture")
