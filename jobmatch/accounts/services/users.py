"""Accounts themselves: making, passwords, locking, and the first administrator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from jobmatch.accounts import passwords
from jobmatch.accounts.models import Membership, Organization, User, clean_phone
from jobmatch.accounts.names import clean_name
from jobmatch.accounts.policies import can_manage_system, can_manage_user, can_own_account
from jobmatch.accounts.queries import find_region, find_user_by_phone, usable_memberships
from jobmatch.accounts.services.codes import spend_code
from jobmatch.accounts.services.sessions import record_all_ended
from jobmatch.accounts.services.telling import tell
from jobmatch.accounts.services.throttles import forget_attempts
from jobmatch.accounts.states import ADMIN_ROLES, STAFF_ROLES, CodePurpose, Role
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import LOCALES
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.checks import check_phone as mobile_number

FIRST_LOGIN = "admin"
SECRET_LIFETIME = timedelta(hours=24)


def check_phone(phone: str, *, field: str = "phone") -> str:
    """The digits of a mobile number. Raises ``Invalid`` on ``field``."""
    try:
        return clean_phone(mobile_number(phone))
    except ValueError as error:
        raise Invalid(fields={field: str(error)}) from None


def make_user(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    roles: Iterable[tuple[Role, Organization | None]] = (),
    password: str | None = None,
    password_hash: str = "",
    locale: str = "zh",
) -> User:
    """Make an account with its roles, for commands and the demo county.

    A plain ``password`` is hashed here (about 30 ms) and not checked for strength; give ``password_hash`` instead
    where many accounts share one. Raises ``Invalid`` for a phone that has an account.
    """
    require(can_manage_system(uow.actor))
    number = check_phone(phone)
    if find_user_by_phone(uow.session, number) is not None:
        raise Invalid(fields={"phone": _("这个手机号已经有账号")})
    user = User(
        name=clean_name(name),
        phone=number,
        password_hash=passwords.hash_password(password) if password else password_hash,
        locale=locale,
        created_at=uow.now,
    )
    uow.session.add(user)
    uow.session.flush()
    for role, organization in roles:
        record_membership(uow, user, role, organization)
    uow.audit("user.made", user)
    return user


def fill_phone_tails(uow: UnitOfWork, *, most: int = 500) -> int:
    """Fill the blind index of the last four of up to ``most`` accounts older than it; returns how many."""
    require(uow.actor.is_system)
    missing = select(User).where(User.phone_sealed.is_not(None), User.phone_tail_blind.is_(None))
    rows = [
        {"row_id": user.id, "phone_tail_blind": User.phone.tail_fingerprint(user.phone or "")}
        for user in uow.session.scalars(missing.order_by(User.id).limit(most))
    ]
    if rows:
        uow.session.connection().execute(update(User).where(User.id == bindparam("row_id")), rows)
    return len(rows)


def record_membership(
    uow: UnitOfWork,
    user: User,
    role: Role,
    organization: Organization | None = None,
    *,
    valid_until: datetime | None = None,
) -> Membership:
    """Give ``user`` a role, or give it back. Raises ``Conflict`` where one of the three posts is held already."""
    held = list(uow.session.scalars(select(Membership).where(Membership.user_id == user.id)))
    if role in ADMIN_ROLES and any(m.role in ADMIN_ROLES - {role} and m.is_active for m in held):
        raise Conflict(_("系统、安全、审计三个管理员不能由一个人兼任"))
    organization_id = organization.id if organization else None
    membership = next((m for m in held if m.role is role and m.organization_id == organization_id), None)
    if membership is None:
        membership = Membership(
            user_id=user.id,
            organization_id=organization_id,
            role=role,
            created_at=uow.now,
            created_by_id=uow.actor.user_id,
        )
        uow.session.add(membership)
    membership.is_active = True
    membership.valid_until = valid_until
    uow.session.flush()
    uow.audit("membership.given", user, role=role.value, organization=organization.public_id if organization else "")
    return membership


def create_admin(uow: UnitOfWork) -> tuple[str, str] | None:
    """The first administrator: account name and a one-time secret that ends in 24 hours.

    The first sign-in asks for a second factor and a new password. Called again before that, it gives a fresh secret;
    None once an administrator has an own password.
    """
    require(can_manage_system(uow.actor))
    administrators = uow.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role == Role.SYSTEM_ADMIN, Membership.is_active, User.is_active)
    )
    if any(not user.must_change_password for user in administrators):
        return None
    user = uow.session.scalars(select(User).where(User.public_id == FIRST_LOGIN)).one_or_none()
    if user is None:
        user = User(public_id=FIRST_LOGIN, name="系统管理员", created_at=uow.now)
        uow.session.add(user)
        uow.session.flush()
        record_membership(uow, user, Role.SYSTEM_ADMIN)
    return FIRST_LOGIN, _give_secret(uow, user)


def reset_by_operator(uow: UnitOfWork, user: User) -> str:
    """A one-time secret for 24 hours in place of the password; for the administrator and the command line."""
    require(can_manage_system(uow.actor) and can_manage_user(uow.actor, user))
    secret = _give_secret(uow, user)
    record_all_ended(uow, user)
    tell(uow, user, "password_changed")
    return secret


def _give_secret(uow: UnitOfWork, user: User) -> str:
    secret = passwords.new_secret()
    user.password_hash = passwords.hash_password(secret)
    user.must_change_password = True
    user.password_expires_at = uow.now + SECRET_LIFETIME
    uow.audit("password.one_time", user)
    return secret


def set_password(uow: UnitOfWork, user: User, *, password_hash: str) -> None:
    """Store a new password of one's own; every session of the account ends, this one too."""
    require(can_own_account(uow.actor, user))
    record_password(uow, user, password_hash)


