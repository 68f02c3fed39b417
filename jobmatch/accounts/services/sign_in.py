"""Signing in: by one-time code, by the link of a receipt, by password and second factor.

A wrong answer is returned and not raised, because the unit that counts it must be committed.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from jobmatch.accounts.models import Membership, SignInSession, User, clean_phone
from jobmatch.accounts.queries import find_user_by_login, find_user_by_phone, usable_memberships
from jobmatch.accounts.services import throttles
from jobmatch.accounts.services.codes import spend_code, spend_link, try_code
from jobmatch.accounts.services.sessions import last_used_membership, start_session, token_hash
from jobmatch.accounts.services.users import record_password, set_password
from jobmatch.accounts.states import SECOND_FACTOR_ROLES, CodePurpose
from jobmatch.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a right answer gave: the token of a session, or of a pending one that waits for another step.

    ``choice_count`` is how many roles the user may act in; ``has_role`` is whether one was chosen already.
    """

    token: str
    user_id: str
    is_pending: bool = False
    choice_count: int = 1
    has_role: bool = True


@dataclass(frozen=True, slots=True)
class PasswordTry:
    """A counted try, between reading the stored hash and knowing whether the password fits."""

    user_id: int | None
    stored: str
    attempts: list[int]


def begin_password_sign_in(uow: UnitOfWork, login: str, *, device: throttles.KnownDevice | None = None) -> PasswordTry:
    """Count a try and read what the password is compared with; the comparison happens outside the unit.

    It does the same for a login that nobody has. Raises ``Limited``.
    """
    user = find_user_by_login(uow.session, login)
    account = clean_phone(login) or login.strip().casefold()
    attempts = throttles.reserve(uow, account, user_id=user.public_id if user else "", device=device)
    if user is None or not user.is_active or (user.password_expires_at and user.password_expires_at <= uow.now):
        return PasswordTry(None, "", attempts)
    return PasswordTry(user.id, user.password_hash, attempts)


def finish_password_sign_in(
    uow: UnitOfWork, tried: PasswordTry, *, is_right: bool, new_hash: str = "", second_factor_on: bool = True
) -> SignedIn | None:
    """Open a session where the password was right; ``new_hash`` replaces a hash of yesterday's cost."""
    user = uow.session.get(User, tried.user_id) if tried.user_id is not None and is_right else None
    if user is None or user.password_hash != tried.stored or not user.is_active:
        known = uow.session.get(User, tried.user_id) if tried.user_id is not None else None
        uow.audit("session.refused", known, result="refused", method="password")
        return None
    throttles.release(uow, tried.attempts)
    if new_hash:
        uow.session.execute(update(User).where(User.id == user.id).values(password_hash=new_hash))
    choices = [m for m, _organization in usable_memberships(uow.session, user.id, by_password=True, now=uow.now)]
    if user.must_change_password or (second_factor_on and needs_second_factor(user, choices)):
        token = start_session(uow, user, None, by_password=True, is_pending=True)
        return SignedIn(token, user.public_id, is_pending=True)
    return open_session(uow, user, by_password=True)


def needs_second_factor(user: User, memberships: list[Membership]) -> bool:
    """Whether signing in with a password asks for a second factor: who set one up, and every role that must."""
    return user.totp_secret_sealed is not None or any(m.role in SECOND_FACTOR_ROLES for m in memberships)


def open_session(uow: UnitOfWork, user: User, *, by_password: bool, before: SignInSession | None = None) -> SignedIn:
    """A full session in the role used last, or in none where several are open and none was used yet.

    It takes over the second factor of the session ``before``, which it replaces.
    """
    found = usable_memberships(uow.session, user.id, by_password=by_password, now=uow.now)
    choices = [membership for membership, _organization in found]
    membership = last_used_membership(uow, user, choices)
    factor_at = before.second_factor_at if before else None
    token = start_session(uow, user, membership, by_password=by_password, second_factor_at=factor_at)
    return SignedIn(token, user.public_id, choice_count=len(choices), has_role=membership is not None)


def sign_in_with_code(
    uow: UnitOfWork, phone: str, code: str, *, device: throttles.KnownDevice | None = None
) -> SignedIn | str:
    """Sign in with a one-time code.

    Returns why not otherwise: ``wrong`` for every code that does not work; and, since a right code proves the phone
    to be one's own, ``unknown`` where it has no account and ``password`` where its roles need one.
    """
    if not try_code(uow, phone, code, CodePurpose.SIGN_IN, device=device):
        uow.audit("session.refused", None, result="refused", method="code")
        return "wrong"
    spend_code(uow, phone, code, CodePurpose.SIGN_IN)
    user = find_user_by_phone(uow.session, phone)
    if user is None or not user.is_active:
        return "unknown"
    return _open_by_code(uow, user)


def sign_in_with_link(uow: UnitOfWork, token: str) -> SignedIn | str:
    """Sign in with the once-only link of a receipt; answers as ``sign_in_with_code``."""
    user_id, _dot, secret = token.partition(".")
    attempts = throttles.reserve(uow, f"link|{user_id[:16]}")
    user = uow.session.scalars(select(User).where(User.public_id == user_id)).one_or_none()
    if user is None or not user.is_active or not user.phone or not spend_link(uow, user.phone, secret):
        uow.audit("session.refused", user, result="refused", method="link")
        return "wrong"
    throttles.release(uow, attempts)
    return _open_by_code(uow, user)


def _open_by_code(uow: UnitOfWork, user: User) -> SignedIn | str:
    if not usable_memberships(uow.session, user.id, by_password=False, now=uow.now):
        return "password"
    return open_session(uow, user, by_password=False)


def find_pending(uow: UnitOfWork, token: str) -> tuple[SignInSession, User] | None:
    """The pending session behind ``token`` and its user, while it lasts."""
    row = uow.session.execute(
        select(SignInSession, User)
        .join(User, User.id == SignInSession.user_id)
        .where(
            SignInSession.token_sha256 == token_hash(token),
            SignInSession.is_pending,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > uow.now,
            User.is_active,
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def waits_for_factor(uow: UnitOfWork, pending: SignInSession, user: User) -> bool:
    """Whether a pending sign-in still asks for the second factor, where one is asked for at all."""
    memberships = [m for m, _o in usable_memberships(uow.session, user.id, by_password=True, now=uow.now)]
    return pending.second_factor_at is None and needs_second_factor(user, memberships)


def finish_pending(uow: UnitOfWork, pending: SignInSession, user: User) -> SignedIn | None:
    """A full session with a new token, once nothing is missing; None while a new password is still asked for."""
    if user.must_change_password:
        return None
    pending.revoked_at = uow.now
    return open_session(uow, user, by_password=True, before=pending)


def replace_password(
    uow: UnitOfWork, token: str, *, password_hash: str, second_factor_on: bool = True
) -> SignedIn | None:
    """Answer a pending sign-in with the new password it asked for; None where it is over or another step is missing."""
    found = find_pending(uow, token)
    if found is None:
        return None
    pending, user = found
    if second_factor_on and waits_for_factor(uow, pending, user):
        return None
    record_password(uow, user, password_hash)
    return open_session(uow, user, by_password=True, before=pending)


def change_own_password(uow: UnitOfWork, *, password_hash: str) -> SignedIn:
    """Store a new password of the signed-in user; all sessions end, and this browser gets a new one."""
    row = uow.session.get_one(SignInSession, uow.actor.session_id)
    user = uow.session.get_one(User, uow.actor.user_id)
    set_password(uow, user, password_hash=password_hash)
    return open_session(uow, user, by_password=row.by_password, before=row)
