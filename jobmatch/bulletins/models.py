"""Issues of the weekly bulletin, the postings in them, and the link of each station."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.bulletins.states import BulletinState
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class Bulletin(PublicIdMixin, VersionMixin, Base):
    """One issue of the office that answers for ``region_path``: one a week, numbered when it is released."""

    __tablename__ = "bulletin"
    __table_args__ = (
        UniqueConstraint("region_path", "week_on"),
        UniqueConstraint("region_path", "number"),
        CheckConstraint(
            "(state = 'released') = (number IS NOT NULL) AND (state = 'released') = (released_at IS NOT NULL)",
            name="released",
        ),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    week_on: Mapped[date]
    state: Mapped[BulletinState] = mapped_column(stored(BulletinState, "state"), default=BulletinState.DRAFT)
    number: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class BulletinItem(Base):
    """One posting that was proposed for an issue; ``is_picked``: it is printed, at ``position``."""

    __tablename__ = "bulletin_item"
    __table_args__ = (UniqueConstraint("bulletin_id", "posting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    position: Mapped[int]
    is_picked: Mapped[bool] = mapped_column(default=True)


class BulletinLink(Base):
    """The address under which one station hands an issue on, and how often it was opened; nobody is told apart."""

    __tablename__ = "bulletin_link"
    __table_args__ = (
        UniqueConstraint("bulletin_id", "station_id"),
        CheckConstraint("click_count >= 0", name="clicks"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletin.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    click_count: Mapped[int] = mapped_column(default=0)
