"""The ledger of contacts, people who cannot be reached, and visits of villages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class Contact(PublicIdMixin, Base):
    """One try to reach a person and how it ended; never changed, corrected by a new row that names it.

    ``done_on`` is the day in Shanghai. ``client_key`` is made by the device that sent the row, so that a row sent
    twice over a bad line is stored once.
    """

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_person_done", "person_id", "done_on", "outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_on: Mapped[date]
    way: Mapped[ContactWay] = mapped_column(stored(ContactWay, "way"))
    outcome: Mapped[ContactOutcome] = mapped_column(stored(ContactOutcome, "outcome"))
    note: Mapped[str] = mapped_column(String(500), default="", info={"data": "recruit-3y"})
    next_on: Mapped[date | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), unique=True)
    client_key: Mapped[str | None] = mapped_column(String(40), unique=True)


class LostSpell(Base):
    """A time in which a person could not be reached (失联); at most one of a person is open."""

    __tablename__ = "lost_spell"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= since", name="period"),
        Index(
            "uq_lost_spell_person_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    ended_on: Mapped[date | None]


class VisitPlan(PublicIdMixin, Base):
    """One trip to a village on one day; ``visited_on`` is when somebody was really there."""

    __tablename__ = "visit_plan"
    __table_args__ = (
        Index("ix_visit_plan_region_path", "region_path"),
        Index("ix_visit_plan_planned_on", "planned_on"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    planned_on: Mapped[date]
    visited_on: Mapped[date | None] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]


class Visit(PublicIdMixin, Base):
    """One person on a trip; the result is a row of the ledger."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("plan_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("visit_plan.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
