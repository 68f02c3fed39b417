"""Reads of the desk: what a person may ask for, one request with its progress, the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, or_, select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.queries import stations
from jobmatch.casework.desk.items import is_for, item_name, service_items
from jobmatch.casework.desk.models import Rating, RequestStep, ServiceItem, ServiceRequest
from jobmatch.casework.desk.policies import visible_requests
from jobmatch.casework.desk.states import ENDED, RUNNING, RequestAction, RequestState, RequestWay
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import current_kinds


@dataclass(frozen=True, slots=True)
class Line:
    """One request in a list: its item, for whom, who works on it, and how far past its day it is (days, 0 or more)."""

    request: ServiceRequest
    item: str
    is_record_only: bool
    name: str
    handler: str
    station: str
    overdue_days: int


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that applies to somebody, and the public id of their open request for it (empty: none)."""

    item: ServiceItem
    name: str
    papers: list[str]
    open_id: str


def papers_of(item: ServiceItem) -> list[str]:
    """The papers to bring, one text each."""
    return [line for line in item.papers.splitlines() if line.strip()]


def offers(uow: UnitOfWork, person: Person) -> list[Offer]:
    """Items that apply to a person (loaded with kinds), in their order."""
    kinds = [kind.kind_code for kind in current_kinds(person, uow.today)]
    rows = uow.session.execute(
        select(ServiceRequest.item_code, ServiceRequest.public_id).where(
            ServiceRequest.person_id == person.id, ServiceRequest.state.not_in(ENDED)
        )
    )
    open_ids: dict[str, str] = {row[0]: row[1] for row in rows}
    return [
        Offer(item, item_name(item), papers_of(item), open_ids.get(code, ""))
        for code, item in service_items(uow.session).items()
        if item.is_active and is_for(item, kinds)
    ]


def requests_of(uow: UnitOfWork, person: Person) -> Sequence[ServiceRequest]:
    """A person's requests that the actor may see, the newest first."""
    query = select(ServiceRequest).where(ServiceRequest.person_id == person.id)
    return uow.rows(visible_requests(uow.actor, query.order_by(ServiceRequest.id.desc()).limit(50)))


def request_named(public_id: str) -> Select[Any]:
    """The request with this public id."""
    return select(ServiceRequest).where(ServiceRequest.public_id == public_id)


def person_of_request(uow: UnitOfWork, request: ServiceRequest) -> Person | None:
    """Who asked; None for somebody without a file."""
    return uow.session.get(Person, request.person_id) if request.person_id else None


def rating_of(uow: UnitOfWork, request: ServiceRequest) -> Rating | None:
    """The satisfaction question about a request, once it was finished."""
    about = f"desk:{request.public_id}"
    return uow.session.scalars(select(Rating).where(Rating.about == about)).one_or_none()


def steps_of(uow: UnitOfWork, request: ServiceRequest) -> Sequence[RequestStep]:
    """The progress, from the first step on."""
    query = select(RequestStep).where(RequestStep.request_id == request.id).order_by(RequestStep.id)
    return uow.session.scalars(query).all()


def progress(uow: UnitOfWork, request: ServiceRequest, *, with_names: bool) -> list[dict[str, Any]]:
    """The progress as ``ui.flow`` shows it. People read no reminder to the superior and no name of a clerk."""
    found = []
    for step in steps_of(uow, request):
        if not with_names and step.action is RequestAction.ESCALATE:
            continue
        who = f" {step.who}" if with_names and step.who else ""
        found.append({"title": step.action.label, "text": step.note, "at": step.at, "who": who, "state": "done"})
    return found


def queue(uow: UnitOfWork, filters: Mapping[str, str | None]) -> Select[Any]:
    """Requests the actor may see, those past their day first, then the oldest deadline; paused ones at the end."""
    asked = {name: (value or "").strip() for name, value in filters.items()}
    query = visible_requests(uow.actor, select(ServiceRequest))
    query = query.where(_state_condition(uow, asked.get("state", "")))
    if asked.get("item"):
        query = query.where(ServiceRequest.item_code == asked["item"])
    if asked.get("scope") == "mine":
        query = query.where(ServiceRequest.handler_id == uow.actor.user_id)
    if asked.get("scope") == "here":
        query = query.where(ServiceRequest.station_id == uow.actor.organization_id)
    if asked.get("way") in set(RequestWay):
        query = query.where(ServiceRequest.way == asked["way"])
    if words := asked.get("q", ""):
        query = query.where(_named(words))
    is_paused = case((ServiceRequest.state.in_(RUNNING), 0), else_=1)
    ordered: Select[Any] = query.order_by(is_paused, ServiceRequest.due_on, ServiceRequest.id)
    return ordered


def _state_condition(uow: UnitOfWork, state: str) -> Any:
    if state in set(RequestState):
        return ServiceRequest.state == state
    if state == "overdue":
        return ServiceRequest.state.in_(RUNNING) & (ServiceRequest.due_on < uow.today)
    if state == "ended":
        return ServiceRequest.state.in_(ENDED)
    return ServiceRequest.state.not_in(ENDED)


def _named(words: str) -> Any:
    """A part of the name, or the number that stands on the receipt."""
    tail = words.rsplit("-", 1)[-1]
    if tail.isdecimal() and len(tail) < 10:
        return ServiceRequest.id == int(tail)
    of_file = exists().where(Person.id == ServiceRequest.person_id, Person.name.contains(words, autoescape=True))
    return or_(of_file, ServiceRequest.walk_in_name.contains(words, autoescape=True))


def lines(uow: UnitOfWork, requests: Sequence[ServiceRequest]) -> list[Line]:
    """What a list shows of each request, with a fixed number of statements."""
    items = service_items(uow.session)
    people = _names(uow, Person.id, Person.name, {r.person_id for r in requests})
    handlers = _names(uow, User.id, User.name, {r.handler_id for r in requests})
    places = _names(uow, Organization.id, Organization.name, {r.station_id for r in requests})
    return [
        Line(
            request,
            item_name(items[request.item_code]) if request.item_code in items else request.item_code,
            request.item_code in items and items[request.item_code].is_record_only,
            people.get(request.person_id or 0, request.walk_in_name),
            handlers.get(request.handler_id or 0, ""),
            places.get(request.station_id or 0, ""),
            overdue_days(request, uow.today),
        )
        for request in requests
    ]


def _names(uow: UnitOfWork, key: Any, name: Any, ids: set[int | None]) -> dict[int, str]:
    return {row[0]: row[1] for row in uow.session.execute(select(key, name).where(key.in_(ids - {None})))}


def overdue_days(request: ServiceRequest, today: date) -> int:
    """Calendar days past the deadline while the clock runs, else 0."""
    return max((today - request.due_on).days, 0) if request.state in RUNNING else 0


def due_words(request: ServiceRequest) -> str:
    """The deadline in words, honest where next year's holidays are not known yet."""
    day = _("%(month)s 月 %(day)s 日", month=request.due_on.month, day=request.due_on.day)
    if request.due_is_estimate:
        return _("%(day)s（%(year)s 年放假安排还没录入，按周末估算）", day=day, year=request.due_on.year)
    return day


def receiving_stations(uow: UnitOfWork, request: ServiceRequest) -> list[Organization]:
    """Stations a request can be given to: those of the actor's subtree and those above the one that works on it."""
    parts = request.station_path.strip("/").split("/")
    above = ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]
    reach = Organization.region_path.startswith(uow.actor.region_path, autoescape=True)
    query = stations().where(or_(reach, Organization.region_path.in_(above)), Organization.state == "active")
    return list(uow.session.scalars(query))
