"""How often a machine may call: one guarded update counts a call, so that calls at once are all counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import case, or_, update

from jobmatch.core.uow import UnitOfWork


def count_call(uow: UnitOfWork, model: type[Any], token_id: int, *, window: timedelta, most: int) -> bool:
    """Count one call of a token (a row of ``model``); False where it called ``most`` times within ``window``."""
    is_over = or_(model.window_at.is_(None), model.window_at <= uow.now - window)
    counted = uow.session.execute(
        update(model)
        .where(model.id == token_id, or_(is_over, model.call_count < most))
        .values(
            call_count=case((is_over, 1), else_=model.call_count + 1),
            window_at=case((is_over, uow.now), else_=model.window_at),
            used_at=uow.now,
        ),
        execution_options={"synchronize_session": False},
    )
    return bool(counted.rowcount == 1)  # type: ignore[attr-defined]
