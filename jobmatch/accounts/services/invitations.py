"""Invitations: a link that works once, handed over by whoever invites."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from jobmatch.accounts.models import Invitation, Membership, Organization, User
from jobmatch.accounts.names import clean_name
from jobmatch.accounts.policies import COLLEAGUES, can_invite_colleague, can_invite_staff
from jobmatch.accounts.queries import find_open_invitation, find_user_by_phone, live_membership
from jobmatch.accounts.services.codes import spend_code
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.telling import tell
from jobmatch.accounts.services.users import check_phone, record_membership
from jobmatch.accounts.states import CodePurpose, OrganizationKind, Role
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

LIFETIME = timedelta(days=7)
HELPER_LIFETIME = timedelta(days=30)


def invite_colleague(
    uow: UnitOfWork, organization: Organization, *, name: str, phone: str, role: Role | None = None
) -> str:
    """Invite somebody into the own employer, provider or incubator; returns the token of the link.

    Without ``role`` they manage it. Raises ``NotAllowed`` for another organization, ``Invalid`` on ``name``, ``phone``
    or ``role``.
    """
    require(can_invite_colleague(uow.actor, organization) and organization.kind in COLLEAGUES)
    roles = COLLEAGUES[organization.kind]
    if role is not None and role not in roles:
        raise Invalid(fields={"role": _("请选一种身份")})
    return _invite(uow, role or roles[0], organization, name=name, phone=phone)


def remove_colleague(uow: UnitOfWork, organization: Organization, membership: Membership) -> None:
    """End a colleague's role in the own organization; it takes effect with their next request.

    Raises ``Invalid`` for the last one who manages it, ``Conflict`` the second time.
    """
    require(can_invite_colleague(uow.actor, organization) and membership.organization_id == organization.id)
    # Two managers who remove each other at once meet here, so that one of them stays.
    uow.session.execute(select(Organization.id).where(Organization.id == organization.id).with_for_update())
    uow.session.refresh(membership)
    if not membership.is_active:
        raise Conflict(_("这位同事已经移出了"))
    leading = COLLEAGUES[organization.kind][0]
    managers = (
        select(func.count(Membership.id))
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organization_id == organization.id,
            Membership.role == leading,
            User.is_active,
            live_membership(uow.now),
        )
    )
    if membership.role is leading and (uow.session.scalar(managers) or 0) < 2:
        raise Invalid(_("这是最后一位管理员，不能移出。请先邀请另一位管理员"))
    membership.is_active = False
    uow.session.flush()
    user = uow.session.get_one(User, membership.user_id)
    uow.audit("membership.ended", user, role=membership.role.value, organization=organization.public_id)


def invite_staff(uow: UnitOfWork, *, role: Role, organization: Organization | None, name: str, phone: str) -> str:
    """Invite staff or helpers into a station of the own subtree, or into one of the three administrators' posts."""
    require(can_invite_staff(uow.actor, role, organization))
    if organization is not None and organization.kind is not OrganizationKind.STATION:
        raise Invalid(fields={"organization": _("请选一个服务机构")})
    return _invite(uow, role, organization, name=name, phone=phone)


def _invite(uow: UnitOfWork, role: Role, organization: Organization | None, *, name: str, phone: str) -> str:
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_sha256=token_hash(token),
        organization_id=organization.id if organization else None,
        role=role,
        name=clean_name(name),
        invited_by_id=uow.actor.user_id,
        created_at=uow.now,
        expires_at=uow.now + LIFETIME,
    )
    invitation.phone = check_phone(phone)
    uow.session.add(invitation)
    uow.session.flush()
    uow.audit("invitation.made", invitation, role=role.value)
    return token


def withdraw_invitation(uow: UnitOfWork, invitation: Invitation, organization: Organization | None) -> None:
    """Close the link of an invitation that was not used yet."""
    allowed = organization is not None and can_invite_colleague(uow.actor, organization)
    require(allowed or can_invite_staff(uow.actor, invitation.role, organization))
    if invitation.used_at is not None:
        raise Conflict(_("这个邀请已经用过了"))
    invitation.expires_at = uow.now
    uow.audit("invitation.withdrawn", invitation)


def accept_invitation(uow: UnitOfWork, token: str, *, password_hash: str = "", code: str | None = None) -> User:
    """Take up an invitation: a new account with ``password_hash``, or the role for the account that is signed in.

    ``code`` proves the phone; without it an account that exists already opens for nobody but its signed-in owner,
    since whoever invited holds the link too. None is for places where no code can be sent. Raises ``NotFound`` where
    the link was used, withdrawn or has run out, ``Invalid`` where the phone is not proven.
    """
    invitation = find_open_invitation(uow.session, token_hash(token), uow.now)
    if invitation is None:
        raise gone()
    user = find_user_by_phone(uow.session, invitation.phone)
    is_own = user is not None and user.id == uow.actor.user_id
    if code is not None and not is_own:
        spend_code(uow, invitation.phone, code, CodePurpose.SIGN_UP)
    if user is not None and not is_own and (user.password_hash or code is None):
        raise Invalid(_("这个手机号已经有账号，请先登录，再打开这个链接"))
    if user is None or not user.password_hash:
        user = _with_password(uow, user, invitation, password_hash)
    _use(uow, invitation)
    organization = uow.session.get(Organization, invitation.organization_id) if invitation.organization_id else None
    record_membership(uow, user, invitation.role, organization, valid_until=_until(uow, invitation.role))
    uow.audit("invitation.accepted", invitation)
    tell(uow, user, "invited")
    return user


def gone() -> NotFound:
    """What is said about every link that does not work, whatever the reason."""
    return NotFound(_("这个邀请链接已经用过或者过期了，请邀请您的人重新发一个"))


def _with_password(uow: UnitOfWork, user: User | None, invitation: Invitation, password_hash: str) -> User:
    if not password_hash:
        raise Invalid(fields={"password": _("请设一个密码")})
    if user is None:
        user = User(name=invitation.name, phone=invitation.phone, locale=current_locale(), created_at=uow.now)
        uow.session.add(user)
    elif not user.is_active:
        raise gone()
    user.password_hash = password_hash
    uow.session.flush()
    return user


def _use(uow: UnitOfWork, invitation: Invitation) -> None:
    used = uow.session.execute(
        update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=uow.now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise gone()


def _until(uow: UnitOfWork, role: Role) -> datetime | None:
    """Helpers of a fair are there for a short time; everybody else until somebody ends it."""
    return uow.now + HELPER_LIFETIME if role is Role.FAIR_HELPER else None
