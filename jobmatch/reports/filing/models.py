"""Figures that are reported upward: submissions, their steps, frozen snapshots, and notices sent down."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reports.filing.states import FormKind, SubmissionState, SubmissionStep


class Submission(PublicIdMixin, VersionMixin, Base):
    """One form of one station for one period, both days included; once only, whatever its revisions.

    ``cut_off_on`` is the day as of which stocks are counted. ``is_zero`` says that there is nothing to report (零报告).
    ``filled_by`` fills, ``reviewed_by`` reviews and ``accepted_by`` accepts, each another person; ``head`` is the name
    of 单位负责人 as printed. ``remarks`` are words of the station by cell; ``returns`` those of who returned it.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("station_id", "form", "period_from"),
        CheckConstraint("period_to >= period_from", name="period"),
        CheckConstraint("state NOT IN ('submitted', 'reviewed', 'accepted') OR submitted_at IS NOT NULL", name="sent"),
        CheckConstraint("state != 'accepted' OR accepted_at IS NOT NULL", name="accepted"),
        Index("ix_submission_region_path", "region_path"),
        Index("ix_submission_due", "form", "period_from", "state"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[FormKind] = mapped_column(stored(FormKind, "form"))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    period_from: Mapped[date]
    period_to: Mapped[date]
    cut_off_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[SubmissionState] = mapped_column(stored(SubmissionState, "state"), default=SubmissionState.DRAFT)
    is_zero: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    head: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    remarks: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    returns: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    filled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reviewed_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    accepted_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    station: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class SubmissionMove(Base):
    """One step of a submission: who, when, and why it was returned or amended."""

    __tablename__ = "submission_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    step: Mapped[SubmissionStep] = mapped_column(stored(SubmissionStep, "step"))
    reason: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SubjectNumber(Base):
    """The number under which frozen figures know a person or a line of the roster; erasing deletes the key.

    Totals stand then, and nobody can say any more whose row it was.
    """

    __tablename__ = "subject_number"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR entry_id IS NULL", name="one_subject"),
        UniqueConstraint("person_id"),
        UniqueConstraint("entry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("roster_entry.id"))


class Snapshot(PublicIdMixin, Base):
    """Figures of one form, frozen: nothing changes them. An amendment is a new ``revision`` with its ``reason``.

    ``inputs`` is the packed list of who was counted where, by subject number; ``inputs_sha256`` is its hash. ``table``
    is the table as canonical JSON, which counting ``inputs`` by ``definition_version`` gives again, byte for byte.
    ``frozen_by`` and ``confirmed_by`` are two persons; it holds once both have signed. ``scan`` is the stamped paper.
    """

    __tablename__ = "snapshot"
    __table_args__ = (
        UniqueConstraint("form", "region_path", "period_from", "cut_off_on", "revision"),
        CheckConstraint("revision = 1 OR reason != ''", name="revised"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id != frozen_by_id", name="two_persons"),
        Index("ix_snapshot_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[FormKind] = mapped_column(stored(FormKind, "form"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    cut_off_on: Mapped[date]
    revision: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(300), default="")
    definition_version: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    table: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    scan_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    scan: Mapped[StoredFile | None] = relationship(lazy="raise")


class Circular(PublicIdMixin, Base):
    """A notice sent down to the stations of a subtree (通知), perhaps asking for an answer by a day."""

    __tablename__ = "circular"
    __table_args__ = (Index("ix_circular_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    title: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(Text)
    asks_answer: Mapped[bool] = mapped_column(default=False)
    due_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    file: Mapped[StoredFile | None] = relationship(lazy="raise")


class CircularReceipt(Base):
    """What one station did with a notice: read (已读), answered (回执)."""

    __tablename__ = "circular_receipt"
    __table_args__ = (UniqueConstraint("circular_id", "station_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    circular_id: Mapped[int] = mapped_column(ForeignKey("circular.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
