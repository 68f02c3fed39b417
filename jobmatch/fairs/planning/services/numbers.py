"""Seats, places and running numbers of a fair, each given out by one guarded UPDATE (security.md R6).

Rooms above call these; they ask for facts only and no permission. Nothing here can give out one too many.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import Update, bindparam, update

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair

Counted = Literal["taken", "booth_taken"]
Numbered = Literal["waiting_last", "check_in_last", "exhibitor_waiting_last"]
_LIMITS: dict[Counted, str] = {"taken": "capacity", "booth_taken": "booth_capacity"}

_OF = JobFair.id == bindparam("fair_id")


def _taking(counter: Counted) -> Update:
    column, limit = getattr(JobFair, counter), getattr(JobFair, _LIMITS[counter])
    return update(JobFair).where(_OF, column < limit).values({counter: column + 1})


def _freeing(counter: Counted) -> Update:
    column = getattr(JobFair, counter)
    return update(JobFair).where(_OF, column > 0).values({counter: column - 1})


def _numbering(counter: Numbered) -> Any:
    column = getattr(JobFair, counter)
    return update(JobFair).where(_OF).values({counter: column + 1}).returning(column)


_TAKE, _FREE = ({one: make(one) for one in _LIMITS} for make in (_taking, _freeing))
_NEXT = {one: _numbering(one) for one in get_args(Numbered)}
"""Statements of every registration, made once: making them took longer than running them."""


def record_taken(uow: UnitOfWork, fair_id: int, counter: Counted) -> bool:
    """Take one of the fair's seats (``taken``) or exhibitors' places (``booth_taken``); False: there is none left."""
    return uow.session.connection().execute(_TAKE[counter], {"fair_id": fair_id}).rowcount == 1


def record_freed(uow: UnitOfWork, fair_id: int, counter: Counted) -> None:
    """Give one back; the caller promotes the head of its queue in the same unit of work."""
    uow.session.connection().execute(_FREE[counter], {"fair_id": fair_id})


def record_next(uow: UnitOfWork, fair_id: int, counter: Numbered) -> int:
    """The next running number of a fair, from 1: given out once, in the order of the commits."""
    number: int = uow.session.connection().execute(_NEXT[counter], {"fair_id": fair_id}).scalar_one()
    return number
