"""Plans, support, referrals and hardship for whole-person acts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from jobmatch.casework.plans.models import Hardship, Referral, ServicePlan, Support
from jobmatch.casework.plans.queries import open_plan
from jobmatch.core.subjects import MovedRow
from jobmatch.core.uow import UnitOfWork

TOLD: dict[type[Any], tuple[str, ...]] = {
    ServicePlan: ("state", "goal", "opened_on", "review_on", "closed_on", "result"),
    Support: ("kind", "happened_on", "text", "employer_name", "post", "answer", "answered_on", "answer_reason"),
    Referral: (
        "office",
        "state",
        "matter",
        "consent_way",
        "consented_on",
        "sent_on",
        "due_on",
        "answered_on",
        "result",
    ),
    Hardship: ("kind", "valid_from", "valid_to", "number", "note"),
}


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """Everything of this room about the person; hardship too, it is theirs."""
    found = {}
    for model, names in TOLD.items():
        rows = uow.session.scalars(select(model).where(model.person_id == person_id).order_by(model.id)).all()
        if rows:
            found[model.__tablename__] = [{name: getattr(row, name) for name in names} for row in rows]
    return found


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
    for model in TOLD:
        for row in uow.session.scalars(select(model).where(model.person_id == source_id)).all():
            if isinstance(row, ServicePlan) and both_open and row.closed_on is None:
                continue
            row.person_id = target_id
            moved.append(MovedRow(model.__tablename__, row.id, {"person_id": source_id}))
    uow.session.flush()
    return moved
