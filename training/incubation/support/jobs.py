"""Work that comes back: payments that are due after their notice."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.incubation.support.services.reminding import open_due_tasks


def tend(context: JobContext) -> dict[str, Any]:
    """Open tasks in short units; running it twice opens none twice."""
    return {"opened": context.until_done(open_due_tasks)}


JOBS: dict[str, JobFunction] = {"supports.tend": tend}
TIMED = (Timed("supports.tend", 12 * 60),)
