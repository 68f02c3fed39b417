"""Tags for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.teams.models import PersonTag
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The tags with their day."""
    rows = uow.session.scalars(select(PersonTag).where(PersonTag.person_id == person_id)).all()
    return {"person_tag": [{"tag": r.tag, "since": r.since, "note": r.note} for r in rows]} if rows else {}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Tags go."""
    gone = uow.session.execute(delete(PersonTag).where(PersonTag.person_id == person_id))
    return {"person_tag": int(getattr(gone, "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Tags move; one that the target carries too stays where it is."""
    held = set(uow.session.scalars(select(PersonTag.tag).where(PersonTag.person_id == target_id)))
    moved = []
    for row in uow.session.scalars(select(PersonTag).where(PersonTag.person_id == source_id)).all():
        if row.tag not in held:
            row.person_id = target_id
            moved.append(MovedRow(PersonTag.__tablename__, row.id, {"person_id": source_id}))
    uow.session.flush()
    return moved
