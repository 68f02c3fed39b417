"""Signing up: people by a code, employers and providers with a password besides."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.names import clean_name
from jobmatch.accounts.queries import find_user_by_phone
from jobmatch.accounts.services.codes import spend_code
from jobmatch.accounts.services.organizations import record_new_organization
from jobmatch.accounts.services.users import check_phone, record_membership
from jobmatch.accounts.states import PERSON_ROLES, CodePurpose, OrganizationKind, Role
from jobmatch.core.errors import Invalid
from jobmatch.core.i18n import current_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork


def sign_up_person(uow: UnitOfWork, *, name: str, phone: str, code: str, role: Role) -> User:
    """An account for a veteran or family member whose phone the code proves.

    Somebody who has an account for another role keeps it and gains this one. Call ``try_code`` in a unit of its own
    first. Raises ``Invalid`` on ``name``, ``phone``, ``code`` or ``role``.
    """
    if role not in PERSON_ROLES:
        raise Invalid(fields={"role": _("请选您是退役军人还是军人家属")})
    number = check_phone(phone)
    clean = clean_name(name)
    spend_code(uow, number, code, CodePurpose.SIGN_UP)
    user = find_user_by_phone(uow.session, number)
    if user is None:
        user = _make(uow, clean, number)
    elif not user.is_active or _holds_any(uow, user, PERSON_ROLES):
        raise _taken()
    record_membership(uow, user, role)
    uow.audit("user.signed_up", user, role=role.value)
    return user


def record_person_account(uow: UnitOfWork, *, name: str, phone: str, role: Role) -> User:
    """An account for a veteran or family member whom staff registered in person; they sign in by code later.

    Raises ``Invalid`` on ``name`` or ``phone``, also for a phone that has an account.
    """
    number = check_phone(phone)
    if find_user_by_phone(uow.session, number) is not None:
        raise _taken()
    user = _make(uow, clean_name(name), number)
    record_membership(uow, user, role)
    return user


def record_unused_account_closed(uow: UnitOfWork, user: User) -> None:
    """Close an account that staff made by mistake and free its phone; one that was signed in to stays as it is."""
    if user.last_sign_in_at is not None or user.password_hash:
        return
    user.phone, user.is_active = None, False
    for membership in uow.session.scalars(select(Membership).where(Membership.user_id == user.id)):
        membership.is_active = False
    uow.session.flush()
    uow.audit("user.deactivated", user)


def sign_up_employer_member(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    code: str,
    password_hash: str,
    organization_name: str,
    credit_code: str,
    region_code: str,
) -> tuple[User, Organization]:
    """An account and a new employer to be vetted. ``password_hash`` comes from ``passwords.choose``, made outside.

    Call ``try_code`` in a unit of its own first. Raises ``Invalid`` on the fields of the same names.
    """
    return _sign_up_organization(
        uow,
        OrganizationKind.EMPLOYER,
        Role.EMPLOYER_MEMBER,
        name=name,
        phone=phone,
        code=code,
        password_hash=password_hash,
        organization_name=organization_name,
        credit_code=credit_code,
        region_code=region_code,
    )


def sign_up_provider_member(
    uow: UnitOfWork,
    *,
    name: str,
    phone: str,
    code: str,
    password_hash: str,
    organization_name: str,
    credit_code: str,
    region_code: str,
) -> tuple[User, Organization]:
    """As ``sign_up_employer_member``, for a training provider."""
    return _sign_up_organization(
        uow,
        OrganizationKind.PROVIDER,
        Role.PROVIDER_MEMBER,
        name=name,
        phone=phone,
        code=code,
        password_hash=password_hash,
        organization_name=organization_name,
        credit_code=credit_code,
        region_code=region_code,
    )


def _sign_up_organization(
    uow: UnitOfWork,
    kind: OrganizationKind,
    role: Role,
    *,
    name: str,
    phone: str,
    code: str,
    password_hash: str,
    organization_name: str,
    credit_code: str,
    region_code: str,
) -> tuple[User, Organization]:
    number = check_phone(phone)
    clean = clean_name(name)
    if not credit_code.strip():
        raise Invalid(fields={"credit_code": _("请填写统一社会信用代码，在营业执照上")})
    spend_code(uow, number, code, CodePurpose.SIGN_UP)
    organization = record_new_organization(
        uow, kind=kind, name=organization_name, region_code=region_code, credit_code=credit_code
    )
    user = find_user_by_phone(uow.session, number)
    if user is None:
        user = _make(uow, clean, number)
    elif not user.is_active or user.password_hash:
        # A code alone must not put a new password in place of one that guards other roles.
        raise _taken()
    user.password_hash = password_hash
    record_membership(uow, user, role, organization)
    uow.audit("user.signed_up", user, role=role.value)
    return user, organization


def _make(uow: UnitOfWork, name: str, phone: str) -> User:
    user = User(name=name, phone=phone, locale=current_locale(), created_at=uow.now)
    uow.session.add(user)
    uow.session.flush()
    return user


def _holds_any(uow: UnitOfWork, user: User, roles: frozenset[Role]) -> bool:
    query = select(Membership.id).where(Membership.user_id == user.id, Membership.role.in_(roles), Membership.is_active)
    return uow.session.scalar(query.limit(1)) is not None


def _taken() -> Invalid:
    """Said only to somebody who proved the phone to be the own one."""
    return Invalid(fields={"phone": _("这个手机号已经有账号，请直接登录")})
