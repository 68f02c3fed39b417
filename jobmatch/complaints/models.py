"""Complaints: what was reported about whom, how it went, and which postings wait because of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import clean_phone
from jobmatch.complaints.states import ComplaintAction, ComplaintState, Outcome
from jobmatch.core.clock import local_day
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reference.states import SubjectKind


class Complaint(PublicIdMixin, VersionMixin, Base):
    """One report. The subject is a kind and a public id, with its name as it was read then.

    ``person_id`` is whoever reported while signed in; an anonymous report has none, and its code is kept as a hash.
    ``source_hash`` tells reports from one address apart for a day and then goes. ``same_as_id`` is the report of the
    same thing that it joined: both take every step together. ``due_on`` is the last day of the clock that runs now.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("(state = 'received') = (accepted_at IS NULL AND closed_at IS NULL)", name="accepted"),
        CheckConstraint("(state IN ('not_accepted', 'closed')) = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(outcome IS NULL) = (state IN ('received', 'accepted', 'investigating'))", name="has_outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        Index("ix_complaint_queue", "state", "due_on"),
        Index("ix_complaint_region_path", "region_path"),
        Index("ix_complaint_subject", "subject_kind", "subject_id"),
        Index("ix_complaint_filed_at", "filed_at"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("complaint_kind.code"), index=True)
    subject_kind: Mapped[SubjectKind] = mapped_column(stored(SubjectKind, "subject_kind"))
    subject_id: Mapped[str] = mapped_column(String(16))
    subject_name: Mapped[str] = mapped_column(String(200))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    state: Mapped[ComplaintState] = mapped_column(stored(ComplaintState, "state"), default=ComplaintState.RECEIVED)
    outcome: Mapped[Outcome | None] = mapped_column(stored(Outcome, "outcome"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    words: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    phone = Secret(normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    source_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    filed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    due_on: Mapped[date]
    escalated_on: Mapped[date | None]
    referred_to: Mapped[str] = mapped_column(String(80), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime | None]
    statement: Mapped[str] = mapped_column(Text, default="")
    stated_at: Mapped[datetime | None]
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    forgotten_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": VersionMixin.version}

    @property
    def number(self) -> str:
        """What is read out on the phone, and typed to see the state."""
        return f"{local_day(self.filed_at):%Y%m%d}-{self.id:05d}"

    @property
    def once(self) -> str:
        """The occasion of the office's task; every clock is one of its own."""
        return f"complaint:{self.public_id}:{self.due_on}"


class ComplaintStep(Base):
    """One line of the log, never changed: ``told`` is for the reporter, ``note`` for the office alone."""

    __tablename__ = "complaint_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[ComplaintAction] = mapped_column(stored(ComplaintAction, "action"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    told: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")


class ComplaintPaper(PublicIdMixin, Base):
    """A file that the reporter gave."""

    __tablename__ = "complaint_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    created_at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship(lazy="raise")


class ComplaintHold(Base):
    """A posting that waits because of a complaint; ``was_open`` says whether it was before people until then.

    ``told_at`` is when the employer was told.
    """

    __tablename__ = "complaint_hold"
    __table_args__ = (UniqueConstraint("complaint_id", "posting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    was_open: Mapped[bool]
    told_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
