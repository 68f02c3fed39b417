"""The booth of an exhibitor that did not come goes to whoever waits, and back again if that was a mistake."""

from __future__ import annotations

from sqlalchemy import select, update

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.absences import record_given_up, record_kept
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.services.assigning import assign_booth
from jobmatch.fairs.planning.models import JobFair


def give_up_booth(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor | None:
    """Give the place of an absent exhibitor to the head of the queue, with the booth; returns who has it now.

    Where nobody waits, booth and place are free for others. Twice changes nothing. Raises ``Conflict``.
    """
    promoted = record_given_up(uow, fair, exhibitor)
    booth = uow.session.scalars(select(Booth).where(Booth.exhibitor_id == exhibitor.id)).one_or_none()
    if booth is not None:
        assign_booth(uow, booth, None)
        if promoted:
            assign_booth(uow, booth, promoted[0])
    return promoted[0] if promoted else None


def keep_booth(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Booth | None:
    """Undo ``give_up_booth``; the booth comes back from whoever got it, or where nobody else has it.

    Twice changes nothing. Raises ``Conflict`` where whoever got it is there already.
    """
    was_given = exhibitor.given_up_at is not None
    heir = record_kept(uow, fair, exhibitor)
    if heir is not None:
        held = uow.session.scalars(select(Booth).where(Booth.exhibitor_id == heir.id)).one_or_none()
        if held is not None:
            assign_booth(uow, held, None)
    moves = select(BoothMove.from_number).where(BoothMove.exhibitor_id == exhibitor.id, BoothMove.to_number == "")
    number = uow.session.scalar(moves.order_by(BoothMove.id.desc()).limit(1))
    if not was_given or not number:
        return None
    free = (Booth.fair_id == fair.id, Booth.number == number, Booth.exhibitor_id.is_(None), Booth.is_blocked.is_(False))
    booth = uow.session.scalars(
        update(Booth).where(*free).values(exhibitor_id=exhibitor.id, is_pinned=True).returning(Booth),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()
    if booth is not None:
        uow.session.add(BoothMove(exhibitor_id=exhibitor.id, to_number=number, at=uow.now, user_id=uow.actor.user_id))
        uow.session.flush()
        uow.audit("booth.assign", booth, exhibitor=exhibitor.public_id)
    return booth
