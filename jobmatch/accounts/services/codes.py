"""One-time codes: six digits for a phone or the window, and links for a receipt.

They are stored hashed, open one act, work once and for ten minutes.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from jobmatch.accounts import ports
from jobmatch.accounts.models import OneTimeCode, User, clean_email, clean_phone
from jobmatch.accounts.notices import code_text
from jobmatch.accounts.policies import can_issue_code
from jobmatch.accounts.queries import find_user_by_phone
from jobmatch.accounts.services import throttles
from jobmatch.accounts.services.telling import mail_after_commit, text_after_commit
from jobmatch.accounts.states import CodePurpose
from jobmatch.core.crypto import keyring
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.mail import Letter, has_mail
from jobmatch.core.uow import UnitOfWork

LIFETIME = timedelta(minutes=10)
TRIES = 5


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A fresh code in plain form, which exists only here; ``token`` is the link's part where one was made."""

    code: str
    expires_at: datetime
    token: str = ""


def _clean(contact: str) -> str:
    """The phone number or e-mail address that a code goes to, as it is kept."""
    return clean_email(contact) if "@" in contact else clean_phone(contact)


def _subject(contact: str) -> bytes:
    return keyring().fingerprint(_clean(contact), purpose="code-subject")


def _hash(subject: bytes, purpose: CodePurpose, secret: str) -> bytes:
    return keyring().fingerprint(f"{purpose.value}|{subject.hex()}|{secret}", purpose="code")


def clean_code(value: str) -> str:
    """The digits of a code as people type it."""
    return clean_phone(value)


def _store(
    uow: UnitOfWork, subject: bytes, purpose: CodePurpose, secrets_: list[str], *, issued_by_id: int | None
) -> datetime:
    """Store fresh codes instead of those that came the same way; a code from the window survives a request online."""
    same_way = OneTimeCode.issued_by_id.is_(None) if issued_by_id is None else OneTimeCode.issued_by_id.is_not(None)
    uow.session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.subject == subject, OneTimeCode.purpose == purpose, OneTimeCode.used_at.is_(None), same_way)
        .values(expires_at=uow.now)
    )
    expires_at = uow.now + LIFETIME
    uow.session.add_all(
        OneTimeCode(
            subject=subject,
            purpose=purpose,
            code_hash=_hash(subject, purpose, secret),
            created_at=uow.now,
            expires_at=expires_at,
            issued_by_id=issued_by_id,
        )
        for secret in secrets_
    )
    uow.session.flush()
    return expires_at


def request_code(uow: UnitOfWork, contact: str, purpose: CodePurpose, *, shown: bool = False) -> IssuedCode | None:
    """Make a code for whoever holds ``contact``, a phone or an e-mail address, and send it after the commit.

    It does the same whether the phone has an account or not. None where no code can reach anybody: without a gateway,
    and not ``shown`` on the page (demo mode), codes come from the window. Raises ``Limited``.
    """
    to = _clean(contact)
    throttles.count_code_request(uow, to)
    is_mail = "@" in to
    if not shown and not (has_mail() if is_mail else ports.has_gateway()):
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    expires_at = _store(uow, _subject(to), purpose, [code], issued_by_id=None)
    text = code_text(purpose, code)
    if is_mail:
        mail_after_commit(uow, Letter(to, text, text))
    else:
        text_after_commit(uow, to, text)
    return IssuedCode(code, expires_at)


def issue_window_code(uow: UnitOfWork, user: User, *, purpose: CodePurpose, evidence: str) -> IssuedCode:
    """A code that staff read out and, to sign in, a link for a receipt; ``evidence`` says what was seen.

    Raises ``NotAllowed`` for an account this staff member may not serve.
    """
    for_recovery = purpose is not CodePurpose.SIGN_IN
    require(can_issue_code(uow.actor, uow.session, user, for_recovery=for_recovery))
    if not evidence.strip():
        raise Invalid(fields={"evidence": _("请选看过哪种证件")})
    if not user.phone:
        raise Invalid(fields={"phone": _("这个账号没有手机号，请先登记手机号")})
    code = f"{secrets.randbelow(1_000_000):06d}"
    token = "" if for_recovery else secrets.token_urlsafe(32)
    subject = _subject(user.phone)
    made = [code] if for_recovery else [code, token]
    expires_at = _store(uow, subject, purpose, made, issued_by_id=uow.actor.user_id or user.id)
    uow.audit("code.issued", user, purpose=purpose.value, evidence=evidence[:60])
    return IssuedCode(code, expires_at, f"{user.public_id}.{token}" if token else "")


def _live(uow: UnitOfWork, subject: bytes, purpose: CodePurpose) -> list[OneTimeCode]:
    return list(
        uow.session.scalars(
            select(OneTimeCode)
            .where(
                OneTimeCode.subject == subject,
                OneTimeCode.purpose == purpose,
                OneTimeCode.used_at.is_(None),
                OneTimeCode.expires_at > uow.now,
                OneTimeCode.try_count < TRIES,
            )
            .with_for_update()
        )
    )


def _matches(rows: list[OneTimeCode], expected: bytes) -> bool:
    return any(hmac.compare_digest(row.code_hash, expected) for row in rows)


def try_code(
    uow: UnitOfWork,
    contact: str,
    code: str,
    purpose: CodePurpose,
    *,
    device: throttles.KnownDevice | None = None,
) -> bool:
    """Whether ``code`` is right, without using it up; a wrong one is counted.

    The count must be committed, so call it in a unit of its own that ends well whatever it returns. Raises
    ``Limited``.
    """
    to = _clean(contact)
    user = find_user_by_phone(uow.session, to)
    attempts = throttles.reserve(uow, to, user_id=user.public_id if user else "", device=device)
    subject = _subject(to)
    rows = _live(uow, subject, purpose)
    if _matches(rows, _hash(subject, purpose, clean_code(code))):
        throttles.release(uow, attempts)
        return True
    for row in rows:
        row.try_count += 1
    uow.session.flush()
    return False


def spend_code(uow: UnitOfWork, contact: str, code: str, purpose: CodePurpose) -> None:
    """Use a code up, and with it all others for the same act. Raises ``Invalid`` on ``code`` where it is not right.

    A service that raises undoes its unit, so it cannot count a wrong code: call ``try_code`` first.
    """
    subject = _subject(contact)
    rows = _live(uow, subject, purpose)
    if not _matches(rows, _hash(subject, purpose, clean_code(code))):
        raise wrong_code()
    _use(uow, rows)


def spend_link(uow: UnitOfWork, phone: str, secret: str) -> bool:
    """Use up the link of a receipt; returns whether it was one."""
    subject = _subject(phone)
    rows = _live(uow, subject, CodePurpose.SIGN_IN)
    if not _matches(rows, _hash(subject, CodePurpose.SIGN_IN, secret)):
        return False
    _use(uow, rows)
    return True


def _use(uow: UnitOfWork, rows: list[OneTimeCode]) -> None:
    for row in rows:
        row.used_at = uow.now
    uow.session.flush()


def wrong_code() -> Invalid:
    """What is said about every code that does not work, whatever the reason."""
    return Invalid(fields={"code": _("验证码不对或者已经过期，请核对后再填，或者重新获取")})


def drop_old_codes(uow: UnitOfWork) -> int:
    """Delete codes that ended more than a day ago; returns how many."""
    return uow.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < uow.now - timedelta(days=1))).rowcount  # type: ignore[attr-defined]
