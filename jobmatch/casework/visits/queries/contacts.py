"""Reads of the ledger: a person's rows, the last contact of many, people nobody has talked to for long."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, asc, func, nulls_first, select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.models import Organization, User
from jobmatch.casework.tasks.models import CaseOwner, Task
from jobmatch.casework.tasks.queries import on_duty, owned_people, owner_names, works_here
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.casework.visits.models import Contact, LostSpell
from jobmatch.casework.visits.states import REACHED, REACHED_PERSON, TRIES
from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.states import ClaimState
from jobmatch.reference.queries import rule_value

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the ledger with who wrote it; ``is_corrected`` rows count no more."""

    contact: Contact
    who: str
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """Whom a person turns to: a name where somebody is responsible, and the station's phone."""

    name: str
    station: str
    phone: str
    station_id: int | None


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A person nobody has talked to for ``days`` (since the file was opened where ``last_on`` is None)."""

    person: Person
    last_on: date | None
    days: int
    owner: str
    is_lost: bool


def valid_contacts() -> Any:
    """The condition that a row has not been corrected."""
    later = aliased(Contact)
    return ~select(later.id).where(later.corrects_id == Contact.id).exists()


def contact_lines(session: Session, person_id: int) -> list[Line]:
    """The person's rows, the newest first."""
    later = aliased(Contact)
    found = session.execute(
        select(Contact, func.coalesce(User.name, ""), later.id)
        .outerjoin(User, User.id == Contact.by_id)
        .outerjoin(later, later.corrects_id == Contact.id)
        .where(Contact.person_id == person_id)
        .order_by(Contact.done_on.desc(), Contact.id.desc())
        .limit(SHOWN)
    )
    return [Line(contact, who, later_id is not None) for contact, who, later_id in found]


def last_contacts(session: Session, person_ids: Collection[int]) -> dict[int, date]:
    """The day each person (or their family) was last reached; people who never were are left out."""
    query = (
        select(Contact.person_id, func.max(Contact.done_on))
        .where(Contact.person_id.in_(person_ids), Contact.outcome.in_(REACHED), valid_contacts())
        .group_by(Contact.person_id)
    )
    return dict(session.execute(query).all())


def lost_people(session: Session, person_ids: Collection[int]) -> dict[int, date]:
    """People among ``person_ids`` who cannot be reached, and since when."""
    query = select(LostSpell.person_id, LostSpell.since).where(
        LostSpell.person_id.in_(person_ids), LostSpell.ended_on.is_(None)
    )
    return dict(session.execute(query).all())


def is_lost_by_rule(session: Session, person_id: int, day: date) -> bool:
    """Whether on ``day`` the tries since the person was last reached fulfil the rule: so many days, ways, in so long.

    A family member who answers neither counts as a failed try nor ends the row of them.
    Rule: 失联 = 3 tries on 3 different days by 2 ways within 30 days; the numbers are dated rules.
    """
    window = int(rule_value(session, "lost_window_days", day))
    since = day - timedelta(days=window - 1)
    rows = session.execute(
        select(Contact.done_on, Contact.way, Contact.outcome)
        .where(Contact.person_id == person_id, Contact.done_on.between(since, day), valid_contacts())
        .order_by(Contact.done_on, Contact.id)
    ).all()
    tries: list[Any] = []
    for row in rows:
        if row.outcome in REACHED_PERSON:
            tries = []
        elif row.outcome in TRIES:
            tries.append(row)
    days, ways = {row.done_on for row in tries}, {row.way for row in tries}
    least_days, least_ways = (int(rule_value(session, code, day)) for code in ("lost_days", "lost_ways"))
    return len(days) >= least_days and len(ways) >= least_ways


