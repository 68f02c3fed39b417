"""Classes (班次): one run of a course by a provider, with its timetable and papers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reference.models import Course
from training.courses.catalog.models import Provider
from training.courses.classes.states import SessionMode, SessionPaperKind, SessionState


class CourseSession(PublicIdMixin, VersionMixin, Base):
    """One class of the office ``organization_id``, which answers for ``region_path``, taught by ``provider_id``.

    ``capacity`` is the number of seats and ``taken`` how many are given out; ``waiting_last`` is the last number of the
    queue. ``target_count`` is the task (任务数) that the completion of the task is counted against. ``hours`` are class
    hours (学时). ``is_free`` counts against the limit of free courses. ``funding_yuan`` is what the office pays the
    provider for one person; ``money_words`` tells people what they get and when.

    Eligibility: NULL or empty means that the class does not ask for it. ``kind_codes`` are groups of service objects
    (veteran, dependant …), ``method_codes`` ways of resettlement, ``returned_year`` the year of discharge.
    """

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("sign_up_until >= sign_up_from", name="window"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="seats"),
        CheckConstraint("target_count >= 0 AND hours >= 0 AND funding_yuan >= 0", name="numbers"),
        CheckConstraint(
            "state NOT IN ('approved', 'running', 'ended', 'closed') OR approved_at IS NOT NULL", name="approved"
        ),
        CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name="canceled"),
        CheckConstraint("state <> 'closed' OR closed_on IS NOT NULL", name="closed"),
        Index("ix_course_session_region_path", "region_path"),
        Index("ix_course_session_starts_on", "starts_on"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    course_code: Mapped[str] = mapped_column(ForeignKey("course.code"), index=True)
    state: Mapped[SessionState] = mapped_column(stored(SessionState, "state"), default=SessionState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(80))
    mode: Mapped[SessionMode] = mapped_column(stored(SessionMode, "mode"), default=SessionMode.FULL_TIME)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    sign_up_from: Mapped[date]
    sign_up_until: Mapped[date]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    place: Mapped[str] = mapped_column(String(120), default="")
    way_there: Mapped[str] = mapped_column(String(300), default="")
    has_lodging: Mapped[bool] = mapped_column(default=False)
    has_meals: Mapped[bool] = mapped_column(default=False)
    has_bus: Mapped[bool] = mapped_column(default=False)
    hours: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    waiting_last: Mapped[int] = mapped_column(default=0)
    certificate_last: Mapped[int] = mapped_column(default=0)
    target_count: Mapped[int] = mapped_column(default=0)
    is_free: Mapped[bool] = mapped_column(default=True)
    fee_yuan: Mapped[int] = mapped_column(default=0)
    funding_yuan: Mapped[int] = mapped_column(default=0)
    money_words: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    teachers: Mapped[str] = mapped_column(Text, default="")
    safety: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    certificate_code: Mapped[str | None] = mapped_column(ForeignKey("certificate.code"))
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    education_code: Mapped[str | None] = mapped_column(ForeignKey("education_level.code"))
    licence_code: Mapped[str | None] = mapped_column(ForeignKey("driver_licence.code"))
    kind_groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    method_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    returned_year: Mapped[int | None]
    cloned_from_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    return_reason: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    provider: Mapped[Provider] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class CourseMeeting(PublicIdMixin, Base):
    """One line of the timetable. ``hours`` are class hours; ``code_secret`` makes the code that people scan.

    A meeting is closed once everybody is marked; NULL as long as it is open.
    """

    __tablename__ = "course_meeting"
    __table_args__ = (
        UniqueConstraint("session_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("hours > 0", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hours: Mapped[int]
    topic: Mapped[str] = mapped_column(String(120))
    teacher: Mapped[str] = mapped_column(String(60), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    code_secret: Mapped[bytes] = mapped_column(LargeBinary(16))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class SessionPaper(PublicIdMixin, Base):
    """A file of the class's dossier (一班一档)."""

    __tablename__ = "session_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    kind: Mapped[SessionPaperKind] = mapped_column(stored(SessionPaperKind, "kind"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    file: Mapped[StoredFile] = relationship(lazy="raise")
