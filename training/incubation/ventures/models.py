"""Ventures (创业项目), their founders, milestones, contests, and the log of their states."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.people.models.person import Person
from training.incubation.ventures.states import (
    ContestTrack,
    FounderKind,
    FounderRole,
    VentureForm,
    VentureState,
    WishSource,
)


class Venture(PublicIdMixin, VersionMixin, Base):
    """One venture from the wish to its end. ``person_id`` is who wished it, NULL once that person was erased.

    ``organization_id`` once it is registered with a credit code, so that 家 is counted once. ``is_first`` says that
    it is this person's own first registration; ``is_takeover`` that an existing firm was bought (not 成功创业).
    ``employee_count`` is the last declared number without founders (自报).
    """

    __tablename__ = "venture"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('registered', 'operating', 'suspended', 'deregistered') OR registered_on IS NOT NULL",
            name="registered",
        ),
        CheckConstraint("(state = 'deregistered') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("NOT (is_takeover AND is_first)", name="takeover"),
        Index("ix_venture_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), unique=True)
    state: Mapped[VentureState] = mapped_column(
        stored(VentureState, "state"), default=VentureState.INTENTION, index=True
    )
    name: Mapped[str] = mapped_column(String(120), default="")
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    form: Mapped[VentureForm] = mapped_column(stored(VentureForm, "form"), default=VentureForm.NOT_KNOWN)
    words: Mapped[str] = mapped_column(String(400), default="")
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    source: Mapped[WishSource] = mapped_column(stored(WishSource, "source"), default=WishSource.OWN)
    wished_on: Mapped[date]
    registered_on: Mapped[date | None] = mapped_column(index=True)
    is_first: Mapped[bool] = mapped_column(default=False)
    is_takeover: Mapped[bool] = mapped_column(default=False)
    operating_on: Mapped[date | None]
    suspended_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    employee_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    person: Mapped[Person | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class VentureFounder(PublicIdMixin, Base):
    """A founder with share and role; ``share_points`` in hundredths of a percent, 10,000 in all at most.

    ``person_id`` where they are in the pool. Who left has ``until_on``.
    """

    __tablename__ = "venture_founder"
    __table_args__ = (
        UniqueConstraint("venture_id", "person_id"),
        CheckConstraint("share_points BETWEEN 0 AND 10000", name="share"),
        CheckConstraint("until_on IS NULL OR until_on >= since_on", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    kind: Mapped[FounderKind] = mapped_column(stored(FounderKind, "kind"))
    role: Mapped[FounderRole] = mapped_column(stored(FounderRole, "role"), default=FounderRole.FOUNDER)
    share_points: Mapped[int] = mapped_column(default=0)
    since_on: Mapped[date]
    until_on: Mapped[date | None]


class VentureMilestone(PublicIdMixin, Base):
    """A step that was agreed on, and when it was done."""

    __tablename__ = "venture_milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")


class ContestEntry(PublicIdMixin, Base):
    """A contest that a venture entered, and what it won."""

    __tablename__ = "contest_entry"
    __table_args__ = (
        UniqueConstraint("venture_id", "contest", "year"),
        CheckConstraint("award_yuan >= 0", name="award"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"))
    contest: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    track: Mapped[ContestTrack] = mapped_column(stored(ContestTrack, "track"))
    award: Mapped[str] = mapped_column(String(60), default="")
    award_yuan: Mapped[int] = mapped_column(default=0)


class VentureMove(Base):
    """The log of a venture's states: one row for each move, never changed."""

    __tablename__ = "venture_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    before: Mapped[str] = mapped_column(String(20), default="")
    after: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
