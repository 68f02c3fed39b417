"""People in classes: enrollments with their seats, the log of moves, and the mobilisation (动员)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.models.person import Person
from training.courses.classes.models import CourseSession
from training.courses.enrollment.states import CourseCallState, EnrollmentMoveKind, EnrollmentState, EnrollmentWay


class Enrollment(PublicIdMixin, VersionMixin, Base):
    """One person in one class. ``region_path`` is that of the person's station.

    ``waiting_number`` is the place in the strict queue. ``is_free`` says that it counts against the limit of free
    courses. ``was_employed`` (入班前已就业) is read from the register on the day of reporting in and never changed.
    ``ended_on`` is the day of completion, of failing or of leaving. ``score`` of the assessment goes from 0 to 100.
    ``person_id`` is NULL once the person was erased.
    """

    __tablename__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        UniqueConstraint("session_id", "waiting_number"),
        CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name="waiting"),
        CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name="canceled"),
        CheckConstraint(
            "(state IN ('attending', 'left', 'completed', 'not_completed')) = (arrived_on IS NOT NULL)", name="arrived"
        ),
        CheckConstraint("(state IN ('left', 'completed', 'not_completed')) = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score"),
        Index("ix_enrollment_region_path", "region_path"),
        Index("ix_enrollment_state", "session_id", "state"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    state: Mapped[EnrollmentState] = mapped_column(stored(EnrollmentState, "state"))
    way: Mapped[EnrollmentWay] = mapped_column(stored(EnrollmentWay, "way"), default=EnrollmentWay.OWN)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, info={"data": "sensitive"})
    waiting_number: Mapped[int | None]
    is_free: Mapped[bool] = mapped_column(default=True)
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grant.id"))
    enrolled_at: Mapped[datetime]
    enrolled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    promoted_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    transferred_from_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"))
    arrived_on: Mapped[date | None]
    was_employed: Mapped[bool | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    score: Mapped[int | None]
    is_passed: Mapped[bool | None]
    person: Mapped[Person | None] = relationship(lazy="raise")
    session: Mapped[CourseSession] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class EnrollmentMove(Base):
    """The log of enrollments: one row for each move, never changed."""

    __tablename__ = "enrollment_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    kind: Mapped[EnrollmentMoveKind] = mapped_column(stored(EnrollmentMoveKind, "kind"))
    waiting_number: Mapped[int | None]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class CourseCall(PublicIdMixin, Base):
    """A person who is proposed to a station for a class, why, and what the call led to (动员).

    ``opened_count`` is the number of postings the course would open for this person (ranker's counterfactual).
    """

    __tablename__ = "course_call"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("(state = 'listed') = (called_at IS NULL)", name="called"),
        CheckConstraint("opened_count >= 0", name="opened"),
        Index("ix_course_call_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    opened_count: Mapped[int] = mapped_column(default=0)
    state: Mapped[CourseCallState] = mapped_column(stored(CourseCallState, "state"), default=CourseCallState.LISTED)
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    person: Mapped[Person] = relationship(lazy="raise")
