"""What a room above knows and this one asks for: how many jobs ventures gave. Tied at assembly."""

from __future__ import annotations

from collections.abc import Callable, Collection

from jobmatch.core.uow import UnitOfWork

JobCount = Callable[[UnitOfWork, Collection[int]], int]
"""How many people work for these ventures (ids of ventures), founders excluded."""
_asked: list[JobCount] = []


def ask_jobs(function: JobCount) -> None:
    """Say who counts jobs; called once at assembly."""
    _asked[:] = [function]


def jobs_of(uow: UnitOfWork, venture_ids: Collection[int]) -> int | None:
    """Jobs of these ventures; None where nobody counts them."""
    return _asked[0](uow, venture_ids) if _asked else None
