"""What this room keeps about a person, and about an organization."""

from __future__ import annotations

from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

KEPT: dict[str, str] = {}


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    return []
