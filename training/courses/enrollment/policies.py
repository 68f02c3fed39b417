"""Who may see and change enrollments."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files, visible_served_people
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session, can_work_session
from training.courses.enrollment.models import CourseCall, Enrollment

S = TypeVar("S", bound=Select[*tuple[Any, ...]])
TABLE = "enrollment"


def visible_enrollments(actor: Actor, select_: S) -> S:
    """The office's classes and the people it brought; a provider's classes; everybody's own."""
    if actor.is_system:
        return visible(select_, TABLE)
    if actor.can("class.manage") and actor.region_path:
        held = select(CourseSession.id).where(CourseSession.region_path.startswith(actor.region_path, autoescape=True))
        brought = Enrollment.region_path.startswith(actor.region_path, autoescape=True)
        return visible(select_.where(or_(Enrollment.session_id.in_(held), brought)), TABLE)
    if actor.can("provider.own"):
        mine = select(Provider.id).where(Provider.organization_id == actor.organization_id)
        taught = select(CourseSession.id).where(CourseSession.provider_id.in_(mine))
        return visible(select_.where(Enrollment.session_id.in_(taught)), TABLE)
    return own_enrollments(actor, select_)


def own_enrollments(actor: Actor, select_: S) -> S:
    """Everybody's own."""
    mine = Enrollment.person_id.in_(select(Person.id).where(own_files(actor))) if actor.can("person.own") else false()
    return visible(select_.where(mine), TABLE)


def visible_calls(actor: Actor, select_: S) -> S:
    """Calls of the office's own people."""
    if actor.is_system:
        return visible(select_, "course_call")
    below = CourseCall.region_path.startswith(actor.region_path, autoescape=True)
    return visible(select_.where(below if actor.can("class.manage") and actor.region_path else false()), "course_call")


def can_enroll(uow: UnitOfWork, person: Person, session: CourseSession) -> bool:
    """The person themselves, and staff who serve them and bring people to this class."""
    actor = uow.actor
    served = can_work_session(actor, session) and actor.can("person.read") and actor.reaches(person.region_path)
    return actor.is_system or is_own_file(actor, person) or served


def can_work_enrollment(uow: UnitOfWork, enrollment: Enrollment, session: CourseSession) -> bool:
    """Staff of the office that holds the class, and of the station that brought this person."""
    actor = uow.actor
    brought = can_work_session(actor, session) and actor.reaches(enrollment.region_path)
    return can_manage_session(actor, session) or brought


def visible_rosters(actor: Actor, select_: S) -> S:
    """Enrollments joined with their people: whoever holds the class, or brought the person, reads who is in it."""
    return visible(visible_enrollments(actor, select_), "person")


def visible_granted(actor: Actor, select_: S) -> S:
    """Enrollments with people of the own provider's classes, as far as grants hold today."""
    mine = select(Provider.id).where(Provider.organization_id == actor.organization_id)
    taught = Enrollment.session_id.in_(select(CourseSession.id).where(CourseSession.provider_id.in_(mine)))
    held = Enrollment.grant_id.in_(
        select(Grant.id).where(
            Grant.organization_id == actor.organization_id,
            Grant.revoked_at.is_(None),
            Grant.valid_until >= local_day(utcnow()),
        )
    )
    allowed = taught & held if actor.can("provider.own") and actor.organization_id is not None else false()
    return visible(select_.where(allowed), TABLE, "person")


def visible_called(actor: Actor, select_: S) -> S:
    """Calls joined with their people, of the office's own people."""
    if actor.is_system:
        return visible(select_, "course_call", "person")
    found: S = visible_served_people(actor, visible_calls(actor, select_))
    return found


def can_call(actor: Actor, session: CourseSession, call: CourseCall) -> bool:
    """Staff who bring people to the class, about people of the own subtree."""
    return actor.is_system or (can_work_session(actor, session) and actor.reaches(call.region_path))


def can_list_person(actor: Actor, session: CourseSession, person: Person) -> bool:
    """Staff who bring people to the class, for people they serve."""
    served = actor.can("person.read") and actor.reaches(person.region_path)
    return actor.is_system or (can_work_session(actor, session) and served)
