"""Timed work of postings."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from recruiters.postings.services import EXPIRE_BATCH, expire_postings


def expire(context: JobContext) -> dict[str, Any]:
    """Take postings offline whose validity is over, in batches of one unit each."""
    total = 0
    while True:
        with context.unit() as uow:
            count = expire_postings(uow)
        total += count
        if count < EXPIRE_BATCH:
            return {"expired": total}
        context.progress(total)


JOBS: dict[str, JobFunction] = {"postings.expire": expire}
TIMED = (Timed("postings.expire", 24 * 60),)