def record_password(uow: UnitOfWork, user: User, password_hash: str) -> None:
    """Store a new password whose owner was proven; every session ends and the contact is told."""
    user.password_hash = password_hash
    user.must_change_password = False
    user.password_expires_at = None
    record_all_ended(uow, user)
    uow.audit("password.changed", user)
    tell(uow, user, "password_changed")


def password_rules(uow: UnitOfWork, user: User | None, *, role: Role | None = None) -> tuple[int, list[str]]:
    """How long a new password of ``user`` must be, counting the ``role`` to come, and the words it may not consist of.

    The words are what a guesser knows: name, phone, organizations and their places.
    """
    roles = {role} if role else set()
    words: list[str] = []
    if user is not None:
        words += [user.name, user.phone or ""]
        for membership, organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now):
            roles.add(membership.role)
            if organization is not None:
                region = find_region(uow.session, organization.region_code or "")
                words += [organization.name, region.name_zh if region else ""]
    return (passwords.STAFF_MINIMUM if STAFF_ROLES & roles else passwords.MINIMUM), words


def rename_user(uow: UnitOfWork, user: User, *, name: str, locale: str) -> User:
    """Change the own name and language."""
    require(can_own_account(uow.actor, user))
    if locale not in LOCALES:
        raise Invalid(fields={"locale": _("请选一种语言")})
    user.name = clean_name(name)
    user.locale = locale
    uow.audit("user.renamed", user)
    return user


def keep_email(uow: UnitOfWork, user: User, address: str, code: str) -> User:
    """Mail messages to ``address`` from now on; ``code`` went there. Raises ``Invalid`` on ``code``."""
    require(can_own_account(uow.actor, user))
    spend_code(uow, address, code, CodePurpose.EMAIL)
    user.email = address
    uow.session.flush()
    uow.audit("user.email", user)
    tell(uow, user, "email_changed")
    return user


def drop_email(uow: UnitOfWork, user: User) -> None:
    """Mail nothing any more; done twice it changes nothing."""
    require(can_own_account(uow.actor, user))
    if user.email_sealed is None:
        return
    user.email = None
    uow.session.flush()
    uow.audit("user.email_dropped", user)


def deactivate_user(uow: UnitOfWork, user: User) -> None:
    """Lock an account and end its sessions; it takes effect with the next request."""
    require(can_manage_user(uow.actor, user))
    user.is_active = False
    record_all_ended(uow, user)
    uow.audit("user.deactivated", user)


def reactivate_user(uow: UnitOfWork, user: User) -> None:
    """Open a locked account again and take the brake off it."""
    require(can_manage_user(uow.actor, user))
    user.is_active = True
    forget_attempts(uow, user.phone or user.public_id)
    uow.audit("user.reactivated", user)


def end_membership(uow: UnitOfWork, user: User, membership: Membership) -> None:
    """Take a role away; it takes effect with the next request."""
    require(can_manage_user(uow.actor, user) and membership.user_id == user.id)
    membership.is_active = False
    uow.audit("membership.ended", user, role=membership.role.value)
