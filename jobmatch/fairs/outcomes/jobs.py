"""Work that comes back after fairs: follow-ups are made and answered from the register, tasks opened, lists told."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.outcomes.services.follow_ups import open_due_tasks, plan_follow_ups, read_register
from jobmatch.fairs.outcomes.services.links import tell_exhibitors


def after(context: JobContext) -> dict[str, Any]:
    """One round in short units until nothing is left; the register is asked before anybody is bothered."""
    work = {
        "planned": plan_follow_ups,
        "from_register": read_register,
        "tasks": open_due_tasks,
        "told": tell_exhibitors,
    }
    return {name: context.until_done(service) for name, service in work.items()}


JOBS: dict[str, JobFunction] = {"outcomes.after": after}
TIMED = (Timed("outcomes.after", 20),)
