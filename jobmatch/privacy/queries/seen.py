"""Who has looked at somebody's file: read from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from jobmatch.accounts.actions import label_of_action
from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.states import Role
from jobmatch.applications.models import Application
from jobmatch.core.audit import AuditEntry
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person

LOOKS = (
    "person.read",
    "person.reveal",
    "person.export",
    "person.card",
    "person.merge",
    "desk.paper_read",
    "complaint.reporter",
    "privacy.frozen_read",
)
APPLICATION_LOOKS = ("application.read",)


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when, by which organization in which role, at what, and the reason that was given."""

    at: datetime
    who: str
    what: str
    reason: str


def seen_by(uow: UnitOfWork, person: Person, *, limit: int = 100) -> list[Look]:
    """Looks of others at the file, the newest first; three statements whatever the number.

    Names of staff are not told: the station answers for them, and the auditor knows who it was.
    """
    applications = select(Application.public_id).where(Application.person_id == person.id)
    at_file = and_(
        AuditEntry.object_id == person.public_id,
        AuditEntry.object_type == Person.__tablename__,
        AuditEntry.action.in_(LOOKS),
    )
    at_application = and_(
        AuditEntry.object_id.in_(applications),
        AuditEntry.object_type == Application.__tablename__,
        AuditEntry.action.in_(APPLICATION_LOOKS),
    )
    entries = uow.session.scalars(
        select(AuditEntry)
        .where(
            or_(at_file, at_application),
            or_(AuditEntry.actor_user_id != (person.user_id or 0), AuditEntry.actor_user_id.is_(None)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()
    places = _organizations(uow, {entry.actor_user_id for entry in entries if entry.actor_user_id})
    return [
        Look(entry.at, _who(entry, places), label_of_action(entry.action), entry.reason if entry.reason else "")
        for entry in entries
    ]


def _organizations(uow: UnitOfWork, user_ids: set[int]) -> dict[tuple[int, str], str]:
    organization = aliased(Organization)
    query = (
        select(Membership.user_id, Membership.role, organization.name)
        .join(organization, organization.id == Membership.organization_id)
        .where(Membership.user_id.in_(user_ids))
    )
    return {(user_id, role.value): name for user_id, role, name in uow.session.execute(query)}


def _who(entry: AuditEntry, places: dict[tuple[int, str], str]) -> str:
    if entry.actor_user_id is None:
        return _("系统")
    role = entry.role.split(",")[0]
    known: dict[str, Any] = {member.value: member for member in Role}
    label = known[role].label if role in known else role
    place = places.get((entry.actor_user_id, role), "")
    return _("%(place)s（%(role)s）", place=place, role=label) if place else label
