"""Plans, support, referrals and hardship for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, true, update

from jobmatch.casework.plans.models import Hardship, Referral, ServicePlan, Support
from jobmatch.casework.plans.queries import open_plan
from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork

KEPT = {"service_plan": "ledger_keep_years", "support": "ledger_keep_years", "referral": "ledger_keep_years"}
TABLES: tuple[type[Any], ...] = (ServicePlan, Support, Referral, Hardship)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything of this room about the person; hardship too, it is theirs."""
    return {
        model.__tablename__: dump_rows(uow.session, model, model.person_id == person_id, without=("recorded_by_id",))
        for model in TABLES
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Words and hardship go; dates and kinds of what was done stay as a service ledger without a name."""
    gone = {
        "hardship": delete(Hardship).where(Hardship.person_id == person_id),
        "service_plan": update(ServicePlan).where(ServicePlan.person_id == person_id).values(goal="", result=""),
        "support": update(Support).where(Support.person_id == person_id).values(text="", answer_reason=""),
        "referral": update(Referral).where(Referral.person_id == person_id).values(matter="", result=""),
    }
    return {table: int(getattr(uow.session.execute(act), "rowcount", 0)) for table, act in gone.items()}


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Everything moves. Where both files have an open plan, the target's stays open and the source's stays behind."""
    moved = []
    both_open = open_plan(uow.session, target_id) is not None
    for model in TABLES:
        stays = ServicePlan.closed_on.is_not(None) if model is ServicePlan and both_open else true()
        moved += move_rows(uow.session, model, "person_id", source_id, target_id, stays)
    return moved
