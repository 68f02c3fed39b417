"""The day of a fair: who came, the queues at the booths, intentions, counters and counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.fairs.day.states import CheckInWay, IntentionMark, QueueState, ScanResult, WishKind


class CheckIn(Base):
    """That a registered person came in: one row for each, whoever scanned first. ``number``: the how-manieth.

    ``at`` is the time that counts: the server's, or the device's time of an offline scan bent to lie between the
    opening of the fair and its arrival (``received_at``); ``scanned_at`` is what the device said.
    """

    __tablename__ = "check_in"
    __table_args__ = (
        UniqueConstraint("registration_id"),
        UniqueConstraint("fair_id", "number"),
        Index("ix_check_in_fair_id_at", "fair_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"))
    number: Mapped[int]
    way: Mapped[CheckInWay] = mapped_column(stored(CheckInWay, "way"))
    desk: Mapped[str] = mapped_column(String(40), default="")
    at: Mapped[datetime]
    scanned_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    is_offline: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ScanReceipt(Base):
    """What one scan was answered, under the number its device gave it: sent twice, it gets the same answer."""

    __tablename__ = "scan_receipt"
    __table_args__ = (UniqueConstraint("fair_id", "scan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    scan_id: Mapped[str] = mapped_column(String(36))
    result: Mapped[ScanResult] = mapped_column(stored(ScanResult, "result"))
    check_in_id: Mapped[int | None] = mapped_column(ForeignKey("check_in.id"), index=True)
    received_at: Mapped[datetime]


class BoothDesk(Base):
    """What an exhibitor's booth does on the day: the queue's last number, who was called, and what came in."""

    __tablename__ = "booth_desk"
    __table_args__ = (CheckConstraint("waiting_count >= 0 AND resume_count >= 0 AND last_number >= 0", name="counts"),)

    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)
    called_number: Mapped[int] = mapped_column(default=0)
    waiting_count: Mapped[int] = mapped_column(default=0)
    resume_count: Mapped[int] = mapped_column(default=0)
    is_paused: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


class QueueNumber(PublicIdMixin, Base):
    """A number at a booth; nobody holds two open ones at the same booth."""

    __tablename__ = "queue_number"
    __table_args__ = (
        UniqueConstraint("exhibitor_id", "number"),
        Index(
            "uq_queue_number_open",
            "exhibitor_id",
            "registration_id",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'called')"),
            postgresql_where=text("state IN ('waiting', 'called')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"), index=True)
    number: Mapped[int]
    state: Mapped[QueueState] = mapped_column(stored(QueueState, "state"), default=QueueState.WAITING)
    taken_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class FairResume(Base):
    """That an exhibitor received somebody's résumé, by the person's consent (``grant_id``)."""

    __tablename__ = "fair_resume"
    __table_args__ = (UniqueConstraint("exhibitor_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"), index=True)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grant.id"))
    at: Mapped[datetime]


class Intention(PublicIdMixin, VersionMixin, Base):
    """An intention (达成意向) between somebody and one posting of a fair. It counts only with both yeses.

    ``employer_yes_at``: the exhibitor marked it, after the person's own ticket was shown for that posting;
    ``person_yes_at``: the person tapped yes. ``hire_yes_at``: the person's yes to ``mark`` hire. One-sided ones may be
    joined until ``open_until``. ``is_from_sheet``: keyed in from a signed sheet of paper, which is both yeses.
    """

    __tablename__ = "intention"
    __table_args__ = (
        UniqueConstraint("registration_id", "fair_posting_id"),
        CheckConstraint("(mark IS NULL) = (employer_yes_at IS NULL)", name="marked"),
        CheckConstraint("mark IS NOT NULL OR person_yes_at IS NOT NULL", name="somebody"),
        CheckConstraint("hire_yes_at IS NULL OR mark = 'hire'", name="hired"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"))
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    fair_posting_id: Mapped[int] = mapped_column(ForeignKey("fair_posting.id"), index=True)
    mark: Mapped[IntentionMark | None] = mapped_column(stored(IntentionMark, "mark"))
    reason_code: Mapped[str | None] = mapped_column(ForeignKey("reason.code"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    employer_yes_at: Mapped[datetime | None]
    person_yes_at: Mapped[datetime | None]
    hire_yes_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    open_until: Mapped[datetime]
    is_from_sheet: Mapped[bool] = mapped_column(default=False)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class FairWish(PublicIdMixin, Base):
    """One line of a counter: a policy question, a sign-up for training, a wish to start up."""

    __tablename__ = "fair_wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    kind: Mapped[WishKind] = mapped_column(stored(WishKind, "kind"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("fair_registration.id"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class PeopleCount(Base):
    """How many people a door counted, beside those who checked in."""

    __tablename__ = "people_count"
    __table_args__ = (CheckConstraint("entered >= 0", name="entered"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    at: Mapped[datetime]
    entered: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
