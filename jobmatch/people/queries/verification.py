"""The history of a verification, the queue of those who wait for one, and appeals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from jobmatch.accounts.models import User
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Verification, VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.policies import serves
from jobmatch.people.queries.people import load_full
from jobmatch.people.states import AppealState, VerificationAct, VerificationState


@dataclass(frozen=True, slots=True)
class VerificationLine:
    """One act of the history with who did it; no name for the system."""

    row: Verification
    who: str


def verification_history(session: Session, person_id: int) -> list[VerificationLine]:
    """Every act of a person's verification, the newest first."""
    found = session.execute(
        select(Verification, User.name)
        .outerjoin(User, User.id == Verification.by_id)
        .where(Verification.person_id == person_id)
        .order_by(Verification.id.desc())
        .limit(50)
    )
    return [VerificationLine(row, name or "") for row, name in found]


def last_refusal(session: Session, person_id: int) -> Verification | None:
    """The newest refusal of a person."""
    return session.scalars(
        select(Verification)
        .where(Verification.person_id == person_id, Verification.act == VerificationAct.REFUSED)
        .order_by(Verification.id.desc())
        .limit(1)
    ).first()


def waiting_people(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """People whom the actor's office has to verify, those who wait longest first."""
    since = func.coalesce(Person.verification_since, Person.created_at)
    query = load_full(select(Person)).where(
        Person.verification == VerificationState.UNVERIFIED, serves(uow.actor), Person.erased_at.is_(None)
    )
    return query.order_by(since, Person.id)


def open_appeals() -> Select[*tuple[Any, ...]]:
    """Appeals that wait for a decision, the oldest first, with person and refusal."""
    return (
        select(VerificationAppeal)
        .options(selectinload(VerificationAppeal.person), selectinload(VerificationAppeal.verification))
        .where(VerificationAppeal.state == AppealState.OPEN)
        .order_by(VerificationAppeal.created_at, VerificationAppeal.id)
    )


def appeals_of(session: Session, person_id: int) -> list[VerificationAppeal]:
    """A person's appeals, the newest first."""
    return list(
        session.scalars(
            select(VerificationAppeal)
            .where(VerificationAppeal.person_id == person_id)
            .order_by(VerificationAppeal.id.desc())
        )
    )
