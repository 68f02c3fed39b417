"""Work that comes back every day: tasks that a rule makes."""

from __future__ import annotations

from typing import Any

from jobmatch.casework.visits.services.contacts import open_due_contacts, open_first_contacts
from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed


def make_tasks(context: JobContext) -> dict[str, Any]:
    """Open what is due in short units; running it twice on a day makes nothing twice."""
    return {"first": context.until_done(open_first_contacts), "due": context.until_done(open_due_contacts)}


JOBS: dict[str, JobFunction] = {"visits.make_tasks": make_tasks}
TIMED = (Timed("visits.make_tasks", 24 * 60),)
