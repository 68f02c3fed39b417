"""What rooms above do when something happens to an exhibitor: told at assembly, done in the same unit of work.

This room knows neither booths nor queues; whoever does says here what becomes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor

Happening = Literal["gave_up", "left"]
"""It gave its place up before the fair; it left before the end."""
_acts: dict[Happening, Callable[[UnitOfWork, Exhibitor], object]] = {}


def when(happening: Happening, act: Callable[[UnitOfWork, Exhibitor], object]) -> None:
    """Say what is done then; called once at assembly."""
    _acts[happening] = act


def tell(uow: UnitOfWork, happening: Happening, exhibitor: Exhibitor) -> None:
    """It happened: let the rooms above do their part now."""
    if happening in _acts:
        _acts[happening](uow, exhibitor)
