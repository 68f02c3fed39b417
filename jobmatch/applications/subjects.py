"""Applications in whole-person acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.states import ENDED, LIVE, ApplicationState, Move, Side
from jobmatch.core.errors import require
from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"application": "recruiting_keep_years", "application_move": "recruiting_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Applications with the log of their moves, without what staff noted for their own work."""
    own = select(Application.id).where(Application.person_id == person_id)
    of_both = (ApplicationMove.application_id.in_(own), ApplicationMove.side != Side.STAFF)
    return {
        "application": dump_rows(uow.session, Application, Application.person_id == person_id),
        "application_move": dump_rows(uow.session, ApplicationMove, *of_both),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Withdraw what is live, and blank every text; state and dates stay, so that figures and standing stand."""
    session = uow.session
    rows = session.scalars(select(Application).where(Application.person_id == person_id)).all()
    for row in rows:
        if row.state in LIVE:
            move_application(uow, row, Move.WITHDRAW)
        _blank(row)
    moves = session.scalars(select(ApplicationMove).where(ApplicationMove.application_id.in_([row.id for row in rows])))
    for move in moves:
        move.note = ""
    session.flush()
    return {"application": len(rows)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand applications over. Where both files apply to the same posting, the further one stays live.

    The other one ends as withdrawn, without a message: it was never a second application of somebody else.
    """
    moved: list[MovedRow] = []
    rows = uow.session.scalars(
        select(Application).where(Application.person_id.in_((source_id, target_id)), Application.state.in_(LIVE))
    ).all()
    of_posting: dict[int, list[Application]] = {}
    for row in rows:
        of_posting.setdefault(row.posting_id, []).append(row)
    for pair in of_posting.values():
        pair.sort(key=lambda row: (LIVE.index(row.state), row.person_id == target_id))
        moved += [
            change_row(row, state=ApplicationState.WITHDRAWN, ended_at=uow.now, state_since=uow.now)
            for row in pair[:-1]
        ]
    uow.session.flush()
    return moved + move_rows(uow.session, Application, "person_id", source_id, target_id)


def old_texts(before: datetime) -> Select[int]:
    """Ids of applications that were over ``before`` and still hold words of the person."""
    over = Application.state.in_((*ENDED, ApplicationState.STARTED)) & (Application.state_since < before)
    return select(Application.id).where(over, or_(Application.note != "", Application.interview_wish != ""))


def blank_application_texts(uow: UnitOfWork, before: datetime, *, limit: int) -> int:
    """Blank the words of applications that were over ``before``; states and dates stay. Returns how many."""
    require(uow.actor.is_system)
    rows = uow.session.scalars(select(Application).where(Application.id.in_(old_texts(before).limit(limit)))).all()
    for row in rows:
        _blank(row)
    moves = select(ApplicationMove).where(ApplicationMove.application_id.in_([row.id for row in rows]))
    for move in uow.session.scalars(moves):
        move.note = ""
    uow.session.flush()
    return len(rows)


def _blank(row: Application) -> None:
    row.note = row.interview_wish = row.interview_place = row.offer_pay = ""
    row.fit = []
