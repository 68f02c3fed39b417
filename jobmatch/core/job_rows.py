"""The row of a piece of background work: intent, progress and result, written in the transaction of the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum, stored


class JobState(LabelledEnum):
    QUEUED = "queued", N_("排队中")
    RUNNING = "running", N_("进行中")
    DONE = "done", N_("已完成")
    FAILED = "failed", N_("没有完成")


class Job(PublicIdMixin, Base):
    """One piece of background work: intent, progress and result, which staff can see."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[JobState] = mapped_column(stored(JobState, "state"), default=JobState.QUEUED, index=True)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    attempt_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    beat_at: Mapped[datetime | None]
    """When the worker that has it last said so."""
    finished_at: Mapped[datetime | None]
