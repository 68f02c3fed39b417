"""Who may hold surveys and see their answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, literal, or_

from jobmatch.casework.surveys.models import Survey
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible


def visible_surveys(actor: Actor, select: Any) -> Any:
    """Rounds that touch the actor's subtree: their own, those below, and those of the offices above."""
    if actor.is_system:
        return visible(select, "survey")
    reach = actor.region_path if actor.can("case.work") else ""
    if not reach:
        return visible(select.where(false()), "survey")
    above = literal(reach).like(Survey.region_path + "%")
    return visible(select.where(or_(Survey.region_path.startswith(reach, autoescape=True), above)), "survey")


def can_hold_survey(actor: Actor) -> bool:
    """Staff with a subtree."""
    return actor.is_system or (actor.can("case.work") and bool(actor.region_path))
