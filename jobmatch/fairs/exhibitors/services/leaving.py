"""An exhibitor that leaves before the end."""

from __future__ import annotations

from sqlalchemy import update

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor

NOTE = 200


def record_left(uow: UnitOfWork, exhibitor: Exhibitor, *, note: str = "") -> bool:
    """Note that it left now; False where it had left before, or never came. The room of the day asks the permission."""
    done = uow.session.execute(
        update(Exhibitor)
        .where(Exhibitor.id == exhibitor.id, Exhibitor.checked_in_at.is_not(None), Exhibitor.left_at.is_(None))
        .values(left_at=uow.now, left_note=note.strip()[:NOTE], version=Exhibitor.version + 1),
        execution_options={"synchronize_session": False},
    )
    uow.session.refresh(exhibitor)
    return int(getattr(done, "rowcount", 0)) == 1
