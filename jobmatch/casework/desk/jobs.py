"""Work that comes back: what is overdue is brought before the superior."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.desk.services.escalation import escalate_overdue
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def escalate(context: JobContext) -> dict[str, Any]:
    """Escalate in short units until nothing is left; running it twice on a day reminds nobody twice."""
    return {"escalated": context.until_done(escalate_overdue)}


JOBS: dict[str, JobFunction] = {"desk.escalate": escalate}
TIMED = (Timed("desk.escalate", 12 * 60),)
