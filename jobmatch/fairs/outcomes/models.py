"""After a fair: follow-ups of intentions, satisfaction, reports as they were sent, and what joined fairs brought."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.states import stored
from jobmatch.fairs.outcomes.states import FairReportKind, FollowUpResult, FollowUpSource, RatingSide


class FairFollowUp(PublicIdMixin, Base):
    """The question after 7, 30 or 90 days what became of one intention. ``result`` empty: nobody has said yet."""

    __tablename__ = "fair_follow_up"
    __table_args__ = (
        UniqueConstraint("intention_id", "day"),
        CheckConstraint("day IN (7, 30, 90)", name="day"),
        CheckConstraint(
            "(result IS NULL) = (answered_at IS NULL) AND (result IS NULL) = (source IS NULL)", name="answered"
        ),
        CheckConstraint("result != 'not_started' OR reason_code IS NOT NULL", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intention_id: Mapped[int] = mapped_column(ForeignKey("intention.id"))
    day: Mapped[int]
    due_on: Mapped[date]
    result: Mapped[FollowUpResult | None] = mapped_column(stored(FollowUpResult, "result"))
    source: Mapped[FollowUpSource | None] = mapped_column(stored(FollowUpSource, "source"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"), index=True)
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    is_recommended_again: Mapped[bool] = mapped_column(default=False)
    is_to_training: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ExhibitorLink(Base):
    """The address under which an exhibitor answers for its list after ``day`` days, without an account."""

    __tablename__ = "exhibitor_link"
    __table_args__ = (UniqueConstraint("exhibitor_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"))
    day: Mapped[int]
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    valid_until: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class FairRating(Base):
    """How content somebody was, from 1 to 5: one rating a visitor, one an exhibitor."""

    __tablename__ = "fair_rating"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        UniqueConstraint("exhibitor_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("(side = 'visitor') = (registration_id IS NOT NULL)", name="visitor"),
        CheckConstraint("(side = 'exhibitor') = (exhibitor_id IS NOT NULL)", name="exhibitor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    side: Mapped[RatingSide] = mapped_column(stored(RatingSide, "side"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("fair_registration.id"))
    exhibitor_id: Mapped[int | None] = mapped_column(ForeignKey("exhibitor.id"))
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(300), default="", info={"data": "recruit-3y"})
    at: Mapped[datetime]


class FairArchive(Base):
    """The lists of a fair as they stood before names were forgotten: one sealed workbook, which nothing changes and
    which is destroyed when the law's years are over; the row stays and says when.
    """

    __tablename__ = "fair_archive"
    __table_args__ = (CheckConstraint("(file_id IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    sealed_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
    file: Mapped[StoredFile | None] = relationship(lazy="raise")


class FairReport(PublicIdMixin, Base):
    """A report as it was sent: its numbers stay as they were; a correction is a new revision with a reason."""

    __tablename__ = "fair_report"
    __table_args__ = (
        UniqueConstraint("fair_id", "kind", "revision"),
        CheckConstraint("revision = 1 OR reason != ''", name="revised"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    kind: Mapped[FairReportKind] = mapped_column(stored(FairReportKind, "kind"))
    revision: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(200), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
