"""Halls, what stands in them, and which booth is whose. Places are cells of a grid, counted from the upper left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored
from jobmatch.fairs.halls.states import BoothKind, BoothZone, HallItemKind

_ON_GRID = "row >= 1 AND col >= 1 AND height BETWEEN 1 AND 60 AND width BETWEEN 1 AND 60"


class Hall(PublicIdMixin, Base):
    """One hall of a fair: a grid of ``row_count`` by ``col_count`` cells."""

    __tablename__ = "hall"
    __table_args__ = (
        UniqueConstraint("fair_id", "name"),
        CheckConstraint("row_count BETWEEN 1 AND 60 AND col_count BETWEEN 1 AND 60", name="grid"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    name: Mapped[str] = mapped_column(String(40))
    row_count: Mapped[int]
    col_count: Mapped[int]
    changed_at: Mapped[datetime]


class HallItem(PublicIdMixin, Base):
    """A wall, an entrance, a desk …"""

    __tablename__ = "hall_item"
    __table_args__ = (CheckConstraint(_ON_GRID, name="place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), index=True)
    kind: Mapped[HallItemKind] = mapped_column(stored(HallItemKind, "kind"))
    row: Mapped[int]
    col: Mapped[int]
    height: Mapped[int] = mapped_column(default=1)
    width: Mapped[int] = mapped_column(default=1)
    label: Mapped[str] = mapped_column(String(20), default="")


class Booth(PublicIdMixin, Base):
    """A booth and its exhibitor: never two at one booth, never one at two. ``is_pinned``: the solver leaves it."""

    __tablename__ = "booth"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        UniqueConstraint("exhibitor_id"),
        CheckConstraint(_ON_GRID, name="place"),
        CheckConstraint("NOT is_blocked OR exhibitor_id IS NULL", name="blocked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    hall_id: Mapped[int] = mapped_column(ForeignKey("hall.id"), index=True)
    number: Mapped[str] = mapped_column(String(8))
    row: Mapped[int]
    col: Mapped[int]
    height: Mapped[int] = mapped_column(default=1)
    width: Mapped[int] = mapped_column(default=1)
    kind: Mapped[BoothKind] = mapped_column(stored(BoothKind, "kind"), default=BoothKind.STANDARD)
    zone: Mapped[BoothZone] = mapped_column(stored(BoothZone, "zone"), default=BoothZone.GENERAL)
    has_power: Mapped[bool] = mapped_column(default=False)
    is_accessible: Mapped[bool] = mapped_column(default=True)
    is_blocked: Mapped[bool] = mapped_column(default=False)
    exhibitor_id: Mapped[int | None] = mapped_column(ForeignKey("exhibitor.id"))
    is_pinned: Mapped[bool] = mapped_column(default=False)


class BoothMove(Base):
    """The log of assignments; an exhibitor moved during the fair is told to those who plan to visit it."""

    __tablename__ = "booth_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    from_number: Mapped[str] = mapped_column(String(8), default="")
    to_number: Mapped[str] = mapped_column(String(8), default="")
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    is_by_solver: Mapped[bool] = mapped_column(default=False)
