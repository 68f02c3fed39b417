"""Work that comes back every day: tasks that a rule makes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobmatch.casework.visits.services.contacts import open_due_contacts, open_first_contacts
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import UnitOfWork


def make_tasks(context: JobContext) -> dict[str, Any]:
    """Open what is due in short units; running it twice on a day makes nothing twice."""
    return {"first": _all(context, open_first_contacts), "due": _all(context, open_due_contacts)}


def _all(context: JobContext, service: Callable[[UnitOfWork], int]) -> int:
    total = 0
    while True:
        with context.unit() as uow:
            done = service(uow)
        total += done
        if not done:
            return total


JOBS: dict[str, JobFunction] = {"visits.make_tasks": make_tasks}
TIMED = (Timed("visits.make_tasks", 24 * 60),)
