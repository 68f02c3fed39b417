"""What the day of a fair keeps about a person: it hangs on registrations, which the room of the visitors re-points."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from jobmatch.core.subjects import MovedRow, dump_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn, FairResume, FairWish, Intention, QueueNumber
from jobmatch.fairs.visitors.models import FairRegistration

_TABLES = (CheckIn, QueueNumber, FairResume, Intention, FairWish)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """When the person came, queued, gave a résumé, had an intention, and what they asked for."""
    mine = select(FairRegistration.id).where(FairRegistration.person_id == person_id)
    return {
        table.__tablename__: dump_rows(
            uow.session, table, table.registration_id.in_(mine), without=("user_id", "grant_id", "application_id")
        )
        for table in _TABLES
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words and notes go; that somebody came and had an intention stays for the figures, without a name."""
    mine = select(FairRegistration.id).where(FairRegistration.person_id == person_id)
    counts = {}
    for table, column in ((Intention, "note"), (FairWish, "words")):
        done = uow.session.execute(
            update(table).where(table.registration_id.in_(mine)).values({column: ""}),
            execution_options={"synchronize_session": "fetch"},
        )
        counts[table.__tablename__] = int(getattr(done, "rowcount", 0))
    return counts


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing of its own to move: everything here goes with its registration."""
    return []
