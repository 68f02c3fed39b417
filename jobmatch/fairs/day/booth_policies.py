"""Who works a booth, and who may act at the desks of a fair."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.policies import can_work_fair, desk_fairs
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from recruiters.employers.models import Employer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_own_booths(actor: Actor, query: S) -> S:
    """Booths of the actor's own employer."""
    if not actor.can("fair.exhibit") or actor.organization_id is None:
        return visible(query.where(false()), "exhibitor")
    mine = select(Employer.id).where(Employer.organization_id == actor.organization_id)
    return visible(query.where(Exhibitor.employer_id.in_(mine)), "exhibitor")


def visible_desk_rows(actor: Actor, query: S, *, with_people: bool = False) -> S:
    """Exhibitors, and ``with_people`` the registrations joined to them, of fairs at whose desks the actor works."""
    fair_ids = desk_fairs(actor, select(JobFair.id))
    narrowed = query.where(Exhibitor.fair_id.in_(fair_ids))
    return visible(narrowed, "exhibitor", "fair_registration") if with_people else visible(narrowed, "exhibitor")


def visible_desk_people(actor: Actor, query: S) -> S:
    """Registrations of fairs at whose desks the actor works."""
    fair_ids = desk_fairs(actor, select(JobFair.id))
    return visible(query.where(FairRegistration.fair_id.in_(fair_ids)), "fair_registration")


def visible_own_tickets(actor: Actor, query: S) -> S:
    """The actor's own registrations, once the own file is claimed."""
    mine = select(Person.id).where(own_files(actor))
    return visible(query.where(FairRegistration.person_id.in_(mine)), "fair_registration")


def can_work_booth(actor: Actor, employer: Employer) -> bool:
    """Members of the employer; the holder of the booth's link acts as the system, after the link was checked."""
    own = actor.organization_id is not None and actor.organization_id == employer.organization_id
    return actor.is_system or (actor.can("fair.exhibit") and own)


def can_work_desk(actor: Actor, fair: JobFair, helpers: set[int]) -> bool:
    """Staff whose work touches the fair, and its volunteers (``helpers``: their user ids) on its day."""
    is_helper = actor.can("fair.help") and actor.user_id in helpers
    return actor.is_system or can_work_fair(actor, fair) or is_helper


def helper_ids(fair: JobFair) -> Select[int]:
    """User ids of the volunteers who may help now."""
    return select(FairHelper.user_id).where(FairHelper.fair_id == fair.id, FairHelper.revoked_at.is_(None))
