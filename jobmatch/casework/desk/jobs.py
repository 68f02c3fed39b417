"""Work that comes back: what is overdue is brought before the superior."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.desk.services.escalation import escalate_overdue
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def escalate(context: JobContext) -> dict[str, Any]:
    """Escalate in short units until nothing is left; running it twice on a day reminds nobody twice."""
    total = 0
    while True:
        with context.unit() as uow:
            done = escalate_overdue(uow)
        total += done
        if not done:
            return {"escalated": total}


JOBS: dict[str, JobFunction] = {"desk.escalate": escalate}
TIMED = (Timed("desk.escalate", 12 * 60),)
