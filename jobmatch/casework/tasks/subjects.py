"""Tasks in whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"task": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What staff noted to do for the person, and what came of it."""
    return {"task": dump_rows(uow.session, Task, Task.person_id == person_id, without=("once",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Drop open tasks and blank outcomes; kind and dates stay for the figures of the station."""
    rows = uow.session.scalars(select(Task).where(Task.person_id == person_id)).all()
    for task in rows:
        if task.state is TaskState.OPEN:
            task.state, task.closed_at = TaskState.DROPPED, uow.now
        task.title, task.outcome, task.link = task.kind.value, "", ""
    uow.session.flush()
    return {"task": len(rows)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand tasks over."""
    return move_rows(uow.session, Task, "person_id", source_id, target_id)
