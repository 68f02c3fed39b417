"""What the support ledger keeps about a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from training.incubation.support.models import VentureSupport

KEPT = {"venture_support": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The supports somebody asked for or was given."""
    mine = VentureSupport.person_id == person_id
    return {"venture_support": dump_rows(uow.session, VentureSupport, mine, without=("created_by_id",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """The money stays in the ledger, whose it was goes."""
    act = update(VentureSupport).where(VentureSupport.person_id == person_id).values(person_id=None, words="")
    return {"venture_support": int(getattr(uow.session.execute(act), "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Every support moves."""
    return move_rows(uow.session, VentureSupport, "person_id", source_id, target_id)
