"""Reads of messages and preferences."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobmatch.inbox.models import Message, Preference, QuietHours
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


QUIET = (21, 8)
"""From which hour to which nobody is sent a digest who did not say otherwise."""


def quiet_hours(session: Session, user_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Quiet hours of some users: those they chose, else the usual ones."""
    query = select(QuietHours.user_id, QuietHours.from_hour, QuietHours.until_hour)
    chosen = {row[0]: (row[1], row[2]) for row in session.execute(query.where(QuietHours.user_id.in_(user_ids)))}
    return {user_id: chosen.get(user_id, QUIET) for user_id in user_ids}


def is_quiet(hour: int, hours: tuple[int, int]) -> bool:
    """Whether ``hour`` of the day lies in quiet hours, which may go over midnight; equal hours are never quiet."""
    begin, end = hours
    if begin <= end:
        return begin <= hour < end
    return hour >= begin or hour < end


def switched_off_of(session: Session, user_ids: Collection[int], channel: Channel) -> dict[int, set[MessageGroup]]:
    """Groups that some users do not want on a channel."""
    found: dict[int, set[MessageGroup]] = {user_id: set() for user_id in user_ids}
    query = select(Preference.user_id, Preference.group).where(
        Preference.user_id.in_(user_ids), Preference.channel == channel, Preference.is_enabled.is_(False)
    )
    for user_id, group in session.execute(query):
        found[user_id].add(group)
    return found


def switched_off(session: Session, user_id: int) -> set[tuple[MessageGroup, Channel]]:
    """Groups and channels that a user does not want."""
    query = select(Preference.group, Preference.channel).where(
        Preference.user_id == user_id, Preference.is_enabled.is_(False)
    )
    return {(group, channel) for group, channel in session.execute(query)}
