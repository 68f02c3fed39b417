"""The people of classes for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, change_row, dump_rows
from jobmatch.core.uow import UnitOfWork
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import CourseCall, Enrollment
from training.courses.enrollment.services.seats import drop, lock_session
from training.courses.enrollment.states import EnrollmentState

_RANK = {
    EnrollmentState.COMPLETED: 0,
    EnrollmentState.ATTENDING: 1,
    EnrollmentState.NOT_COMPLETED: 2,
    EnrollmentState.LEFT: 3,
    EnrollmentState.SEATED: 4,
    EnrollmentState.WAITING: 5,
    EnrollmentState.CANCELED: 6,
}
"""Of two enrollments in one class, the one that got further stays."""
_OPEN = frozenset({EnrollmentState.SEATED, EnrollmentState.WAITING})


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's enrollments, and whether their station reached them."""
    staff = ("enrolled_by_id", "called_by_id", "station_id", "grant_id", "transferred_from_id")
    return {
        "enrollment": dump_rows(uow.session, Enrollment, Enrollment.person_id == person_id, without=staff),
        "course_call": dump_rows(uow.session, CourseCall, CourseCall.person_id == person_id, without=staff),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Enrollments become numbers: that somebody came and completed stays, who it was goes. Calls go wholly.

    A seat that is not needed any more goes to whoever waits.
    """
    rows = uow.session.scalars(_of(person_id)).all()
    for row in rows:
        session = lock_session(uow, row.session_id)
        if row.state in _OPEN and session.state in {SessionState.APPROVED, SessionState.RUNNING}:
            drop(uow, session, row)
        row.person_id, row.needs, row.end_reason, row.grant_id = None, [], "", None
    calls = delete(CourseCall).where(CourseCall.person_id == person_id).returning(CourseCall.id)
    gone = uow.session.scalars(calls).all()
    uow.session.flush()
    return {"enrollment": len(rows), "course_call": len(gone)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point enrollments and calls. Where both files are in one class, the one that got further stays and the other
    gives its seat back; a call of the source stays with it, because the target was called for that class too.
    """
    session, moved = uow.session, []
    theirs = {row.session_id: row for row in session.scalars(_of(target_id))}
    for row in session.scalars(_of(source_id)).all():
        other = theirs.get(row.session_id)
        if other is None:
            moved.append(change_row(row, person_id=target_id))
            continue
        loser = row if _RANK[row.state] >= _RANK[other.state] else other
        held = lock_session(uow, row.session_id)
        if loser.state in _OPEN and held.state is not SessionState.CANCELED:
            drop(uow, held, loser)
        moved.append(change_row(loser, person_id=None))
        session.flush()
        if loser is other:
            moved.append(change_row(row, person_id=target_id))
    called = set(session.scalars(select(CourseCall.session_id).where(CourseCall.person_id == target_id)))
    calls = select(CourseCall).where(CourseCall.person_id == source_id, CourseCall.session_id.not_in(called))
    moved += [change_row(call, person_id=target_id) for call in session.scalars(calls).all()]
    session.flush()
    return moved


def _of(person_id: int) -> Any:
    return select(Enrollment).where(Enrollment.person_id == person_id).order_by(Enrollment.id)
