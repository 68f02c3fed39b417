"""Papers from figures: orders that come back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reports.papers.states import PaperFormat, PaperKind


class PaperOrder(PublicIdMixin, VersionMixin, Base):
    """A paper that is written and mailed again and again to somebody of the office: ``next_on`` is the next day."""

    __tablename__ = "paper_order"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "region_path"),
        CheckConstraint("month_day BETWEEN 1 AND 28", name="month_day"),
        Index("ix_paper_order_next_on", "next_on"),
        Index("ix_paper_order_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(stored(PaperKind, "kind"))
    format: Mapped[PaperFormat] = mapped_column(stored(PaperFormat, "format"), default=PaperFormat.DOCX)
    region_path: Mapped[str] = mapped_column(RegionPath)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    month_day: Mapped[int] = mapped_column(default=1)
    next_on: Mapped[date]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": VersionMixin.version}
