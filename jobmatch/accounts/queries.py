"""Reads of accounts, organizations and stations."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.actions import actions_called
from jobmatch.accounts.models import (
    AssistedRecovery,
    Invitation,
    Membership,
    Organization,
    SignInSession,
    User,
    clean_phone,
)
from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
from jobmatch.accounts.states import PASSWORD_ROLES, STAFF_ROLES, OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.clock import utcnow
from jobmatch.core.errors import NotFound
from jobmatch.core.job_rows import Job, JobState
from jobmatch.reference.models import Region

MOST_MERGES = 5
"""Stations may be merged again and again; more hops than this are a mistake in the rows."""


def find_user_by_phone(session: Session, phone: str) -> User | None:
    """The account of a phone number in any spelling."""
    if not clean_phone(phone):
        return None
    return session.scalars(select(User).where(User.phone_blind == User.phone.fingerprint(phone))).one_or_none()


def find_user_by_login(session: Session, login: str) -> User | None:
    """The account somebody signs in to with a password: by phone number, or by account name where it has no phone."""
    user = find_user_by_phone(session, login)
    return user or session.scalars(select(User).where(User.public_id == login.strip().casefold())).one_or_none()


def get_organization(session: Session, public_id: str) -> Organization:
    """The organization with this public id. Raises ``NotFound``."""
    found = session.scalars(select(Organization).where(Organization.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def own_user(session: Session, actor: Actor) -> User:
    """The actor's own account. Raises ``NotFound`` for a stranger."""
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound
    return user


def own_organization(session: Session, actor: Actor) -> Organization:
    """The organization the actor acts for. Raises ``NotFound`` where there is none."""
    found = session.get(Organization, actor.organization_id) if actor.organization_id is not None else None
    if found is None:
        raise NotFound
    return found


def get_organization_name(session: Session, organization_id: int | None) -> str:
    """The name of an organization, or an empty text."""
    found = session.get(Organization, organization_id) if organization_id is not None else None
    return found.name if found else ""


def live_membership(now: datetime) -> Any:
    """Condition: the membership holds at ``now``."""
    return Membership.is_active & or_(Membership.valid_until.is_(None), Membership.valid_until > now)


def usable_memberships(
    session: Session, user_id: int, *, by_password: bool, now: datetime
) -> list[tuple[Membership, Organization | None]]:
    """What the user may act as, oldest first; a sign-in by code opens no role that asks for a password."""
    query = (
        select(Membership, Organization)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == user_id, live_membership(now))
        .order_by(Membership.id)
    )
    if not by_password:
        query = query.where(Membership.role.not_in(PASSWORD_ROLES))
    return [(membership, organization) for membership, organization in session.execute(query)]


def actor_for(
    session: Session,
    user: User,
    membership: Membership | None,
    *,
    session_id: int | None = None,
    ip: str = "",
    device: str = "",
) -> Actor:
    """The actor that ``user`` is in ``membership``; without one only the own account is open."""
    organization = None
    if membership is not None and membership.organization_id is not None:
        organization = session.get_one(Organization, membership.organization_id)
    return build_actor(user, membership, organization, session_id=session_id, ip=ip, device=device)


def build_actor(
    user: User,
    membership: Membership | None,
    organization: Organization | None,
    *,
    session_id: int | None = None,
    ip: str = "",
    device: str = "",
) -> Actor:
    """The actor of rows that were read already. A suspended station opens nothing for its staff."""
    active = organization is None or organization.state is OrganizationState.ACTIVE
    permissions = ROLE_TABLE["account"]
    if membership is not None and (active or membership.role not in STAFF_ROLES):
        permissions = permissions_of(membership.role, organization_is_active=active)
    is_station = organization is not None and organization.kind is OrganizationKind.STATION
    return Actor(
        user_id=user.id,
        public_id=user.public_id,
        label=user.name,
        roles=frozenset({membership.role.value}) if membership else frozenset(),
        permissions=permissions,
        region_path=organization.region_path if organization and is_station else "",
        organization_id=organization.id if organization else None,
        session_id=session_id,
        ip=ip,
        device=device,
        locale=user.locale,
    )


