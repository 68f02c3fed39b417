"""Background work of the people room."""

from __future__ import annotations

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.people.services.uploads import drop_old_readings


def tidy_readings(context: JobContext) -> dict[str, int]:
    """Remove uploaded résumés that nobody confirmed within the hour."""
    with context.unit() as uow:
        return {"readings": drop_old_readings(uow)}


JOBS: dict[str, JobFunction] = {"people.tidy_readings": tidy_readings}
TIMED = (Timed("people.tidy_readings", minutes=15),)
