"""The audit trail: one row per change, sensitive read, export and refusal, in the same transaction as the act.

Rows are only ever added: the database itself refuses to change or delete them (``core/append_only.py``), and a chain of
seals shows what was done behind its back (``core/chain.py``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
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


class AuditSeal(Base):
    """One link of the chain over the trail; ``seq`` counts from 1 without a gap.

    ``hmac`` is keyed and covers the link before, this row's other columns and every column of the entry.
    """

    __tablename__ = "audit_seal"
    __table_args__ = {"sqlite_autoincrement": True}
    """SQLite then remembers the highest number it ever gave, so a tail that was cut off is missed at once."""

    seq: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    sealed_at: Mapped[datetime]
    hmac: Mapped[bytes] = mapped_column(LargeBinary(32))
