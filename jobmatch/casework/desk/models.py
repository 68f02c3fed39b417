"""Service items that the office changed, requests for them, their progress and papers, and satisfaction answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from jobmatch.accounts.models import clean_phone
from jobmatch.casework.desk.states import ProxyConsent, RequestAction, RequestState, RequestWay
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.files import StoredFile
from jobmatch.core.ids import new_public_id
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.reference.models import CodeMixin


class ServiceItem(CodeMixin, Base):
    """One thing the desk does, counted in 件.

    The table holds only rows that the office added or changed; the shipped ones lie in ``data/service_items.csv`` and
    are laid under them when read. ``kinds`` are the kinds of service objects who may ask (empty: everybody), ``papers``
    one paper a line. ``old_limit_days`` counts only together with the paper that set it. A matter that is
    ``is_record_only`` belongs to somebody else: only its day and its receiver are kept.
    """

    __tablename__ = "service_item"
    __table_args__ = (
        CheckConstraint("limit_days >= 0", name="limit"),
        CheckConstraint("(old_limit_days IS NULL) = (old_limit_paper = '')", name="old_limit"),
    )

    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    papers: Mapped[str] = mapped_column(Text, default="")
    limit_days: Mapped[int]
    old_limit_days: Mapped[int | None]
    old_limit_paper: Mapped[str] = mapped_column(String(200), default="")
    needs_center: Mapped[bool] = mapped_column(default=False)
    is_record_only: Mapped[bool] = mapped_column(default=False)


class ServiceRequest(PublicIdMixin, VersionMixin, Base):
    """One 件: who asked for what, how it goes, until when.

    ``person_id`` is empty for somebody who walks in without a file. ``region_path`` is the place it came from,
    ``station_path`` that of the station that works on it: staff of both see it. ``due_on`` is the next deadline (to
    accept, then to finish); the clock counts working days from ``clock_from`` on top of ``used_days`` and stands while
    papers are missing. ``token`` names the public page with state and days.
    """

    __tablename__ = "service_request"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'refused', 'withdrawn')) = (finished_at IS NOT NULL)", name="finished"),
        CheckConstraint("(way = 'proxy') = (consent IS NOT NULL)", name="proxy_has_consent"),
        CheckConstraint("(person_id IS NULL) = (walk_in_name != '')", name="somebody"),
        Index("ix_service_request_state_due", "state", "due_on"),
        Index("ix_service_request_asked_at", "asked_at"),
        Index("ix_service_request_region_path", "region_path"),
        Index("ix_service_request_station_path", "station_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    walk_in_name: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    phone = Secret(blind=True, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    item_code: Mapped[str] = mapped_column(String(20), index=True)
    way: Mapped[RequestWay] = mapped_column(stored(RequestWay, "way"))
    state: Mapped[RequestState] = mapped_column(stored(RequestState, "state"), default=RequestState.ASKED)
    note: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    result: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})
    proxy_name: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    consent: Mapped[ProxyConsent | None] = mapped_column(stored(ProxyConsent, "consent"))
    door_on: Mapped[date | None]
    door_place: Mapped[str] = mapped_column(String(60), default="", info={"data": "contact"})
    door_by: Mapped[str] = mapped_column(String(60), default="")
    region_path: Mapped[str] = mapped_column(RegionPath)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    station_path: Mapped[str] = mapped_column(RegionPath)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    asked_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    limit_days: Mapped[int]
    clock_from: Mapped[date]
    used_days: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date]
    due_is_estimate: Mapped[bool] = mapped_column(default=False)
    task_count: Mapped[int] = mapped_column(default=0)
    escalated_on: Mapped[date | None]
    escalation_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    __mapper_args__ = {"version_id_col": VersionMixin.version}

    @property
    def number(self) -> str:
        """What is read out on the phone."""
        return f"{self.asked_at:%Y%m%d}-{self.id:05d}"

    @property
    def once(self) -> str:
        """The occasion of the handler's present task."""
        return f"desk:{self.public_id}:{self.task_count}"


class RequestStep(Base):
    """One line of a request's progress; never changed."""

    __tablename__ = "service_request_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_request.id"), index=True)
    at: Mapped[datetime]
    action: Mapped[RequestAction] = mapped_column(stored(RequestAction, "action"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    who: Mapped[str] = mapped_column(String(80), default="", info={"data": "contact"})
    note: Mapped[str] = mapped_column(Text, default="", info={"data": "recruit-3y"})


class RequestPaper(PublicIdMixin, Base):
    """A paper for a request: a file that was handed in, or the original that a clerk saw; one paper may be many files.

    ``name`` is the line of the item's papers it answers to, as it read then; empty for a paper that is not listed.
    """

    __tablename__ = "service_request_paper"
    __table_args__ = (CheckConstraint("(file_id IS NULL) = (seen_on IS NOT NULL)", name="file_or_seen"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("service_request.id"), index=True)
    name: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    seen_on: Mapped[date | None]
    who: Mapped[str] = mapped_column(String(80), default="", info={"data": "contact"})
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    file: Mapped[StoredFile | None] = relationship(lazy="raise")


class Rating(PublicIdMixin, Base):
    """The satisfaction question about one service, asked once; ``about`` is the key of what it speaks of.

    What the person said and what somebody wrote down for them are kept apart.
    """

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("proxy_level BETWEEN 1 AND 5", name="proxy_level"),
        CheckConstraint("(level IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(proxy_level IS NULL) = (proxy_at IS NULL)", name="proxy_answered"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath, index=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    level: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    proxy_level: Mapped[int | None]
    proxy_at: Mapped[datetime | None]
    proxy_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
