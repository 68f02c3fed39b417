"""What time does to applications: employers are reminded step by step, silence ends kindly, offices follow people."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from jobmatch.applications import notices
from jobmatch.applications.models import Application
from jobmatch.applications.queries import lapsed, nudge_days, organizations_to_nudge, waiting_of
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.states import Move
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import add_working_days
from recruiters.postings.models import Posting

CALL_WORKING_DAYS = 3


def remind_employers(uow: UnitOfWork, *, limit: int = 50) -> int:
    """Remind employers of everything that waits, once for each step of waiting; returns how many were told."""
    require(uow.actor.is_system)
    steps = nudge_days(uow)
    organizations = organizations_to_nudge(uow, limit=limit)
    for organization_id in organizations:
        waiting = waiting_of(uow, organization_id)
        notices.tell_waiting(uow, waiting)
        for application in waiting:
            waited = uow.now - application.created_at
            application.nudge_step = sum(waited >= timedelta(days=days) for days in steps)
            application.reminded_at = uow.now
    uow.session.flush()
    return len(organizations)


def close_unanswered(uow: UnitOfWork, *, limit: int = 100) -> int:
    """End what nobody decided for the days of the rule, with a kind letter and a task for the person's station."""
    require(uow.actor.is_system)
    silent = lapsed(uow, limit=limit)
    for application in silent:
        move_application(uow, application, Move.LAPSE)
        _hand_to_station(uow, application)
    return len(silent)


def _hand_to_station(uow: UnitOfWork, application: Application) -> None:
    posting = uow.session.get_one(Posting, application.posting_id)
    open_task(
        uow,
        once=f"lapsed:{application.public_id}",
        kind=TaskKind.UNANSWERED,
        title=_("投递没有结果，帮本人另找：%(title)s", title=posting.title),
        due_on=add_working_days(uow.session, uow.today, CALL_WORKING_DAYS)[0],
        person=uow.session.get_one(Person, application.person_id),
        region_path=application.region_path,
        link=f"/staff/applications/{application.public_id}",
    )


def follow_moved_people(uow: UnitOfWork) -> int:
    """Let the office that answers for a person now see their applications too; returns how many changed hands."""
    require(uow.actor.is_system)
    home = select(Person.region_path).where(Person.id == Application.person_id).scalar_subquery()
    moved = update(Application).where(Application.region_path != home).values(region_path=home)
    rows = uow.session.scalars(moved.returning(Application.id), execution_options={"synchronize_session": False}).all()
    if rows:
        uow.audit("application.follow", number=len(rows))
    return len(rows)
