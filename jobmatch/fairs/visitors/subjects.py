"""What this room keeps about a person: registrations with what was planned for them, and calls of the stations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, change_row, dump_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.visitors.models import FairCall, FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.services.linking import blank
from jobmatch.fairs.visitors.services.waiting import BEFORE, lock_fair, withdraw
from jobmatch.fairs.visitors.states import RegistrationState

_RANK = {RegistrationState.SEATED: 0, RegistrationState.WAITING: 1, RegistrationState.CANCELED: 2}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's registrations, what was proposed to them, and whether their station reached them."""
    mine = select(FairRegistration.id).where(FairRegistration.person_id == person_id)
    staff = ("registered_by_id", "called_by_id", "station_id", "score")
    return {
        "fair_registration": dump_rows(
            uow.session, FairRegistration, FairRegistration.person_id == person_id, without=staff
        ),
        "planned_visit": dump_rows(uow.session, PlannedVisit, PlannedVisit.registration_id.in_(mine), without=staff),
        "fair_call": dump_rows(uow.session, FairCall, FairCall.person_id == person_id, without=staff),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Registrations become numbers: that somebody came stays, who it was goes. Plans and calls go wholly."""
    rows = uow.session.scalars(select(FairRegistration).where(FairRegistration.person_id == person_id)).all()
    for row in rows:
        blank(uow, row)
        row.person_id = None
    visits = delete(PlannedVisit).where(PlannedVisit.registration_id.in_([row.id for row in rows]))
    plans = uow.session.scalars(visits.returning(PlannedVisit.id)).all()
    calls = uow.session.scalars(delete(FairCall).where(FairCall.person_id == person_id).returning(FairCall.id)).all()
    uow.session.flush()
    return {"fair_registration": len(rows), "planned_visit": len(plans), "fair_call": len(calls)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point registrations and calls. Where both files have one for a fair, the seat stays and the other is canceled;
    a call of the source stays with it, because the target was called for that fair too.
    """
    session, moved = uow.session, []
    theirs = {row.fair_id: row for row in session.scalars(_of(target_id))}
    for row in session.scalars(_of(source_id)).all():
        other = theirs.get(row.fair_id)
        if other is None:
            moved.append(change_row(row, person_id=target_id))
            continue
        loser = row if _RANK[row.state] >= _RANK[other.state] else other
        moved.append(change_row(loser, person_id=None))
        session.flush()
        fair = lock_fair(uow, row.fair_id)
        if loser.state is not RegistrationState.CANCELED and fair.state in BEFORE:
            withdraw(uow, fair, loser)
        if loser is other:
            moved.append(change_row(row, person_id=target_id))
    called = set(session.scalars(select(FairCall.fair_id).where(FairCall.person_id == target_id)))
    calls = select(FairCall).where(FairCall.person_id == source_id, FairCall.fair_id.not_in(called))
    moved += [change_row(call, person_id=target_id) for call in session.scalars(calls).all()]
    session.flush()
    return moved


def _of(person_id: int) -> Any:
    return select(FairRegistration).where(FairRegistration.person_id == person_id).order_by(FairRegistration.id)
