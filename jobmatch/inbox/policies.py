"""Who sees which messages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.inbox.models import Message


def visible_messages(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A message is for its reader alone."""
    return visible(query.where(Message.user_id == actor.user_id), "message")


def can_read_message(actor: Actor, message: Message) -> bool:
    return actor.is_system or actor.user_id == message.user_id
