"""Work that comes back: the clocks of complaints, and what is to be forgotten."""

from __future__ import annotations

from typing import Any

from jobmatch.complaints.services.clocks import escalate_overdue, forget_old, forget_sources, tell_holds
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def clock(context: JobContext) -> dict[str, Any]:
    """Go through the clocks in short units until nothing is left; running it twice on a day does nothing twice."""
    work = {"escalated": escalate_overdue, "told": tell_holds, "sources": forget_sources, "forgotten": forget_old}
    return {name: context.until_done(service) for name, service in work.items()}


JOBS: dict[str, JobFunction] = {"complaints.clock": clock}
TIMED = (Timed("complaints.clock", 6 * 60),)
