"""What rooms above do when something happens below: told at assembly, done in the same unit of work.

A lower room knows neither halls nor booths nor queues; whoever does says here what becomes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from jobmatch.core.uow import UnitOfWork

Happening = Literal["cloned", "gave_up", "left", "came_back", "moved"]
"""A fair was made like an earlier one (told with the new fair). An exhibitor gave its place up before the fair, left
before the end, or came back after that (each told with the exhibitor). It got another booth (told with the move)."""
_acts: dict[Happening, Callable[[UnitOfWork, Any], object]] = {}


def when(happening: Happening, act: Callable[[UnitOfWork, Any], object]) -> None:
    """Say what is done then; called once at assembly."""
    _acts[happening] = act


def tell(uow: UnitOfWork, happening: Happening, subject: Any) -> None:
    """It happened: let the rooms above do their part now."""
    if happening in _acts:
        _acts[happening](uow, subject)
