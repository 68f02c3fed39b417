"""The room's own rows about a person: requests, and where a merge took place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.privacy.models import FrozenRecord, Merge, MergedRow, PurgeNotice, RightsRequest

KEPT = {"rights_request": "recruiting_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Requests with their answers, and joined files; frozen records repeat what was exported when they were made."""
    of_person = or_(Merge.source_id == person_id, Merge.target_id == person_id)
    return {
        "rights_request": dump_rows(uow.session, RightsRequest, RightsRequest.person_id == person_id),
        "merge": dump_rows(uow.session, Merge, of_person),
        "purge_notice": dump_rows(uow.session, PurgeNotice, PurgeNotice.person_id == person_id),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Blank the words of requests, and end the way back from merges: their before-images hold what must go."""
    session = uow.session
    requests = session.scalars(select(RightsRequest).where(RightsRequest.person_id == person_id)).all()
    for request in requests:
        request.words = ""
    merges = select(Merge.id).where(or_(Merge.source_id == person_id, Merge.target_id == person_id))
    gone = session.scalars(delete(MergedRow).where(MergedRow.merge_id.in_(merges)).returning(MergedRow.id)).all()
    session.execute(delete(PurgeNotice).where(PurgeNotice.person_id == person_id))
    session.flush()
    return {"rights_request": len(requests), "merged_row": len(gone)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand requests over, and frozen records with them; a file that is joined with another is not unused any more."""
    moved = move_rows(uow.session, RightsRequest, "person_id", source_id, target_id)
    return moved + move_rows(uow.session, FrozenRecord, "person_id", source_id, target_id)