def signed_in(token_sha256: bytes) -> Select[*tuple[Any, ...]]:
    """Session, user, membership and organization behind a token, in one statement."""
    return (
        select(SignInSession, User, Membership, Organization)
        .join(User, User.id == SignInSession.user_id)
        .outerjoin(Membership, (Membership.id == SignInSession.membership_id) & live_membership(utcnow()))
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(SignInSession.token_sha256 == token_sha256, SignInSession.revoked_at.is_(None), User.is_active)
    )


def sessions() -> Select[*tuple[Any, ...]]:
    """Sessions that have not been ended, the most recently used first."""
    return (
        select(SignInSession)
        .where(SignInSession.revoked_at.is_(None), SignInSession.is_pending.is_(False))
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    )


def sessions_with_users() -> Select[*tuple[Any, ...]]:
    """Sessions that have not been ended, each with its user."""
    return sessions().join(User, User.id == SignInSession.user_id).add_columns(User)


def users(words: str = "") -> Select[*tuple[Any, ...]]:
    """Accounts, newest first; ``words`` is a whole phone number or a part of the name."""
    query = select(User).order_by(User.id.desc())
    if len(clean_phone(words)) >= 7:
        return query.where(User.phone_blind == User.phone.fingerprint(words))
    return query.where(User.name.contains(words.strip(), autoescape=True)) if words.strip() else query


def user_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The account with this public id."""
    return select(User).where(User.public_id == public_id)


def roles_of(user_ids: list[int]) -> Select[*tuple[Any, ...]]:
    """User id, role and organization name of the memberships in force of several users."""
    return (
        select(Membership.user_id, Membership.role, Organization.name)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id.in_(user_ids), Membership.is_active)
        .order_by(Membership.id)
    )


def stations() -> Select[*tuple[Any, ...]]:
    """Stations in the order of the tree: a parent stands before what is below it."""
    return (
        select(Organization)
        .where(Organization.kind == OrganizationKind.STATION)
        .order_by(Organization.region_path, Organization.id)
    )


def served_regions() -> Select[*tuple[Any, ...]]:
    """Code, name, parent's name and path of the regions that have a station, in the order of the tree."""
    parent = aliased(Region)
    has_station = exists().where(Organization.kind == OrganizationKind.STATION, Organization.region_code == Region.code)
    return (
        select(Region.code, Region.name_zh, parent.name_zh.label("parent_name"), Region.path)
        .outerjoin(parent, parent.code == Region.parent_code)
        .where(has_station)
        .order_by(Region.path)
    )


def responsible_station(session: Session, region_path: str) -> Organization | None:
    """The station nearest above or at ``region_path``; where that one was merged away, the one it went into."""
    parts = region_path.strip("/").split("/")
    paths = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    query = select(Organization).where(
        Organization.kind == OrganizationKind.STATION,
        or_(Organization.state == OrganizationState.ACTIVE, Organization.merged_into_id.is_not(None)),
        Organization.region_path.in_(paths),
    )
    found = max(session.scalars(query), key=lambda s: (len(s.region_path), -s.id), default=None)
    for _hop in range(MOST_MERGES):
        if found is None or found.merged_into_id is None:
            break
        found = session.get(Organization, found.merged_into_id)
    return found


def superior_of(session: Session, station: Organization | None) -> Organization | None:
    """The station above ``station``; that one itself where none is above."""
    parent = session.get(Organization, station.parent_id) if station and station.parent_id else None
    return parent or station


def superior_path(session: Session, region_path: str) -> str:
    """Where the superior of the station responsible for a place sits; the place itself where there is no station."""
    superior = superior_of(session, responsible_station(session, region_path))
    return superior.region_path if superior and superior.region_path else region_path


def find_region(session: Session, code: str) -> Region | None:
    """The region with this code."""
    return session.get(Region, code) if code else None


def invitations() -> Select[*tuple[Any, ...]]:
    """Invitations with their organization, newest first."""
    return (
        select(Invitation, Organization)
        .outerjoin(Organization, Organization.id == Invitation.organization_id)
        .order_by(Invitation.id.desc())
    )


