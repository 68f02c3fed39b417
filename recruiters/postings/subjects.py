"""What this room keeps about an organization."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, move_rows
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting, PostingTemplate


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point postings and templates to the employer that goes on."""
    ids = [
        uow.session.scalars(select(Employer.id).where(Employer.organization_id == one)).one()
        for one in (source_id, target_id)
    ]
    return [row for model in (Posting, PostingTemplate) for row in move_rows(uow.session, model, "employer_id", *ids)]
