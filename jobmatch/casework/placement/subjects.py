"""The resettlement ledger for whole-person acts: it is an official ledger, so a line outlives the person's name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.queries import find_placement
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

KEPT = ("ledger", "state", "accepted_on", "due_on", "score", "post", "letter_on", "letter_number", "started_on")


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's line and its steps."""
    line = find_placement(uow.session, person_id)
    if line is None:
        return {}
    steps = uow.session.scalars(select(PlacementStep).where(PlacementStep.placement_id == line.id)).all()
    return {
        "placement": [{name: getattr(line, name) for name in (*KEPT, "start_due_on", "contract_years")}],
        "placement_step": [{"step": s.step, "happened_on": s.happened_on, "note": s.note} for s in steps],
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
    line.person_id = target_id
    uow.session.flush()
    return [MovedRow(Placement.__tablename__, line.id, {"person_id": source_id})]
