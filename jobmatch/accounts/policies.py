"""Who may do what with accounts, organizations and sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, false, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import AssistedRecovery, Invitation, Membership, Organization, SignInSession, User
from jobmatch.accounts.queries import stations
from jobmatch.accounts.states import ADMIN_ROLES, EMPLOYER_ROLES, PASSWORD_ROLES, STAFF_ROLES, OrganizationKind, Role
from jobmatch.core.actors import Actor

STATION_INVITES = (
    Role.STATION_STAFF,
    Role.SUPERIOR_READER,
    Role.FAIR_HELPER,
    Role.MENTOR,
    Role.INCUBATOR_OPERATOR,
)
COLLEAGUES: dict[OrganizationKind, tuple[Role, ...]] = {
    OrganizationKind.EMPLOYER: EMPLOYER_ROLES,
    OrganizationKind.PROVIDER: (Role.PROVIDER_MEMBER,),
    OrganizationKind.INCUBATOR: (Role.INCUBATOR_OPERATOR,),
}
"""Whom an organization may invite; the first is who manages it, the last of whom cannot be removed."""


def can_manage_system(actor: Actor) -> bool:
    return actor.can("system.manage")


def can_add_station(actor: Actor, region_path: str) -> bool:
    """The system administrator, and an office for places below its own."""
    if can_manage_system(actor):
        return True
    is_below = len(region_path) > len(actor.region_path) > 0 and region_path.startswith(actor.region_path)
    return actor.can("station.manage") and is_below


def can_keep_station(actor: Actor, station: Organization) -> bool:
    """The system administrator, and an office for itself and the stations below it."""
    if station.kind is not OrganizationKind.STATION:
        return False
    in_reach = actor.reaches(station.region_path)
    return can_manage_system(actor) or (actor.can("station.manage") and in_reach)


def can_manage_user(actor: Actor, user: User) -> bool:
    """Administrators lock and open accounts, but not their own."""
    return (actor.can("system.manage") or actor.can("security.manage")) and actor.user_id != user.id


def can_own_account(actor: Actor, user: User) -> bool:
    return actor.is_system or (actor.can("account.own") and actor.user_id == user.id)


def can_invite_colleague(actor: Actor, organization: Organization) -> bool:
    return actor.can("organization.invite") and (actor.is_system or actor.organization_id == organization.id)


def invitable_roles(actor: Actor) -> tuple[Role, ...]:
    """Roles that this staff member or administrator may invite."""
    if actor.can("system.manage"):
        return (*STATION_INVITES, *sorted(ADMIN_ROLES))
    return STATION_INVITES if actor.can("staff.invite") else ()


def can_invite_staff(actor: Actor, role: Role, organization: Organization | None) -> bool:
    """Staff invite into stations of their own subtree; administrators into every station and into the three posts."""
    if not actor.can("staff.invite") or role not in invitable_roles(actor):
        return False
    if role in ADMIN_ROLES:
        return organization is None
    if organization is None:
        return False
    return actor.can("system.manage") or actor.reaches(organization.region_path)


def can_assist(actor: Actor, session: Session, user: User) -> bool:
    """Whether staff may help with this account: never with their own, with other staff only in the own subtree.

    Accounts of people, employers and providers are served at every window; the three administrators' posts at none.
    """
    if actor.is_system:
        return True
    if not actor.can("recovery.assist") or actor.user_id == user.id or not user.is_active:
        return False
    for role, path in _staff_places(session, user):
        inside = role not in ADMIN_ROLES and actor.reaches(path)
        if not inside and not actor.can("security.manage"):
            return False
    return True


def can_issue_code(actor: Actor, session: Session, user: User, *, for_recovery: bool) -> bool:
    """Whether staff may hand out a code for this account at the window.

    A code to sign in opens only roles without password, so it is harmless for everybody else; a code to set a new
    password is given as ``can_assist`` says.
    """
    if not actor.can("code.issue") or actor.user_id == user.id or not user.is_active:
        return False
    if for_recovery:
        return can_assist(actor, session, user)
    roles = session.scalars(select(Membership.role).where(Membership.user_id == user.id, Membership.is_active))
    return any(role not in PASSWORD_ROLES for role in roles)


def _staff_places(session: Session, user: User) -> list[tuple[Role, str]]:
    found = session.execute(
        select(Membership.role, Organization.region_path)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == user.id, Membership.is_active, Membership.role.in_(STAFF_ROLES))
    )
    return [(role, path or "") for role, path in found]


def visible_own_sessions(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Narrow ``query`` to the actor's own sessions."""
    return query.where(SignInSession.user_id == actor.user_id)


def visible_sessions(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Every session for those who keep the security of accounts, the own ones for others."""
    return query if actor.can("security.manage") else visible_own_sessions(actor, query)


def visible_users(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Accounts: all for administrators, none for others."""
    allowed = actor.can("system.manage") or actor.can("security.manage")
    return query if allowed else query.where(false())


def visible_stations(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Stations of the own subtree; all of them for the administrator."""
    if actor.can("system.manage"):
        return query
    return query.where(below(Organization.region_path, actor.region_path))


def stations_below(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Stations of the actor's subtree in the order of the tree; all of them for the administrator."""
    return visible_stations(actor, stations())


def visible_colleagues(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Accounts with a role in a station of the own subtree."""
    return query if actor.can("system.manage") else query.where(below(Organization.region_path, actor.region_path))


def below(column: Any, region_path: str) -> Any:
    """Condition: ``column`` lies in the subtree ``region_path``; an empty one contains nothing."""
    return column.startswith(region_path, autoescape=True) if region_path else false()


def visible_own_colleagues(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Memberships in the actor's own organization, for those who may invite into it."""
    if actor.organization_id is None or not actor.can("organization.invite"):
        return query.where(false())
    return query.where(Membership.organization_id == actor.organization_id)


def visible_invitations(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Invitations of the own organization; for staff, those into stations of the own subtree."""
    if actor.can("system.manage"):
        return query
    if actor.can("staff.invite"):
        in_subtree = select(Organization.id).where(below(Organization.region_path, actor.region_path))
        return query.where(Invitation.organization_id.in_(in_subtree))
    return query.where(Invitation.organization_id == actor.organization_id, Invitation.organization_id.is_not(None))


def visible_recoveries(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Requests for help that ``can_assist`` allows: not the own one, staff's only in the own subtree."""
    if not actor.can("recovery.assist"):
        return query.where(false())
    query = query.where(AssistedRecovery.user_id != (actor.user_id or 0))
    if actor.can("security.manage"):
        return query
    outside = (
        exists()
        .where(
            Membership.user_id == AssistedRecovery.user_id,
            Membership.is_active,
            Membership.role.in_(STAFF_ROLES),
            Membership.organization_id.is_(None) | ~_in_subtree(actor.region_path),
        )
        .correlate(AssistedRecovery)
    )
    return query.where(~outside)


def _in_subtree(region_path: str) -> Any:
    inside = select(Organization.id).where(below(Organization.region_path, region_path))
    return Membership.organization_id.in_(inside)


def visible_work(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Background work of the whole house is looked after by the system administrator."""
    return query if can_manage_system(actor) else query.where(false())


def visible_audit(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The audit trail belongs to the auditor alone."""
    return query if actor.can("audit.read") else query.where(false())
