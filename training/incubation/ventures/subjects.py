"""What this room keeps about a person, and about an organization: ventures and their founders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from training.incubation.ventures.models import ContestEntry, Venture, VentureFounder, VentureMilestone, VentureMove
from training.incubation.ventures.services.common import forget_founder

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Ventures the person wished or founded, with steps, contests and the log; of founders only the own line."""
    session = uow.session
    founded = select(VentureFounder.venture_id).where(VentureFounder.person_id == person_id)
    mine = select(Venture.id).where((Venture.person_id == person_id) | Venture.id.in_(founded))
    own = Venture.id.in_(mine)
    return {
        "venture": dump_rows(session, Venture, own, without=("person_id", "station_id")),
        "venture_founder": dump_rows(session, VentureFounder, VentureFounder.person_id == person_id),
        "venture_milestone": dump_rows(session, VentureMilestone, VentureMilestone.venture_id.in_(mine)),
        "contest_entry": dump_rows(session, ContestEntry, ContestEntry.venture_id.in_(mine)),
        "venture_move": dump_rows(session, VentureMove, VentureMove.venture_id.in_(mine), without=("user_id",)),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Ventures become numbers: that one was started stays, who did and what they said about it goes."""
    return forget_founder(uow, person_id)


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point ventures and founders. Where both files found the same venture, the target's line stays and takes the
    greater share; the source's line stays without a file and without a share, so that the sum still holds.
    """
    session = uow.session
    moved = move_rows(session, Venture, "person_id", source_id, target_id)
    theirs = {
        row.venture_id: row
        for row in session.scalars(select(VentureFounder).where(VentureFounder.person_id == target_id))
    }
    for row in session.scalars(select(VentureFounder).where(VentureFounder.person_id == source_id)).all():
        other = theirs.get(row.venture_id)
        if other is None:
            moved.append(change_row(row, person_id=target_id))
            continue
        share = max(row.share_points, other.share_points)
        moved.append(change_row(row, person_id=None, share_points=0, until_on=max(row.since_on, uow.today)))
        moved.append(change_row(other, share_points=share))
    session.flush()
    return moved


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point ventures; where both organizations are ventures each stays what it is."""
    session = uow.session
    taken = session.scalar(select(Venture.id).where(Venture.organization_id == target_id))
    moved = [] if taken is not None else move_rows(session, Venture, "organization_id", source_id, target_id)
    return moved + move_rows(session, Venture, "station_id", source_id, target_id)
