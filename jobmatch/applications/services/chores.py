"""Tasks for the office that applications give rise to: an employer that stays silent, an interview tomorrow."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import exists, literal, select
from sqlalchemy.orm import selectinload

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.clock import local_day
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import rule_value

SILENT, INTERVIEW = "unanswered:", "interview:"


def chase_unanswered(uow: UnitOfWork, *, limit: int = 50) -> int:
    """Open a task for each application that an employer left silent for days past its word; returns how many."""
    require(uow.actor.is_system)
    days = int(rule_value(uow.session, "unanswered_task_days", uow.today))
    known = exists().where(Task.once == literal(SILENT) + Application.public_id)
    rows = uow.session.scalars(
        select(Application)
        .options(selectinload(Application.person), selectinload(Application.posting))
        .where(
            Application.state == ApplicationState.SUBMITTED,
            Application.answer_due_on < uow.today - timedelta(days=days),
            ~known,
        )
        .order_by(Application.id)
        .limit(limit)
    ).all()
    for row in rows:
        chase(uow, row, due_on=uow.today + timedelta(days=1))
    return len(rows)


def chase(uow: UnitOfWork, application: Application, *, due_on: date) -> None:
    """Let the person's station ask the employer for an answer; ``application`` comes with person and posting."""
    open_task(
        uow,
        once=f"{SILENT}{application.public_id}",
        kind=TaskKind.UNANSWERED,
        title=_("催单位答复：%(title)s", title=application.posting.title),
        due_on=due_on,
        person=application.person,
        region_path=application.region_path,
        link=f"/staff/applications/{application.public_id}",
    )


def announce_interviews(uow: UnitOfWork, *, limit: int = 100) -> int:
    """Open a task for each interview of tomorrow, so that somebody reminds the person; returns how many are new."""
    require(uow.actor.is_system)
    known = exists().where(Task.once == literal(INTERVIEW) + Application.public_id)
    rows = uow.session.scalars(
        select(Application)
        .options(selectinload(Application.person), selectinload(Application.posting))
        .where(
            Application.state == ApplicationState.INTERVIEW,
            Application.interview_at.between(uow.now, uow.now + timedelta(days=2)),
            ~known,
        )
        .order_by(Application.interview_at)
        .limit(limit)
    ).all()
    tomorrow = [
        row for row in rows if row.interview_at and local_day(row.interview_at) == uow.today + timedelta(days=1)
    ]
    for row in tomorrow:
        open_task(
            uow,
            once=f"{INTERVIEW}{row.public_id}",
            kind=TaskKind.INTERVIEW,
            title=_("提醒明天面试：%(title)s", title=row.posting.title),
            due_on=uow.today,
            person=row.person,
            region_path=row.region_path,
            link=f"/staff/applications/{row.public_id}",
        )
    return len(tomorrow)


def settle_chores(uow: UnitOfWork, *, limit: int = 200) -> int:
    """Close tasks whose matter is over: the employer answered, or the interview has been."""
    require(uow.actor.is_system)
    open_tasks = (Task.state == TaskState.OPEN,)
    answered = select(Task.once).join(Application, Task.once == literal(SILENT) + Application.public_id)
    been = select(Task.once).where(Task.kind == TaskKind.INTERVIEW, Task.due_on < uow.today)
    over = [
        *uow.session.scalars(answered.where(*open_tasks, Application.state != ApplicationState.SUBMITTED).limit(limit)),
        *uow.session.scalars(been.where(*open_tasks).limit(limit)),
    ]
    for once in over:
        close_task(uow, once=once, outcome=_("事情已过"))
    return len(over)
