"""Who works at a station, and who is on duty when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.accounts.models import clean_phone
from jobmatch.casework.stations.states import Weekday, WorkerKind
from jobmatch.core.crypto import Secret
from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored


class StationWorker(PublicIdMixin, Base):
    """Somebody who works at a station, with or without an account of the site."""

    __tablename__ = "station_worker"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(60), info={"data": "contact"})
    kind: Mapped[WorkerKind] = mapped_column(stored(WorkerKind, "kind"))
    duty: Mapped[str] = mapped_column(String(120), default="")
    phone = Secret(normalise=clean_phone)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info={"data": "contact"})
    since: Mapped[date]
    until: Mapped[date | None]


class DutySlot(Base):
    """A weekly time at which a worker is on duty; times are ``HH:MM`` of the local day."""

    __tablename__ = "duty_slot"
    __table_args__ = (CheckConstraint("ends > starts", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    worker_id: Mapped[int] = mapped_column(ForeignKey("station_worker.id"), index=True)
    weekday: Mapped[Weekday] = mapped_column(stored(Weekday, "weekday"))
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
