"""What is kept of somebody's way back to school."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.states import LIVING_STATES

KEPT: dict[str, str] = {}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The person's plans."""
    mine = SchoolPlan.person_id == person_id
    return {"school_plan": dump_rows(uow.session, SchoolPlan, mine, without=("created_by_id",))}


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Plans go wholly; that somebody studied stays in the register."""
    gone = delete(SchoolPlan).where(SchoolPlan.person_id == person_id).returning(SchoolPlan.id)
    return {"school_plan": len(uow.session.scalars(gone).all())}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Plans move; a living one stays behind where the other file has one too."""
    has_one = select(SchoolPlan.id).where(SchoolPlan.person_id == target_id, SchoolPlan.state.in_(LIVING_STATES))
    stays = SchoolPlan.state.not_in(LIVING_STATES) if uow.session.scalar(has_one.limit(1)) is not None else True
    rows = (stays,) if stays is not True else ()
    return move_rows(uow.session, SchoolPlan, "person_id", source_id, target_id, *rows)