def _last_seen() -> Any:
    """The day the person of the surrounding statement was last reached: one step in an index for each person."""
    return (
        select(Contact.done_on)
        .where(Contact.person_id == Person.id, Contact.outcome.in_(REACHED), valid_contacts())
        .order_by(Contact.done_on.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def silent_people(uow: UnitOfWork, filters: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    """People in reach with nobody reached for ``days``: person and last day, those longest without contact first.

    Filters: ``days``, ``path`` of a station, ``owner`` (public id or ``none``), ``lost`` (only 失联). Who never was in
    contact counts from the day the file was opened.
    """
    days = int(filters["days"]) if (filters.get("days") or "").isdecimal() else 0
    before = uow.today - timedelta(days=min(days, 10_000))
    last_on = _last_seen()
    query = owned_people(uow, path=filters.get("path", ""), owner=filters.get("owner", ""))
    opened = uow.now - timedelta(days=min(days, 10_000))
    query = query.add_columns(last_on.label("last_on"))
    query = query.where(func.coalesce(last_on <= before, Person.created_at <= opened))
    if filters.get("lost"):
        query = query.where(
            select(LostSpell.id).where(LostSpell.person_id == Person.id, LostSpell.ended_on.is_(None)).exists()
        )
    ordered: Select[*tuple[Any, ...]] = query.order_by(None).order_by(nulls_first(asc("last_on")), Person.id)
    return ordered


def contact_ages(uow: UnitOfWork, cuts: Sequence[int]) -> list[int]:
    """People in reach by how long ago they were last reached: within each of ``cuts`` days, and longer. One statement.

    Counted as ``silent_people`` counts: who never was in contact from the day the file was opened.
    """

    def is_silent(days: int) -> ColumnElement[bool]:
        before, opened = uow.today - timedelta(days=days), uow.now - timedelta(days=days)
        return func.coalesce(seen.c.last_on <= before, seen.c.created_at <= opened)

    people = visible_people(uow.actor, select(_last_seen().label("last_on"), Person.created_at))
    seen = people.subquery()
    counting = select(func.count(), *(func.count().filter(is_silent(days)) for days in cuts)).select_from(seen)
    whole, *silent = uow.rows(counting.execution_options(**people.get_execution_options()))[0]
    steps = [whole, *silent, 0]
    return [earlier - later for earlier, later in pairwise(steps)]


def silent_rows(uow: UnitOfWork, found: list[Any]) -> list[SilentRow]:
    """What the list shows of each person: two statements more."""
    ids = [person.id for person, _last in found]
    names = owner_names(uow.session, ids, uow.today)
    lost = lost_people(uow.session, ids)
    return [
        SilentRow(
            person,
            last_on,
            (uow.today - (last_on or local_day(person.created_at))).days,
            names.get(person.id, ""),
            person.id in lost,
        )
        for person, last_on in found
    ]


def helper_of(session: Session, user_id: int, day: date) -> Helper | None:
    """Whom the person with this account turns to, or None for an account without a file: one statement."""
    on = on_duty(day)
    row = session.execute(
        select(User.name, Organization.name, Organization.phone, Organization.id)
        .select_from(Person)
        .outerjoin(CaseOwner, and_(CaseOwner.person_id == Person.id, CaseOwner.until.is_(None)))
        .outerjoin(User, and_(User.id == on, works_here(on)))
        .outerjoin(Organization, Organization.id == Person.station_id)
        .where(Person.user_id == user_id, Person.claim_state == ClaimState.NONE, Person.erased_at.is_(None))
    ).first()
    return Helper(row[0] or "", row[1] or "", row[2] or "", row[3]) if row else None


def open_call_back(session: Session, person_id: int) -> Task | None:
    """The call that the person is waiting for."""
    query = select(Task).where(
        Task.person_id == person_id, Task.kind == TaskKind.CALL_BACK, Task.state == TaskState.OPEN
    )
    return session.scalars(query.order_by(Task.due_on, Task.id).limit(1)).first()


def open_lost_spell(session: Session, person_id: int) -> LostSpell | None:
    """The time in which the person cannot be reached, if it is now."""
    query = select(LostSpell).where(LostSpell.person_id == person_id, LostSpell.ended_on.is_(None))
    return session.scalars(query).one_or_none()


def reached_since(session: Session, person_id: int, day: date) -> bool:
    """Whether the person themselves was reached on or after ``day``."""
    query = select(Contact.id).where(
        Contact.person_id == person_id, Contact.done_on >= day, Contact.outcome.in_(REACHED_PERSON), valid_contacts()
    )
    return session.scalar(query.limit(1)) is not None
