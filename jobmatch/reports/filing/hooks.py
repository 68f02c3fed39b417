"""What rooms beside this one do when a submission is accepted: told at assembly, done in the same unit of work."""

from __future__ import annotations

from collections.abc import Callable

from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.filing.models import Submission

_accepted: list[Callable[[UnitOfWork, Submission], object]] = []


def when_accepted(act: Callable[[UnitOfWork, Submission], object]) -> None:
    """Say what happens when a submission is accepted; called once at assembly."""
    _accepted[:] = [act]


def tell_accepted(uow: UnitOfWork, submission: Submission) -> None:
    """It is accepted: let the others do their part now."""
    for act in _accepted:
        act(uow, submission)
