"""What employers need: rounds of asking by quarter with the answers, and postings that were filled in by link."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from recruiters.demand.states import AnswerWay
from recruiters.postings.models import Posting


class DemandRound(PublicIdMixin, Base):
    """用工需求调查: one asking of the employers of ``region_path`` in a ``quarter`` such as 2026Q4."""

    __tablename__ = "demand_round"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="period"),
        UniqueConstraint("region_path", "quarter"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    quarter: Mapped[str] = mapped_column(String(6), index=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


class DemandAnswer(PublicIdMixin, Base):
    """One employer in a round, asked from the first day; ``answered_at`` is empty until it has answered.

    An answer without lines says that nobody is needed. Its link is signed and not stored (see ``services.links``).
    """

    __tablename__ = "demand_answer"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (way IS NULL)", name="answered"),
        UniqueConstraint("round_id", "employer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("demand_round.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    way: Mapped[AnswerWay | None] = mapped_column(stored(AnswerWay, "way"))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(60), default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    reminded_on: Mapped[date | None]
    reminder_count: Mapped[int] = mapped_column(default=0)
    lines: Mapped[list[DemandLine]] = relationship(lazy="raise", order_by="DemandLine.id", cascade="all, delete-orphan")


class DemandLine(Base):
    """How many of one kind of work are missing now and planned for the next quarter.

    ``occupation_code`` is there where the words leave no doubt.
    """

    __tablename__ = "demand_line"
    __table_args__ = (
        CheckConstraint("now_count >= 0 AND next_count >= 0 AND now_count + next_count > 0", name="counts"),
        CheckConstraint("pay_high_yuan IS NULL OR pay_low_yuan IS NULL OR pay_high_yuan >= pay_low_yuan", name="pay"),
        Index("ix_demand_line_occupation_code", "occupation_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("demand_answer.id"), index=True)
    words: Mapped[str] = mapped_column(String(60))
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    now_count: Mapped[int] = mapped_column(default=0)
    next_count: Mapped[int] = mapped_column(default=0)
    pay_low_yuan: Mapped[int | None]
    pay_high_yuan: Mapped[int | None]
    is_trainable: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(120), default="")


class PostingForm(PublicIdMixin, Base):
    """A posting that somebody filled in on the public form (岗位征集表), who proved their phone by a code.

    ``is_known_phone``: the phone is one that the house knows of that employer, so the form is the employer's yes.
    """

    __tablename__ = "posting_form"
    __table_args__ = (Index("ix_posting_form_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), unique=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    phone: Mapped[str] = mapped_column(String(40))
    filled_by: Mapped[str] = mapped_column(String(60))
    is_known_phone: Mapped[bool]
    created_at: Mapped[datetime]
    posting: Mapped[Posting] = relationship(lazy="raise")
