"""Work that comes back every day: employers are reminded, and what nobody answered is closed kindly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobmatch.applications.services import close_unanswered, remind_employers
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import UnitOfWork


def remind(context: JobContext) -> dict[str, Any]:
    """Remind and close in short units; running it twice on a day tells nobody twice."""
    return {"reminded": _all(context, remind_employers), "closed": _all(context, close_unanswered)}


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
