"""Needs surveys: a round with its link, and the answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.accounts.models import clean_phone
from jobmatch.casework.surveys.states import StartUpWish, Via, WorkWish
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED


class Survey(PublicIdMixin, Base):
    """A round of asking among the people of ``region_path``; its public id is its link."""

    __tablename__ = "survey"
    __table_args__ = (
        CheckConstraint("closes_on >= opens_on", name="period"),
        Index("ix_survey_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    region_path: Mapped[str] = mapped_column(RegionPath)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]


class SurveyAnswer(PublicIdMixin, Base):
    """One person's answer to a round; answering again replaces it.

    An answer by link carries name and phone until it is laid to a file (``person_id``); then they go.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"), UniqueConstraint("survey_id", "phone_blind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    phone = Secret(blind=True, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), info={"data": "contact"})
    via: Mapped[Via] = mapped_column(stored(Via, "via"))
    hobbies: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})
    work_wish: Mapped[WorkWish | None] = mapped_column(stored(WorkWish, "work_wish"))
    wanted_words: Mapped[str] = mapped_column(String(120), default="")
    occupation_code: Mapped[str | None] = mapped_column(ForeignKey("occupation.code"))
    certificate_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    start_up: Mapped[StartUpWish | None] = mapped_column(stored(StartUpWish, "start_up"))
    start_up_words: Mapped[str] = mapped_column(String(120), default="")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    answered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
