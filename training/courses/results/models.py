"""What those who attended a class say of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base


class ClassRating(Base):
    """How satisfied somebody is who attended, from 1 to 5 stars; one for each enrollment, which may be changed."""

    __tablename__ = "class_rating"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), unique=True)
    stars: Mapped[int]
    words: Mapped[str] = mapped_column(String(300), default="", info={"data": "recruit-3y"})
    rated_at: Mapped[datetime]
