"""Work that comes back: kept places that run out, and people who should have left school."""

from __future__ import annotations

from functools import partial
from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.courses.schooling.services import ask_who_is_over, remind_of_places


def tend(context: JobContext) -> dict[str, Any]:
    """Remind and ask in short units; running it twice does nothing twice."""
    return {
        "first": context.until_done(partial(remind_of_places, which="first")),
        "last": context.until_done(partial(remind_of_places, which="last")),
        "over": context.until_done(ask_who_is_over),
    }


JOBS: dict[str, JobFunction] = {"schooling.tend": tend}
TIMED = (Timed("schooling.tend", 24 * 60),)
