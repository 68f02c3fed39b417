"""What this room answers for one person: export, erase, and moving rows when two files are joined."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry, RosterImport
from jobmatch.casework.intake.services.roster import drop_files
from jobmatch.casework.intake.states import ImportState
from jobmatch.core.subjects import MovedRow, paths_above
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person


def _entries(uow: UnitOfWork, person_id: int) -> list[RosterEntry]:
    query = select(RosterEntry).where(RosterEntry.person_id == person_id).order_by(RosterEntry.id)
    return list(uow.session.scalars(query))


def _intakes(uow: UnitOfWork, person_id: int) -> list[Intake]:
    return list(uow.session.scalars(select(Intake).where(Intake.person_id == person_id).order_by(Intake.id)))


def _text(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's lines on rosters and the times they reported."""
    return {
        "roster_entry": [
            {
                "name": entry.name,
                "id_number": entry.id_number,
                "phone": entry.phone,
                "birth_on": _text(entry.birth_on),
                "method_code": entry.method_code,
                "rank_code": entry.rank_code,
                "discharged_on": _text(entry.discharged_on),
                "transferred_on": _text(entry.transferred_on),
                "expected_region_code": entry.expected_region_code,
                "state": entry.state.value,
                "state_on": _text(entry.state_on),
                "state_reason": entry.state_reason,
            }
            for entry in _entries(uow, person_id)
        ],
        "intake": [
            {
                "public_id": intake.public_id,
                "created_at": _text(intake.created_at),
                "grant_due_on": _text(intake.grant_due_on),
                "grant_paid_on": _text(intake.grant_paid_on),
                "taken_back_at": _text(intake.taken_back_at),
                "taken_back_reason": intake.taken_back_reason,
            }
            for intake in _intakes(uow, person_id)
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Blank who the lines of the roster are about; that somebody was handed over and came stays for the counts.

    Kept roster files that name the person go at once: those of their batches, and those around them that were only
    looked at, of which nobody knows who is in them.
    """
    entries = _entries(uow, person_id)
    place = uow.session.get_one(Person, person_id).region_path
    around = select(IntakeBatch.id).where(IntakeBatch.region_path.in_(paths_above(place)))
    files = drop_files(
        uow,
        or_(
            RosterImport.batch_id.in_({entry.batch_id for entry in entries}),
            (RosterImport.state == ImportState.CHECKED) & RosterImport.batch_id.in_(around),
        ),
    )
    for entry in entries:
        entry.name, entry.state_reason = "", ""
        entry.id_number = entry.phone = entry.birth_on = None
    uow.session.flush()
    return {"roster_entry": len(entries), "roster_import": files}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point lines and intakes at the file that stays; two files may both have reported, so nothing can clash."""
    moved = []
    rows: list[RosterEntry | Intake] = [*_entries(uow, source_id), *_intakes(uow, source_id)]
    for row in rows:
        moved.append(MovedRow(row.__tablename__, row.id, {"person_id": source_id}))
        row.person_id = target_id
    uow.session.flush()
    return moved
