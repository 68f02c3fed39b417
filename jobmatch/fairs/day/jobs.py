"""Background work of a fair's day."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.day.services.forgetting import forget_words
from jobmatch.fairs.day.services.moves import MOVE_JOB, people_to_tell, tell_moved

PORTION = 50
"""People told in one unit, so that check-ins wait for no crowd."""


def tell_move(context: JobContext, move_id: int) -> dict[str, Any]:
    """Tell everybody who goes to an exhibitor that it moved."""
    with context.unit(writing=False) as uow:
        ids = people_to_tell(uow, move_id)
    for start in range(0, len(ids), PORTION):
        with context.unit() as uow:
            tell_moved(uow, move_id, ids[start : start + PORTION])
    return {"people": len(ids)}


def forget(context: JobContext) -> dict[str, Any]:
    """Notes and words about people who were forgotten."""
    with context.unit() as uow:
        return {"forgotten": forget_words(uow)}


JOBS: dict[str, JobFunction] = {MOVE_JOB: tell_move, "fairday.forget": forget}
TIMED = (Timed("fairday.forget", 24 * 60),)
