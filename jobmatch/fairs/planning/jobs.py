"""Work that comes back: tasks for the steps of fairs that are due."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.planning.services.steps import open_due_steps


def remind(context: JobContext) -> dict[str, Any]:
    """Open tasks in short units until nothing is left; running it twice on a day opens none twice."""
    return {"opened": context.until_done(open_due_steps)}


JOBS: dict[str, JobFunction] = {"planning.remind": remind}
TIMED = (Timed("planning.remind", 12 * 60),)
