"""People at a fair: registrations with their seats, what was planned for them, the mobilisation and the buses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.accounts.models import clean_phone
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin, VersionMixin
from jobmatch.core.region_paths import RegionPath
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.fairs.visitors.states import (
    CallState,
    RegistrationState,
    RegistrationWay,
    SeatMoveKind,
    VisitorKind,
)


class FairRegistration(PublicIdMixin, VersionMixin, Base):
    """Somebody who wants to come, or came. It is not yet a person: it has a contact of its own, and ``person_id``
    once it was matched with a file (``linked_at``).

    ``code`` is what is typed at the desk where nothing can be scanned; the ticket carries the public id, signed.
    ``id_tail``: the last four of the identity number, which with the name finds people who have no phone.
    ``is_verified``: the file it is linked to is verified (已核验); all others are self-declared (自报).
    ``told``: the day and place this person was last told of (``notices.news_of``); empty: somebody has to call.
    ``waiting_number`` is the place in the strict queue; ``let_in_at``: who waited came on the day and was let in, with
    no seat of the capacity. ``region_path`` is the place whose station brought it.
    """

    __tablename__ = "fair_registration"
    __table_args__ = (
        UniqueConstraint("fair_id", "code"),
        UniqueConstraint("fair_id", "phone_blind"),
        UniqueConstraint("fair_id", "person_id"),
        UniqueConstraint("fair_id", "waiting_number"),
        CheckConstraint("(state = 'waiting') = (waiting_number IS NOT NULL)", name="waiting"),
        CheckConstraint("(state = 'canceled') = (canceled_at IS NOT NULL)", name="canceled"),
        Index("ix_fair_registration_region_path", "region_path"),
        Index("ix_fair_registration_state", "fair_id", "state"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    region_path: Mapped[str] = mapped_column(RegionPath)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    phone = Secret(blind=True, tail=4, normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    phone_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), info={"data": "contact"})
    phone_tail_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "contact"})
    id_tail = Secret(blind=True, normalise=lambda value: value.strip().upper())
    id_tail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "identity"})
    id_tail_blind: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True, info={"data": "identity"})
    kind: Mapped[VisitorKind] = mapped_column(stored(VisitorKind, "kind"), default=VisitorKind.VETERAN)
    state: Mapped[RegistrationState] = mapped_column(stored(RegistrationState, "state"))
    way: Mapped[RegistrationWay] = mapped_column(stored(RegistrationWay, "way"), default=RegistrationWay.WEB)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, info={"data": "sensitive"})
    wish: Mapped[str] = mapped_column(String(80), default="", info={"data": "recruit-3y"})
    waiting_number: Mapped[int | None]
    is_verified: Mapped[bool] = mapped_column(default=False)
    linked_at: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    promoted_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    let_in_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(String(160), default="")
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("shuttle_stop.id"), index=True)
    boarded_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": VersionMixin.version}


class SeatMove(Base):
    """The log of seats: one row for each move, never changed."""

    __tablename__ = "seat_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"), index=True)
    kind: Mapped[SeatMoveKind] = mapped_column(stored(SeatMoveKind, "kind"))
    waiting_number: Mapped[int | None]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class PlannedVisit(Base):
    """One of the few booths proposed to a registered person (您的 4 家), best first; ``score`` from 0 to 1."""

    __tablename__ = "planned_visit"
    __table_args__ = (
        UniqueConstraint("registration_id", "exhibitor_id"),
        UniqueConstraint("registration_id", "position"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("fair_registration.id"))
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("exhibitor.id"), index=True)
    fair_posting_id: Mapped[int] = mapped_column(ForeignKey("fair_posting.id"), index=True)
    position: Mapped[int]
    score: Mapped[float]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info={"data": "recruit-3y"})


class FairTarget(Base):
    """How many people a station is asked to bring."""

    __tablename__ = "fair_target"
    __table_args__ = (
        UniqueConstraint("fair_id", "station_id"),
        CheckConstraint("people_count >= 0", name="people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    people_count: Mapped[int] = mapped_column(default=0)


class FairCall(PublicIdMixin, Base):
    """A person whom the ranking proposed to a station for this fair, and what the call led to (动员)."""

    __tablename__ = "fair_call"
    __table_args__ = (
        UniqueConstraint("fair_id", "person_id"),
        CheckConstraint("(state = 'listed') = (called_at IS NULL)", name="called"),
        Index("ix_fair_call_region_path", "region_path"),
        {"info": SCOPED},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    region_path: Mapped[str] = mapped_column(RegionPath)
    score: Mapped[float]
    fitting_count: Mapped[int] = mapped_column(default=0)
    state: Mapped[CallState] = mapped_column(stored(CallState, "state"), default=CallState.LISTED)
    called_at: Mapped[datetime | None]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str] = mapped_column(String(200), default="", info={"data": "recruit-3y"})


class Shuttle(PublicIdMixin, Base):
    """A bus to the fair (接送车): seats are given out by one guarded update."""

    __tablename__ = "shuttle"
    __table_args__ = (CheckConstraint("taken BETWEEN 0 AND seats", name="seats"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("job_fair.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    driver_phone: Mapped[str] = mapped_column(String(40), default="")
    returns_at: Mapped[datetime | None]


class ShuttleStop(PublicIdMixin, Base):
    """Where and when a bus stops."""

    __tablename__ = "shuttle_stop"
    __table_args__ = (UniqueConstraint("shuttle_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shuttle_id: Mapped[int] = mapped_column(ForeignKey("shuttle.id"))
    position: Mapped[int]
    place: Mapped[str] = mapped_column(String(80))
    leaves_at: Mapped[datetime]
