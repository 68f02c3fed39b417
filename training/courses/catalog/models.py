"""Providers (承训机构) in the office's catalogue, what they teach, their papers and yearly checks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from training.courses.catalog.states import ProviderCheckResult, ProviderPaperKind, ProviderState


class Provider(PublicIdMixin, VersionMixin, Base):
    """A provider as the catalogue has it; name, credit code and address are its organization's.

    ``next_check_on`` is the day by which the next yearly check is due; NULL as long as it is not listed.
    """

    __tablename__ = "provider"
    __table_args__ = (
        CheckConstraint("state NOT IN ('listed', 'suspended') OR listed_at IS NOT NULL", name="listed"),
        CheckConstraint("seat_count >= 0 AND teacher_count >= 0", name="counts"),
        Index("ix_provider_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    state: Mapped[ProviderState] = mapped_column(
        stored(ProviderState, "state"), default=ProviderState.APPLIED, index=True
    )
    licence_number: Mapped[str] = mapped_column(String(60), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    seat_count: Mapped[int] = mapped_column(default=0)
    teacher_count: Mapped[int] = mapped_column(default=0)
    has_lodging: Mapped[bool] = mapped_column(default=False)
    has_canteen: Mapped[bool] = mapped_column(default=False)
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    applied_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]
    next_check_on: Mapped[date | None] = mapped_column(index=True)
    state_note: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class ProviderCourse(Base):
    """A course of the catalogue that a provider teaches; ``fee_yuan`` for one person."""

    __tablename__ = "provider_course"
    __table_args__ = (
        UniqueConstraint("provider_id", "course_code"),
        CheckConstraint("fee_yuan >= 0", name="fee"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    course_code: Mapped[str] = mapped_column(ForeignKey("course.code"), index=True)
    fee_yuan: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class ProviderPaper(PublicIdMixin, Base):
    """A paper of a provider; a newer one of its kind replaces the older."""

    __tablename__ = "provider_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[ProviderPaperKind] = mapped_column(stored(ProviderPaperKind, "kind"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replaced_at: Mapped[datetime | None]
    file: Mapped[StoredFile] = relationship(lazy="raise")


class ProviderCheck(Base):
    """The check of one provider for one year; a failed one suspends it."""

    __tablename__ = "provider_check"
    __table_args__ = (UniqueConstraint("provider_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    year: Mapped[int]
    result: Mapped[ProviderCheckResult] = mapped_column(stored(ProviderCheckResult, "result"))
    note: Mapped[str] = mapped_column(String(400), default="")
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
