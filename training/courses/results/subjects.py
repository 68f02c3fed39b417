"""What this room keeps about a person: how content they were with a class. The enrollment is moved by its own room."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, dump_rows
from jobmatch.core.uow import UnitOfWork
from training.courses.enrollment.models import Enrollment
from training.courses.results.models import ClassRating

KEPT: dict[str, str] = {}


def _mine(person_id: int) -> Any:
    return ClassRating.enrollment_id.in_(select(Enrollment.id).where(Enrollment.person_id == person_id))


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's ratings."""
    return {"class_rating": dump_rows(uow.session, ClassRating, _mine(person_id))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """The stars stay as a number, the words go."""
    rows = uow.session.scalars(select(ClassRating).where(_mine(person_id))).all()
    for row in rows:
        row.words = ""
    uow.session.flush()
    return {"class_rating": len(rows)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing: ratings follow their enrollment."""
    return []
