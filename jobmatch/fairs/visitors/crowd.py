"""Who is registered for a fair, as rooms below ask that rank employers or place booths for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, String, cast, select

from jobmatch.fairs.visitors.models import FairRegistration, PlannedVisit
from jobmatch.fairs.visitors.states import RegistrationState, VisitorNeed


def registered_people(fair_id: int) -> Select[*tuple[Any, ...]]:
    """Ids of people with a file who have a seat at a fair or wait for one."""
    taken = (FairRegistration.person_id.is_not(None), FairRegistration.state != RegistrationState.CANCELED)
    return select(FairRegistration.person_id).where(FairRegistration.fair_id == fair_id, *taken)


def visited_by_wheelchair(fair_id: int) -> Select[*tuple[Any, ...]]:
    """Ids of exhibitors proposed to people who come in a wheelchair: their booths need a way without steps."""
    rolls = cast(FairRegistration.needs, String).contains(f'"{VisitorNeed.WHEELCHAIR.value}"')
    coming = (FairRegistration.fair_id == fair_id, FairRegistration.state != RegistrationState.CANCELED, rolls)
    query = select(PlannedVisit.exhibitor_id).distinct()
    return query.join(FairRegistration, FairRegistration.id == PlannedVisit.registration_id).where(*coming)
