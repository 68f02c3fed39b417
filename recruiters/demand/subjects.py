"""What this room keeps about an organization."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, change_row
from jobmatch.core.uow import UnitOfWork
from recruiters.demand.models import DemandAnswer
from recruiters.employers.models import Employer


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point answers to the employer that goes on; of a round that both were asked in, each keeps its line."""
    source, target = (
        uow.session.scalars(select(Employer.id).where(Employer.organization_id == one)).one()
        for one in (source_id, target_id)
    )
    taken = set(uow.session.scalars(select(DemandAnswer.round_id).where(DemandAnswer.employer_id == target)))
    rows = uow.session.scalars(select(DemandAnswer).where(DemandAnswer.employer_id == source)).all()
    moved = [change_row(row, employer_id=target) for row in rows if row.round_id not in taken]
    uow.session.flush()
    return moved
