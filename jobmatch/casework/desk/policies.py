"""Who may see and work on service requests, and who answers the satisfaction question."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.core.actors import Actor
from jobmatch.core.uow import visible
from jobmatch.people.models.person import Person
from jobmatch.people.policies import is_own_file, own_files


def _own_people(actor: Actor) -> Any:
    return select(Person.id).where(own_files(actor), Person.erased_at.is_(None))


def visible_requests(actor: Actor, query: Any, *, aggregate: bool = False) -> Any:
    """The own requests of a person; for staff those that came from, or are worked on in, their subtree.

    ``query`` is a ``Select`` over service requests, and so is the answer. ``aggregate`` is for figures: superior
    readers count their subtree too.
    """
    wanted = "report.read" if aggregate else "case.work"
    return visible(query if actor.is_system else query.where(_reach(actor, wanted)), "service_request")


def _reach(actor: Actor, wanted: str) -> ColumnElement[bool]:
    if actor.can(wanted) and actor.region_path:
        return or_(
            ServiceRequest.region_path.startswith(actor.region_path, autoescape=True),
            ServiceRequest.station_path.startswith(actor.region_path, autoescape=True),
        )
    return ServiceRequest.person_id.in_(_own_people(actor))


def shows_small_counts(actor: Actor) -> bool:
    """Whether figures are told to the last one: to those who may also open the list behind a number."""
    return actor.is_system or actor.can("report.people")


def public_status(query: Any, token: str) -> Any:
    """The one request that a receipt's token names: for the public page, which shows state and days only."""
    return visible(query.where(ServiceRequest.token == token), "service_request")


def visible_ratings(actor: Actor, query: Any) -> Any:
    """Questions put to the actor; all for the system."""
    if actor.is_system:
        return visible(query, "rating")
    return visible(query.where(Rating.person_id.in_(_own_people(actor))), "rating")


def can_ask_service(actor: Actor, person: Person) -> bool:
    """The person, on the own phone."""
    return actor.is_system or is_own_file(actor, person)


def can_take_request(actor: Actor, person: Person | None) -> bool:
    """Staff at the window, for people of their subtree and for those who walk in without a file."""
    if actor.is_system:
        return True
    if not actor.can("case.work") or not actor.region_path:
        return False
    return person is None or person.region_path.startswith(actor.region_path)


def can_work_request(actor: Actor, request: ServiceRequest) -> bool:
    """Staff of the place it came from or of the station that works on it."""
    if actor.is_system:
        return True
    paths = (request.region_path, request.station_path)
    return actor.can("case.work") and any(map(actor.reaches, paths))


def can_own_request(actor: Actor, person: Person | None) -> bool:
    """The person who asked; ``person`` is the one the request belongs to."""
    return person is not None and can_ask_service(actor, person)


def can_add_paper(actor: Actor, request: ServiceRequest, person: Person | None) -> bool:
    """The person who asked, and the staff who may work on it, for the person."""
    return can_own_request(actor, person) or can_work_request(actor, request)


def can_rate(actor: Actor, rating: Rating, person: Person | None) -> bool:
    """Only the person who was served."""
    return person is not None and person.id == rating.person_id and can_ask_service(actor, person)


def can_rate_for(actor: Actor, rating: Rating) -> bool:
    """Staff of the subtree write down what somebody said on the phone; it is kept apart."""
    if actor.is_system:
        return True
    return actor.can("case.work") and actor.reaches(rating.region_path)
