"""Timed work: seats that came free, reminders, and the tasks about adaptability training; all idempotent."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from training.courses.enrollment.services.reminding import close_left_out_tasks, open_left_out_tasks, remind_people
from training.courses.enrollment.services.seats import fill_all_seats


def tend(context: JobContext) -> dict[str, Any]:
    """Seats that were added, then reminders."""
    return {"seats": context.until_done(fill_all_seats), "reminded": context.until_done(remind_people)}


def look_after(context: JobContext) -> dict[str, Any]:
    """Close what is settled, then ask about whoever was left out."""
    return {
        "closed": context.until_done(close_left_out_tasks),
        "opened": context.until_done(open_left_out_tasks),
    }


JOBS: dict[str, JobFunction] = {"enrollment.tend": tend, "enrollment.look_after": look_after}
TIMED = (Timed("enrollment.tend", 10), Timed("enrollment.look_after", 24 * 60))
