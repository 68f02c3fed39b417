"""Who is registered for a fair, as rooms below ask that rank for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import RegistrationState


def registered_people(fair_id: int) -> Select[*tuple[Any, ...]]:
    """Ids of people with a file who have a seat at a fair or wait for one."""
    taken = (FairRegistration.person_id.is_not(None), FairRegistration.state != RegistrationState.CANCELED)
    return select(FairRegistration.person_id).where(FairRegistration.fair_id == fair_id, *taken)
