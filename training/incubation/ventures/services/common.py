"""What the services of ventures share: the row lock, the log, and days that can be."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import Findings
from training.incubation.ventures.models import Venture, VentureFounder, VentureMove
from training.incubation.ventures.states import VentureState


def lock(uow: UnitOfWork, venture: Venture) -> Venture:
    """The venture as it is now, locked until the unit ends; what follows decides on nothing older."""
    uow.session.flush()
    return uow.session.scalars(
        select(Venture)
        .where(Venture.id == venture.id)
        .with_for_update()
        .execution_options(populate_existing=True, visible=frozenset({"venture"}))
    ).one()


def log_move(uow: UnitOfWork, venture: Venture, before: str, on: date, note: str = "") -> None:
    """Write down a move; ``before`` is empty for the first."""
    uow.session.add(
        VentureMove(
            venture_id=venture.id,
            before=before,
            after=venture.state.value,
            happened_on=on,
            note=note[:200],
            at=uow.now,
            user_id=uow.actor.user_id,
        )
    )
    venture.changed_at = uow.now
    uow.session.flush()


def last_day(uow: UnitOfWork, venture: Venture) -> date:
    """The day of the last move, or of the wish."""
    found = uow.session.scalar(select(func.max(VentureMove.happened_on)).where(VentureMove.venture_id == venture.id))
    return found or venture.wished_on


def check_day(uow: UnitOfWork, found: Findings, day: date | None, *, after: date | None, field: str = "on") -> None:
    """A day that has been, and not before what came before it."""
    found.check(day is not None, field, _("请填日期"))
    if day is not None:
        found.check(day <= uow.today, field, _("日期不能晚于今天"))
        found.check(
            after is None or day >= after, field, _("不能早于上一步的日期 %(day)s", day=(after or day).isoformat())
        )


def wish_key(venture: Venture) -> str:
    """The occasion of the task that a wish opens."""
    return f"venture_wish:{venture.public_id}:{venture.wished_on}"


BEFORE_REGISTERED = frozenset({VentureState.INTENTION, VentureState.PREPARING})


def forget_founder(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Take a person out of their ventures, whose rows stay as numbers; how many rows of each table."""
    ventures = uow.session.scalars(select(Venture).where(Venture.person_id == person_id)).all()
    for one in ventures:
        one.person_id, one.words = None, ""
    founders = uow.session.scalars(select(VentureFounder).where(VentureFounder.person_id == person_id)).all()
    for row in founders:
        row.person_id, row.name = None, ""
    uow.session.flush()
    return {"venture": len(ventures), "venture_founder": len(founders)}
