"""Benefits as dated rules: what the office changed or added over the shipped rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.benefits.states import Audience
from jobmatch.core.db import Base
from jobmatch.core.states import stored


class Benefit(Base):
    """One version of a benefit, in force from ``valid_from`` until ``valid_to`` or the day before the next version.

    The table holds only the office's own versions; the shipped ones lie in ``data/benefits.csv``. ``conditions`` are
    read by ``conditions.evaluate``. ``amount_yuan`` is the yearly quota of the tax formula, where there is one.
    ``is_verified`` says that the text of the source itself was read; without it nothing is promised, and
    ``apply_at`` names who decides.
    """

    __tablename__ = "benefit"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
        CheckConstraint("amount_yuan IS NULL OR amount_yuan > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), index=True)
    audience: Mapped[Audience] = mapped_column(stored(Audience, "audience"))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    who: Mapped[str] = mapped_column(String(200), default="")
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    amount: Mapped[str] = mapped_column(String(200), default="")
    amount_yuan: Mapped[int | None]
    limits: Mapped[str] = mapped_column(String(200), default="")
    period: Mapped[str] = mapped_column(String(120), default="")
    paid: Mapped[str] = mapped_column(String(120), default="")
    papers: Mapped[str] = mapped_column(Text, default="")
    apply_at: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    source_on: Mapped[date | None]
    is_verified: Mapped[bool] = mapped_column(default=False)
    verified_note: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_local: Mapped[bool] = mapped_column(default=False)
    sort_order: Mapped[int] = mapped_column(default=0)
