"""Reads of requests and merges. A ``Select`` made here still has to pass through its ``visible_…`` policy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from jobmatch.people.models.person import Person
from jobmatch.privacy.models import Merge, RightsRequest
from jobmatch.privacy.states import RequestState


def requests(state: RequestState | None = None) -> Select[*tuple[Any, ...]]:
    """Requests, open ones first by deadline, then the newest."""
    query = select(RightsRequest).order_by(
        RightsRequest.state != RequestState.OPEN, RightsRequest.due_on, RightsRequest.id.desc()
    )
    return query.where(RightsRequest.state == state) if state is not None else query


def request_named(public_id: str) -> Select[*tuple[Any, ...]]:
    return select(RightsRequest).where(RightsRequest.public_id == public_id)


def requests_of(person_id: int) -> Select[*tuple[Any, ...]]:
    """A person's requests, the newest first."""
    return select(RightsRequest).where(RightsRequest.person_id == person_id).order_by(RightsRequest.id.desc())


def people_by_id(person_ids: set[int]) -> Select[*tuple[Any, ...]]:
    """The people that requests and merges name; erased ones do not come back through the policy."""
    return select(Person).where(Person.id.in_(person_ids))


def merges() -> Select[*tuple[Any, ...]]:
    """Merges, the newest first."""
    return select(Merge).order_by(Merge.id.desc())


def merge_named(public_id: str) -> Select[*tuple[Any, ...]]:
    return select(Merge).where(Merge.public_id == public_id)
