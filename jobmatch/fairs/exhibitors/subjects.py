"""What this room keeps about an organization. Of people it knows only whom an employer named for its booth."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, change_row, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, ExhibitorAbsence, FairInvitation
from jobmatch.fairs.exhibitors.states import ExhibitorState, InvitationReply
from recruiters.employers.models import Employer

_FURTHER = (
    ExhibitorState.CANCELED,
    ExhibitorState.REFUSED,
    ExhibitorState.APPLIED,
    ExhibitorState.WAITING,
    ExhibitorState.ABSENT,
    ExhibitorState.ACCEPTED,
)
_SAID = (InvitationReply.NONE, InvitationReply.MAYBE, InvitationReply.NOT_COMING, InvitationReply.COMING)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Nothing here is about a person of the talent pool: the names are those of an employer's staff."""
    return {"fair_invitation": [], "exhibitor": []}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Nothing to erase."""
    return {}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Nothing to move."""
    return []


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Invitations, sign-ups and absences go to the employer that goes on, one of each for a fair.

    Where both were at a fair, the row that got further belongs to the employer that goes on and the other one to the
    record that is closed; absences always go along, so that a ban does not end by joining.
    """
    source, target = (
        uow.session.scalars(select(Employer.id).where(Employer.organization_id == one)).one()
        for one in (source_id, target_id)
    )
    moved = move_rows(uow.session, ExhibitorAbsence, "employer_id", source, target)
    for model, rank in ((FairInvitation, _reply_rank), (Exhibitor, _state_rank)):
        theirs, ours = (_by_fair(uow, model, one) for one in (source, target))
        for fair_id, row in theirs.items():
            held = ours.get(fair_id)
            if held is not None and rank(held) >= rank(row):
                continue
            if held is not None:
                moved += _swap(uow, model, row, held)
            else:
                moved.append(change_row(row, employer_id=target))
        uow.session.flush()
    return moved


def _by_fair(uow: UnitOfWork, model: Any, employer_id: int) -> dict[int, Any]:
    return {row.fair_id: row for row in uow.session.scalars(select(model).where(model.employer_id == employer_id))}


def _reply_rank(row: Any) -> tuple[bool, int]:
    return row.replied_at is not None, _SAID.index(row.reply)


def _state_rank(row: Any) -> tuple[bool, int]:
    return row.checked_in_at is not None, _FURTHER.index(row.state)


def _swap(uow: UnitOfWork, model: Any, row: Any, held: Any) -> list[MovedRow]:
    """Let two rows of one fair change employers, by way of one that has none there; undone in the same three steps."""
    taken = select(model.employer_id).where(model.fair_id == row.fair_id)
    spare = uow.session.scalar(select(Employer.id).where(Employer.id.not_in(taken)).order_by(Employer.id).limit(1))
    if spare is None:
        return []
    steps, ours, theirs = [], held.employer_id, row.employer_id
    for one, employer_id in ((row, spare), (held, theirs), (row, ours)):
        steps.append(change_row(one, employer_id=employer_id))
        uow.session.flush()
    return steps
