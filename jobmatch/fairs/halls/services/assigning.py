"""Whose booth is whose: never two at one booth, never one at two, and every move is in the log."""

from __future__ import annotations

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.notices import tell_booth
from jobmatch.fairs.exhibitors.queries import WITH_EMPLOYER
from jobmatch.fairs.exhibitors.services.places import hold_fair
from jobmatch.fairs.exhibitors.states import WITH_PLACE
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.halls.queries import place_of
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair
from jobmatch.fairs.planning.services.happenings import tell
from jobmatch.fairs.planning.states import FairState

TELL_JOB = "halls.tell_exhibitor"


def assign_booth(uow: UnitOfWork, booth: Booth, exhibitor: Exhibitor | None, *, by_solver: bool = False) -> Booth:
    """Give the booth to an exhibitor with a place at the same fair, who leaves its former one; None frees it.

    What is chosen by hand is pinned. Raises ``Conflict`` where somebody else has it, or it is blocked.
    """
    require(can_edit_fair(uow.actor, uow.session.get_one(JobFair, booth.fair_id)))
    # Who gives its place up at this very moment is through before, or is refused here: no booth is left to nobody.
    hold_fair(uow, booth.fair_id)
    uow.session.refresh(booth)
    before = booth.exhibitor_id
    if exhibitor is not None and before == exhibitor.id:
        return booth
    if exhibitor is None:
        if before is not None and _free(uow, before, booth.id):
            _log(uow, before, booth.number, "", by_solver)
            uow.audit("booth.free", booth)
        uow.session.refresh(booth)
        return booth
    former = uow.session.scalars(select(Booth).where(Booth.exhibitor_id == exhibitor.id)).one_or_none()
    if former is not None:
        _free(uow, exhibitor.id, former.id)
        uow.session.expire(former)
    has_place = exists().where(
        Exhibitor.id == exhibitor.id,
        Exhibitor.fair_id == booth.fair_id,
        Exhibitor.state.in_(WITH_PLACE),
    )
    taken = uow.session.execute(
        update(Booth)
        .where(Booth.id == booth.id, Booth.exhibitor_id.is_(None), Booth.is_blocked.is_(False), has_place)
        .values(exhibitor_id=exhibitor.id, is_pinned=not by_solver),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    if taken != 1:
        raise Conflict(_("这个展位给不了：已经有单位、停用了，或者这家单位没有同意参会"))
    uow.session.refresh(booth)
    _log(uow, exhibitor.id, former.number if former else "", booth.number, by_solver)
    uow.audit("booth.assign", booth, exhibitor=exhibitor.public_id)
    return booth


def record_renumbered(uow: UnitOfWork, booth: Booth, before: str) -> None:
    """The number of a booth changed: for whoever stands there that is a move."""
    if booth.exhibitor_id is not None and before != booth.number:
        _log(uow, booth.exhibitor_id, before, booth.number, by_solver=False)


def last_place(session: Session, booth: Booth) -> Booth | None:
    """Where the exhibitor of this booth stood before its last move, as long as that is free: the way back."""
    if booth.exhibitor_id is None:
        return None
    moves = select(BoothMove).where(BoothMove.exhibitor_id == booth.exhibitor_id).order_by(BoothMove.id.desc())
    former = next((move.from_number for move in session.scalars(moves.limit(2)) if move.from_number), "")
    free = (Booth.fair_id == booth.fair_id, Booth.number == former, Booth.exhibitor_id.is_(None))
    return session.scalars(select(Booth).where(*free, Booth.is_blocked.is_(False))).one_or_none()


def tell_exhibitor(uow: UnitOfWork, move_id: int) -> bool:
    """Tell an exhibitor its booth, unless it moved again meanwhile; a draft's booths are nobody's business yet."""
    move = uow.session.get_one(BoothMove, move_id)
    exhibitor = uow.session.scalars(
        select(Exhibitor).where(Exhibitor.id == move.exhibitor_id).options(WITH_EMPLOYER)
    ).one()
    fair = uow.session.get_one(JobFair, exhibitor.fair_id)
    place = place_of(uow.session, exhibitor.id)
    if fair.state not in {FairState.PUBLISHED, FairState.RUNNING} or place is None or place.number != move.to_number:
        return False
    return tell_booth(uow, fair, exhibitor, place.number, place.hall, has_power=place.has_power)


def record_given_up(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    """An exhibitor gave its place up: its booth is free at once. Called by the room below, in the same unit."""
    booth = uow.session.scalars(select(Booth).where(Booth.exhibitor_id == exhibitor.id)).one_or_none()
    if booth is not None and _free(uow, exhibitor.id, booth.id):
        _log(uow, exhibitor.id, booth.number, "", by_solver=False)
        uow.audit("booth.free", booth)
        uow.session.refresh(booth)


def _free(uow: UnitOfWork, exhibitor_id: int, booth_id: int) -> bool:
    done = uow.session.execute(
        update(Booth)
        .where(Booth.id == booth_id, Booth.exhibitor_id == exhibitor_id)
        .values(exhibitor_id=None, is_pinned=False),
        execution_options={"synchronize_session": False},
    )
    return int(getattr(done, "rowcount", 0)) == 1


def _log(uow: UnitOfWork, exhibitor_id: int, before: str, after: str, by_solver: bool) -> None:
    move = BoothMove(
        exhibitor_id=exhibitor_id,
        from_number=before,
        to_number=after,
        at=uow.now,
        user_id=uow.actor.user_id,
        is_by_solver=by_solver,
    )
    uow.session.add(move)
    uow.session.flush()
    uow.audit("booth.move", move, by_solver=by_solver)
    if after:
        uow.enqueue(TELL_JOB, move_id=move.id)
        tell(uow, "moved", move)
