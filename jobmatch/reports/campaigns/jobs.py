"""Work that comes back: reminders of tasks of special actions."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.reports.campaigns.services.ledger import remind_stations


def remind(context: JobContext) -> dict[str, Any]:
    """Remind stations in short units; running it twice on a day tells nobody twice."""
    after, told = 0, 0
    while True:
        with context.unit() as uow:
            after, count = remind_stations(uow, after)
        told += count
        if not after:
            return {"told": told}


JOBS: dict[str, JobFunction] = {"campaigns.remind": remind}
TIMED = (Timed("campaigns.remind", 12 * 60),)
