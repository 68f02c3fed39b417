"""What happens in a class: attendance, leave, inspections, notices, and the certificates it ends with."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored
from training.courses.classroom.states import AttendanceMark, AttendanceWay, CourseCertificateKind, LeaveState

VALID = text("revoked_at IS NULL")


class Attendance(Base):
    """One person in one meeting. ``hours`` are the class hours it brings: the meeting's, or 0."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("meeting_id", "enrollment_id"),
        CheckConstraint("hours >= 0 AND (hours = 0 OR mark IN ('present', 'late'))", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("course_meeting.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    mark: Mapped[AttendanceMark] = mapped_column(stored(AttendanceMark, "mark"))
    way: Mapped[AttendanceWay] = mapped_column(stored(AttendanceWay, "way"))
    hours: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class LeaveRequest(PublicIdMixin, Base):
    """Somebody asks to be away from ``from_on`` to ``until_on``; days are inclusive."""

    __tablename__ = "leave_request"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("state = 'asked' OR decided_at IS NOT NULL", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), info={"data": "recruit-3y"})
    state: Mapped[LeaveState] = mapped_column(stored(LeaveState, "state"), default=LeaveState.ASKED)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Inspection(PublicIdMixin, Base):
    """A visit of the office to a class (巡课): how many were on the roll, how many heads were counted, with a photo."""

    __tablename__ = "inspection"
    __table_args__ = (CheckConstraint("roll_count >= 0 AND head_count >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("course_meeting.id"))
    happened_at: Mapped[datetime]
    roll_count: Mapped[int]
    head_count: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    inspected_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ClassNotice(PublicIdMixin, Base):
    """A notice to everybody in a class (班级通知)."""

    __tablename__ = "class_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ClassNoticeReader(Base):
    """One of those a notice went to, and when they read it (已读); NULL: not yet (未读)."""

    __tablename__ = "class_notice_reader"
    __table_args__ = (UniqueConstraint("notice_id", "enrollment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("class_notice.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    read_at: Mapped[datetime | None]


class CourseCertificate(PublicIdMixin, Base):
    """A certificate somebody got by a class. The number of a completion is given here, that of others is typed in.

    ``name`` is the holder's as printed. ``revoked_at``: it is void, and the page that verifies it says so.
    """

    __tablename__ = "course_certificate"
    __table_args__ = (
        UniqueConstraint("kind", "number"),
        # What was taken back makes room for a new one.
        Index(
            "uq_course_certificate_valid",
            "enrollment_id",
            "kind",
            unique=True,
            sqlite_where=VALID,
            postgresql_where=VALID,
        ),
        CheckConstraint("number <> ''", name="number"),
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason = '')", name="revoked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    kind: Mapped[CourseCertificateKind] = mapped_column(stored(CourseCertificateKind, "kind"))
    certificate_code: Mapped[str | None] = mapped_column(ForeignKey("certificate.code"))
    number: Mapped[str] = mapped_column(String(40), info={"data": "recruit-3y"})
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(String(200), default="")
