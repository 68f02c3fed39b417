"""What comes by itself: a reminder before the first day, and the stations' tasks about people who were left out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.queries import QUIET, is_quiet
from jobmatch.people.models.person import Person
from jobmatch.reference.rules import add_months
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment import notices
from training.courses.enrollment.adaptability import due_months, has_attended, left_out
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

AHEAD = timedelta(days=1)


def remind_people(uow: UnitOfWork, *, most: int = 200) -> int:
    """Tell everybody with a seat the day before the class begins; returns how many were told now, 0: none is left.

    In quiet hours nobody is. Running it twice tells nobody twice: the message knows its occasion.
    """
    require(uow.actor.is_system)
    if is_quiet(uow.now.astimezone(SHANGHAI).hour, QUIET):
        return 0
    tomorrow = select(CourseSession).where(
        CourseSession.state == SessionState.APPROVED, CourseSession.starts_on == uow.today + AHEAD
    )
    told = 0
    for session in uow.session.scalars(tomorrow.order_by(CourseSession.id)).all():
        seated = (Enrollment.session_id == session.id, Enrollment.state == EnrollmentState.SEATED)
        for enrollment in uow.session.scalars(select(Enrollment).where(*seated).order_by(Enrollment.id)).all():
            told += notices.tell(uow, session, enrollment, "tomorrow")
            if told >= most:
                return told
    return told


def open_left_out_tasks(uow: UnitOfWork, *, most: int = 200) -> int:
    """Ask the responsible station to call whoever is in no adaptability class and has three months left, or less.

    Returns how many tasks were opened; a task that was settled is not opened again for the same leaving of service.
    """
    require(uow.actor.is_system)
    asked = exists().where(Task.person_id == Person.id, Task.kind == TaskKind.TRAINING_LEFT_OUT)
    rows = uow.session.execute(left_out(uow).where(~asked).limit(most)).all()
    months = due_months(uow)
    for person, discharged_on in rows:
        open_task(
            uow,
            once=f"adaptability:{person.public_id}:{discharged_on:%Y%m%d}",
            kind=TaskKind.TRAINING_LEFT_OUT,
            title=notices.left_out_words(),
            due_on=max(uow.today, add_months(discharged_on, months)),
            person=person,
            link=f"/staff/adaptability?year={discharged_on.year}",
        )
    return len(rows)


def close_left_out_tasks(uow: UnitOfWork, *, most: int = 200) -> int:
    """Close these tasks of people who attend now; returns how many."""
    require(uow.actor.is_system)
    query = (
        select(Task.once)
        .join(Person, Person.id == Task.person_id)
        .where(Task.kind == TaskKind.TRAINING_LEFT_OUT, Task.state == TaskState.OPEN, has_attended())
        .order_by(Task.id)
        .limit(most)
    )
    found = uow.session.scalars(query).all()
    for once in found:
        close_task(uow, once=once, outcome=_("已参加适应性培训"))
    return len(found)
