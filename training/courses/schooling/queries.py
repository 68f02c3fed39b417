"""Reads of plans to go on with school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.core.files import StoredFile
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import current_spell
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.states import LIVING_STATES, RETURN_WAYS, SchoolState, SchoolWay

SOON_DAYS = 120
DUE = "due"
SCHOOL_CODES = ("B", "C")


def window_end(session: Session, person_id: int, on: date) -> date | None:
    """The last day to go back to a kept place: the years of the rule after discharge; none where no day is known."""
    query = select(ServiceRecord.discharged_on).where(ServiceRecord.person_id == person_id)
    discharged = session.scalar(query)
    if discharged is None:
        return None
    years = int(rule_value(session, "school_return_years", max(discharged, date(2021, 1, 1)) if on else discharged))
    return add_months(discharged, 12 * years)


def plans_of(session: Session, person_id: int) -> Sequence[SchoolPlan]:
    """Somebody's plans, the living one first, then the newest."""
    query = select(SchoolPlan).where(SchoolPlan.person_id == person_id)
    rows = session.scalars(query.order_by(SchoolPlan.id.desc())).all()
    return sorted(rows, key=lambda one: one.state not in LIVING_STATES)


def living_plan(session: Session, person_id: int) -> SchoolPlan | None:
    """The plan that is still on; there is one at most."""
    query = select(SchoolPlan).where(SchoolPlan.person_id == person_id, SchoolPlan.state.in_(LIVING_STATES))
    return session.scalars(query).one_or_none()


def office_plans(tab: str, way: str, today: date) -> Select[*tuple[Any, ...]]:
    """Plan and person, those that are due first; a policy narrows it. ``tab``: a state, or ``due``."""
    query = (
        select(SchoolPlan, Person)
        .join(Person, Person.id == SchoolPlan.person_id)
        .where(Person.erased_at.is_(None))
        .order_by(SchoolPlan.due_on.is_(None), SchoolPlan.due_on, SchoolPlan.id.desc())
    )
    if tab in set(SchoolState):
        query = query.where(SchoolPlan.state == SchoolState(tab))
    elif tab == DUE:
        query = query.where(is_due_soon(today))
    else:
        query = query.where(SchoolPlan.state.in_(LIVING_STATES))
    return query.where(SchoolPlan.way == SchoolWay(way)) if way in set(SchoolWay) else query


def is_due_soon(today: date) -> Any:
    """Condition: a kept place that runs out soon, or a course that should be over."""
    kept = SchoolPlan.state.in_((SchoolState.WISH, SchoolState.APPLIED)) & SchoolPlan.way.in_(RETURN_WAYS)
    ends = (SchoolPlan.state == SchoolState.STUDYING) & (SchoolPlan.ends_on <= today)
    return or_(kept & (SchoolPlan.due_on <= today + timedelta(days=SOON_DAYS)), ends)


def state_counts() -> Select[*tuple[Any, ...]]:
    """How many plans stand where; a policy narrows it."""
    return (
        select(SchoolPlan.state, func.count())
        .join(Person, Person.id == SchoolPlan.person_id)
        .where(Person.erased_at.is_(None))
        .group_by(SchoolPlan.state)
    )


def due_count(today: date) -> Select[*tuple[Any, ...]]:
    """How many plans are due soon; a policy narrows it."""
    return (
        select(func.count(SchoolPlan.id))
        .join(Person, Person.id == SchoolPlan.person_id)
        .where(Person.erased_at.is_(None), is_due_soon(today))
    )


def school_line(session: Session, person_id: int) -> EmploymentSpell | None:
    """The open line of the register, where it says that somebody is at school."""
    spell = current_spell(session, person_id)
    return spell if spell is not None and spell.status_code in SCHOOL_CODES else None


def proof_of(session: Session, plan: SchoolPlan) -> StoredFile | None:
    """The paper that was handed in."""
    return session.get(StoredFile, plan.proof_file_id) if plan.proof_file_id else None
