"""Background work of accounts."""

from __future__ import annotations

from jobmatch.accounts.services.codes import drop_old_codes
from jobmatch.accounts.services.sessions import drop_old_sessions
from jobmatch.accounts.services.throttles import drop_old_attempts
from jobmatch.core.jobs import JobContext, JobFunction, drop_old_jobs
from jobmatch.core.queue import Timed


def tidy(context: JobContext) -> dict[str, int]:
    """Delete tries, codes, sessions and background work that are long over."""
    with context.unit() as uow:
        return {
            "attempts": drop_old_attempts(uow),
            "codes": drop_old_codes(uow),
            "sessions": drop_old_sessions(uow),
            "work": drop_old_jobs(uow),
        }


JOBS: dict[str, JobFunction] = {"accounts.tidy": tidy}
TIMED = (Timed("accounts.tidy", minutes=60),)
