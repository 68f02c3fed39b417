"""What a room above knows and this one shows beside a rate: how many claimed jobs proved false. Tied at assembly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

Falsity = Callable[[Session, str, date, date], tuple[int, int]]
"""False jobs, and calls that reached somebody, of spot checks below a path between two days, both included."""
_asked: list[Falsity] = []


def ask_falsity(function: Falsity) -> None:
    """Say who counts false jobs; called once at assembly."""
    _asked[:] = [function]


def falsity_of(session: Session, path: str, since: date, until: date) -> tuple[int, int] | None:
    """False jobs and calls that reached somebody; None where nobody counts them."""
    return _asked[0](session, path, since, until) if _asked else None
