"""Money of classes: sheets of living allowances and of the provider's course money, line by line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.states import stored
from training.courses.payments.states import PaySheetKind, PaySheetState

MONTHLY = text("kind = 'allowance' AND state <> 'canceled'")
ONCE = text("kind <> 'allowance' AND state <> 'canceled'")


class PaySheet(PublicIdMixin, VersionMixin, Base):
    """One sheet (补贴表) of a class; whole yuan. ``month`` is the first day of the month of an allowance, else NULL.

    ``rules`` are the dated rules it was made by, as they stood. ``total_yuan`` equals the sum of its lines. At most one
    living sheet of a kind and month stands for a class.
    """

    __tablename__ = "pay_sheet"
    __table_args__ = (
        CheckConstraint("(kind = 'allowance') = (month IS NOT NULL)", name="month"),
        CheckConstraint("total_yuan >= 0", name="total"),
        CheckConstraint("state NOT IN ('noticed', 'signed', 'paid') OR noticed_until IS NOT NULL", name="noticed"),
        CheckConstraint("state NOT IN ('signed', 'paid') OR file_id IS NOT NULL", name="signed"),
        CheckConstraint("(state = 'paid') = (paid_on IS NOT NULL)", name="paid"),
        Index("uq_pay_sheet_month", "session_id", "month", unique=True, sqlite_where=MONTHLY, postgresql_where=MONTHLY),
        Index("uq_pay_sheet_part", "session_id", "kind", unique=True, sqlite_where=ONCE, postgresql_where=ONCE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    kind: Mapped[PaySheetKind] = mapped_column(stored(PaySheetKind, "kind"))
    state: Mapped[PaySheetState] = mapped_column(stored(PaySheetState, "state"), default=PaySheetState.DRAFT)
    month: Mapped[date | None]
    total_yuan: Mapped[int] = mapped_column(default=0)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    noticed_from: Mapped[date | None]
    noticed_until: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    paid_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(60), default="")
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class PaySheetLine(Base):
    """One person's line. ``hours_due`` and ``hours_came`` in class hours; ``why`` says how the amount came about."""

    __tablename__ = "pay_sheet_line"
    __table_args__ = (
        UniqueConstraint("sheet_id", "enrollment_id"),
        CheckConstraint("amount_yuan >= 0 AND days >= 0 AND hours_came BETWEEN 0 AND hours_due", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("pay_sheet.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    days: Mapped[int] = mapped_column(default=0)
    hours_due: Mapped[int] = mapped_column(default=0)
    hours_came: Mapped[int] = mapped_column(default=0)
    amount_yuan: Mapped[int]
    why: Mapped[str] = mapped_column(String(200), default="")
