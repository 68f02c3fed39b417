"""Who writes papers, and whose orders they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false

from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.reports.indicators.policies import can_read_people_behind
from jobmatch.reports.papers.models import PaperOrder


def can_write_paper(actor: Actor, path: str) -> bool:
    """Staff who report, over their own subtree, with whole numbers: whoever may open the lists behind them."""
    return actor.is_system or (actor.can("report.submit") and can_read_people_behind(actor) and actor.reaches(path))


def can_change_order(actor: Actor, order: PaperOrder) -> bool:
    """Whoever ordered it."""
    return actor.user_id is not None and actor.user_id == order.user_id


def visible_orders(actor: Actor, select: Any) -> Any:
    """The own orders."""
    if actor.is_system:
        return visible(select, "paper_order")
    own = PaperOrder.user_id == actor.user_id if actor.can("report.submit") and actor.user_id is not None else false()
    return visible(select.where(own), "paper_order")
