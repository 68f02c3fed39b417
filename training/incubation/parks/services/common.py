"""What every service of the room needs: the lock on a tenancy, its log, and rules with their source in words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from jobmatch.core.errors import Conflict
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import DatedRule
from jobmatch.reference.queries import rule_value
from training.incubation.parks.models import Tenancy, TenancyMove
from training.incubation.parks.notices import tell_founder
from training.incubation.parks.states import TENANCY_FLOW, TenancyState

MOST_RENT = 1_000_000
"""Rent of a month in whole yuan that nobody means: a slip of the finger."""


def rule_number(uow: UnitOfWork, code: str) -> int:
    """The number that a dated rule sets today."""
    return int(rule_value(uow.session, code, uow.today))


def rule_words(uow: UnitOfWork, code: str) -> str:
    """A rule as it is quoted where something is refused: its name, number, unit and source."""
    rule = uow.session.scalars(
        select(DatedRule).where(DatedRule.code == code, DatedRule.valid_from <= uow.today).order_by(DatedRule.id.desc())
    ).first()
    if rule is None:
        return ""
    return _(
        "依据：%(name)s %(value)s %(unit)s（%(source)s）",
        name=rule.name_zh,
        value=rule.value,
        unit=rule.unit,
        source=rule.source,
    )


def lock_tenancy(uow: UnitOfWork, tenancy: Tenancy) -> None:
    """Wait for whoever moves this tenancy now, and read it as it stands then; what hangs on it stays loaded."""
    columns = [column.key for column in inspect(Tenancy).column_attrs]
    uow.session.refresh(tenancy, attribute_names=columns, with_for_update=True)


def step(uow: UnitOfWork, tenancy: Tenancy, act: str, *, note: str = "") -> TenancyState:
    """The state that ``act`` leads to, logged; the caller sets it with what belongs to it, and flushes.

    Raises ``Conflict`` where the tenancy stands elsewhere: another did it before.
    """
    after = TENANCY_FLOW.get((tenancy.state, act))
    if after is None:
        raise Conflict(_("这笔入驻现在是“%(state)s”，不能再这样办", state=tenancy.state.label))
    log_move(uow, tenancy, tenancy.state.value, after, note=note)
    return after


def log_move(uow: UnitOfWork, tenancy: Tenancy, before: str, after: TenancyState, *, note: str = "") -> None:
    """Note one move of a tenancy."""
    move = TenancyMove(
        tenancy_id=tenancy.id,
        before=before,
        after=after.value,
        note=note[:300],
        at=uow.now,
        user_id=uow.actor.user_id,
    )
    uow.session.add(move)


def settle(uow: UnitOfWork, tenancy: Tenancy, after: TenancyState, **values: Any) -> Tenancy:
    """Put a tenancy into the state ``after`` together with ``values``, which the row's checks want at once.

    Where the state changes, the founder is told.
    """
    before = tenancy.state
    for name, value in values.items():
        setattr(tenancy, name, value)
    tenancy.state, tenancy.changed_at = after, uow.now
    uow.session.flush()
    if before is not after:
        tell_founder(uow, tenancy, after)
    return tenancy
