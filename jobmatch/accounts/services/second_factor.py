"""The second factor: enrolment, checking, recovery codes."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field

import pyotp
from sqlalchemy import delete, func, select, update

from jobmatch.accounts.models import RecoveryCode, SignInSession, User
from jobmatch.accounts.policies import can_own_account
from jobmatch.accounts.services import throttles
from jobmatch.accounts.services.codes import clean_code
from jobmatch.accounts.services.sign_in import SignedIn, find_pending, finish_pending
from jobmatch.accounts.services.telling import tell
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import require
from jobmatch.core.ids import ALPHABET
from jobmatch.core.uow import UnitOfWork

STEP_SECONDS = 30
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class FactorResult:
    """What came of a second factor; ``recovery_codes`` are there once, right after enrolment."""

    is_right: bool
    signed_in: SignedIn | None = None
    recovery_codes: list[str] = field(default_factory=list)


def enrolment_secret(user: User, token: str) -> str:
    """The secret that an enrolment page shows: the same for one pending session, and stored only when confirmed."""
    ring = keyring()
    parts = [ring.fingerprint(f"{n}|{user.public_id}|{token}", purpose="totp") for n in range(2)]
    return base64.b32encode(b"".join(parts)[:20]).decode()


def enrolment_uri(user: User, token: str, site_name: str) -> str:
    """What the QR of the enrolment page carries."""
    return pyotp.TOTP(enrolment_secret(user, token)).provisioning_uri(name=user.name, issuer_name=site_name)


def _matching_step(uow: UnitOfWork, secret: str, code: str) -> int | None:
    """The time step, now or one beside it, in which ``code`` is right."""
    totp = pyotp.TOTP(secret)
    now = int(uow.now.timestamp()) // STEP_SECONDS
    given = clean_code(code)
    right = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(totp.generate_otp(step), given)]
    return right[-1] if right else None


def _take_step(uow: UnitOfWork, user: User, step: int) -> bool:
    """Use a time step up; False where this or a later one was used before, so that a seen code opens nothing."""
    taken = uow.session.execute(
        update(User)
        .where(User.id == user.id, User.totp_last_step < step)
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1  # type: ignore[attr-defined]


def confirm_second_factor(uow: UnitOfWork, token: str, code: str) -> FactorResult | None:
    """Answer a pending sign-in with a code of the authenticator, enrolling it the first time.

    None where the pending session is over. A wrong code is counted, so commit this unit. Raises ``Limited``.
    """
    found = find_pending(uow, token)
    if found is None:
        return None
    pending, user = found
    attempts = throttles.reserve(uow, f"factor|{user.public_id}")
    is_new = user.totp_secret_sealed is None
    secret = enrolment_secret(user, token) if is_new else user.totp_secret
    step = _matching_step(uow, secret, code)
    if step is None or not _take_step(uow, user, step):
        uow.audit("second_factor.refused", user, result="refused")
        return FactorResult(False)
    throttles.release(uow, attempts)
    codes = _enrol(uow, user, secret) if is_new else []
    return _passed(uow, pending, user, codes)


def _enrol(uow: UnitOfWork, user: User, secret: str) -> list[str]:
    uow.session.refresh(user)
    user.totp_secret = secret
    uow.session.flush()
    uow.audit("second_factor.enrolled", user)
    tell(uow, user, "second_factor_set")
    return _make_recovery_codes(uow, user)


def _passed(uow: UnitOfWork, pending: SignInSession, user: User, codes: list[str]) -> FactorResult:
    pending.second_factor_at = uow.now
    uow.session.flush()
    return FactorResult(True, finish_pending(uow, pending, user), codes)


def use_recovery_code(uow: UnitOfWork, token: str, code: str) -> FactorResult | None:
    """Answer a pending sign-in with a recovery code, which works once; as ``confirm_second_factor`` otherwise."""
    found = find_pending(uow, token)
    if found is None:
        return None
    pending, user = found
    attempts = throttles.reserve(uow, f"factor|{user.public_id}")
    used = uow.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _recovery_hash(user, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=uow.now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        uow.audit("second_factor.refused", user, result="refused", method="recovery_code")
        return FactorResult(False)
    throttles.release(uow, attempts)
    uow.audit("second_factor.recovery_code", user)
    tell(uow, user, "recovery_code_used")
    return _passed(uow, pending, user, [])


def _recovery_hash(user: User, code: str) -> bytes:
    clean = "".join(c for c in code.casefold() if c in ALPHABET)
    return keyring().fingerprint(f"{user.public_id}|{clean}", purpose="recovery-code")


def _make_recovery_codes(uow: UnitOfWork, user: User) -> list[str]:
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(10)]
    uow.session.add_all(RecoveryCode(user_id=user.id, code_hash=_recovery_hash(user, code)) for code in codes)
    uow.session.flush()
    return codes


def renew_recovery_codes(uow: UnitOfWork, user: User) -> list[str]:
    """Ten fresh recovery codes in place of the old ones; shown once, stored hashed."""
    require(can_own_account(uow.actor, user) and user.totp_secret_sealed is not None)
    uow.audit("second_factor.codes_renewed", user)
    return _make_recovery_codes(uow, user)


def recovery_codes_left(uow: UnitOfWork, user_id: int) -> int:
    """How many recovery codes are still unused."""
    query = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    )
    return uow.session.scalar(query) or 0


def record_factor_removed(uow: UnitOfWork, user: User) -> None:
    """Take the second factor away, so that the next sign-in enrols a new one."""
    user.totp_secret = None
    user.totp_last_step = 0
    uow.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    uow.session.flush()
