"""Work that comes back: start-up wishes that were said in surveys, service plans and counts of families."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.incubation.ventures.services.wishes import collect_wishes


def collect(context: JobContext) -> dict[str, Any]:
    """Make ventures of new wishes in short units; running it twice makes none twice."""
    return {"collected": context.until_done(collect_wishes)}


JOBS: dict[str, JobFunction] = {"ventures.collect_wishes": collect}
TIMED = (Timed("ventures.collect_wishes", 6 * 60),)
