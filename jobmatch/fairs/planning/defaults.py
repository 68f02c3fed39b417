"""What the form of a new fair says before anybody typed: a Saturday in time for every step, and the last place."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from jobmatch.core.clock import SHANGHAI
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairMode

LEAD_DAYS = 45
"""The plan of a fair is its first step, so many days before."""
SATURDAY = 5
_TAKEN_OVER = (
    *("place", "address", "latitude", "longitude", "way_there", "hosts", "organizers"),
    *("contact_name", "contact_phone", "expected_count", "capacity", "booth_capacity", "taken_on_the_day"),
)


def next_saturday(today: date, lead: int = 1) -> date:
    """The first Saturday at least ``lead`` days from today."""
    day = today + timedelta(days=lead)
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


def at(day: date, hour: int) -> datetime:
    """That hour of a day in Shanghai."""
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


def new_fair(today: date, office: str, last: JobFair | None, *, is_joined: bool) -> dict[str, Any]:
    """The values of an empty form."""
    day = next_saturday(today, 1 if is_joined else LEAD_DAYS)
    values: dict[str, Any] = {
        "mode": FairMode.ON_SITE.value,
        "opens_at": at(day, 9),
        "closes_at": at(day, 15),
        "taken_on_the_day": True,
    }
    if is_joined:
        return values
    values |= {
        "registration_until": at(day - timedelta(days=1), 18),
        "sign_up_until": at(day - timedelta(days=15), 18),
        "cancel_until": at(day - timedelta(days=3), 18),
        "hosts": office,
        "organizers": office,
        "expected_count": 300,
        "capacity": 300,
        "booth_capacity": 40,
    }
    if last is not None:
        values |= {name: getattr(last, name) for name in _TAKEN_OVER}
    return values
