"""Whose booth is whose: never two at one booth, never one at two, and every move is in the log."""

from __future__ import annotations

from sqlalchemy import exists, select, update

from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.services.places import hold_fair
from jobmatch.fairs.exhibitors.states import WITH_PLACE
from jobmatch.fairs.halls.models import Booth, BoothMove
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import can_edit_fair


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
    uow.session.add(
        BoothMove(
            exhibitor_id=exhibitor_id,
            from_number=before,
            to_number=after,
            at=uow.now,
            user_id=uow.actor.user_id,
            is_by_solver=by_solver,
        )
    )
    uow.session.flush()
