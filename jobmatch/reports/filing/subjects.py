"""What filing keeps about a person: the key between them and their number in frozen figures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.filing.models import SubjectNumber


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The number under which frozen figures know somebody."""
    return {"subject_number": dump_rows(uow.session, SubjectNumber, SubjectNumber.person_id == person_id)}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """The key goes: totals stand, and nobody can say whose row it was."""
    gone = delete(SubjectNumber).where(SubjectNumber.person_id == person_id).returning(SubjectNumber.id)
    return {"subject_number": len(uow.session.scalars(gone).all())}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """The number moves where the other file has none; else the frozen row stays with the merged file."""
    has_one = select(SubjectNumber.id).where(SubjectNumber.person_id == target_id).limit(1)
    if uow.session.scalar(has_one) is not None:
        return []
    return move_rows(uow.session, SubjectNumber, "person_id", source_id, target_id)
