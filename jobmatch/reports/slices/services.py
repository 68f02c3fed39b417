"""Taking a table away as a file leaves a trace with its reason."""

from __future__ import annotations

from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.figures.services import given_reason
from jobmatch.reports.indicators.policies import can_read_figures


def take_crosstab(uow: UnitOfWork, *, code: str, down: str, across: str, path: str, reason: str) -> None:
    """Write down who takes which table for the place ``path``, and why. Raises ``Invalid``."""
    require(can_read_figures(uow.actor) and uow.actor.reaches(path))
    uow.audit("crosstab.taken", reason=given_reason(reason), code=code, down=down, across=across, path=path)
