"""Who may see and change enrollments."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, false, or_, select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files
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
