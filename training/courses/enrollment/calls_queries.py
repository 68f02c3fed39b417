"""Reading the calls for a class (动员)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import phones_of
from training.courses.classes.models import CourseSession
from training.courses.enrollment.models import CourseCall, Enrollment
from training.courses.enrollment.policies import visible_called
from training.courses.enrollment.states import CourseCallState, EnrollmentState


@dataclass(frozen=True, slots=True)
class CallLine:
    """One person on the list: whose station, the phone, and what they have in this class already."""

    call: CourseCall
    person: Person
    station: str
    phone: str | None
    enrollment: Enrollment | None


def calls_for(session: CourseSession, *, state: str = "", station: str = "") -> Select[*tuple[Any, ...]]:
    """(call, person, station) of a class; those for whom it opens most come first."""
    query = (
        select(CourseCall, Person, func.coalesce(Organization.name, ""))
        .join(Person, Person.id == CourseCall.person_id)
        .outerjoin(Organization, Organization.id == CourseCall.station_id)
        .where(CourseCall.session_id == session.id)
    )
    if state in set(CourseCallState):
        query = query.where(CourseCall.state == CourseCallState(state))
    if station:
        query = query.where(Organization.public_id == station)
    return query.order_by(CourseCall.opened_count.desc(), CourseCall.id)


def call_named(session: CourseSession, public_id: str) -> Select[*tuple[Any, ...]]:
    """(call, person) of this public id."""
    query = select(CourseCall, Person).join(Person, Person.id == CourseCall.person_id)
    return query.where(CourseCall.session_id == session.id, CourseCall.public_id == public_id)


def call_lines(uow: UnitOfWork, session: CourseSession, rows: Sequence[Any]) -> list[CallLine]:
    """The lines of rows that a policy returned: two or three statements."""
    people = [person for _call, person, _station in rows]
    phones = phones_of(uow.session, people)
    mine = (
        Enrollment.session_id == session.id,
        Enrollment.state != EnrollmentState.CANCELED,
        Enrollment.person_id.in_([person.id for person in people]),
    )
    found = uow.session.scalars(select(Enrollment).where(*mine)) if people else ()
    by_person = {one.person_id: one for one in found}
    return [
        CallLine(call, person, station, phones.get(person.id), by_person.get(person.id))
        for call, person, station in rows
    ]


def call_counts(uow: UnitOfWork, session: CourseSession) -> dict[str, int]:
    """How many stand in each state."""
    query = select(CourseCall.state, func.count()).join(Person, Person.id == CourseCall.person_id)
    grouped = query.where(CourseCall.session_id == session.id).group_by(CourseCall.state)
    return {state.value: count for state, count in uow.rows(visible_called(uow.actor, grouped))}


@dataclass(slots=True)
class StationLine:
    """What one station has done: people on its list, told, and willing."""

    name: str
    public_id: str
    listed: int = 0
    told: int = 0
    coming: int = 0


REACHED = frozenset({CourseCallState.TOLD, CourseCallState.COMING, CourseCallState.NOT_COMING})


def station_lines(uow: UnitOfWork, session: CourseSession) -> list[StationLine]:
    """The table of stations: one statement."""
    query = (
        select(Organization.public_id, Organization.name, CourseCall.state, func.count())
        .select_from(CourseCall)
        .join(Person, Person.id == CourseCall.person_id)
        .join(Organization, Organization.id == CourseCall.station_id)
        .where(CourseCall.session_id == session.id)
        .group_by(Organization.public_id, Organization.name, CourseCall.state)
        .order_by(Organization.name)
    )
    lines: dict[str, StationLine] = {}
    for public_id, name, state, count in uow.rows(visible_called(uow.actor, query)):
        line = lines.setdefault(public_id, StationLine(name, public_id))
        line.listed += count
        line.told += count if state in REACHED else 0
        line.coming += count if state is CourseCallState.COMING else 0
    return list(lines.values())
