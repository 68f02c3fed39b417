"""Work that comes back: reminders of quarterly reports, and visits to ventures."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.incubation.growth.services.reports import open_visits, remind_reports


def tend(context: JobContext) -> dict[str, Any]:
    """Remind founders and open visits in short units; running it twice on a day does nothing twice."""
    after, told = 0, 0
    while True:
        with context.unit() as uow:
            after, count = remind_reports(uow, after)
        told += count
        if not after:
            break
    return {"told": told, "visits": context.until_done(open_visits)}


JOBS: dict[str, JobFunction] = {"growth.tend": tend}
TIMED = (Timed("growth.tend", 12 * 60),)
