"""Who works a booth, and who may act at the desks of a fair."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, literal, or_, select, true

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.planning.models import FairHelper, JobFair
from jobmatch.fairs.planning.policies import can_work_fair, helped_fairs, on_the_day
from jobmatch.fairs.planning.states import FairPart
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from recruiters.employers.models import Employer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def visible_own_booths(actor: Actor, query: S) -> S:
    """Booths of the actor's own employer."""
    if not actor.can("fair.exhibit") or actor.organization_id is None:
        return visible(query.where(false()), "exhibitor", "employer")
    mine = select(Employer.id).where(Employer.organization_id == actor.organization_id)
    return visible(query.where(Exhibitor.employer_id.in_(mine)), "exhibitor", "employer")


def worked_fairs(actor: Actor, query: S, *, is_late: bool = False) -> S:
    """Fairs whose booths and desks the actor works with: held by the own subtree; on the day and the one after also
    those of an office above; while they run those helped at, and ``is_late`` so long as their desks take scans in.

    Narrower than what may be looked at: a published fair of elsewhere is public, its people are not.
    """
    if actor.is_system:
        return visible(query, "job_fair")
    if not actor.can("fair.manage") or not actor.region_path:
        return helped_fairs(actor, query, is_late=is_late)
    below = JobFair.region_path.startswith(actor.region_path, autoescape=True)
    above = and_(literal(actor.region_path).like(JobFair.region_path + "%"), on_the_day())
    return visible(query.where(or_(below, above), JobFair.part == FairPart.HELD), "job_fair")


def visible_desk_rows(actor: Actor, query: S) -> S:
    """Exhibitors with their names, and people joined to them, of fairs the actor works with."""
    fair_ids = worked_fairs(actor, select(JobFair.id))
    query = query.where(Exhibitor.fair_id.in_(fair_ids), _listed(actor))
    return visible(query, "exhibitor", "employer", "fair_registration")


def visible_desk_list(actor: Actor, query: S) -> S:
    """People of a fair as a whole list, to take along or to print."""
    return visible(query.where(_listed(actor)), "fair_registration")


def _listed(actor: Actor) -> ColumnElement[bool]:
    """Whom the actor reads in a whole list: all for staff of the office that holds the fair and of those above, and for
    who was named to help, while it runs; a station below those it brought. At the desk it finds anybody, one at a time.
    """
    if actor.is_system:
        return true()
    named = FairRegistration.fair_id.in_(helped_fairs(actor, select(JobFair.id)))
    if not actor.can("fair.manage") or not actor.region_path:
        return named
    held = select(JobFair.id).where(JobFair.region_path.startswith(actor.region_path, autoescape=True))
    brought = FairRegistration.region_path.startswith(actor.region_path, autoescape=True)
    return or_(FairRegistration.fair_id.in_(held), named, brought)


def visible_own_tickets(actor: Actor, query: S) -> S:
    """The actor's own registrations, once the own file is claimed."""
    mine = select(Person.id).where(own_files(actor))
    return visible(query.where(FairRegistration.person_id.in_(mine)), "fair_registration", "job_fair")


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
