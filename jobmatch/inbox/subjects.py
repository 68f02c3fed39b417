"""Messages in whole-person acts: they belong to the account."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from jobmatch.core.subjects import MovedRow, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Delivery, Message, Preference, QuietHours

KEPT: dict[str, str] = {}


def export_user(uow: UnitOfWork, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """Messages with their delivery, what the reader switched off, and their quiet hours."""
    own = select(Message.id).where(Message.user_id == user_id)
    return {
        "message": dump_rows(uow.session, Message, Message.user_id == user_id, without=("once",)),
        "delivery": dump_rows(uow.session, Delivery, Delivery.message_id.in_(own)),
        "preference": dump_rows(uow.session, Preference, Preference.user_id == user_id),
        "quiet_hours": dump_rows(uow.session, QuietHours, QuietHours.user_id == user_id),
    }


def erase_user(uow: UnitOfWork, user_id: int) -> dict[str, int]:
    """Delete messages, deliveries and preferences: nothing of them has to be kept."""
    own = select(Message.id).where(Message.user_id == user_id)
    counts = {}
    rows: tuple[tuple[Any, Any, Any], ...] = (
        (Delivery, Delivery.id, Delivery.message_id.in_(own)),
        (Message, Message.id, Message.user_id == user_id),
        (Preference, Preference.id, Preference.user_id == user_id),
        (QuietHours, QuietHours.user_id, QuietHours.user_id == user_id),
    )
    for model, key, where in rows:
        counts[model.__tablename__] = len(uow.session.scalars(delete(model).where(where).returning(key)).all())
    return counts


def move_user(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand messages over; preferences stay with the closed account, those of the open one hold."""
    return move_rows(uow.session, Message, "user_id", source_id, target_id)
