"""Reading the mobilisation and the buses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.calls_policies import visible_calls, visible_riders
from jobmatch.fairs.visitors.models import FairCall, FairRegistration, FairTarget, Shuttle, ShuttleStop
from jobmatch.fairs.visitors.services.calls import station_at, stations_of
from jobmatch.fairs.visitors.states import CallState, RegistrationState
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import phones_of

REACHED = (CallState.TOLD, CallState.COMING, CallState.NOT_COMING)


@dataclass(slots=True)
class StationLine:
    """One station of the table. ``came`` and ``meant`` (an intention that counts) come from the room of the day."""

    station: Organization
    target: int = 0
    listed: int = 0
    told: int = 0
    coming: int = 0
    registered: int = 0
    came: int = 0
    meant: int = 0


Results = tuple[Mapping[str, int], Mapping[str, int]]


def station_lines(uow: UnitOfWork, fair: JobFair, results: Results | None = None) -> list[StationLine]:
    """What each station of the actor's subtree was asked for and has done; a fixed number of statements.

    ``results``: how many came and how many reached an intention, by place (``region_path``).
    """
    session, actor = uow.session, uow.actor
    stations = stations_of(uow, fair.id)
    known = {one.id: one for one in session.scalars(select(Organization).where(Organization.id.in_(stations.values())))}
    lines = {
        station_id: StationLine(known[station_id])
        for path, station_id in sorted(stations.items())
        if actor.is_system or path.startswith(actor.region_path)
    }
    for station_id, count in session.execute(
        select(FairTarget.station_id, FairTarget.people_count).where(FairTarget.fair_id == fair.id)
    ):
        if station_id in lines:
            lines[station_id].target = count
    calls = select(FairCall.station_id, FairCall.state, func.count()).join(Person, Person.id == FairCall.person_id)
    grouped = calls.where(FairCall.fair_id == fair.id).group_by(FairCall.station_id, FairCall.state)
    for station_id, state, count in uow.rows(visible_calls(actor, grouped)):
        if line := lines.get(station_id):
            line.listed += count
            line.told += count if state in REACHED else 0
            line.coming += count if state is CallState.COMING else 0
    registered = select(FairRegistration.region_path, func.count()).where(
        FairRegistration.fair_id == fair.id, FairRegistration.state != RegistrationState.CANCELED
    )
    for path, count in uow.rows(visible_riders(actor, registered.group_by(FairRegistration.region_path))):
        if line := lines.get(station_at(stations, path) or 0):
            line.registered += count
    for name, counts in zip(("came", "meant"), results or (), strict=False):
        for path, count in counts.items():
            if line := lines.get(station_at(stations, path) or 0):
                setattr(line, name, getattr(line, name) + count)
    return list(lines.values())


def calls_at(fair: JobFair, station_id: int, state: str = "") -> Select[*tuple[Any, ...]]:
    """(call, person) of one station, those whom most fits first; ``state`` narrows."""
    query = select(FairCall, Person).join(Person, Person.id == FairCall.person_id)
    query = query.where(FairCall.fair_id == fair.id, FairCall.station_id == station_id)
    if state in set(CallState):
        query = query.where(FairCall.state == CallState(state))
    return query.order_by(FairCall.score.desc(), FairCall.id)


def call_named(fair: JobFair, public_id: str) -> Select[*tuple[Any, ...]]:
    """(call, person) with this public id."""
    query = select(FairCall, Person).join(Person, Person.id == FairCall.person_id)
    return query.where(FairCall.fair_id == fair.id, FairCall.public_id == public_id)


def counts_at(uow: UnitOfWork, fair: JobFair, station_id: int) -> dict[str, int]:
    """How many people of one station stand in each state."""
    query = select(FairCall.state, func.count()).join(Person, Person.id == FairCall.person_id)
    mine = query.where(FairCall.fair_id == fair.id, FairCall.station_id == station_id).group_by(FairCall.state)
    return {state.value: count for state, count in uow.rows(visible_calls(uow.actor, mine))}


@dataclass(frozen=True, slots=True)
class CallLine:
    """One person on a station's list. ``registration`` is their own for this fair, if they have one."""

    call: FairCall
    person: Person
    phone: str | None
    registration: FairRegistration | None


def call_lines(uow: UnitOfWork, fair: JobFair, rows: Sequence[Any]) -> list[CallLine]:
    """The lines of rows of ``calls_at`` that a policy returned; two or three statements."""
    people = [person for _call, person in rows]
    phones = phones_of(uow.session, people)
    mine = (
        FairRegistration.fair_id == fair.id,
        FairRegistration.state != RegistrationState.CANCELED,
        FairRegistration.person_id.in_([person.id for person in people]),
    )
    found = uow.session.scalars(select(FairRegistration).where(*mine)) if people else ()
    by_person = {one.person_id: one for one in found}
    return [CallLine(call, person, phones.get(person.id), by_person.get(person.id)) for call, person in rows]


# ---------- buses ----------


def shuttles(fair: JobFair) -> Select[Shuttle]:
    """The buses of a fair."""
    return select(Shuttle).where(Shuttle.fair_id == fair.id).order_by(Shuttle.name, Shuttle.id)


def stops_of(uow: UnitOfWork, shuttle_ids: Sequence[int]) -> dict[int, list[ShuttleStop]]:
    """Stops of some buses in the order of their times."""
    found: dict[int, list[ShuttleStop]] = {one: [] for one in shuttle_ids}
    query = select(ShuttleStop).where(ShuttleStop.shuttle_id.in_(shuttle_ids))
    for stop in uow.session.scalars(query.order_by(ShuttleStop.leaves_at, ShuttleStop.position)):
        found[stop.shuttle_id].append(stop)
    return found


def riders(shuttle_id: int) -> Select[*tuple[Any, ...]]:
    """(registration, stop) of those who have a seat in a bus, stop by stop."""
    return (
        select(FairRegistration, ShuttleStop)
        .join(ShuttleStop, ShuttleStop.id == FairRegistration.stop_id)
        .where(ShuttleStop.shuttle_id == shuttle_id)
        .order_by(ShuttleStop.leaves_at, ShuttleStop.position, FairRegistration.name, FairRegistration.id)
    )


def without_ride(fair: JobFair, words: str = "") -> Select[FairRegistration]:
    """People with a seat at the fair and none in a bus, by name; ``words`` narrows by name."""
    query = select(FairRegistration).where(
        FairRegistration.fair_id == fair.id,
        FairRegistration.state == RegistrationState.SEATED,
        FairRegistration.stop_id.is_(None),
    )
    if words:
        query = query.where(FairRegistration.name.contains(words, autoescape=True))
    return query.order_by(FairRegistration.name, FairRegistration.id)


def registration_named(fair: JobFair, public_id: str) -> Select[FairRegistration]:
    """The registration with this public id."""
    return select(FairRegistration).where(FairRegistration.fair_id == fair.id, FairRegistration.public_id == public_id)
