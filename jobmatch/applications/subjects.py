"""Applications in whole-person acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import joinedload

from jobmatch.applications.models import (
    Application,
    ApplicationDocument,
    ApplicationMove,
    CalendarFeed,
    Digest,
    DigestChoice,
    HandLink,
    HireRecord,
    Interview,
    InterviewSlot,
    PhoneLink,
    RetentionCheck,
)
from jobmatch.applications.queries import standing_interview
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.states import ENDED, LIVE, ApplicationState, Move, Side
from jobmatch.core.errors import require
from jobmatch.core.files import remove_file
from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {
    "application": "recruiting_keep_years",
    "application_move": "recruiting_keep_years",
    "interview": "recruiting_keep_years",
    "retention_check": "recruiting_keep_years",
    "hire_record": "recruiting_keep_years",
}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Applications with their moves, interviews, documents and the questions after a hire.

    What staff noted for their own work is left out; of a document its name, not its content.
    """
    own = select(Application.id).where(Application.person_id == person_id)
    of_both = (ApplicationMove.application_id.in_(own), ApplicationMove.side != Side.STAFF)
    return {
        "application": dump_rows(uow.session, Application, Application.person_id == person_id),
        "application_move": dump_rows(uow.session, ApplicationMove, *of_both),
        "digest": dump_rows(uow.session, Digest, Digest.person_id == person_id),
        "digest_choice": dump_rows(uow.session, DigestChoice, DigestChoice.person_id == person_id),
        "interview": dump_rows(uow.session, Interview, Interview.application_id.in_(own)),
        "application_document": dump_rows(
            uow.session, ApplicationDocument, ApplicationDocument.application_id.in_(own)
        ),
        "retention_check": dump_rows(
            uow.session, RetentionCheck, RetentionCheck.application_id.in_(own), without=("answered_by_id",)
        ),
        "hire_record": dump_rows(
            uow.session, HireRecord, HireRecord.application_id.in_(own), without=("changed_by_id",)
        ),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Withdraw what is live, delete documents, links and digests, and blank every text.

    State and dates stay, so that figures and standing stand.
    """
    session = uow.session
    rows = session.scalars(select(Application).where(Application.person_id == person_id)).all()
    for row in rows:
        if row.state in LIVE:
            move_application(uow, row, Move.WITHDRAW)
        _blank(row)
    ids = [row.id for row in rows]
    _blank_notes(uow, ids)
    papers = select(ApplicationDocument).where(ApplicationDocument.application_id.in_(ids))
    for paper in session.scalars(papers.options(joinedload(ApplicationDocument.file))).all():
        session.delete(paper)
        session.flush()
        remove_file(uow, paper.file)
    interviews = select(Interview.id).where(Interview.application_id.in_(ids))
    for gone in (
        delete(PhoneLink).where(PhoneLink.interview_id.in_(interviews)),
        delete(HandLink).where(HandLink.application_id.in_(ids)),
        *(delete(model).where(model.person_id == person_id) for model in (Digest, DigestChoice)),
    ):
        session.execute(gone, execution_options={"synchronize_session": False})
    for hire in session.scalars(select(HireRecord).where(HireRecord.application_id.in_(ids))):
        hire.pay_yuan, hire.is_self_arranged = None, False
    session.flush()
    return {"application": len(rows)}


def _blank_notes(uow: UnitOfWork, ids: Sequence[int]) -> None:
    """Blank what was written along the way of applications, by either side or by staff."""
    for move in uow.session.scalars(select(ApplicationMove).where(ApplicationMove.application_id.in_(ids))):
        move.note = ""
    for interview in uow.session.scalars(select(Interview).where(Interview.application_id.in_(ids))):
        interview.objection = interview.place = ""
    uow.session.flush()


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand applications over. Where both files apply to the same posting, the further one stays live.

    The other one ends as withdrawn, without a message: it was never a second application of somebody else. Digests
    were told to the file that is closed, and stay there.
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
        for row in pair[:-1]:
            moved += _give_seat_back(uow, row)
            moved.append(change_row(row, state=ApplicationState.WITHDRAWN, ended_at=uow.now, state_since=uow.now))
    uow.session.flush()
    return moved + move_rows(uow.session, Application, "person_id", source_id, target_id)


def _give_seat_back(uow: UnitOfWork, row: Application) -> list[MovedRow]:
    """The seat of the application that ends goes to somebody else, and its appointment is off."""
    moved = []
    slot = uow.session.get(InterviewSlot, row.slot_id) if row.slot_id else None
    if slot is not None:
        moved += [change_row(slot, taken=slot.taken - 1), change_row(row, slot_id=None)]
    standing = standing_interview(uow, row.id)
    if standing is not None:
        moved.append(change_row(standing, cancelled_at=uow.now))
    return moved


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
    _blank_notes(uow, [row.id for row in rows])
    return len(rows)


def _blank(row: Application) -> None:
    row.note = row.interview_wish = row.interview_place = row.offer_pay = ""
    row.fit = []


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point applications and calendars to the employer that goes on; who has a calendar there keeps that one."""
    held = select(CalendarFeed.user_id).where(CalendarFeed.organization_id == target_id)
    other = CalendarFeed.user_id.not_in(held)
    moved = move_rows(uow.session, Application, "organization_id", source_id, target_id)
    return moved + move_rows(uow.session, CalendarFeed, "organization_id", source_id, target_id, other)
