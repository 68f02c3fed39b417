"""Questions whether somebody still works there, and lists to other departments with what came back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.crosscheck.states import CheckAnswer, LineState, Population, Topic, Verdict
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class EmploymentCheck(PublicIdMixin, Base):
    """One question whether a line of the register is still so: ``months`` after the start, or before validity ends (0).

    ``told_at`` is when the person was asked, ``tasked_at`` when staff were. A line has one open question at most.
    Where somebody left, ``left_on`` and ``reason_code`` are what they said of it, if anything.
    """

    __tablename__ = "employment_check"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        Index(
            "uq_employment_check_open",
            "spell_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index(
            "uq_employment_check_occasion",
            "spell_id",
            "months",
            unique=True,
            sqlite_where=text("months > 0"),
            postgresql_where=text("months > 0"),
        ),
        Index("ix_employment_check_open_since", "answered_at", "tasked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"), index=True)
    months: Mapped[int]
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    tasked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[CheckAnswer | None] = mapped_column(stored(CheckAnswer, "answer"))
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    left_on: Mapped[date | None]
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))


class CrossCheck(PublicIdMixin, Base):
    """A list that went to another department: about what, for what, under which letters, and the password of its file.

    ``region_path`` is the subtree whose people are on it.
    """

    __tablename__ = "cross_check"
    __table_args__ = (Index("ix_cross_check_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(stored(Topic, "topic"))
    population: Mapped[Population] = mapped_column(stored(Population, "population"))
    purpose: Mapped[str] = mapped_column(String(200))
    department: Mapped[str] = mapped_column(String(80))
    letter_number: Mapped[str] = mapped_column(String(60))
    letter_on: Mapped[date]
    answer_number: Mapped[str] = mapped_column(String(60), default="")
    answered_on: Mapped[date | None]
    region_path: Mapped[str] = mapped_column(RegionPath)
    password = Secret()
    password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class CrossCheckLine(Base):
    """One person of a list, and what the department says about them: ``spell_id`` is the line it was compared with.

    ``status_code`` is what the register would say if the answer is taken; empty where it says nothing about work.
    """

    __tablename__ = "cross_check_line"
    __table_args__ = (
        UniqueConstraint("cross_check_id", "person_id"),
        CheckConstraint("(state = 'sent') = (verdict IS NULL)", name="answered"),
        CheckConstraint("(state IN ('accepted', 'refused')) = (decided_at IS NOT NULL)", name="decided"),
        Index("ix_cross_check_line_queue", "cross_check_id", "state", "verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cross_check_id: Mapped[int] = mapped_column(ForeignKey("cross_check.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[LineState] = mapped_column(stored(LineState, "state"), default=LineState.SENT)
    verdict: Mapped[Verdict | None] = mapped_column(stored(Verdict, "verdict"))
    status_code: Mapped[str | None] = mapped_column(ForeignKey("employment_status_kind.code"))
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    name: Mapped[str] = mapped_column(String(120), default="", info={"data": "contact"})
    since_on: Mapped[date | None]
    until_on: Mapped[date | None]
    number = Secret()
    number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    note: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    @property
    def public_id(self) -> str:
        """What binds the sealed number to this line."""
        return str(self.id)
