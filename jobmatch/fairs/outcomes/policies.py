"""Who reads what came of a fair, and who works on its follow-ups."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, literal, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from recruiters.employers.models import Employer
from recruiters.employers.policies import own_employer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
OVER = (FairState.CLOSED, FairState.ARCHIVED)


def visible_counted_fairs(actor: Actor, query: S) -> S:
    """Fairs whose figures the actor may read: of the own subtree, and for staff those above that they worked for."""
    if actor.is_system:
        return visible(query, "job_fair")
    path = actor.region_path if actor.can("report.read") and actor.region_path else "-"
    below = JobFair.region_path.startswith(path, autoescape=True)
    if actor.can("fair.manage"):
        below = or_(below, literal(path).like(JobFair.region_path + "%"))
    return visible(query.where(below), "job_fair")


def visible_follow_ups(actor: Actor, query: S) -> S:
    """Follow-ups of people whose place lies in the staff member's subtree; ``query`` joins the registration."""
    if not actor.is_system:
        path = actor.region_path if actor.can("fair.manage") and actor.region_path else "-"
        query = query.where(FairRegistration.region_path.startswith(path, autoescape=True))
    return visible(query, "fair_registration", "job_fair", "exhibitor", "employer")


def visible_own_follow_ups(actor: Actor, query: S) -> S:
    """Follow-ups about the actor; ``query`` joins the registration."""
    mine = select(Person.id).where(own_files(actor), Person.erased_at.is_(None))
    return visible(
        query.where(FairRegistration.person_id.in_(mine)), "fair_registration", "job_fair", "exhibitor", "employer"
    )


def visible_own_parts(actor: Actor, query: S) -> S:
    """The own employer's parts in fairs that are over."""
    mine = select(Employer.id).where(own_employer(actor))
    over = select(JobFair.id).where(JobFair.state.in_(OVER))
    return visible(query.where(Exhibitor.employer_id.in_(mine), Exhibitor.fair_id.in_(over)), "exhibitor", "job_fair")


def can_answer_follow_up(actor: Actor, registration: FairRegistration) -> bool:
    """Staff of the place the person came from, or of those above it."""
    return actor.is_system or (actor.can("fair.manage") and actor.reaches(registration.region_path))


def can_answer_own(actor: Actor, follow_up: FairFollowUp, intention: Intention, person: Person | None) -> bool:
    """The person the intention is about."""
    is_own = person is not None and person.user_id is not None and person.user_id == actor.user_id
    return is_own and follow_up.intention_id == intention.id


def can_report_fair(actor: Actor, fair: JobFair) -> bool:
    """Staff who run the fair send its reports and take its file, once it is over."""
    return can_edit_fair(actor, fair)


def reads_exactly(actor: Actor, region_path: str) -> bool:
    """Whoever may open the lists of a place reads small numbers; others read that they are small."""
    return actor.is_system or (actor.can("report.people") and actor.reaches(region_path))
