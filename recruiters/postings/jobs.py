"""Timed work of postings."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from recruiters.postings.services.clocks import (
    ask_confirmations,
    escalate_reviews,
    expire_postings,
    pause_unconfirmed,
)


def expire(context: JobContext) -> dict[str, Any]:
    """Take postings offline whose validity is over."""
    return {"expired": context.until_done(expire_postings)}


def clock(context: JobContext) -> dict[str, Any]:
    """Late reviews, and postings that nobody confirmed; running it twice on a day does nothing twice."""
    work = {"escalated": escalate_reviews, "paused": pause_unconfirmed, "asked": ask_confirmations}
    return {name: context.until_done(service) for name, service in work.items()}


JOBS: dict[str, JobFunction] = {"postings.expire": expire, "postings.clock": clock}
TIMED = (Timed("postings.expire", 24 * 60), Timed("postings.clock", 24 * 60))
