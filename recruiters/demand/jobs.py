"""Work that comes back: employers who have not answered."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from recruiters.demand.services.rounds import JOB, remind_due


def remind(context: JobContext) -> dict[str, Any]:
    """Remind in short units until nothing is left; running it twice on a day reminds nobody twice."""
    return {"reminded": context.until_done(remind_due)}


JOBS: dict[str, JobFunction] = {JOB: remind}
TIMED = (Timed(JOB, 12 * 60),)
