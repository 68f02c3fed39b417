"""Who may see and work on a complaint, and who may learn who made it."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from jobmatch.complaints.models import Complaint
from jobmatch.complaints.states import Outcome
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import own_files
from recruiters.employers.models import Employer
from recruiters.employers.policies import can_edit_employer, own_employer

S = TypeVar("S", bound=Select[*tuple[Any, ...]])


def _below(actor: Actor, permission: str) -> ColumnElement[bool]:
    if not actor.can(permission) or not actor.region_path:
        return false()
    return Complaint.region_path.startswith(actor.region_path, autoescape=True)


def visible_complaints(actor: Actor, query: S, *, aggregate: bool = False) -> S:
    """Complaints of the staff member's subtree. ``aggregate`` is for figures: superior readers count theirs too."""
    if not actor.is_system:
        query = query.where(_below(actor, "report.read" if aggregate else "complaint.handle"))
    return visible(query, "complaint")


def visible_own_complaints(actor: Actor, query: S) -> S:
    """What the actor reported while signed in."""
    mine = select(Person.id).where(own_files(actor), Person.erased_at.is_(None))
    return visible(query.where(Complaint.person_id.in_(mine)), "complaint")


def visible_to_employer(actor: Actor, query: S) -> S:
    """Complaints about the own employer that it was asked about, or that turned out to be founded."""
    mine = select(Employer.id).where(own_employer(actor))
    known = or_(Complaint.asked_at.is_not(None), Complaint.outcome == Outcome.FOUNDED)
    return visible(
        query.where(and_(Complaint.employer_id.in_(mine), Complaint.same_as_id.is_(None), known)), "complaint"
    )


def can_handle_complaint(actor: Actor, complaint: Complaint) -> bool:
    """Staff of the subtree."""
    in_subtree = actor.reaches(complaint.region_path)
    return actor.is_system or (actor.can("complaint.handle") and in_subtree)


def can_see_reporter(actor: Actor, complaint: Complaint) -> bool:
    """Nobody but the one colleague who was named to handle it."""
    is_handler = complaint.handler_id is not None and complaint.handler_id == actor.user_id
    return can_handle_complaint(actor, complaint) and is_handler


def can_state_case(actor: Actor, employer: Employer) -> bool:
    """Whoever manages the employer's account."""
    return can_edit_employer(actor, employer)


def shows_small_counts(actor: Actor) -> bool:
    """Whether figures are told to the last one: to those who may also open the list behind a number."""
    return actor.is_system or actor.can("complaint.handle")
