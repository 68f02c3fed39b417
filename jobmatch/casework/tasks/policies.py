"""Who may see and work on tasks, and who may say who is responsible for whom."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.casework.tasks.models import Task
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person


def visible_tasks(actor: Actor, select: Any) -> Any:
    """Tasks of the actor's subtree; ``select`` is a ``Select`` over tasks, and so is the answer."""
    if actor.is_system:
        return visible(select, "task")
    reach = actor.region_path if actor.can("case.work") else ""
    return visible(select.where(Task.region_path.startswith(reach, autoescape=True) if reach else false()), "task")


def can_work_task(actor: Actor, task: Task) -> bool:
    """Staff of the subtree."""
    if actor.is_system:
        return True
    return actor.can("case.work") and actor.reaches(task.region_path)


def can_set_owner(actor: Actor, person: Person) -> bool:
    """Staff of the subtree say who is responsible for a person."""
    if actor.is_system:
        return True
    return actor.can("case.work") and actor.reaches(person.region_path)


def can_transfer_people(actor: Actor) -> bool:
    """Who keeps a station moves many people at once; which ones is limited by whom they see."""
    return actor.is_system or (actor.can("station.manage") and bool(actor.region_path))
