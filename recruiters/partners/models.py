"""Who keeps in touch with an employer, what was said, and what was signed: agreements and practice bases."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from recruiters.partners.states import ContactWay


class Liaison(VersionMixin, Base):
    """The bureau's person responsible for an organization with a stand-in, and the organization's own."""

    __tablename__ = "liaison"
    __table_args__ = (CheckConstraint("stand_in_id IS NULL OR stand_in_id != user_id", name="two_people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_post: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class EmployerContact(PublicIdMixin, Base):
    """One conversation with an employer; never changed. The latest row says when the next one is due."""

    __tablename__ = "employer_contact"
    __table_args__ = (
        CheckConstraint("next_on IS NULL OR next_on > done_on", name="next"),
        Index("ix_employer_contact_organization_done", "organization_id", "done_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    done_on: Mapped[date]
    way: Mapped[ContactWay] = mapped_column(stored(ContactWay, "way"))
    with_whom: Mapped[str] = mapped_column(String(60), default="")
    words: Mapped[str] = mapped_column(String(500))
    next_on: Mapped[date | None] = mapped_column(index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]


class Agreement(PublicIdMixin, VersionMixin, Base):
    """An agreement of cooperation (签约就业合作企业). What was filled is counted in the register, never typed."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("ended_on IS NULL OR ended_on BETWEEN starts_on AND ends_on", name="ended"),
        CheckConstraint("pledged_count >= 0", name="pledged"),
        UniqueConstraint("organization_id", "paper_number"),
        Index("ix_agreement_ends_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    paper_number: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    pledged_count: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    reminded_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PracticeBase(PublicIdMixin, VersionMixin, Base):
    """A base for practice and internships (实习实训基地) at an organization, for the days of its agreement."""

    __tablename__ = "practice_base"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("ended_on IS NULL OR ended_on BETWEEN starts_on AND ends_on", name="ended"),
        CheckConstraint("place_count >= 0", name="places"),
        UniqueConstraint("organization_id", "name"),
        Index("ix_practice_base_ends_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    paper_number: Mapped[str] = mapped_column(String(60), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    place_count: Mapped[int] = mapped_column(default=0)
    occupation_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    address: Mapped[str] = mapped_column(String(200), default="")
    reminded_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Trainee(PublicIdMixin, Base):
    """Somebody of the talent pool at a base, or a number of people of whom only the count is known."""

    __tablename__ = "trainee"
    __table_args__ = (
        CheckConstraint("left_on IS NULL OR left_on >= came_on", name="period"),
        CheckConstraint("head_count > 0", name="head_count"),
        CheckConstraint("person_id IS NULL OR head_count = 1", name="one_person"),
        Index(
            "uq_trainee_open",
            "base_id",
            "person_id",
            unique=True,
            sqlite_where=text("left_on IS NULL AND person_id IS NOT NULL"),
            postgresql_where=text("left_on IS NULL AND person_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    base_id: Mapped[int] = mapped_column(ForeignKey("practice_base.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    head_count: Mapped[int] = mapped_column(default=1)
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    came_on: Mapped[date]
    left_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
