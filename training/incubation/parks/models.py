"""Incubators with their rooms and desks, tenancies with their reviews, mentors and events."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import Organization
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from training.incubation.parks.states import IncubatorKind, MentorField, SpaceKind, TenancyState
from training.incubation.ventures.models import Venture


class Incubator(PublicIdMixin, VersionMixin, Base):
    """One incubator; its name and address are its organization's. Areas in square metres.

    ``is_public``: built with public money, so that a share of it is let for nothing.
    """

    __tablename__ = "incubator"
    __table_args__ = (
        CheckConstraint("area_m2 >= 0 AND free_area_m2 BETWEEN 0 AND area_m2", name="areas"),
        CheckConstraint("staff_count >= 0", name="staff"),
        Index("ix_incubator_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    kind: Mapped[IncubatorKind] = mapped_column(stored(IncubatorKind, "kind"), default=IncubatorKind.BASE)
    intro: Mapped[str] = mapped_column(Text, default="")
    area_m2: Mapped[int] = mapped_column(default=0)
    free_area_m2: Mapped[int] = mapped_column(default=0)
    is_public: Mapped[bool] = mapped_column(default=True)
    staff_count: Mapped[int] = mapped_column(default=0)
    opened_on: Mapped[date | None]
    lease_until: Mapped[date | None]
    contact_name: Mapped[str] = mapped_column(String(60), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    is_open: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    organization: Mapped[Organization] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Tenancy(PublicIdMixin, VersionMixin, Base):
    """A venture's way through an incubator: applied, reviewed, in, out. Rent in whole yuan a month.

    ``waiver_share`` is the percentage of the rent that is waived. ``term_until`` is inclusive. A venture has one open
    tenancy at most. ``region_path`` is the incubator's.
    """

    __tablename__ = "tenancy"
    __table_args__ = (
        CheckConstraint("rent_yuan >= 0 AND waiver_share BETWEEN 0 AND 100", name="rent"),
        CheckConstraint("term_until IS NULL OR term_until >= term_from", name="term"),
        CheckConstraint(
            "(state IN ('incubated', 'assessed', 'graduated', 'expired', 'evicted')) = (term_from IS NOT NULL)",
            name="moved_in",
        ),
        CheckConstraint("(state IN ('graduated', 'expired', 'evicted')) = (left_on IS NOT NULL)", name="left"),
        Index("ix_tenancy_region_path", "region_path"),
        Index(
            "uq_tenancy_venture_open",
            "venture_id",
            unique=True,
            sqlite_where=text("state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"),
            postgresql_where=text(
                "state IN ('applied', 'to_complete', 'accepted', 'noticed', 'incubated', 'assessed')"
            ),
        ),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incubator_id: Mapped[int] = mapped_column(ForeignKey("incubator.id"), index=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    state: Mapped[TenancyState] = mapped_column(stored(TenancyState, "state"), default=TenancyState.APPLIED, index=True)
    desk_count: Mapped[int] = mapped_column(default=1)
    plan_words: Mapped[str] = mapped_column(Text, default="")
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("grant.id"))
    applied_at: Mapped[datetime]
    ask_words: Mapped[str] = mapped_column(String(300), default="")
    accepted_on: Mapped[date | None]
    noticed_until: Mapped[date | None]
    decided_words: Mapped[str] = mapped_column(String(300), default="")
    term_from: Mapped[date | None]
    term_until: Mapped[date | None]
    extended_months: Mapped[int] = mapped_column(default=0)
    rent_yuan: Mapped[int] = mapped_column(default=0)
    waiver_share: Mapped[int] = mapped_column(default=0)
    left_on: Mapped[date | None]
    left_reason: Mapped[str] = mapped_column(String(300), default="")
    follow_until: Mapped[date | None]
    changed_at: Mapped[datetime]
    venture: Mapped[Venture] = relationship(lazy="raise")
    incubator: Mapped[Incubator] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class Space(PublicIdMixin, Base):
    """A desk or room on the plan: ``row`` and ``col`` place it, ``room`` names the room it stands in.

    ``tenancy_id`` says who sits there; NULL: free. It is taken by one guarded UPDATE.
    """

    __tablename__ = "space"
    __table_args__ = (
        UniqueConstraint("incubator_id", "number"),
        UniqueConstraint("incubator_id", "row", "col"),
        CheckConstraint("row BETWEEN 1 AND 60 AND col BETWEEN 1 AND 60", name="place"),
        CheckConstraint("area_m2 >= 0 AND rent_yuan >= 0", name="numbers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incubator_id: Mapped[int] = mapped_column(ForeignKey("incubator.id"))
    tenancy_id: Mapped[int | None] = mapped_column(ForeignKey("tenancy.id"), index=True)
    kind: Mapped[SpaceKind] = mapped_column(stored(SpaceKind, "kind"), default=SpaceKind.DESK)
    room: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(12))
    row: Mapped[int]
    col: Mapped[int]
    area_m2: Mapped[int] = mapped_column(default=4)
    rent_yuan: Mapped[int] = mapped_column(default=0)
    is_usable: Mapped[bool] = mapped_column(default=True)


class SpaceLet(Base):
    """Who sat where, from when until when; the last day is inclusive, NULL as long as they sit there."""

    __tablename__ = "space_let"

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]


class TenancyReview(Base):
    """One reviewer's scores, or that they stood aside (回避). ``scores`` by criterion; ``total`` from 0 to 100."""

    __tablename__ = "tenancy_review"
    __table_args__ = (
        UniqueConstraint("tenancy_id", "user_id"),
        CheckConstraint("(total IS NULL) = is_recused", name="recused"),
        CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name="total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    scores: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    total: Mapped[int | None]
    is_recused: Mapped[bool] = mapped_column(default=False)
    words: Mapped[str] = mapped_column(String(300), default="")
    reviewed_at: Mapped[datetime]


class TenancyMove(Base):
    """The log of a tenancy: one row for each move, never changed."""

    __tablename__ = "tenancy_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"), index=True)
    before: Mapped[str] = mapped_column(String(20), default="")
    after: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class Mentor(PublicIdMixin, Base):
    """Somebody who counsels ventures; ``user_id`` where they sign in themselves."""

    __tablename__ = "mentor"
    __table_args__ = (Index("ix_mentor_region_path", "region_path"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    incubator_id: Mapped[int | None] = mapped_column(ForeignKey("incubator.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    field: Mapped[MentorField] = mapped_column(stored(MentorField, "field"))
    works_at: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="", info={"data": "contact"})
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class MentorTalk(PublicIdMixin, Base):
    """One talk of a mentor with a venture; ``minutes`` long. The venture's people confirm it."""

    __tablename__ = "mentor_talk"
    __table_args__ = (CheckConstraint("minutes BETWEEN 5 AND 600", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"), index=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    happened_on: Mapped[date]
    minutes: Mapped[int]
    topic: Mapped[str] = mapped_column(String(120))
    words: Mapped[str] = mapped_column(String(400), default="")
    confirmed_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class ParkEvent(PublicIdMixin, Base):
    """An event held in an incubator."""

    __tablename__ = "park_event"
    __table_args__ = (CheckConstraint("people_count >= 0", name="people"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incubator_id: Mapped[int] = mapped_column(ForeignKey("incubator.id"), index=True)
    held_on: Mapped[date]
    title: Mapped[str] = mapped_column(String(120))
    people_count: Mapped[int] = mapped_column(default=0)
