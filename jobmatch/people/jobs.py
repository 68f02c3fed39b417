"""Background work of the people room: uploads nobody confirmed, papers that ran out, phones unused for months."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.people.services.claims import ask_claims
from jobmatch.people.services.uploads import drop_old_readings
from jobmatch.people.services.verification import expire_verifications


def look_after_files(context: JobContext) -> dict[str, Any]:
    """End verifications and ask for claims in short units; running it twice on a day changes nothing more."""
    work = {"expired": expire_verifications, "to_claim": ask_claims}
    return {name: context.until_done(service) for name, service in work.items()}


def tidy_readings(context: JobContext) -> dict[str, int]:
    """Remove uploaded résumés that nobody confirmed within the hour."""
    with context.unit() as uow:
        return {"readings": drop_old_readings(uow)}


JOBS: dict[str, JobFunction] = {
    "people.look_after_files": look_after_files,
    "people.tidy_readings": tidy_readings,
}
TIMED = (Timed("people.look_after_files", 24 * 60), Timed("people.tidy_readings", minutes=15))
