"""Reads of assessments and incidents, and whom an incident touches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from jobmatch.applications.models import Application
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_served_people
from jobmatch.privacy.models import Breach, BreachStep, ImpactAssessment
from jobmatch.privacy.queries.seen import APPLICATION_LOOKS, LOOKS
from jobmatch.privacy.states import BreachAct


def assessments() -> Select[*tuple[Any, ...]]:
    """Assessments, the newest first."""
    return select(ImpactAssessment).order_by(ImpactAssessment.id.desc())


def get_assessment(session: Session, public_id: str) -> ImpactAssessment:
    """The assessment with this public id. Raises ``NotFound``."""
    query = select(ImpactAssessment).where(ImpactAssessment.public_id == public_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def breaches() -> Select[*tuple[Any, ...]]:
    """Incidents, the newest first."""
    return select(Breach).order_by(Breach.id.desc())


def get_breach(session: Session, public_id: str) -> Breach:
    """The incident with this public id. Raises ``NotFound``."""
    found = session.scalars(select(Breach).where(Breach.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def steps_of(session: Session, breach: Breach) -> list[tuple[BreachAct, BreachStep | None]]:
    """The whole checklist in its order, with what was done."""
    done = {step.act: step for step in session.scalars(select(BreachStep).where(BreachStep.breach_id == breach.id))}
    return [(act, done.get(act)) for act in BreachAct]


def affected(uow: UnitOfWork, breach: Breach) -> Select[*tuple[Any, ...]]:
    """People whom the actor's office serves and the incident touches, in the order of their files."""
    return visible_served_people(uow.actor, select(Person).where(_is_affected(breach)).order_by(Person.id))


def affected_count(session: Session, breach: Breach) -> int:
    """How many people the incident touches, wherever they live: a count tells no name."""
    return session.scalar(select(func.count()).select_from(Person).where(_is_affected(breach))) or 0


def _is_affected(breach: Breach) -> ColumnElement[bool]:
    """Files that were looked at in the window by the account or from the address; else everybody of the place."""
    if breach.actor_user_id is None and not breach.ip:
        in_place = Person.region_path.startswith(breach.region_path, autoescape=True)
        return in_place & Person.erased_at.is_(None)
    window = [AuditEntry.at >= breach.starts_at, AuditEntry.at <= breach.ends_at]
    if breach.actor_user_id is not None:
        window.append(AuditEntry.actor_user_id == breach.actor_user_id)
    if breach.ip:
        window.append(AuditEntry.ip == breach.ip)
    files = select(AuditEntry.object_id).where(
        AuditEntry.object_type == Person.__tablename__, AuditEntry.action.in_(LOOKS), *window
    )
    read = select(AuditEntry.object_id).where(
        AuditEntry.object_type == Application.__tablename__, AuditEntry.action.in_(APPLICATION_LOOKS), *window
    )
    applicants = select(Application.person_id).where(Application.public_id.in_(read))
    found = Person.public_id.in_(files) | Person.id.in_(applicants)
    if breach.region_path:
        found &= Person.region_path.startswith(breach.region_path, autoescape=True)
    return found
