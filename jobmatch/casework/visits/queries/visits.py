"""Reads of trips: villages of a place month by month, whom to see, and one trip with its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.casework.visits.models import Contact, Visit, VisitPlan
from jobmatch.casework.visits.policies import visible_visit_plans
from jobmatch.casework.visits.queries.contacts import last_contacts
from jobmatch.casework.visits.states import REACHED
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import township
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.reference.queries import Place, children_of, find_region

MONTHS = 6
MOST_CANDIDATES = 100


@dataclass(slots=True)
class PlaceLine:
    """One place of the coverage table.

    ``villages`` are the smallest places below it (itself, where it is one). ``months`` holds how many of them were
    visited in each month, the newest first; the first one is the month asked for.
    ``who`` and ``last_on`` are those of the month asked for.
    """

    place: Place
    villages: list[Place]
    months: list[int]
    who: list[str] = field(default_factory=list)
    last_on: date | None = None
    met: int = 0
    planned: list[VisitPlan] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be seen on a trip: how many tasks wait, and when anybody last reached them."""

    person: Person
    task_count: int
    last_on: date | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One person of a trip with what waits and what came of it."""

    visit: Visit
    person: Person
    tasks: list[str]
    contact: Contact | None
    who: str


def first_of(month: date, back: int = 0) -> date:
    """The first day of the month ``back`` months before that of ``month``."""
    number = month.year * 12 + month.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def villages_below(session: Session, code: str) -> list[Place]:
    """The villages of a place; where none are known the smallest places that are stand for them.

    They come from the kept atlas, without a statement.
    """
    below = children_of(session, code)
    if not below:
        place = find_region(session, code)
        return [place] if place else []
    return [village for child in below for village in villages_below(session, child.code)]


def coverage(uow: UnitOfWork, place: Place, month: date) -> list[PlaceLine]:
    """The places right below ``place`` (itself, where it is the smallest) with their visited villages by month.

    Three statements, whatever the number of villages.
    """
    months = [first_of(month, back) for back in range(MONTHS)]
    end = first_of(month, -1)
    lines = []
    of_village: dict[str, PlaceLine] = {}
    for child in children_of(uow.session, place.code) or [place]:
        villages = villages_below(uow.session, child.code)
        line = PlaceLine(child, villages, [0] * MONTHS)
        lines.append(line)
        of_village |= {village.code: line for village in villages}
    trips = uow.rows(
        visible_visit_plans(
            uow.actor,
            select(VisitPlan)
            .where(
                VisitPlan.region_path.startswith(place.path, autoescape=True),
                or_(VisitPlan.visited_on >= months[-1], VisitPlan.visited_on.is_(None)),
                func.coalesce(VisitPlan.visited_on, VisitPlan.planned_on) < end,
                VisitPlan.planned_on >= months[-1] - timedelta(days=92),
            )
            .order_by(VisitPlan.planned_on),
        )
    )
    names = _names(uow.session, {trip.user_id for trip in trips})
    met = _met(uow.session, [trip.id for trip in trips if trip.visited_on and trip.visited_on >= months[0]])
    seen: dict[tuple[int, str], bool] = {}
    for trip in trips:
        line_of = of_village.get(trip.region_code)
        if line_of is not None:
            _count(line_of, trip, months, names, met, seen)
    return lines


def _count(
    line: PlaceLine,
    trip: VisitPlan,
    months: Sequence[date],
    names: dict[int | None, str],
    met: dict[int, int],
    seen: dict[tuple[int, str], bool],
) -> None:
    """Put one trip into the line of its village; a village visited twice in a month counts once."""
    day = trip.visited_on
    if day is None:
        if trip.planned_on >= months[0]:
            line.planned.append(trip)
        return
    number = min(n for n, first in enumerate(months) if first <= day)
    if not seen.get((number, trip.region_code)):
        seen[(number, trip.region_code)] = True
        line.months[number] += 1
    if number == 0:
        who = names.get(trip.user_id, "")
        line.who += [who] if who and who not in line.who else []
        line.last_on = max(day, line.last_on or day)
        line.met += met.get(trip.id, 0)


def _names(session: Session, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    query = select(User.id, User.name).where(User.id.in_(user_ids))
    return dict(session.execute(query).all())


def _met(session: Session, plan_ids: Sequence[int]) -> dict[int, int]:
    """How many people (or their families) were met on each trip."""
    query = (
        select(Visit.plan_id, func.count(Visit.id))
        .join(Contact, Contact.id == Visit.contact_id)
        .where(Visit.plan_id.in_(plan_ids), Contact.outcome.in_(REACHED))
        .group_by(Visit.plan_id)
    )
    return dict(session.execute(query).all())


def candidates(uow: UnitOfWork, code: str) -> list[Candidate]:
    """People who live in a village, or in its township with the village unknown: those with open tasks first."""
    waiting = (
        select(func.count(Task.id))
        .where(Task.person_id == Person.id, Task.state == TaskState.OPEN)
        .correlate(Person)
        .scalar_subquery()
        .label("waiting")
    )
    is_here = Person.living_region_code == code
    found = uow.rows(
        visible_people(
            uow.actor,
            select(Person, waiting)
            .where(or_(is_here, Person.living_region_code == township(code)))
            .order_by(is_here.desc(), waiting.desc(), Person.id)
            .limit(MOST_CANDIDATES),
        )
    )
    last = last_contacts(uow.session, [person.id for person, _n in found])
    return [Candidate(person, n, last.get(person.id), person.living_region_code == code) for person, n in found]


def trip_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The trip with this public id."""
    return select(VisitPlan).where(VisitPlan.public_id == public_id)


def visit_lines(uow: UnitOfWork, plan: VisitPlan) -> list[VisitLine]:
    """The people of a trip in their order, with what waits for each: two statements.

    Who moved out of reach shows no more.
    """
    rows = uow.rows(
        visible_people(
            uow.actor,
            select(Visit, Person, Contact, User.name)
            .join(Person, Person.id == Visit.person_id)
            .outerjoin(Contact, Contact.id == Visit.contact_id)
            .outerjoin(User, User.id == Contact.by_id)
            .where(Visit.plan_id == plan.id, Person.erased_at.is_(None))
            .order_by(Visit.position, Visit.id),
        )
    )
    waiting: defaultdict[int | None, list[str]] = defaultdict(list)
    query = select(Task.person_id, Task.title).where(
        Task.person_id.in_([person.id for _v, person, _c, _n in rows]), Task.state == TaskState.OPEN
    )
    for person_id, title in uow.session.execute(query.order_by(Task.due_on, Task.id)):
        waiting[person_id].append(title)
    return [VisitLine(visit, person, waiting[person.id], contact, name or "") for visit, person, contact, name in rows]


def visit_named(session: Session, plan: VisitPlan, public_id: str) -> tuple[Visit, Person] | None:
    """One person of a trip."""
    row = session.execute(
        select(Visit, Person)
        .join(Person, Person.id == Visit.person_id)
        .where(Visit.plan_id == plan.id, Visit.public_id == public_id)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def name_of(session: Session, user_id: int | None) -> str:
    """The name of an account."""
    return _names(session, {user_id}).get(user_id, "")
