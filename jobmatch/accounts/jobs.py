"""Background work of accounts."""

from __future__ import annotations

from typing import Any

from jobmatch.accounts.services.audits import VERIFY
from jobmatch.accounts.services.codes import drop_old_codes
from jobmatch.accounts.services.sessions import drop_old_sessions
from jobmatch.accounts.services.throttles import drop_old_attempts
from jobmatch.core import chain
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


def anchor(context: JobContext) -> dict[str, int]:
    """Note the head of the audit chain outside of the database."""
    path, syslog = context.database.info["anchor"]
    return {"seq": chain.write_anchor(context.database, path, syslog=syslog).seq}


def verify_audit(context: JobContext) -> dict[str, Any]:
    """Walk the whole chain for the auditor's page."""
    path, _syslog = context.database.info["anchor"]
    return chain.verify(context.database, path, progress=context.progress).as_dict()


JOBS: dict[str, JobFunction] = {"accounts.tidy": tidy, "accounts.anchor": anchor, VERIFY: verify_audit}
TIMED = (Timed("accounts.tidy", minutes=60), Timed("accounts.anchor", minutes=15))
