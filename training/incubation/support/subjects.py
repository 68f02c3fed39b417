"""What this room keeps about a person, and about an organization."""

from __future__ import annotations

from typing import Any

from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    return {}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    return {}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    return []
