"""Who calls people for a fair, and whose registrations a station sees at its buses."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_
from sqlalchemy import select as select_from

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair, can_work_fair
from jobmatch.fairs.visitors.models import FairCall, FairRegistration
from jobmatch.people.policies import visible_people

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _below(actor: Actor, column: Any) -> Any:
    """Rows of the actor's subtree."""
    if not actor.can("fair.manage") or not actor.region_path:
        return false()
    return column.startswith(actor.region_path, autoescape=True)


def visible_calls(actor: Actor, select: S) -> S:
    """Calls to people of the own subtree, for staff; joined with the people, as far as the actor may see those."""
    if actor.is_system:
        return visible(select, "fair_call", "person")
    found: S = visible_people(actor, select.where(_below(actor, FairCall.region_path)))
    return visible(found, "fair_call")


def visible_riders(actor: Actor, select: S) -> S:
    """Registrations of the fairs that the actor's office holds, and those that its subtree brought, for staff."""
    if actor.is_system:
        return visible(select, "fair_registration")
    held = FairRegistration.fair_id.in_(select_from(JobFair.id).where(_below(actor, JobFair.region_path)))
    return visible(select.where(or_(held, _below(actor, FairRegistration.region_path))), "fair_registration")


def can_call(actor: Actor, fair: JobFair, call: FairCall) -> bool:
    """Staff who work for the fair, about people of the own subtree."""
    return actor.is_system or (can_work_fair(actor, fair) and actor.reaches(call.region_path))


def can_seat(actor: Actor, fair: JobFair, registration: FairRegistration) -> bool:
    """The fair's own office, and stations for the people whom their subtree brings."""
    return can_edit_fair(actor, fair) or (can_work_fair(actor, fair) and actor.reaches(registration.region_path))
