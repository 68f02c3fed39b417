"""Batches of returnees, their roster, finished intakes, imports of rosters, and the counts a station should reach."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.accounts.models import clean_phone
from jobmatch.casework.intake.states import ImportState, RosterState, Season
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class IntakeBatch(PublicIdMixin, Base):
    """Those who were discharged in one season of one year and are handed over to one station."""

    __tablename__ = "intake_batch"
    __table_args__ = (
        UniqueConstraint("station_id", "year", "season"),
        Index("ix_intake_batch_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    year: Mapped[int]
    season: Mapped[Season] = mapped_column(stored(Season, "season"))
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class RosterEntry(PublicIdMixin, VersionMixin, Base):
    """One line of the roster (移交接收名册), once for each identity number of a batch.

    ``region_path`` is that of the station at the expected place, whose staff see the line. ``warn_on`` and ``due_on``
    follow from the day of discharge and the rules of that day; both are empty where no rule was in force.
    """

    __tablename__ = "roster_entry"
    __table_args__ = (
        UniqueConstraint("batch_id", "id_number_blind"),
        CheckConstraint("state != 'registered' OR person_id IS NOT NULL", name="registered_person"),
        Index("ix_roster_entry_region_path", "region_path"),
        Index("ix_roster_entry_state_due_on", "state", "due_on"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("intake_batch.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    id_number = Secret(blind=True, normalise=lambda value: value.strip().upper())
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    id_number_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "identity"})
    phone = Secret(normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    birth_on: Mapped[date | None] = mapped_column(info={"data": "identity"})
    method_code: Mapped[str | None] = mapped_column(ForeignKey("resettlement_method.code"))
    rank_code: Mapped[str | None] = mapped_column(ForeignKey("rank.code"))
    discharged_on: Mapped[date]
    transferred_on: Mapped[date | None]
    expected_region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    warn_on: Mapped[date | None]
    due_on: Mapped[date | None]
    warned_at: Mapped[datetime | None]
    state: Mapped[RosterState] = mapped_column(stored(RosterState, "state"), default=RosterState.EXPECTED)
    state_on: Mapped[date]
    state_reason: Mapped[str] = mapped_column(String(200), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Intake(PublicIdMixin, VersionMixin, Base):
    """Somebody reported at a station; ``public_id`` is the number on the receipt.

    ``grant_due_on`` and ``grant_paid_on`` are the days on which the one-time grant (一次性经济补助) should be and was
    paid; no amount and no bank data is kept.
    """

    __tablename__ = "intake"
    __table_args__ = (
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_reason = '')", name="taken_back"),
        Index("ix_intake_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("roster_entry.id"), index=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    is_new_file: Mapped[bool] = mapped_column(default=True)
    grant_due_on: Mapped[date | None]
    grant_paid_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    taken_back_reason: Mapped[str] = mapped_column(String(200), default="")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class RosterImport(PublicIdMixin, Base):
    """A roster that somebody handed in: first read without storing, then stored; ``next_row`` is where it goes on.

    The file is kept encrypted until ``keep_until``, so that rows which were not stored can still be listed.
    """

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("intake_batch.id"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    state: Mapped[ImportState] = mapped_column(stored(ImportState, "state"), default=ImportState.CHECKED)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    row_count: Mapped[int] = mapped_column(default=0)
    next_row: Mapped[int] = mapped_column(default=0)
    new_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    same_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    keep_until: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class BaseCount(VersionMixin, Base):
    """How many veterans a station should have on file: by the superior's list, and as the villages counted.

    ``occasion`` grows with every new count, so that a difference that was settled can be a task again.
    """

    __tablename__ = "base_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    superior_count: Mapped[int | None]
    village_count: Mapped[int | None]
    occasion: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}
