"""How ventures grow: quarterly reports and the people who work for them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored
from training.incubation.growth.states import RevenueBand, WorkerEvidence


class VentureReport(Base):
    """A founder's report for one quarter; ``period_on`` is its first day. Declared numbers are 自报, founders excluded.

    ``is_unchanged``: one tap said that nothing changed since the last one, whose numbers it repeats.
    """

    __tablename__ = "venture_report"
    __table_args__ = (
        UniqueConstraint("venture_id", "period_on"),
        CheckConstraint("worker_count >= veteran_count AND veteran_count >= 0", name="counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"))
    period_on: Mapped[date] = mapped_column(index=True)
    is_operating: Mapped[bool] = mapped_column(default=True)
    worker_count: Mapped[int] = mapped_column(default=0)
    veteran_count: Mapped[int] = mapped_column(default=0)
    revenue: Mapped[RevenueBand] = mapped_column(stored(RevenueBand, "revenue"), default=RevenueBand.NOT_SAID)
    words: Mapped[str] = mapped_column(String(300), default="")
    is_unchanged: Mapped[bool] = mapped_column(default=False)
    reported_at: Mapped[datetime]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class VentureWorker(PublicIdMixin, Base):
    """Somebody who works for a venture from ``started_on`` to ``ended_on`` (inclusive; NULL: still).

    ``person_id`` where they are in the pool, so that nobody is counted twice with placements.
    """

    __tablename__ = "venture_worker"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="days"),
        Index("ix_venture_worker_days", "started_on", "ended_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    venture_id: Mapped[int] = mapped_column(ForeignKey("venture.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    is_veteran: Mapped[bool] = mapped_column(default=False)
    evidence: Mapped[WorkerEvidence] = mapped_column(stored(WorkerEvidence, "evidence"), default=WorkerEvidence.WORD)
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
