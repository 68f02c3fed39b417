"""Work that comes back: terms that end."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.incubation.parks.services.reminding import remind_of_terms


def remind(context: JobContext) -> dict[str, Any]:
    """Tell of terms that end soon; running it twice tells nobody twice."""
    return {"told": context.until_done(remind_of_terms)}


JOBS: dict[str, JobFunction] = {"parks.remind": remind}
TIMED = (Timed("parks.remind", 12 * 60),)
