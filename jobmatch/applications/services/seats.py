"""Seats of interview slots and the appointment that goes with an application; only guarded statements move a count.

An application holds a seat exactly while its ``slot_id`` is set, so ``taken`` of a slot is the number of those.
"""

from __future__ import annotations

from sqlalchemy import update

from jobmatch.applications.models import Application, Interview, InterviewSlot
from jobmatch.applications.queries import standing_interview
from jobmatch.applications.states import ENDED, Attendance, InterviewResult, Move
from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork


def is_ahead(uow: UnitOfWork, application: Application) -> bool:
    """Whether the agreed time is still to come, so that a seat given back can be of use to somebody."""
    return application.interview_at is not None and application.interview_at > uow.now


def change_seat(uow: UnitOfWork, held: int | None, wanted: int | None) -> None:
    """Give back one seat and take another; both in the order of their ids, so that two people never lock crosswise.

    Raises ``Conflict`` where the wanted slot is full or closed.
    """
    if held == wanted:
        return
    for slot_id in sorted(one for one in (held, wanted) if one is not None):
        if slot_id == wanted:
            if not take_seat(uow, slot_id):
                raise Conflict(_("这个时间刚刚约满了，请选别的时间"))
        else:
            free_seat(uow, slot_id)


def take_seat(uow: UnitOfWork, slot_id: int) -> bool:
    """One guarded statement; False where no seat is left, or the slot was closed or has begun."""
    changed = uow.session.execute(
        update(InterviewSlot)
        .where(
            InterviewSlot.id == slot_id,
            InterviewSlot.taken < InterviewSlot.capacity,
            InterviewSlot.closed_at.is_(None),
            InterviewSlot.starts_at > uow.now,
        )
        .values(taken=InterviewSlot.taken + 1),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    _forget(uow, slot_id)
    return changed == 1


def free_seat(uow: UnitOfWork, slot_id: int) -> None:
    """Give a seat back."""
    uow.session.execute(
        update(InterviewSlot)
        .where(InterviewSlot.id == slot_id, InterviewSlot.taken > 0)
        .values(taken=InterviewSlot.taken - 1),
        execution_options={"synchronize_session": False},
    )
    _forget(uow, slot_id)


def _forget(uow: UnitOfWork, slot_id: int) -> None:
    row = uow.session.get(InterviewSlot, slot_id)
    if row is not None:
        uow.session.refresh(row, ["taken"])


def follow_move(uow: UnitOfWork, application: Application, move: Move, *, result: str = "") -> None:
    """Keep the row of the appointment in step with a move that was just written."""
    if move in {Move.INVITE, Move.PICK_SLOT}:
        _appoint(uow, application)
    elif move is Move.CONFIRM_INTERVIEW:
        _note_attendance(uow, application, Attendance.COMING)
    elif move is Move.RECORD_RESULT:
        _note_result(uow, application, InterviewResult(result))
    elif application.state in ENDED and is_ahead(uow, application):
        cancel_appointment(uow, application)


def _appoint(uow: UnitOfWork, application: Application) -> None:
    known = standing_interview(uow, application.id)
    same = known is not None and (known.starts_at, known.slot_id) == (application.interview_at, application.slot_id)
    if known is not None and same:
        known.place = application.interview_place
        return
    cancel_appointment(uow, application)
    uow.session.add(
        Interview(
            application_id=application.id,
            slot_id=application.slot_id,
            starts_at=application.interview_at,
            place=application.interview_place,
            created_at=uow.now,
        )
    )
    uow.session.flush()


def cancel_appointment(uow: UnitOfWork, application: Application) -> None:
    """The standing appointment does not take place."""
    known = standing_interview(uow, application.id)
    if known is not None:
        known.cancelled_at = uow.now
        uow.session.flush()


def _note_attendance(uow: UnitOfWork, application: Application, said: Attendance) -> None:
    known = standing_interview(uow, application.id)
    if known is not None:
        known.attendance, known.attendance_at = said, uow.now
        uow.session.flush()


def _note_result(uow: UnitOfWork, application: Application, result: InterviewResult) -> None:
    """A no-show is noted only of somebody who said they would come, or was asked and said nothing."""
    known = standing_interview(uow, application.id)
    if known is None:
        return
    was_asked = known.attendance is Attendance.COMING or (known.attendance is None and known.asked_at is not None)
    known.result, known.result_at = result, uow.now
    known.is_no_show = result is InterviewResult.ABSENT and was_asked
    uow.session.flush()
