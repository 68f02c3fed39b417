"""Background work of the day: forgetting what was written, when contacts are forgotten."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.day.services.forgetting import forget_words


def forget(context: JobContext) -> dict[str, Any]:
    """Notes and words about people who were forgotten."""
    with context.unit() as uow:
        return {"forgotten": forget_words(uow)}


JOBS: dict[str, JobFunction] = {"fairday.forget": forget}
TIMED = (Timed("fairday.forget", 24 * 60),)
