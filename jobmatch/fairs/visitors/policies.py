"""Who may see and change registrations."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_work_fair, desk_fairs, visible_fairs
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
TABLE = "fair_registration"

OPEN_FAIR = visible_fairs(Actor(), select(JobFair).where(JobFair.public_id == bindparam("public_id")))
"""The fair with this public id as everybody may see it; made once, since a whole hall registers through it."""


def visible_registrations(actor: Actor, select_: S) -> S:
    """Registrations of the fairs that the actor's office holds or that its subtree brought, and everybody's own."""
    if actor.is_system:
        return visible(select_, TABLE)
    if actor.can("fair.manage") and actor.region_path:
        held = select(JobFair.id).where(JobFair.region_path.startswith(actor.region_path, autoescape=True))
        brought = FairRegistration.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(or_(FairRegistration.fair_id.in_(held), brought)), TABLE)
    if actor.can("person.own"):
        own = select(Person.id).where(own_files(actor))
        return visible(select_.where(FairRegistration.person_id.in_(own)), TABLE)
    return visible(select_.where(false()), TABLE)


def desk_registrations(actor: Actor, select_: S) -> S:
    """Registrations of the fairs at whose desks the actor works: whoever stands there is looked for in all of them."""
    fairs = desk_fairs(actor, select(JobFair.id))
    return visible(select_.where(FairRegistration.fair_id.in_(fairs)), TABLE)


def held_tickets(select_: S) -> S:
    """Registrations with their fairs by the public id of the ticket: whoever holds that address holds the ticket."""
    return visible(select_, TABLE, "job_fair")


def can_register_others(actor: Actor, fair: JobFair) -> bool:
    """Staff of the office and of the stations below it."""
    return can_work_fair(actor, fair)


def can_use_file(actor: Actor, person: Person, fair: JobFair) -> bool:
    """Whether a registration may be made from this file: the own one, or one the actor's office serves."""
    served = can_work_fair(actor, fair) and actor.can("person.read") and actor.reaches(person.region_path)
    return actor.is_system or is_own_file(actor, person) or served


def can_work_registration(actor: Actor, registration: FairRegistration, fair: JobFair) -> bool:
    """Staff of the office that holds the fair, and of the station that brought this person."""
    if actor.is_system:
        return True
    reaches = actor.reaches(fair.region_path) or actor.reaches(registration.region_path)
    return can_work_fair(actor, fair) and reaches


def can_show_plan(actor: Actor, registration: FairRegistration, person: Person | None) -> bool:
    """What was planned from a file is shown to its owner and to staff, not to whoever holds the ticket's address."""
    return (
        registration.person_id is None
        or actor.can("fair.manage")
        or (person is not None and is_own_file(actor, person))
    )


def shown_exhibitors(select_: S) -> S:
    """Accepted exhibitors, whom everybody may read on the page of a fair; the query says that they are accepted."""
    return visible(select_, "exhibitor", "employer")
