"""Accounts, organizations and the station tree, sign-in sessions, codes and throttles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.states import AssistKind, CodePurpose, OrganizationKind, OrganizationState, Role
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored


def clean_phone(value: str) -> str:
    """A phone number as people type it, reduced to its digits (full-width ones too)."""
    digits = "".join(str(int(c)) if c.isdecimal() else "" for c in value)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def clean_email(value: str) -> str:
    """An e-mail address without blanks; its host in small letters."""
    name, at, host = value.strip().rpartition("@")
    return f"{name}{at}{host.lower()}"


class Organization(PublicIdMixin, VersionMixin, Base):
    """A station, employer, provider, incubator or venture: counted once, whatever it does.

    Stations form a tree by ``parent_id``; ``region_path`` is the subtree a station answers for, or where another kind
    of organization sits. A station that was merged away is suspended and points at the one that answers instead.
    """

    __tablename__ = "organization"
    __table_args__ = (
        CheckConstraint("kind != 'station' OR region_path != ''", name="station_has_region"),
        Index("ix_organization_region_path", "region_path"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganizationKind] = mapped_column(stored(OrganizationKind, "kind"), index=True)
    state: Mapped[OrganizationState] = mapped_column(
        stored(OrganizationState, "state"), default=OrganizationState.PENDING
    )
    name: Mapped[str] = mapped_column(String(120), index=True)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    region_path: Mapped[str] = mapped_column(RegionPath, default="")
    level: Mapped[str] = mapped_column(String(12), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class User(PublicIdMixin, VersionMixin, Base):
    """Somebody who can sign in, by phone and one-time code or by phone and password.

    ``email`` is kept once its owner has typed the code that went there; messages are mailed to it.
    """

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone = Secret(blind=True, tail=4, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), unique=True, info={"data": "contact"})
    phone_tail_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    email = Secret(normalise=clean_email)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_expires_at: Mapped[datetime | None]
    totp_secret = Secret()
    totp_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(5), default="zh")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", lazy="raise", foreign_keys="Membership.user_id"
    )

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Membership(Base):
    """A role of a user, in an organization where the role needs one."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("user_id", "role", "organization_id"),
        Index(
            "uq_membership_user_role",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("organization_id IS NULL"),
            postgresql_where=text("organization_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[Role] = mapped_column(stored(Role, "role"))
    is_active: Mapped[bool] = mapped_column(default=True)
    valid_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise", foreign_keys=[user_id])
    organization: Mapped[Organization | None] = relationship(lazy="raise")


class SignInSession(Base):
    """A signed-in browser; only the hash of its token is stored, so the table opens no door.

    ``is_pending`` waits for the second factor or a new password and opens nothing yet. ``by_password`` decides which
    roles the browser may act in.
    """

    __tablename__ = "sign_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    device: Mapped[str] = mapped_column(String(120), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    by_password: Mapped[bool] = mapped_column(default=False)
    is_pending: Mapped[bool] = mapped_column(default=False)
    second_factor_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code that a person types or a receipt carries: hashed, one use, ten minutes, five tries."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    purpose: Mapped[CodePurpose] = mapped_column(stored(CodePurpose, "purpose"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    try_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Attempt(Base):
    """One failed or counted try, for throttles that all processes share."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """A second factor for the day the first one is lost; shown once, stored as a hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]


class Invitation(PublicIdMixin, Base):
    """An invitation of a colleague or of staff, opened by a link that works once."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    role: Mapped[Role] = mapped_column(stored(Role, "role"))
    name: Mapped[str] = mapped_column(String(60))
    phone = Secret(blind=True, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AssistedRecovery(PublicIdMixin, Base):
    """A request that staff decide: a lost second factor needs two, a changed phone a card seen."""

    __tablename__ = "assisted_recovery"
    __table_args__ = (
        CheckConstraint("second_by_id IS NULL OR second_by_id != first_by_id", name="two_people"),
        UniqueConstraint("user_id", "kind", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[AssistKind] = mapped_column(stored(AssistKind, "kind"))
    new_phone = Secret(normalise=clean_phone)
    new_phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    evidence: Mapped[str] = mapped_column(String(200), default="")
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
