"""Work that comes back every day."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.families.services import call_for_checks
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def call(context: JobContext) -> dict[str, Any]:
    """Call for this half-year's checks in short units."""
    return {"made": context.until_done(call_for_checks)}


JOBS: dict[str, JobFunction] = {"families.call": call}
TIMED = (Timed("families.call", 24 * 60),)
