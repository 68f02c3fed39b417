"""Reads of messages and preferences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobmatch.inbox.models import Message, Preference
from jobmatch.inbox.states import Channel, MessageGroup


def unread_count(session: Session, user_id: int | None) -> int:
    """How many messages of a user are unread."""
    query = select(func.count()).select_from(Message).where(Message.user_id == user_id, Message.read_at.is_(None))
    return session.scalar(query) or 0


def messages(group: MessageGroup | None = None) -> Select[*tuple[Any, ...]]:
    """Messages, newest first, of one group or of all."""
    query = select(Message).order_by(Message.created_at.desc(), Message.id.desc())
    return query if group is None else query.where(Message.group == group)


def message_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The message with this public id."""
    return select(Message).where(Message.public_id == public_id)


def switched_off(session: Session, user_id: int) -> set[tuple[MessageGroup, Channel]]:
    """Groups and channels that a user does not want."""
    query = select(Preference.group, Preference.channel).where(
        Preference.user_id == user_id, Preference.is_enabled.is_(False)
    )
    return {(group, channel) for group, channel in session.execute(query)}
