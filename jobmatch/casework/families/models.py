"""The half-yearly count of accompanying families, and what was done for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.families.states import AidKind, TrainingWish
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored


class FamilyCheck(Base):
    """One person in one half-year (``2026-2``): asked on a day, what they do by the register then, and their wish."""

    __tablename__ = "family_check"
    __table_args__ = (UniqueConstraint("person_id", "half_year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    half_year: Mapped[str] = mapped_column(String(6), index=True)
    checked_on: Mapped[date]
    status_code: Mapped[str | None] = mapped_column(ForeignKey("employment_status_kind.code"))
    training_wish: Mapped[TrainingWish] = mapped_column(stored(TrainingWish, "training_wish"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class FamilyAid(PublicIdMixin, Base):
    """Something done for a person of an accompanying family; of a subsidy only that it was granted, no money flow."""

    __tablename__ = "family_aid"
    __table_args__ = (CheckConstraint("happened_on >= '2000-01-01'", name="day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AidKind] = mapped_column(stored(AidKind, "kind"))
    happened_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]
