"""What the room answers for whole-person acts. Questions hang on lines of the register and move and go with them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine, EmploymentCheck
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.register import EmploymentSpell


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Questions about the person's work, and to which departments their data went with what came back."""
    questions = uow.session.execute(
        select(EmploymentCheck).join(EmploymentSpell).where(EmploymentSpell.person_id == person_id)
    ).scalars()
    lines = uow.session.execute(
        select(CrossCheckLine, CrossCheck)
        .join(CrossCheck, CrossCheck.id == CrossCheckLine.cross_check_id)
        .where(CrossCheckLine.person_id == person_id)
        .order_by(CrossCheck.id)
    )
    return {
        "employment_check": [
            {
                "months": row.months,
                "due_on": row.due_on.isoformat(),
                "told_at": row.told_at.isoformat() if row.told_at else None,
                "answer": row.answer.value if row.answer else None,
                "answered_at": row.answered_at.isoformat() if row.answered_at else None,
            }
            for row in questions
        ],
        "cross_check_line": [
            {
                "topic": crosscheck.topic.value,
                "department": crosscheck.department,
                "purpose": crosscheck.purpose,
                "letter_number": crosscheck.letter_number,
                "letter_on": crosscheck.letter_on.isoformat(),
                "state": line.state.value,
                "verdict": line.verdict.value if line.verdict else None,
                "name": line.name,
                "since_on": line.since_on.isoformat() if line.since_on else None,
                "until_on": line.until_on.isoformat() if line.until_on else None,
                "number": line.number,
            }
            for line, crosscheck in lines
        ],
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Questions go; that the person stood on a list stays (it says who got data), without what came back."""
    spells = select(EmploymentSpell.id).where(EmploymentSpell.person_id == person_id)
    gone = uow.session.execute(
        delete(EmploymentCheck).where(EmploymentCheck.spell_id.in_(spells)),
        execution_options={"synchronize_session": False},
    )
    lines = uow.session.scalars(select(CrossCheckLine).where(CrossCheckLine.person_id == person_id)).all()
    for line in lines:
        line.name = line.note = ""
        line.number = line.since_on = line.until_on = line.spell_id = None
    uow.session.flush()
    return {"employment_check": gone.rowcount, "cross_check_line": len(lines)}  # type: ignore[attr-defined]


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Lines go to the target; where both stood on one list, the source's line stays where it is."""
    taken = select(CrossCheckLine.cross_check_id).where(CrossCheckLine.person_id == target_id)
    lines = uow.session.scalars(
        select(CrossCheckLine).where(CrossCheckLine.person_id == source_id, CrossCheckLine.cross_check_id.not_in(taken))
    ).all()
    for line in lines:
        line.person_id = target_id
    uow.session.flush()
    return [MovedRow("cross_check_line", line.id, {"person_id": source_id}) for line in lines]
