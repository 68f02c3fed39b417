"""Who may see and do what in a class; the classes themselves are narrowed by the policies of their room."""

from __future__ import annotations

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import can_manage_session, can_run_session
from training.courses.enrollment.models import Enrollment


def can_teach_class(actor: Actor, course_session: CourseSession) -> bool:
    """Roll call, leave, notices and results: the provider that teaches the class, and the office that holds it."""
    return can_run_session(actor, course_session)


def can_decide_class(actor: Actor, course_session: CourseSession) -> bool:
    """Inspecting, opening a closed meeting again, completing the class, certificates: the office."""
    return can_manage_session(actor, course_session)


def is_own_enrollment(uow: UnitOfWork, enrollment: Enrollment) -> bool:
    """Whether it is the actor's own."""
    person = uow.session.get(Person, enrollment.person_id) if enrollment.person_id is not None else None
    return person is not None and is_own_file(uow.actor, person)
