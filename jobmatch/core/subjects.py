"""What every room that stores a person answers for whole-person acts: export, erase, and moving rows at a merge.

A room's ``subjects.py`` has ``export_person(uow, person_id) -> dict``, ``erase_person(uow, person_id) -> dict`` and
``move_person(uow, source_id, target_id) -> list[MovedRow]``; the privacy room calls them, top floor first, in one unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class MovedRow:
    """One row that a merge changed: where it is, and the values it had before (plain JSON values)."""

    table: str
    row_id: int
    before: dict[str, Any] = field(default_factory=dict)
