"""What this room keeps about a person: attendance, leave, notices and certificates, all by their enrollment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, update

from jobmatch.core.subjects import MovedRow, dump_rows
from jobmatch.core.uow import UnitOfWork
from training.courses.classroom.models import Attendance, ClassNoticeReader, CourseCertificate, LeaveRequest
from training.courses.enrollment.models import Enrollment

KEPT = {"attendance": "ledger_keep_years", "course_certificate": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's marks, requests, notices and certificates."""
    mine, staff = _enrollments(person_id), ("marked_by_id", "decided_by_id", "issued_by_id")
    return {
        model.__tablename__: dump_rows(uow.session, model, model.enrollment_id.in_(mine), without=staff)
        for model in (Attendance, LeaveRequest, ClassNoticeReader, CourseCertificate)
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Names and reasons go; how many hours somebody came and which certificate was given stays as a number.

    The number of a certificate stays too: whoever holds the paper may have it verified, without a name.
    """
    mine = _enrollments(person_id)
    acts = {
        "leave_request": update(LeaveRequest).where(LeaveRequest.enrollment_id.in_(mine)).values(reason=""),
        "course_certificate": update(CourseCertificate)
        .where(CourseCertificate.enrollment_id.in_(mine))
        .values(name=""),
    }
    return {table: int(getattr(uow.session.execute(act), "rowcount", 0)) for table, act in acts.items()}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing of its own: every row hangs on an enrollment, which its own room moves."""
    return []


def _enrollments(person_id: int) -> Select[int]:
    return select(Enrollment.id).where(Enrollment.person_id == person_id)
