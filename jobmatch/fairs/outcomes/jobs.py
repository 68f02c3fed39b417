"""Work that comes back after fairs: follow-ups are made and answered from the register, tasks opened, lists told."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.outcomes.services.follow_ups import open_due_tasks, plan_follow_ups, read_register
from jobmatch.fairs.outcomes.services.links import tell_exhibitors
from jobmatch.fairs.outcomes.services.reports import lists_book
from jobmatch.fairs.outcomes.services.sealing import destroy_lists, fairs_to_seal, seal_lists
from jobmatch.fairs.planning.models import JobFair


def after(context: JobContext) -> dict[str, Any]:
    """One round in short units until nothing is left; the register is asked before anybody is bothered."""
    work = {
        "planned": plan_follow_ups,
        "from_register": read_register,
        "tasks": open_due_tasks,
        "told": tell_exhibitors,
    }
    return {name: context.until_done(service) for name, service in work.items()}


def seal(context: JobContext) -> dict[str, Any]:
    """Seal the lists of fairs before names are forgotten, and destroy those that were kept long enough.

    The workbook is made before the unit that writes.
    """
    with context.unit(writing=False) as uow:
        due = fairs_to_seal(uow)
    sealed = 0
    for fair_id in due:
        with context.unit(writing=False) as uow:
            content = lists_book(uow, uow.session.get_one(JobFair, fair_id))
        with context.unit() as uow:
            sealed += seal_lists(uow, uow.session.get_one(JobFair, fair_id), content)
    return {"sealed": sealed, "destroyed": context.until_done(destroy_lists)}


JOBS: dict[str, JobFunction] = {"outcomes.after": after, "outcomes.seal": seal}
TIMED = (Timed("outcomes.after", 20), Timed("outcomes.seal", 12 * 60))
