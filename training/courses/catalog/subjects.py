"""What this room keeps about an organization."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, move_rows
from jobmatch.core.uow import UnitOfWork
from training.courses.catalog.models import Provider


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """The row of the catalogue goes along, unless the other record has one of its own."""
    has_own = select(Provider.id).where(Provider.organization_id == target_id)
    if uow.session.scalar(has_own) is not None:
        return []
    return move_rows(uow.session, Provider, "organization_id", source_id, target_id)
