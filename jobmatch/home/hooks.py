"""What a room of reports knows and the start page says first: forms that this office has to hand in.

Tied at assembly (``jobmatch/rooms.py``): ``ask_due_filings(due_filings, "filing.filings")``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from jobmatch.core.uow import UnitOfWork

DueFilings = Callable[[UnitOfWork], tuple[int, date | None]]
"""How many forms wait for the reader's office (to fill, to review, to send on), and the day the first one is due."""
_asked: list[tuple[DueFilings, str]] = []


def ask_due_filings(function: DueFilings, endpoint: str) -> None:
    """Say who counts due forms, and the page that lists them; called once at assembly."""
    _asked[:] = [(function, endpoint)]


def due_filings(uow: UnitOfWork) -> tuple[int, date | None, str]:
    """How many forms wait, when the first is due, and the page that lists them; none where nobody counts them."""
    if not _asked or not uow.actor.can("report.submit"):
        return 0, None, ""
    function, endpoint = _asked[0]
    return (*function(uow), endpoint)
