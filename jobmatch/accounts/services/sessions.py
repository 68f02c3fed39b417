"""Sessions: who is signed in where, in which role, and how it ends."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from jobmatch.accounts.models import Membership, Organization, SignInSession, User
from jobmatch.accounts.policies import can_manage_user, can_own_account
from jobmatch.accounts.queries import usable_memberships
from jobmatch.accounts.states import SECOND_FACTOR_ROLES, STAFF_ROLES
from jobmatch.core.errors import NotAllowed, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork

STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=12)
IDLE, LONGEST = timedelta(days=7), timedelta(days=30)
PENDING = timedelta(minutes=10)
SEEN_EVERY = timedelta(minutes=5)


def token_hash(token: str) -> bytes:
    """What the database keeps of a session's or invitation's token."""
    return hashlib.sha256(token.encode()).digest()


def is_staff_like(membership: Membership | None) -> bool:
    """Whether the short limits hold."""
    return membership is not None and membership.role in STAFF_ROLES


def idle_limit(membership: Membership | None) -> timedelta:
    """How long a browser may stay silent."""
    return STAFF_IDLE if is_staff_like(membership) else IDLE


def is_alive(row: SignInSession, membership: Membership | None, now: datetime) -> bool:
    """Whether a session that was not ended is still within its limits."""
    return now < row.expires_at and now - row.last_seen_at < idle_limit(membership)


def start_session(
    uow: UnitOfWork,
    user: User,
    membership: Membership | None,
    *,
    by_password: bool,
    is_pending: bool = False,
    second_factor_at: datetime | None = None,
) -> str:
    """Open a session for the browser of ``uow.actor`` and return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    longest = PENDING if is_pending else STAFF_LONGEST if is_staff_like(membership) else LONGEST
    row = SignInSession(
        token_sha256=token_hash(token),
        user_id=user.id,
        membership_id=membership.id if membership else None,
        device=uow.actor.device[:120],
        ip=uow.actor.ip[:45],
        created_at=uow.now,
        last_seen_at=uow.now,
        expires_at=uow.now + longest,
        by_password=by_password,
        is_pending=is_pending,
        second_factor_at=second_factor_at,
        confirmed_at=uow.now,
    )
    uow.session.add(row)
    if not is_pending:
        uow.session.execute(update(User).where(User.id == user.id).values(last_sign_in_at=uow.now))
        uow.audit("session.started", user, by_password=by_password, role=membership.role.value if membership else "")
    uow.session.flush()
    return token


def touch_session(uow: UnitOfWork, session_id: int, seen_at: datetime) -> None:
    """Note that a browser was seen."""
    uow.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.last_seen_at < seen_at)
        .values(last_seen_at=seen_at)
    )


def last_used_membership(uow: UnitOfWork, user: User, choices: list[Membership]) -> Membership | None:
    """What the user acted as the last time, if that is still open; the only choice otherwise, or none."""
    if len(choices) < 2:
        return choices[0] if choices else None
    allowed = {membership.id: membership for membership in choices}
    last = uow.session.scalar(
        select(SignInSession.membership_id)
        .where(SignInSession.user_id == user.id, SignInSession.membership_id.in_(allowed))
        .order_by(SignInSession.id.desc())
        .limit(1)
    )
    return allowed.get(last) if last is not None else None


def switch_membership(uow: UnitOfWork, membership_id: int, *, second_factor_on: bool) -> str:
    """Act in another role: the session ends and a new one begins; returns its token.

    Raises ``NotFound`` for a membership that is not one's own or not in force, ``NotAllowed`` where this session did
    not begin strongly enough for the role.
    """
    actor = uow.actor
    row = uow.session.get(SignInSession, actor.session_id or 0)
    user = uow.session.get(User, actor.user_id or 0)
    if row is None or user is None:
        raise NotFound
    open_now = usable_memberships(uow.session, user.id, by_password=True, now=uow.now)
    wanted = {m.id: m for m, _organization in open_now}.get(membership_id)
    if wanted is None:
        raise NotFound
    usable = usable_memberships(uow.session, user.id, by_password=row.by_password, now=uow.now)
    is_open = wanted.id in {m.id for m, _organization in usable}
    if second_factor_on and wanted.role in SECOND_FACTOR_ROLES and row.second_factor_at is None:
        is_open = False
    if not is_open:
        raise NotAllowed(_("这个身份要用密码登录，请退出后用密码重新登录"))
    row.revoked_at = uow.now
    return start_session(uow, user, wanted, by_password=row.by_password, second_factor_at=row.second_factor_at)


def open_roles(uow: UnitOfWork) -> tuple[list[tuple[Membership, Organization | None]], int | None]:
    """The roles that this session may switch to, and the membership it acts in."""
    row = uow.session.get(SignInSession, uow.actor.session_id or 0)
    if row is None:
        return [], None
    found = usable_memberships(uow.session, row.user_id, by_password=row.by_password, now=uow.now)
    return found, row.membership_id


def end_session(uow: UnitOfWork, session_id: int) -> None:
    """End one of the actor's own sessions. Raises ``NotFound`` for any other."""
    row = uow.session.get(SignInSession, session_id)
    if row is None or row.user_id != uow.actor.user_id:
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = uow.now
        uow.audit("session.ended", row)


def end_all_sessions(uow: UnitOfWork, user: User) -> None:
    """End every session of ``user``: one's own everywhere, or as an administrator."""
    require(can_own_account(uow.actor, user) or can_manage_user(uow.actor, user))
    record_all_ended(uow, user)


def record_all_ended(uow: UnitOfWork, user: User) -> None:
    """End every session of ``user`` because something about the account changed."""
    uow.session.execute(
        update(SignInSession)
        .where(SignInSession.user_id == user.id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )
    uow.audit("session.all_ended", user)


def drop_old_sessions(uow: UnitOfWork) -> int:
    """Delete sessions that ended more than 30 days ago; returns how many."""
    limit = uow.now - timedelta(days=30)
    return uow.session.execute(delete(SignInSession).where(SignInSession.expires_at < limit)).rowcount  # type: ignore[attr-defined]
