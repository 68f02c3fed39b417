"""Tags for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.teams.models import PersonTag
from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The tags with their day."""
    return {"person_tag": dump_rows(uow.session, PersonTag, PersonTag.person_id == person_id, without=("noted_by_id",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Tags go."""
    gone = uow.session.execute(delete(PersonTag).where(PersonTag.person_id == person_id))
    return {"person_tag": int(getattr(gone, "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Tags move; one that the target carries too stays where it is."""
    held = select(PersonTag.tag).where(PersonTag.person_id == target_id)
    return move_rows(uow.session, PersonTag, "person_id", source_id, target_id, PersonTag.tag.not_in(held))
