"""Work that comes back: deferrals that end, the clock of vetting, and rechecks that come near."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from recruiters.employers.services.rechecks import ask_rechecks, tell_missed_rechecks
from recruiters.employers.services.vetting import escalate_vetting, resume_deferred


def clock(context: JobContext) -> dict[str, Any]:
    """Go through the clocks in short units until nothing is left; running it twice on a day does nothing twice."""
    work = {
        "resumed": resume_deferred,
        "escalated": escalate_vetting,
        "asked": ask_rechecks,
        "missed": tell_missed_rechecks,
    }
    return {name: context.until_done(service) for name, service in work.items()}


JOBS: dict[str, JobFunction] = {"employers.clock": clock}
TIMED = (Timed("employers.clock", 6 * 60),)
