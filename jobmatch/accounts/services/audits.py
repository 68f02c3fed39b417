"""The auditor's own acts."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.errors import require
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork

VERIFY = "accounts.verify_audit"


def ask_verification(uow: UnitOfWork) -> None:
    """Have the whole chain walked in the background; where that waits or runs already, nothing more happens."""
    require(uow.actor.can("audit.read"))
    under_way = select(Job.id).where(Job.name == VERIFY, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    if uow.session.scalar(under_way.limit(1)) is None:
        uow.enqueue(VERIFY)
        uow.audit("audit.verify")
