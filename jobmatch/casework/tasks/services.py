"""Opening and closing tasks. Rooms above call these for their own work; only the room that opened a task closes it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.policies import can_work_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, require
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models import Person

TITLE_LENGTH = 120


def open_task(
    uow: UnitOfWork,
    *,
    once: str,
    kind: TaskKind,
    title: str,
    due_on: date,
    person: Person | None = None,
    organization: Organization | None = None,
    region_path: str = "",
    assignee_id: int | None = None,
    link: str = "",
) -> Task:
    """Open a task, or return the one that the same occasion (``once``) opened before, whatever became of it.

    It belongs to ``region_path``, else to the person's station or the organization's place. Raises ``ValueError``
    where none of them is given: a task that nobody sees would be lost.
    """
    known = uow.session.scalars(select(Task).where(Task.once == once)).one_or_none()
    if known is not None:
        return known
    path = region_path or (person.region_path if person else "") or (organization.region_path if organization else "")
    if not path:
        raise ValueError("a task needs a place")
    task = Task(
        once=once,
        kind=kind,
        title=title[:TITLE_LENGTH],
        person_id=person.id if person else None,
        organization_id=organization.id if organization else None,
        region_path=path,
        assignee_id=assignee_id,
        due_on=due_on,
        link=link[:200],
        created_at=uow.now,
    )
    uow.session.add(task)
    uow.session.flush()
    return task


def close_task(uow: UnitOfWork, *, once: str, outcome: str = "", state: TaskState = TaskState.DONE) -> Task | None:
    """Close the task of an occasion because its matter is settled; None where there is none, or it was closed."""
    task = uow.session.scalars(select(Task).where(Task.once == once, Task.state == TaskState.OPEN)).one_or_none()
    if task is not None:
        _close(uow, task, state, outcome)
    return task


def finish_task(uow: UnitOfWork, task: Task, *, outcome: str = "", state: TaskState = TaskState.DONE) -> Task:
    """Staff settle a task by hand; twice changes nothing. Raises ``Conflict`` where it was settled otherwise."""
    require(can_work_task(uow.actor, task))
    if task.state is state:
        return task
    if task.state is not TaskState.OPEN:
        raise Conflict
    _close(uow, task, state, outcome)
    uow.audit("task.finish", task, state=state.value)
    return task


def _close(uow: UnitOfWork, task: Task, state: TaskState, outcome: str) -> None:
    task.state, task.closed_at, task.closed_by_id = state, uow.now, uow.actor.user_id
    task.outcome = outcome[:200]
    uow.session.flush()
