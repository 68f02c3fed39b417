"""Background work of the halls: exhibitors are told their booth."""

from __future__ import annotations

from typing import Any

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.fairs.halls.services.assigning import TELL_JOB, tell_exhibitor


def tell(context: JobContext, move_id: int) -> dict[str, Any]:
    """Tell one exhibitor; told twice, it hears it once."""
    with context.unit() as uow:
        return {"told": tell_exhibitor(uow, move_id)}


JOBS: dict[str, JobFunction] = {TELL_JOB: tell}
