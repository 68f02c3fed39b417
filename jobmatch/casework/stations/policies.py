"""Who keeps the register of stations."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.accounts.policies import can_keep_station
from jobmatch.core.actors import Actor


def can_keep_workers(actor: Actor, station: Organization) -> bool:
    """An office, for itself and the stations below it."""
    return can_keep_station(actor, station)
