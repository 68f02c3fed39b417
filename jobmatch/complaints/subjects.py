"""What this room keeps about a person and an organization."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.complaints.models import Complaint
from jobmatch.complaints.queries import told_steps
from jobmatch.complaints.services.clocks import forget_words
from jobmatch.complaints.states import ENDED
from jobmatch.core.subjects import MovedRow, move_rows
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer

_EXPORTED = ("public_id", "number", "subject_name", "kind_code", "words", "phone", "state", "outcome", "filed_at")


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What the person reported and what they were told; notes of the office and the employer's side are not theirs."""
    rows = list(uow.session.scalars(_reported_by(person_id)))
    return {
        "complaint": [{name: getattr(row, name) for name in _EXPORTED} for row in rows],
        "complaint_step": [
            {"complaint": row.public_id, "at": step.at, "action": step.action, "told": step.told}
            for row in rows
            for step in told_steps(uow.session, row)
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Reports become anonymous and lose their phone. What is settled loses its words and files too; what is being
    looked into keeps them until it is closed, because the matter is not the reporter's alone.
    """
    rows = list(uow.session.scalars(_reported_by(person_id)))
    for row in rows:
        if row.state in ENDED:
            forget_words(uow, row)
        row.person_id, row.phone = None, None
    uow.session.flush()
    return {"complaint": len(rows)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Point the reports at the file that stays; nothing can clash."""
    return move_rows(uow.session, Complaint, "person_id", source_id, target_id)


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Complaints about an employer go with it: its standing does not begin anew."""
    ids = [
        uow.session.scalars(select(Employer.id).where(Employer.organization_id == one)).one()
        for one in (source_id, target_id)
    ]
    return move_rows(uow.session, Complaint, "employer_id", *ids)


def _reported_by(person_id: int) -> Any:
    return select(Complaint).where(Complaint.person_id == person_id).order_by(Complaint.id)
