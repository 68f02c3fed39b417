"""Who keeps the ledger of contacts, and whose trips one sees."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.casework.visits.models import VisitPlan
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file


def _below(actor: Actor, path: str) -> bool:
    return actor.can("case.work") and actor.reaches(path)


def can_record_contact(actor: Actor, person: Person) -> bool:
    """Staff of the subtree write down whom they reached; rows are reached through the person."""
    return actor.is_system or _below(actor, person.region_path)


def can_ask_call(actor: Actor, person: Person) -> bool:
    """Only the person asks to be called."""
    return actor.is_system or is_own_file(actor, person)


def can_plan_visit(actor: Actor, region_path: str) -> bool:
    """Staff plan trips to the villages of their own subtree."""
    return actor.is_system or _below(actor, region_path)


def visible_visit_plans(actor: Actor, select: Any) -> Any:
    """Trips below the actor's place; ``select`` is a ``Select`` over trips, and so is the answer."""
    if actor.is_system:
        return visible(select, "visit_plan")
    reach = actor.region_path if actor.can("case.work") else ""
    condition = VisitPlan.region_path.startswith(reach, autoescape=True) if reach else false()
    return visible(select.where(condition), "visit_plan")
