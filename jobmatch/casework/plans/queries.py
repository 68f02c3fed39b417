"""Reads: the help given to one person, ledgers of a place, and who counts as M and N."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from jobmatch.accounts.models import User
from jobmatch.casework.plans.models import Expert, Hardship, PlanNeed, Referral, ServicePlan, Support
from jobmatch.casework.plans.policies import visible_experts
from jobmatch.casework.plans.states import (
    HardshipKind,
    NeedKind,
    PlanState,
    ReferralState,
    SupportKind,
)
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers at the head of the help page; ``recognized`` is M, ``helped`` is N of the official table."""

    open_plans: int
    reviews_due: int
    recognized: int
    helped: int
    station_focus: int
    referrals_late: int
    recommendations_waiting: int


def holds_on(day: date) -> ColumnElement[bool]:
    """Whether a hardship holds on ``day``."""
    return and_(Hardship.valid_from <= day, or_(Hardship.valid_to.is_(None), Hardship.valid_to >= day))


def is_recognized(day: date) -> ColumnElement[bool]:
    """M: a person whom 人社 recognized as in hardship, on ``day`` (condition over ``Person``)."""
    return exists().where(Hardship.person_id == Person.id, Hardship.kind == HardshipKind.RECOGNIZED, holds_on(day))


def is_helped(day: date) -> ColumnElement[bool]:
    """N: of M those with a plan and at least one dated act of support up to ``day`` (condition over ``Person``)."""
    planned = exists().where(ServicePlan.person_id == Person.id, ServicePlan.opened_on <= day)
    supported = exists().where(Support.person_id == Person.id, Support.happened_on <= day)
    return and_(is_recognized(day), planned, supported)


def counts(uow: UnitOfWork) -> Counts:
    """The numbers among the people the actor answers for: one statement each."""

    def count(*conditions: ColumnElement[bool]) -> int:
        return int(uow.one(visible_people(uow.actor, select(func.count(Person.id)).where(*conditions))))

    plan = exists().where(ServicePlan.person_id == Person.id, ServicePlan.state == PlanState.OPEN)
    waiting = exists().where(Support.person_id == Person.id, Support.answer == "waiting")
    late = exists().where(
        Referral.person_id == Person.id, Referral.state == ReferralState.SENT, Referral.due_on < uow.today
    )
    focus = exists().where(Hardship.person_id == Person.id, Hardship.kind == HardshipKind.STATION, holds_on(uow.today))
    return Counts(
        count(plan),
        count(plan.where(ServicePlan.review_on <= uow.today)),
        count(is_recognized(uow.today)),
        count(is_helped(uow.today)),
        count(focus),
        count(late),
        count(waiting),
    )


def plans(*, need: NeedKind | None = None, only_due: bool = False, today: date) -> Select[*tuple[Any, ...]]:
    """Open plans with their people, the nearest review first; to be narrowed by ``visible_people``."""
    query = (
        select(ServicePlan, Person)
        .join(Person, Person.id == ServicePlan.person_id)
        .options(selectinload(ServicePlan.needs))
        .where(ServicePlan.state == PlanState.OPEN)
    )
    if need is not None:
        query = query.where(
            exists().where(PlanNeed.plan_id == ServicePlan.id, PlanNeed.kind == need, PlanNeed.met_on.is_(None))
        )
    if only_due:
        query = query.where(ServicePlan.review_on <= today)
    return query.order_by(ServicePlan.review_on, ServicePlan.id)


def supports(kind: SupportKind) -> Select[*tuple[Any, ...]]:
    """One ledger with its people and experts, the newest first; to be narrowed by ``visible_people``."""
    expert = select(Expert.name).where(Expert.id == Support.expert_id).scalar_subquery()
    return (
        select(Support, Person, expert)
        .join(Person, Person.id == Support.person_id)
        .where(Support.kind == kind)
        .order_by(Support.happened_on.desc(), Support.id.desc())
    )


def referrals(*, only_late: bool = False, today: date) -> Select[*tuple[Any, ...]]:
    """Referrals with their people: those waiting first, by their day; to be narrowed by ``visible_people``."""
    query = select(Referral, Person).join(Person, Person.id == Referral.person_id)
    if only_late:
        query = query.where(Referral.state == ReferralState.SENT, Referral.due_on < today)
    return query.order_by(Referral.state != ReferralState.SENT, Referral.due_on, Referral.id)


def open_plan(session: Session, person_id: int) -> ServicePlan | None:
    """The person's open plan with its needs."""
    return session.scalars(
        select(ServicePlan)
        .options(selectinload(ServicePlan.needs))
        .where(ServicePlan.person_id == person_id, ServicePlan.state == PlanState.OPEN)
    ).one_or_none()


def past_plans(session: Session, person_id: int) -> Sequence[ServicePlan]:
    """Closed plans, the newest first."""
    return session.scalars(
        select(ServicePlan)
        .options(selectinload(ServicePlan.needs))
        .where(ServicePlan.person_id == person_id, ServicePlan.state == PlanState.CLOSED)
        .order_by(ServicePlan.closed_on.desc(), ServicePlan.id.desc())
    ).all()


def supports_of(uow: UnitOfWork, person: Person) -> Sequence[Any]:
    """(support, expert's name, who recorded it) of one person, the newest first."""
    return uow.session.execute(
        select(Support, Expert.name, User.name)
        .outerjoin(Expert, Expert.id == Support.expert_id)
        .outerjoin(User, User.id == Support.recorded_by_id)
        .where(Support.person_id == person.id)
        .order_by(Support.happened_on.desc(), Support.id.desc())
    ).all()


def referrals_of(session: Session, person_id: int) -> Sequence[Referral]:
    """The person's referrals, the newest first."""
    return session.scalars(
        select(Referral).where(Referral.person_id == person_id).order_by(Referral.sent_on.desc(), Referral.id.desc())
    ).all()


def hardships_of(session: Session, person_id: int) -> Sequence[Hardship]:
    """Facts of hardship; only services that checked the lock call this."""
    return session.scalars(
        select(Hardship).where(Hardship.person_id == person_id).order_by(Hardship.valid_from.desc(), Hardship.id.desc())
    ).all()


def experts(uow: UnitOfWork) -> list[tuple[Expert, int]]:
    """Experts of this place with the sessions they gave this year (人次): one statement."""
    first = date(uow.today.year, 1, 1)
    sessions = (
        select(func.count(Support.id))
        .where(Support.expert_id == Expert.id, Support.happened_on >= first)
        .scalar_subquery()
    )
    rows = uow.rows(visible_experts(uow.actor, select(Expert, sessions).order_by(Expert.valid_to, Expert.name)))
    return [(expert, int(count)) for expert, count in rows]


def people_with_need(need: NeedKind) -> Select[*tuple[Any, ...]]:
    """People with an unmet need of a kind in an open plan; upper rooms narrow it by ``visible_people``."""
    return (
        select(Person)
        .join(ServicePlan, ServicePlan.person_id == Person.id)
        .join(PlanNeed, PlanNeed.plan_id == ServicePlan.id)
        .where(ServicePlan.state == PlanState.OPEN, PlanNeed.kind == need, PlanNeed.met_on.is_(None))
        .order_by(ServicePlan.opened_on, Person.id)
    )
