"""Work that comes back every day."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.families.services import call_for_checks
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def call(context: JobContext) -> dict[str, Any]:
    """Call for this half-year's checks in short units."""
    made = 0
    while True:
        with context.unit() as uow:
            count = call_for_checks(uow)
        made += count
        if not count:
            return {"made": made}


JOBS: dict[str, JobFunction] = {"families.call": call}
TIMED = (Timed("families.call", 24 * 60),)
