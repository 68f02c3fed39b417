"""The audit trail: one row per change, sensitive read, export and refusal, in the same transaction as the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base


class AuditEntry(Base):
    """Who did what to which thing, when and with what result; ``detail`` carries ids and codes only."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_id", "object_type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_user_id: Mapped[int | None] = mapped_column(index=True)
    actor_label: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80), index=True)
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(120))
    ip: Mapped[str] = mapped_column(String(45))
    result: Mapped[str] = mapped_column(String(20), default="done")
    reason: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
