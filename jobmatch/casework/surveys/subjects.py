"""Survey answers for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's answers."""
    mine = SurveyAnswer.person_id == person_id
    return {"survey_answer": dump_rows(uow.session, SurveyAnswer, mine, without=("entered_by_id",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Answers go; the counts of a round are taken from what is there."""
    gone = uow.session.execute(delete(SurveyAnswer).where(SurveyAnswer.person_id == person_id))
    return {"survey_answer": int(getattr(gone, "rowcount", 0))}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Answers move; in a round that both answered, each file keeps its own."""
    held = select(SurveyAnswer.survey_id).where(SurveyAnswer.person_id == target_id)
    others = SurveyAnswer.survey_id.not_in(held)
    return move_rows(uow.session, SurveyAnswer, "person_id", source_id, target_id, others)
