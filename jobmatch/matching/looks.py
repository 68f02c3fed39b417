"""A trace of every masked card that an organization was shown, so that people can see who looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person


def remember_cards(uow: UnitOfWork, actor: Actor, public_ids: Sequence[str]) -> None:
    """Note once a day for each person that ``actor`` saw their card; comes through the buffer of small facts."""
    midnight = datetime.combine(uow.today, time(), UTC) - timedelta(hours=8)
    known = set(
        uow.session.scalars(
            select(AuditEntry.object_id).where(
                AuditEntry.object_id.in_(public_ids),
                AuditEntry.object_type == Person.__tablename__,
                AuditEntry.action == "person.card",
                AuditEntry.actor_user_id == actor.user_id,
                AuditEntry.at >= midnight,
            )
        )
    )
    new = [public_id for public_id in public_ids if public_id not in known]
    reader = uow.acting_as(actor)
    for person in uow.session.scalars(select(Person).where(Person.public_id.in_(new))):
        reader.audit("person.card", person)
