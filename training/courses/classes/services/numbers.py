"""Seats and running numbers of a class, each given out by one guarded UPDATE (security.md R6).

Rooms above call these; they ask for facts only and no permission. Nothing here can give out one too many.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import bindparam, update

from jobmatch.core.uow import UnitOfWork
from training.courses.classes.models import CourseSession

Numbered = Literal["waiting_last", "certificate_last"]

_OF = CourseSession.id == bindparam("session_id")
_TAKE = update(CourseSession).where(_OF, CourseSession.taken < CourseSession.capacity)
_TAKE = _TAKE.values(taken=CourseSession.taken + 1)
_FREE = update(CourseSession).where(_OF, CourseSession.taken > 0).values(taken=CourseSession.taken - 1)


def _numbering(counter: Numbered) -> Any:
    column = getattr(CourseSession, counter)
    return update(CourseSession).where(_OF).values({counter: column + 1}).returning(column)


_NEXT = {one: _numbering(one) for one in get_args(Numbered)}


def record_taken(uow: UnitOfWork, session_id: int) -> bool:
    """Take one seat of the class; False: there is none left."""
    return uow.session.connection().execute(_TAKE, {"session_id": session_id}).rowcount == 1


def record_freed(uow: UnitOfWork, session_id: int) -> None:
    """Give one back; the caller promotes the head of its queue in the same unit of work."""
    uow.session.connection().execute(_FREE, {"session_id": session_id})


def record_next(uow: UnitOfWork, session_id: int, counter: Numbered) -> int:
    """The next running number of a class, from 1: given out once, in the order of the commits."""
    number: int = uow.session.connection().execute(_NEXT[counter], {"session_id": session_id}).scalar_one()
    return number
