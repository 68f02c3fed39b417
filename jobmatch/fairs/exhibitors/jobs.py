"""Background work: ranking employers for a fair, and on the day entering those who did not come."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.jobs import JobContext, JobFunction
from jobmatch.core.queue import Timed
from jobmatch.fairs.exhibitors.queries import fairs_with_own_postings
from jobmatch.fairs.exhibitors.services.absences import mark_absences
from jobmatch.fairs.exhibitors.services.fair_only import tend_fair_postings
from jobmatch.fairs.exhibitors.services.ranking import JOB, rank_employers
from jobmatch.fairs.exhibitors.services.reviewing import promote_waiting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.queries import get_fair
from jobmatch.fairs.planning.states import FairState


def rank(context: JobContext, fair: str) -> dict[str, Any]:
    """Rank employers for one fair; reads only, and its result is what the page shows."""
    with context.unit(writing=False) as uow:
        return rank_employers(uow.session, get_fair(uow.session, fair), uow.today)


def clock(context: JobContext) -> dict[str, Any]:
    """Enter absences of running fairs, hand out places that were added to coming ones, and tend what is offered at one
    fair alone; one unit for each fair.
    """
    with context.unit(writing=False) as uow:
        states = (FairState.PUBLISHED, FairState.RUNNING)
        with_own = list(uow.session.scalars(fairs_with_own_postings()))
        ids = list(uow.session.scalars(select(JobFair.id).where(JobFair.state.in_(states)).order_by(JobFair.id)))
    absent = promoted = 0
    for one in ids:
        with context.unit() as uow:
            fair = uow.session.get_one(JobFair, one)
            absent += mark_absences(uow, fair)
            promoted += promote_waiting(uow, fair)
    for one in with_own:
        with context.unit() as uow:
            tend_fair_postings(uow, uow.session.get_one(JobFair, one))
    return {"absent": absent, "promoted": promoted}


JOBS: dict[str, JobFunction] = {JOB: rank, "exhibitors.clock": clock}
TIMED = (Timed("exhibitors.clock", 5),)
