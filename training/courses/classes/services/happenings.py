"""What rooms above do when something happens to a class: told at assembly, done in the same unit of work."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from jobmatch.core.uow import UnitOfWork
from training.courses.classes.models import CourseSession

_canceled: list[Callable[[UnitOfWork, CourseSession], object]] = []
_last_class: list[Callable[[Session, str, int], str | None]] = []


def when_canceled(act: Callable[[UnitOfWork, CourseSession], object]) -> None:
    """Say what becomes of its people when a class is canceled; called once at assembly."""
    _canceled[:] = [act]


def tell_canceled(uow: UnitOfWork, session: CourseSession) -> None:
    """It is canceled: let the rooms above do their part now."""
    for act in _canceled:
        act(uow, session)


def ask_last_class(act: Callable[[Session, str, int], str | None]) -> None:
    """Say who knows what the last class of a course and provider led to; called once at assembly."""
    _last_class[:] = [act]


def last_class_words(session: Session, course_code: str, provider_id: int) -> str:
    """Where the people of the last such class work now, in words; empty where nobody knows."""
    return (_last_class[0](session, course_code, provider_id) or "") if _last_class else ""
