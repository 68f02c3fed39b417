"""The count of families for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from jobmatch.casework.families.models import FamilyAid, FamilyCheck
from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"family_check": "ledger_keep_years", "family_aid": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's checks and what was done for them."""
    return {
        "family_check": dump_rows(
            uow.session, FamilyCheck, FamilyCheck.person_id == person_id, without=("checked_by_id",)
        ),
        "family_aid": dump_rows(uow.session, FamilyAid, FamilyAid.person_id == person_id, without=("recorded_by_id",)),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words go; that somebody was asked, and helped, stays as a line without a name."""
    acts = {
        "family_check": update(FamilyCheck).where(FamilyCheck.person_id == person_id).values(note=""),
        "family_aid": update(FamilyAid).where(FamilyAid.person_id == person_id).values(words=""),
    }
    return {table: int(getattr(uow.session.execute(act), "rowcount", 0)) for table, act in acts.items()}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Everything moves; in a half-year in which both were asked, each file keeps its own check."""
    held = select(FamilyCheck.half_year).where(FamilyCheck.person_id == target_id)
    others = FamilyCheck.half_year.not_in(held)
    return [
        *move_rows(uow.session, FamilyCheck, "person_id", source_id, target_id, others),
        *move_rows(uow.session, FamilyAid, "person_id", source_id, target_id),
    ]
