"""What this room keeps about a person: that they were called back about their work, and what they said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.core.subjects import MovedRow, dump_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.campaigns.models import SpotCheckLine

KEPT = {"spot_check_line": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Calls about the person's work: when, what came of them, and the words that were noted."""
    rows = dump_rows(
        uow.session, SpotCheckLine, SpotCheckLine.spell_id.in_(_spells(person_id)), without=("called_by_id",)
    )
    return {"spot_check_line": rows}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words go; the result stays, because 失实率 stands on it and it no longer says who it was."""
    query = select(SpotCheckLine).where(SpotCheckLine.spell_id.in_(_spells(person_id)))
    rows = uow.session.scalars(query).all()
    for row in rows:
        row.note = ""
    uow.session.flush()
    return {"spot_check_line": len(rows)}


def move_person(_uow: UnitOfWork, _source_id: int, _target_id: int) -> list[MovedRow]:
    """Nothing points at the file itself; the lines of the register do, and people moves them."""
    return []


def _spells(person_id: int) -> Select[int]:
    return select(EmploymentSpell.id).where(EmploymentSpell.person_id == person_id)
