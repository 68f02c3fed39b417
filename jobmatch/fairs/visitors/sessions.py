"""The broadcasts of a fair as everybody sees them: when the way in is open, and as entries of a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from jobmatch.core.calendars import Event
from jobmatch.fairs.planning.models import FairBroadcast, JobFair

EARLY, LASTS, MINUTES = timedelta(minutes=15), timedelta(hours=3), 60
"""The way in opens so long before a session and closes so long after its beginning, since a session has no end of its
own; a calendar needs minutes."""
Moment = Literal["before", "open", "over"]


def moment_of(broadcast: FairBroadcast, now: datetime) -> Moment:
    """Whether a session is still to come, can be entered now, or is over."""
    if now < broadcast.starts_at - EARLY:
        return "before"
    return "open" if now < broadcast.starts_at + LASTS else "over"


def session_events(rows: Sequence[FairBroadcast], fair: JobFair, link: str) -> list[Event]:
    """The sessions for a calendar; ``link`` is the fair's page, where the way in opens at the time."""
    return [
        Event(f"broadcast-{one.public_id}", one.starts_at, MINUTES, f"{fair.title} {one.title}", one.platform, link)
        for one in rows
    ]
