"""Who may be called on for what."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.casework.teams.states import TalentTag
from jobmatch.core.db import Base
from jobmatch.core.states import stored


class PersonTag(Base):
    """A tag somebody carries since a day; gone tags are deleted, because nobody is called on against their will."""

    __tablename__ = "person_tag"
    __table_args__ = (UniqueConstraint("person_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    tag: Mapped[TalentTag] = mapped_column(stored(TalentTag, "tag"), index=True)
    since: Mapped[date]
    note: Mapped[str] = mapped_column(String(120), default="", info={"data": "recruit-3y"})
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
