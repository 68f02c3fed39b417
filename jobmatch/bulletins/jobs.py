"""Work that comes back: the proposal of the week."""

from __future__ import annotations

from typing import Any

from jobmatch.bulletins.services.issues import make_due_issues
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def propose(context: JobContext) -> dict[str, Any]:
    """Propose this week's issue where there is none; running it twice makes one."""
    with context.unit() as uow:
        return {"made": make_due_issues(uow)}


JOBS: dict[str, JobFunction] = {"bulletins.propose": propose}
TIMED = (Timed("bulletins.propose", 24 * 60),)
