"""What this room keeps about a person: contacts, times of being lost, and visits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from jobmatch.casework.visits.models import Contact, LostSpell, Visit, VisitPlan
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Contacts, visits and times of being lost, oldest first; colleagues are not named."""
    contacts = uow.session.scalars(select(Contact).where(Contact.person_id == person_id).order_by(Contact.id))
    days = uow.session.scalars(
        select(VisitPlan.planned_on).join(Visit).where(Visit.person_id == person_id).order_by(VisitPlan.planned_on)
    )
    spells = uow.session.scalars(select(LostSpell).where(LostSpell.person_id == person_id).order_by(LostSpell.id))
    return {
        "contact": [
            {
                "done_on": row.done_on.isoformat(),
                "way": row.way.value,
                "outcome": row.outcome.value,
                "note": row.note,
                "next_on": row.next_on.isoformat() if row.next_on else None,
            }
            for row in contacts
        ],
        "visit": [{"planned_on": day.isoformat()} for day in days],
        "lost_spell": [
            {"since": row.since.isoformat(), "ended_on": row.ended_on.isoformat() if row.ended_on else None}
            for row in spells
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Blank the notes of contacts, whose days and outcomes stay for the figures; visits and times of being lost go."""
    blanked = uow.session.scalars(
        update(Contact).where(Contact.person_id == person_id).values(note="", next_on=None).returning(Contact.id)
    ).all()
    counts = {"contact": len(blanked)}
    for name, model in (("visit", Visit), ("lost_spell", LostSpell)):
        gone = uow.session.scalars(delete(model).where(model.person_id == person_id).returning(model.id)).all()
        counts[name] = len(gone)
    return counts


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point every row.

    Where both files are on one trip the source's place stays with the source; where both are lost, the source's time
    ends today, because the target's goes on.
    """
    moved = []
    for contact in uow.session.scalars(select(Contact).where(Contact.person_id == source_id)):
        moved.append(MovedRow("contact", contact.id, {"person_id": source_id}))
        contact.person_id = target_id
    trips = set(uow.session.scalars(select(Visit.plan_id).where(Visit.person_id == target_id)))
    for visit in uow.session.scalars(select(Visit).where(Visit.person_id == source_id, Visit.plan_id.not_in(trips))):
        moved.append(MovedRow("visit", visit.id, {"person_id": source_id}))
        visit.person_id = target_id
    open_spell = select(LostSpell.id).where(LostSpell.person_id == target_id, LostSpell.ended_on.is_(None))
    is_lost = uow.session.scalar(open_spell.limit(1)) is not None
    for spell in uow.session.scalars(select(LostSpell).where(LostSpell.person_id == source_id)):
        before: dict[str, Any] = {"person_id": source_id}
        if spell.ended_on is None and is_lost:
            before["ended_on"] = None
            spell.ended_on = max(uow.today, spell.since)
        moved.append(MovedRow("lost_spell", spell.id, before))
        spell.person_id = target_id
    uow.session.flush()
    return moved
