"""Messages to users, their delivery by channel, and what each reader wants to get."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.core.db import Base, PublicIdMixin
from jobmatch.core.states import stored
from jobmatch.core.uow import SCOPED
from jobmatch.inbox.states import Channel, DeliveryState, MessageGroup


class Message(PublicIdMixin, Base):
    """One message; ``once`` keeps a repeated act from telling it twice.

    ``sms`` is what a phone gets where it is not the title. ``file`` goes with the e-mail, and is kept until it is sent.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_user_read", "user_id", "read_at"), {"info": SCOPED})

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    group: Mapped[MessageGroup] = mapped_column(stored(MessageGroup, "group"))
    title: Mapped[str] = mapped_column(String(120), info={"data": "contact"})
    body: Mapped[str] = mapped_column(Text, default="", info={"data": "contact"})
    link: Mapped[str] = mapped_column(String(200), default="")
    sms: Mapped[str] = mapped_column(String(200), default="", server_default="", info={"data": "contact"})
    once: Mapped[str] = mapped_column(String(120), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class QuietHours(Base):
    """Between which hours of the day a user wants no digest; equal hours mean never quiet."""

    __tablename__ = "quiet_hours"
    __table_args__ = (CheckConstraint("from_hour BETWEEN 0 AND 23 AND until_hour BETWEEN 0 AND 23", name="hours"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    from_hour: Mapped[int]
    until_hour: Mapped[int]


class Delivery(Base):
    """A message on its way through one channel."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_state", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    channel: Mapped[Channel] = mapped_column(stored(Channel, "channel"))
    state: Mapped[DeliveryState] = mapped_column(stored(DeliveryState, "state"), default=DeliveryState.QUEUED)
    try_count: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]


class Preference(Base):
    """A group that a user has switched off for a channel."""

    __tablename__ = "preference"
    __table_args__ = (UniqueConstraint("user_id", "group", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    group: Mapped[MessageGroup] = mapped_column(stored(MessageGroup, "group"))
    channel: Mapped[Channel] = mapped_column(stored(Channel, "channel"))
    is_enabled: Mapped[bool] = mapped_column(default=True)
