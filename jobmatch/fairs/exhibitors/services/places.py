"""Places of exhibitors and the strict queue for them: whoever waits longest gets the next one, in the same unit.

Everything that gives, takes or frees a place first holds the fair's row, so that on every database one decision after
the other sees how things stand: nobody waits while a place is free, and nobody is passed over.
"""

from __future__ import annotations

from sqlalchemy import inspect, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors import notices
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.queries import WITH_EMPLOYER
from jobmatch.fairs.exhibitors.states import ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.services.happenings import tell
from jobmatch.fairs.planning.services.numbers import record_freed, record_next, record_taken


def hold_fair(uow: UnitOfWork, fair_id: int, exhibitor: Exhibitor | None = None) -> None:
    """Let decisions about a fair's places in one by one, and read ``exhibitor`` as it stands now."""
    uow.session.flush()
    uow.session.execute(select(JobFair.id).where(JobFair.id == fair_id).with_for_update())
    if exhibitor is not None:
        uow.session.refresh(exhibitor, [column.key for column in inspect(Exhibitor).column_attrs])


def give_place(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> None:
    """Accept with a place, or with the next number of the queue where none is free or others wait already.

    The caller holds the fair.
    """
    if _head(uow, fair.id) is None and record_taken(uow, fair.id, "booth_taken"):
        exhibitor.state = ExhibitorState.ACCEPTED
    else:
        exhibitor.waiting_number = record_next(uow, fair.id, "exhibitor_waiting_last")
        exhibitor.state = ExhibitorState.WAITING
    uow.session.flush()
    if exhibitor.state is ExhibitorState.WAITING:
        fill_places(uow, fair)


def free_place(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> list[Exhibitor]:
    """Give its place back, and what hangs on it; the head of the queue has it at once and is returned. The caller holds
    the fair.
    """
    tell(uow, "gave_up", exhibitor)
    record_freed(uow, fair.id, "booth_taken")
    return fill_places(uow, fair)


def wait_again(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> None:
    """Take a place back that was given by mistake: the exhibitor is the head of the queue again, and is told.

    The caller holds the fair and gives the place to whom it belongs in the same unit.
    """
    head = _head(uow, fair.id)
    last = uow.session.scalars(select(JobFair.exhibitor_waiting_last).where(JobFair.id == fair.id)).one()
    exhibitor.state = ExhibitorState.WAITING
    exhibitor.waiting_number = head.waiting_number - 1 if head is not None and head.waiting_number else last
    uow.session.flush()
    record_freed(uow, fair.id, "booth_taken")
    uow.audit("exhibitor.wait_again", exhibitor, number=exhibitor.waiting_number)
    notices.tell_decision(uow, fair, exhibitor)


def fill_places(uow: UnitOfWork, fair: JobFair) -> list[Exhibitor]:
    """Promote from the head of the queue while places are free; returns them. The caller holds the fair."""
    promoted = []
    while (head := _head(uow, fair.id)) is not None and record_taken(uow, fair.id, "booth_taken"):
        number, head.waiting_number = head.waiting_number, None
        head.state, head.decided_at = ExhibitorState.ACCEPTED, uow.now
        uow.session.flush()
        uow.audit("exhibitor.promote", head, number=number)
        notices.tell_decision(uow, fair, head)
        promoted.append(head)
    return promoted


def _head(uow: UnitOfWork, fair_id: int) -> Exhibitor | None:
    waiting = (Exhibitor.fair_id == fair_id, Exhibitor.state == ExhibitorState.WAITING)
    query = select(Exhibitor).where(*waiting).order_by(Exhibitor.waiting_number).limit(1)
    return uow.session.scalars(query.options(WITH_EMPLOYER)).one_or_none()
