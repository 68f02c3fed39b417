"""Work that comes back every day: asking whether people still work there, and giving staff what nobody answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jobmatch.casework.crosscheck.services.checks import ask_due, hand_over_unanswered, settle_over
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.core.uow import UnitOfWork


def ask(context: JobContext) -> dict[str, Any]:
    """Settle, ask and hand over in short units; running it twice on a day asks nobody twice."""
    work = {"settled": settle_over, "asked": ask_due, "handed_over": hand_over_unanswered}
    return {name: _all(context, service) for name, service in work.items()}


def _all(context: JobContext, service: Callable[[UnitOfWork], int]) -> int:
    total = 0
    while True:
        with context.unit() as uow:
            done = service(uow)
        total += done
        if not done:
            return total


JOBS: dict[str, JobFunction] = {"crosscheck.ask": ask}
TIMED = (Timed("crosscheck.ask", 24 * 60),)
