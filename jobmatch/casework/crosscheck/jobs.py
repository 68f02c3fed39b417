"""Work that comes back every day: asking whether people still work there, and giving staff what nobody answered."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.crosscheck.services.checks import ask_due, hand_over_unanswered, settle_over
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def ask(context: JobContext) -> dict[str, Any]:
    """Settle, ask and hand over in short units; running it twice on a day asks nobody twice."""
    work = {"settled": settle_over, "asked": ask_due, "handed_over": hand_over_unanswered}
    return {name: context.until_done(service) for name, service in work.items()}


JOBS: dict[str, JobFunction] = {"crosscheck.ask": ask}
TIMED = (Timed("crosscheck.ask", 24 * 60),)
