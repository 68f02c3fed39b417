"""Who may see and work on questions and lists."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.casework.crosscheck.models import CrossCheck
from jobmatch.casework.crosscheck.states import Topic
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible


def visible_crosschecks(actor: Actor, select: Any) -> Any:
    """Lists of the actor's subtree; those about hardship only for who may read hardship facts."""
    if actor.is_system:
        return visible(select, "cross_check")
    if not (actor.can("crosscheck.run") and actor.region_path):
        return visible(select.where(false()), "cross_check")
    select = select.where(CrossCheck.region_path.startswith(actor.region_path, autoescape=True))
    if not actor.can("difficulty.read"):
        select = select.where(CrossCheck.topic != Topic.HARDSHIP)
    return visible(select, "cross_check")


def can_start_crosscheck(actor: Actor, topic: Topic) -> bool:
    """Staff with a subtree of their own; about hardship only who may read hardship facts."""
    may_ask = actor.can("crosscheck.run") and bool(actor.region_path)
    return may_ask and (topic is not Topic.HARDSHIP or actor.can("difficulty.read"))


def can_run_crosscheck(actor: Actor, crosscheck: CrossCheck) -> bool:
    """Staff in whose subtree everybody on the list lives."""
    return can_start_crosscheck(actor, crosscheck.topic) and crosscheck.region_path.startswith(actor.region_path)
