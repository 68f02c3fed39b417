"""What this room keeps about an organization."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, move_rows
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point postings to the employer that goes on."""
    ids = [
        uow.session.scalars(select(Employer.id).where(Employer.organization_id == one)).one()
        for one in (source_id, target_id)
    ]
    return move_rows(uow.session, Posting, "employer_id", *ids)
