"""Going on with school (继续学业) after service."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from jobmatch.people.models.person import Person
from training.courses.schooling.states import SchoolState, SchoolWay


class SchoolPlan(PublicIdMixin, VersionMixin, Base):
    """One person's way back to school. ``due_on``: the last day of the two years after discharge, for 复学 and 入学.

    A person has one living plan at most. ``proof_file_id``: the paper that puts them into column B or C of the year
    table. ``aid_referred_on``: the day they were referred for 学费资助.
    """

    __tablename__ = "school_plan"
    __table_args__ = (
        CheckConstraint("state NOT IN ('studying', 'graduated') OR started_on IS NOT NULL", name="started"),
        CheckConstraint("ends_on IS NULL OR started_on IS NULL OR ends_on >= started_on", name="days"),
        Index(
            "uq_school_plan_person_living",
            "person_id",
            unique=True,
            sqlite_where=text("state IN ('wish', 'applied', 'studying')"),
            postgresql_where=text("state IN ('wish', 'applied', 'studying')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    way: Mapped[SchoolWay] = mapped_column(stored(SchoolWay, "way"))
    state: Mapped[SchoolState] = mapped_column(stored(SchoolState, "state"), default=SchoolState.WISH, index=True)
    school: Mapped[str] = mapped_column(String(80), default="", info={"data": "recruit-3y"})
    major: Mapped[str] = mapped_column(String(60), default="", info={"data": "recruit-3y"})
    due_on: Mapped[date | None]
    started_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    proof_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    aid_referred_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    person: Mapped[Person] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}
