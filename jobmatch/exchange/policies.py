"""Who may bring tables in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.exchange.models import PeopleImport


def can_import(actor: Actor) -> bool:
    """Staff and the system itself."""
    return actor.can("import.run")


def can_import_people(actor: Actor) -> bool:
    """Staff who answer for a place, and the system itself."""
    return actor.is_system or (actor.can("person.import") and bool(actor.region_path))


def visible_people_imports(actor: Actor, select: Any) -> Any:
    """Tables of people that offices of the actor's subtree brought in."""
    if actor.is_system:
        return visible(select, "people_import")
    is_below = PeopleImport.region_path.startswith(actor.region_path, autoescape=True)
    return visible(select.where(is_below if can_import_people(actor) else false()), "people_import")


def can_change_people_import(actor: Actor, batch: PeopleImport) -> bool:
    """Whether the actor may confirm, drop or take back an import."""
    return actor.is_system or (can_import_people(actor) and batch.region_path.startswith(actor.region_path))