def invitation_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The invitation with this public id, with its organization."""
    return invitations().where(Invitation.public_id == public_id)


def find_open_invitation(session: Session, token_sha256: bytes, now: datetime) -> Invitation | None:
    """The unused invitation behind a link, if it has not run out."""
    return session.scalars(
        select(Invitation).where(
            Invitation.token_sha256 == token_sha256, Invitation.used_at.is_(None), Invitation.expires_at > now
        )
    ).one_or_none()


def open_recoveries() -> Select[*tuple[Any, ...]]:
    """Requests for help that wait for a staff member, with their user, oldest first."""
    return (
        select(AssistedRecovery, User)
        .join(User, User.id == AssistedRecovery.user_id)
        .where(AssistedRecovery.done_at.is_(None))
        .order_by(AssistedRecovery.id)
    )


def recovery_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The waiting request with this public id, with its user."""
    return open_recoveries().where(AssistedRecovery.public_id == public_id)


def station_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The station with this public id."""
    return stations().where(Organization.public_id == public_id)


def colleagues() -> Select[*tuple[Any, ...]]:
    """Accounts with a role in a station, with role and station, in the order of the tree."""
    return (
        select(User, Membership, Organization)
        .join(Membership, Membership.user_id == User.id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Organization.kind == OrganizationKind.STATION, Membership.is_active)
        .order_by(Organization.region_path, User.id)
    )


def memberships_of(session: Session, user_id: int) -> list[tuple[Membership, Organization | None]]:
    """Every membership of an account, ended ones too, with its organization."""
    query = (
        select(Membership, Organization)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.id)
    )
    return [(membership, organization) for membership, organization in session.execute(query)]


WORK_DAYS = 7
"""How far back the page of background work looks; what waits or failed longer ago is shown all the same."""


def work(state: JobState | None = None) -> Select[*tuple[Any, ...]]:
    """Pieces of background work with the name of who asked, the newest first, of one state or of all."""
    query = select(Job, User.name).outerjoin(User, User.id == Job.created_by_id).order_by(Job.id.desc())
    return query if state is None else query.where(Job.state == state)


def place_names(session: Session, paths: Collection[str]) -> dict[str, str]:
    """What the places of these paths are called."""
    rows = session.execute(select(Region.path, Region.name_zh).where(Region.path.in_(paths)))
    return {row.path: row.name_zh for row in rows}


def work_called(name: str) -> Select[*tuple[Any, ...]]:
    """The newest piece of work of this name."""
    return select(Job).where(Job.name == name).order_by(Job.id.desc()).limit(1)


def work_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """One piece of background work."""
    return select(Job).where(Job.public_id == public_id)


def work_by_state(since: datetime) -> Select[*tuple[Any, ...]]:
    """How much there is of each state: of what is over, since ``since``; and since when the oldest waits."""
    is_over = Job.state == JobState.DONE
    return (
        select(Job.state, func.count(), func.min(Job.created_at))
        .where(or_(~is_over, Job.created_at >= since))
        .group_by(Job.state)
    )


def last_runs() -> Select[*tuple[Any, ...]]:
    """When each piece of work was last finished."""
    return select(Job.name, func.max(Job.finished_at)).where(Job.state == JobState.DONE).group_by(Job.name)


def audit_entries(words: str = "") -> Select[*tuple[Any, ...]]:
    """The audit trail, newest first; ``words`` is an action (its label or code), an object or a name."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    term = words.strip()
    if term:
        query = query.where(
            or_(
                AuditEntry.action.startswith(term, autoescape=True),
                AuditEntry.action.in_(actions_called(term)),
                AuditEntry.object_id == term,
                AuditEntry.actor_label == term,
            )
        )
    return query


def members_of(session: Session, organization_id: int) -> list[User]:
    """Active accounts with a membership in force in this organization, oldest first.

    A department that only reads what it is handed is not among them: what is told to an employer is not for it.
    """
    query = select(User).join(Membership, Membership.user_id == User.id).where(*_is_told(organization_id))
    return list(session.scalars(query.order_by(Membership.id)).unique())


def has_members(organization_id: Any) -> Any:
    """Condition: ``members_of`` finds somebody in the organization of this column."""
    return exists().where(Membership.user_id == User.id, *_is_told(organization_id))


def _is_told(organization_id: Any) -> tuple[Any, ...]:
    is_told = (User.is_active, live_membership(utcnow()), Membership.role != Role.EMPLOYER_READER)
    return (Membership.organization_id == organization_id, *is_told)


def memberships_in_force() -> Select[*tuple[Any, ...]]:
    """Memberships in force with their accounts, oldest first; a policy narrows them to an organization."""
    return (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(User.is_active, live_membership(utcnow()))
        .order_by(Membership.id)
    )
