"""Survey answers for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

TOLD = (
    "via",
    "hobbies",
    "work_wish",
    "wanted_words",
    "certificate_codes",
    "start_up",
    "start_up_words",
    "needs",
    "answered_at",
)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's answers."""
    rows = uow.session.scalars(select(SurveyAnswer).where(SurveyAnswer.person_id == person_id)).all()
    return {"survey_answer": [{name: getattr(row, name) for name in TOLD} for row in rows]} if rows else {}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Answers go; the counts of a round are taken from what is there."""
    gone = uow.session.execute(delete(SurveyAnswer).where(SurveyAnswer.person_id == person_id))
    return {"survey_answer": int(getattr(gone, "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Answers move; in a round that both answered, each file keeps its own."""
    held = set(uow.session.scalars(select(SurveyAnswer.survey_id).where(SurveyAnswer.person_id == target_id)))
    moved = []
    for row in uow.session.scalars(select(SurveyAnswer).where(SurveyAnswer.person_id == source_id)).all():
        if row.survey_id not in held:
            row.person_id = target_id
            moved.append(MovedRow(SurveyAnswer.__tablename__, row.id, {"person_id": source_id}))
    uow.session.flush()
    return moved
