"""Seats, places and running numbers of a fair, each given out by one guarded UPDATE (security.md R6).

Rooms above call these; they ask for facts only and no permission. Nothing here can give out one too many.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import update

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair

Counted = Literal["taken", "booth_taken"]
Numbered = Literal["waiting_last", "check_in_last", "exhibitor_waiting_last"]
_LIMITS: dict[Counted, str] = {"taken": "capacity", "booth_taken": "booth_capacity"}


def record_taken(uow: UnitOfWork, fair_id: int, counter: Counted) -> bool:
    """Take one of the fair's seats (``taken``) or exhibitors' places (``booth_taken``); False: there is none left."""
    column, limit = getattr(JobFair, counter), getattr(JobFair, _LIMITS[counter])
    done = uow.session.execute(
        update(JobFair).where(JobFair.id == fair_id, column < limit).values({counter: column + 1}),
        execution_options={"synchronize_session": False},
    )
    return int(getattr(done, "rowcount", 0)) == 1


def record_freed(uow: UnitOfWork, fair_id: int, counter: Counted) -> None:
    """Give one back; the caller promotes the head of its queue in the same unit of work."""
    column = getattr(JobFair, counter)
    uow.session.execute(
        update(JobFair).where(JobFair.id == fair_id, column > 0).values({counter: column - 1}),
        execution_options={"synchronize_session": False},
    )


def record_next(uow: UnitOfWork, fair_id: int, counter: Numbered) -> int:
    """The next running number of a fair, from 1: given out once, in the order of the commits."""
    column = getattr(JobFair, counter)
    return uow.session.execute(
        update(JobFair).where(JobFair.id == fair_id).values({counter: column + 1}).returning(column),
        execution_options={"synchronize_session": False},
    ).scalar_one()
