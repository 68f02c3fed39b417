"""Work that comes back: agreements and bases that end soon."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from recruiters.partners.services.terms import remind_endings


def remind(context: JobContext) -> dict[str, Any]:
    """Remind in short units until nothing is left; running it twice on a day reminds nobody twice."""
    return {"reminded": context.until_done(remind_endings)}


JOBS: dict[str, JobFunction] = {"partners.remind": remind}
TIMED = (Timed("partners.remind", 12 * 60),)
