"""The resettlement ledger for whole-person acts: it is an official ledger, so a line outlives the person's name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.queries import find_placement
from jobmatch.core.subjects import MovedRow, change_row, dump_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"placement": "ledger_keep_years", "placement_step": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's line and its steps."""
    lines = select(Placement.id).where(Placement.person_id == person_id)
    steps = PlacementStep.placement_id.in_(lines)
    return {
        "placement": dump_rows(uow.session, Placement, Placement.person_id == person_id),
        "placement_step": dump_rows(uow.session, PlacementStep, steps, without=("recorded_by_id",)),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """The notes of the steps go; the line itself, without a name, stays as a line of the ledger."""
    line = find_placement(uow.session, person_id)
    if line is None:
        return {}
    blanked = uow.session.execute(
        update(PlacementStep).where(PlacementStep.placement_id == line.id, PlacementStep.note != "").values(note="")
    )
    return {"placement_step": int(getattr(blanked, "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """The line moves; where both files have one, the target's stays theirs and the source's stays with the source."""
    line = find_placement(uow.session, source_id)
    if line is None or find_placement(uow.session, target_id) is not None:
        return []
    moved = change_row(line, person_id=target_id)
    uow.session.flush()
    return [moved]
