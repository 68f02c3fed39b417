"""What this room keeps about a person and an organization."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from recruiters.partners.models import Agreement, EmployerContact, Liaison, PracticeBase, Trainee

KEPT = {"trainee": "ledger_keep_years"}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Where the person practised; colleagues are not named."""
    return {"trainee": dump_rows(uow.session, Trainee, Trainee.person_id == person_id, without=("recorded_by_id",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """The trainee becomes a number: the figures of the base stay, the person goes."""
    rows = uow.session.scalars(select(Trainee).where(Trainee.person_id == person_id)).all()
    for row in rows:
        row.person_id, row.note = None, ""
    uow.session.flush()
    return {"trainee": len(rows)}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point the lines; where both files are at one base now, the source's time there ends today."""
    there = select(Trainee.base_id).where(Trainee.person_id == target_id, Trainee.left_on.is_(None))
    taken = set(uow.session.scalars(there))
    moved = []
    for row in uow.session.scalars(select(Trainee).where(Trainee.person_id == source_id)).all():
        is_double = row.left_on is None and row.base_id in taken
        ended = {"left_on": max(row.came_on, uow.today)} if is_double else {}
        moved.append(change_row(row, person_id=target_id, **ended))
    uow.session.flush()
    return moved


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point contacts, agreements and bases; a number or name that both have gets a mark. The target's liaison
    stays where both have one.
    """
    session = uow.session
    moved = move_rows(session, EmployerContact, "organization_id", source_id, target_id)
    named: tuple[tuple[type[Any], Any], ...] = (
        (Agreement, Agreement.paper_number),
        (PracticeBase, PracticeBase.name),
    )
    for model, column in named:
        taken = set(session.scalars(select(column).where(model.organization_id == target_id)))
        for row in session.scalars(select(model).where(model.organization_id == source_id)).all():
            name = str(getattr(row, column.key))
            renamed = {column.key: f"{name[:50]}（并入 {row.id}）"} if name in taken else {}
            moved.append(change_row(row, organization_id=target_id, **renamed))
    has_one = session.scalar(select(Liaison.id).where(Liaison.organization_id == target_id)) is not None
    if not has_one:
        moved += move_rows(session, Liaison, "organization_id", source_id, target_id)
    session.flush()
    return moved
