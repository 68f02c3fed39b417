"""Work that comes back every day: reminders, kind endings of what nobody answered, and changed offices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobmatch.applications.services import close_unanswered, follow_moved_people, remind_employers
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import UnitOfWork


def remind(context: JobContext) -> dict[str, Any]:
    """Remind, close and follow in short units; running it twice on a day tells nobody twice."""
    work = {"reminded": remind_employers, "closed": close_unanswered, "followed": follow_moved_people}
    return {name: _all(context, service) for name, service in work.items()}


def _all(context: JobContext, service: Callable[[UnitOfWork], int]) -> int:
    total = 0
    while True:
        with context.unit() as uow:
            done = service(uow)
        total += done
        if not done:
            return total


JOBS: dict[str, JobFunction] = {"applications.remind": remind}
TIMED = (Timed("applications.remind", 24 * 60),)
