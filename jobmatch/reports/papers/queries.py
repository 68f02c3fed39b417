"""Reads of orders of papers."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.core.region_paths import in_share, share_of
from jobmatch.reports.papers.models import PaperOrder
from jobmatch.reports.papers.states import PaperKind


def orders() -> Select[*tuple[Any, ...]]:
    """Orders that stand, the next one first; ``visible_orders`` narrows it."""
    return select(PaperOrder).where(PaperOrder.is_active).order_by(PaperOrder.next_on, PaperOrder.id)


def order_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The order of this public id; ``visible_orders`` narrows it."""
    return select(PaperOrder).where(PaperOrder.public_id == public_id)


def find_order(session: Session, user_id: int, kind: PaperKind, path: str) -> PaperOrder | None:
    """Somebody's order of one kind for one place, stopped ones too."""
    mine = (PaperOrder.user_id == user_id, PaperOrder.kind == kind, PaperOrder.region_path == path)
    return session.scalars(select(PaperOrder).where(*mine)).one_or_none()


def due_shares(session: Session, today: date) -> list[str]:
    """The shares of the country for which somebody waits for a paper."""
    paths = select(PaperOrder.region_path).where(PaperOrder.is_active, PaperOrder.next_on <= today).distinct()
    return sorted({share_of(path) for path in session.scalars(paths)})


def due_orders(session: Session, today: date, most: int, place: str = "") -> list[int]:
    """Ids of orders (of one share, or all) whose day has come."""
    due = select(PaperOrder.id).where(PaperOrder.is_active, PaperOrder.next_on <= today)
    due = due.where(in_share(PaperOrder.region_path, place))
    return list(session.scalars(due.order_by(PaperOrder.next_on, PaperOrder.id).limit(most)))
