"""Work that comes back every day: papers that ran out, and phones that nobody used for months."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.people.services.claims import ask_claims
from jobmatch.people.services.verification import expire_verifications


def look_after_files(context: JobContext) -> dict[str, Any]:
    """End verifications and ask for claims in short units; running it twice on a day changes nothing more."""
    done = {"expired": 0, "to_claim": 0}
    for name, service in (("expired", expire_verifications), ("to_claim", ask_claims)):
        count = 1
        while count:
            with context.unit() as uow:
                count = service(uow)
            done[name] += count
    return done


JOBS: dict[str, JobFunction] = {"people.look_after_files": look_after_files}
TIMED = (Timed("people.look_after_files", 24 * 60),)
