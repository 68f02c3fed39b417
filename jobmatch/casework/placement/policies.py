"""Who may see and keep the resettlement ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.casework.placement.models import Placement
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person


def visible_placements(actor: Actor, select: Any) -> Any:
    """Lines of the actor's subtree, by the place of resettlement; ``select`` may join their people."""
    if actor.is_system:
        return visible(select, "placement", "person")
    reach = actor.region_path if actor.can("placement.write") else ""
    return visible(
        select.where(Placement.region_path.startswith(reach, autoescape=True) if reach else false()),
        "placement",
        "person",
    )


def can_keep_placement(actor: Actor, region_path: str) -> bool:
    """Staff of the subtree the person is resettled in."""
    if actor.is_system:
        return True
    return actor.can("placement.write") and actor.reaches(region_path)


def can_open_placement(actor: Actor, person: Person, region_path: str) -> bool:
    """Staff who answer for the person, or for the place of resettlement."""
    return can_keep_placement(actor, region_path) or can_keep_placement(actor, person.region_path)
