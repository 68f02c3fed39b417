"""What this room keeps about a person: tasks, and who was responsible."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.tasks.models import CaseOwner, Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.subjects import MovedRow, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"task": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Tasks about the person and the periods of responsibility, oldest first; colleagues are not named."""
    tasks = uow.session.scalars(select(Task).where(Task.person_id == person_id).order_by(Task.id))
    owners = uow.session.scalars(select(CaseOwner).where(CaseOwner.person_id == person_id).order_by(CaseOwner.id))
    return {
        "task": [
            {
                "kind": task.kind.value,
                "state": task.state.value,
                "title": task.title,
                "due_on": task.due_on.isoformat(),
                "closed_at": task.closed_at.isoformat() if task.closed_at else None,
                "outcome": task.outcome,
            }
            for task in tasks
        ],
        "case_owner": [
            {"since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None} for row in owners
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Close the open tasks and blank the words of all; the periods of responsibility go."""
    tasks = uow.session.scalars(select(Task).where(Task.person_id == person_id)).all()
    for task in tasks:
        if task.state is TaskState.OPEN:
            task.state, task.closed_at, task.closed_by_id = TaskState.DROPPED, uow.now, uow.actor.user_id
        task.title, task.outcome, task.link = task.kind.label_id, "", ""
    uow.session.flush()
    owners = uow.session.execute(
        select(CaseOwner.id).where(CaseOwner.person_id == person_id).order_by(CaseOwner.id.desc())
    ).all()
    for (row_id,) in owners:
        uow.session.execute(delete(CaseOwner).where(CaseOwner.id == row_id))
    return {"task": len(tasks), "case_owner": len(owners)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point tasks and periods of responsibility.

    Where both files have somebody responsible, the one of the target stays and the source's period ends today.
    """
    moved = []
    for task in uow.session.scalars(select(Task).where(Task.person_id == source_id)):
        moved.append(MovedRow("task", task.id, {"person_id": source_id}))
        task.person_id = target_id
    kept = uow.session.scalar(
        select(CaseOwner.id).where(CaseOwner.person_id == target_id, CaseOwner.until.is_(None)).limit(1)
    )
    for row in uow.session.scalars(select(CaseOwner).where(CaseOwner.person_id == source_id)):
        before: dict[str, Any] = {"person_id": source_id}
        if row.until is None and kept is not None:
            before["until"] = None
            row.until = uow.today
        moved.append(MovedRow("case_owner", row.id, before))
        row.person_id = target_id
    uow.session.flush()
    return moved


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point tasks about an organization."""
    return move_rows(uow.session, Task, "organization_id", source_id, target_id)
