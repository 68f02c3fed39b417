"""Job fairs: what is planned, its steps, papers, money, slices, helpers and broadcasts."""

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
from jobmatch.fairs.planning.states import NO_LIMIT, FairMode, FairPaperKind, FairPart, FairState, MoneyKind


class JobFair(PublicIdMixin, VersionMixin, Base):
    """One fair of the office ``organization_id``, which answers for ``region_path``.

    ``capacity`` is the number of seats for people who register, ``taken`` how many are given out;
    ``booth_capacity`` and ``booth_taken`` the same for accepted exhibitors. ``waiting_last``, ``check_in_last`` and
    ``exhibitor_waiting_last`` are the last numbers that were given out: a number is taken by one guarded update.
    ``taken_on_the_day`` says that people without a registration are let in. ``expected_count`` above the dated rule
    ``fair_permit_people`` asks for the permit of the police.
    """

    __tablename__ = "job_fair"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="hours"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="seats"),
        CheckConstraint("booth_taken BETWEEN 0 AND booth_capacity", name="booths"),
        CheckConstraint("expected_count >= 0", name="expected"),
        CheckConstraint("state NOT IN ('published', 'running') OR published_at IS NOT NULL", name="published"),
        CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name="canceled"),
        CheckConstraint("state NOT IN ('closed', 'archived') OR closed_at IS NOT NULL", name="closed"),
        Index("ix_job_fair_region_path", "region_path"),
        Index("ix_job_fair_opens_at", "opens_at"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    part: Mapped[FairPart] = mapped_column(stored(FairPart, "part"), default=FairPart.HELD)
    mode: Mapped[FairMode] = mapped_column(stored(FairMode, "mode"), default=FairMode.ON_SITE)
    state: Mapped[FairState] = mapped_column(stored(FairState, "state"), default=FairState.DRAFT, index=True)
    theme_code: Mapped[str | None] = mapped_column(ForeignKey("fair_theme.code"))
    title: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    registration_until: Mapped[datetime | None]
    sign_up_until: Mapped[datetime | None]
    cancel_until: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    way_there: Mapped[str] = mapped_column(Text, default="")
    hosts: Mapped[str] = mapped_column(String(300), default="")
    organizers: Mapped[str] = mapped_column(String(300), default="")
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    expected_count: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    waiting_last: Mapped[int] = mapped_column(default=0)
    check_in_last: Mapped[int] = mapped_column(default=0)
    booth_capacity: Mapped[int] = mapped_column(default=0)
    booth_taken: Mapped[int] = mapped_column(default=0)
    exhibitor_waiting_last: Mapped[int] = mapped_column(default=0)
    taken_on_the_day: Mapped[bool] = mapped_column(default=True)
    permit_number: Mapped[str] = mapped_column(String(60), default="")
    permit_on: Mapped[date | None]
    cloned_from_id: Mapped[int | None] = mapped_column(ForeignKey("job_fair.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}

    @property
    def is_online(self) -> bool:
        """Nobody comes to a hall."""
        return self.mode is FairMode.ONLINE

    @property
    def has_no_limit(self) -> bool:
        """Whether anybody may register, however many there are."""
        return self.is_online and self.capacity >= NO_LIMIT


class FairStep(Base):
    """One of the 19 steps of a fair: who does it, until when, and whether it is done or not needed."""

    __tablename__ = "fair_step"
    __table_args__ = (
        UniqueConstraint("fair_id", "step_code"),
        CheckConstraint("NOT is_skipped OR note != ''", name="skipped"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    step_code: Mapped[str] = mapped_column(ForeignKey("fair_process_step.code"))
    due_on: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    is_skipped: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")


class FairPaper(PublicIdMixin, Base):
    """A file of the fair's dossier; of the law's plans and the permit a newer one replaces the older."""

    __tablename__ = "fair_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    kind: Mapped[FairPaperKind] = mapped_column(stored(FairPaperKind, "kind"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    replaced_at: Mapped[datetime | None]
    file: Mapped[StoredFile] = relationship(lazy="raise")


class FairMoney(Base):
    """A line of the budget (方案) and of the final account (决算), in whole yuan."""

    __tablename__ = "fair_money"
    __table_args__ = (
        CheckConstraint("planned_yuan >= 0 AND (spent_yuan IS NULL OR spent_yuan >= 0)", name="yuan"),
        CheckConstraint("kind = 'cost' OR party != ''", name="sponsor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    kind: Mapped[MoneyKind] = mapped_column(stored(MoneyKind, "kind"), default=MoneyKind.COST)
    label: Mapped[str] = mapped_column(String(80))
    party: Mapped[str] = mapped_column(String(80), default="")
    planned_yuan: Mapped[int] = mapped_column(default=0)
    spent_yuan: Mapped[int | None]


class FairSlice(Base):
    """The part of a place below the fair's own (分县口径): what it is asked to bring."""

    __tablename__ = "fair_slice"
    __table_args__ = (
        UniqueConstraint("fair_id", "region_path"),
        CheckConstraint("people_target >= 0 AND employer_target >= 0", name="targets"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    region_path: Mapped[str] = mapped_column(RegionPath, index=True)
    people_target: Mapped[int] = mapped_column(default=0)
    employer_target: Mapped[int] = mapped_column(default=0)


class FairHelper(Base):
    """A volunteer who may work at the desks of one fair, on its day only."""

    __tablename__ = "fair_helper"
    __table_args__ = (UniqueConstraint("fair_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    desk: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class FairBroadcast(PublicIdMixin, Base):
    """One session of a live broadcast (直播带岗); its figures are typed in and stand in a row of their own."""

    __tablename__ = "fair_broadcast"
    __table_args__ = (
        CheckConstraint(
            "viewer_count >= 0 AND peak_count >= 0 AND question_count >= 0"
            " AND application_count >= 0 AND intention_count >= 0",
            name="counts",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    host_name: Mapped[str] = mapped_column(String(60), default="")
    platform: Mapped[str] = mapped_column(String(40), default="")
    url: Mapped[str] = mapped_column(String(300), default="")
    starts_at: Mapped[datetime]
    viewer_count: Mapped[int] = mapped_column(default=0)
    peak_count: Mapped[int] = mapped_column(default=0)
    question_count: Mapped[int] = mapped_column(default=0)
    application_count: Mapped[int] = mapped_column(default=0)
    intention_count: Mapped[int] = mapped_column(default=0)
