"""Work that comes back: listing what stations owe, and reminding them."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.reports.filing.services.due import record_owed, remind_stations


def list_and_remind(context: JobContext) -> dict[str, Any]:
    """Both in short units; running it twice on a day lists nothing twice and tells nobody twice."""
    done = {}
    for name, work in (("listed", record_owed), ("told", remind_stations)):
        after, done[name] = 0, 0
        while True:
            with context.unit() as uow:
                after, count = work(uow, after)
            done[name] += count
            if not after:
                break
    return done


JOBS: dict[str, JobFunction] = {"filing.remind": list_and_remind}
TIMED = (Timed("filing.remind", 6 * 60),)
