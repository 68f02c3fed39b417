"""How far applications came, for the employer: received, looked at, interviewed, offered, started.

The steps are counted from the log of moves. Whoever came farther has passed the steps before, so that the figures never
rise: somebody who was hired without an interview counts as interviewed here too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from jobmatch.applications.models import Application, ApplicationMove
from jobmatch.applications.policies import visible_applications
from jobmatch.applications.states import ApplicationState, Move, Side
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings

DAYS = 365
MOST = 50


@dataclass(frozen=True, slots=True)
class Way:
    """One posting and how many came how far; ``counts`` in the order of ``step_names``."""

    posting: Posting
    counts: tuple[int, ...]


def step_names() -> tuple[str, ...]:
    """The steps in the reader's language."""
    return (_("收到"), _("看过"), _("面试"), _("发了录用"), _("入职"))


def _step() -> Any:
    """How far one row of the log shows that an application came. A start that was taken back is none."""
    move, state = ApplicationMove.move, Application.state
    return case(
        ((move == Move.CONFIRM_START) & (state == ApplicationState.STARTED), 4),
        (move.in_([Move.OFFER, Move.ACCEPT]), 3),
        (ApplicationMove.to_state == ApplicationState.INTERVIEW, 2),
        (ApplicationMove.side == Side.EMPLOYER, 1),
        else_=0,
    )


def ways_of_postings(uow: UnitOfWork) -> list[Way]:
    """The own postings that somebody applied to within a year, most applications first, in two statements."""
    inner = visible_applications(
        uow.actor,
        select(Application.posting_id, func.max(_step()).label("step"))
        .join(ApplicationMove, ApplicationMove.application_id == Application.id)
        .where(Application.created_at > uow.now - timedelta(days=DAYS))
        .group_by(Application.posting_id, Application.id),
    )
    each = inner.subquery()
    columns: list[Any] = [func.count(), *(func.count().filter(each.c.step >= step) for step in range(1, 5))]
    query = select(each.c.posting_id, *columns).group_by(each.c.posting_id)
    query = query.order_by(func.count().desc(), each.c.posting_id.desc()).limit(MOST)
    rows = uow.rows(query.execution_options(**inner.get_execution_options()))
    ids = [row[0] for row in rows]
    postings = {p.id: p for p in uow.rows(visible_own_postings(uow.actor, select(Posting).where(Posting.id.in_(ids))))}
    return [Way(postings[row[0]], tuple(row[1:])) for row in rows if row[0] in postings]


def summed(ways: list[Way]) -> tuple[int, ...]:
    """All postings together."""
    return tuple(sum(way.counts[step] for way in ways) for step in range(len(step_names())))
