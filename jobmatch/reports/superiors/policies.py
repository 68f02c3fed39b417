"""Who keeps forms of superiors and fills them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.reports.superiors.models import SuperiorForm


def can_keep_forms(actor: Actor) -> bool:
    """Staff who hand in reports of their place."""
    return actor.is_system or (actor.can("report.submit") and bool(actor.region_path))


def can_change_form(actor: Actor, form: SuperiorForm) -> bool:
    """Staff of the office that keeps it."""
    return can_keep_forms(actor) and (actor.is_system or actor.region_path == form.region_path)


def can_put_people(actor: Actor) -> bool:
    """Lists of people are filled in by whoever may open them."""
    return actor.is_system or actor.can("report.people")


def visible_forms(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Forms of the reader's own office."""
    if actor.is_system:
        return visible(query, "superior_form")
    own = SuperiorForm.region_path == actor.region_path if can_keep_forms(actor) else false()
    return visible(query.where(own, SuperiorForm.is_active), "superior_form")
