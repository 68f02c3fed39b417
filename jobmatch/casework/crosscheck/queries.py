"""Reads of questions and lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from jobmatch.casework.crosscheck.models import CrossCheck, CrossCheckLine, EmploymentCheck
from jobmatch.casework.crosscheck.policies import visible_crosschecks
from jobmatch.casework.crosscheck.states import LineState, Population, Verdict
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import visible_people, visible_served_people
from jobmatch.people.queries.people import IS_NOW
from jobmatch.people.queries.register import is_confirmed
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.rules import add_months

# ---------- questions ----------


def checks(actor: Actor) -> Select[*tuple[Any, ...]]:
    """(question, line of the register, person) of the people the actor may see."""
    query = (
        select(EmploymentCheck, EmploymentSpell, Person)
        .join(EmploymentSpell, EmploymentSpell.id == EmploymentCheck.spell_id)
        .join(Person, Person.id == EmploymentSpell.person_id)
    )
    found: Select[*tuple[Any, ...]] = visible_people(actor, query)
    return found


def open_checks(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Questions that nobody answered yet, those given to staff first, then the oldest."""
    return (
        checks(actor)
        .where(EmploymentCheck.answered_at.is_(None))
        .order_by(EmploymentCheck.tasked_at.is_(None), EmploymentCheck.due_on, EmploymentCheck.id)
    )


def open_check_of(session: Session, spell_id: int) -> EmploymentCheck | None:
    """The question about a line that waits for an answer."""
    return session.scalars(
        select(EmploymentCheck).where(EmploymentCheck.spell_id == spell_id, EmploymentCheck.answered_at.is_(None))
    ).one_or_none()


def _works() -> tuple[ColumnElement[bool], ...]:
    """Conditions on a line joined with its person: it says where somebody works now."""
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    return (*IS_NOW, EmploymentSpell.status_code.in_(employed), Person.erased_at.is_(None))


def due_after_start(today: date, months: int, until_months: int) -> Select[*tuple[Any, ...]]:
    """(line, person, last day on which it was confirmed) of those to be asked ``months`` after their start.

    ``until_months`` is the next occasion, from which on this one is missed for good.
    """
    asked = exists().where(EmploymentCheck.spell_id == EmploymentSpell.id, EmploymentCheck.months == months)
    return _to_ask().where(
        EmploymentSpell.started_on <= add_months(today, -months),
        EmploymentSpell.started_on > add_months(today, -until_months),
        ~asked,
    )


def due_before_end(until: date) -> Select[*tuple[Any, ...]]:
    """(line, person, last day of its last confirmation) of those whose confirmations all end by ``until``.

    Each end is asked about once; a line without any confirmation is asked about once too.
    """
    last = _last_of(Confirmation.valid_until)
    asked = exists().where(
        EmploymentCheck.spell_id == EmploymentSpell.id,
        EmploymentCheck.due_on >= func.coalesce(last, EmploymentSpell.started_on),
    )
    return _to_ask(last).where(func.coalesce(last, EmploymentSpell.started_on) <= until, ~asked)


def _last_of(column: Any) -> Any:
    return (
        select(func.max(column))
        .where(Confirmation.spell_id == EmploymentSpell.id)
        .correlate(EmploymentSpell)
        .scalar_subquery()
    )


def _to_ask(last: Any = None) -> Select[*tuple[Any, ...]]:
    """Lines about which no question waits, with their person."""
    waiting = exists().where(EmploymentCheck.spell_id == EmploymentSpell.id, EmploymentCheck.answered_at.is_(None))
    shown = (_last_of(Confirmation.confirmed_on) if last is None else last).label("last")
    return (
        select(EmploymentSpell, Person, shown)
        .join(Person, Person.id == EmploymentSpell.person_id)
        .where(*_works(), ~waiting)
        .order_by(EmploymentSpell.id)
    )


# ---------- lists ----------


def people_for(actor: Actor, population: Population, today: date) -> Select[*tuple[Any, ...]]:
    """Ids of the people of a population whom the actor answers for and who have an identity number."""
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    now = exists().where(EmploymentSpell.person_id == Person.id, *IS_NOW)
    works = now.where(EmploymentSpell.status_code.in_(employed))
    holds, later = is_confirmed(EmploymentSpell, today), _ends_after(today)
    narrowed = {
        Population.UNCONFIRMED: lambda: works.where(~holds),
        Population.ENDING: lambda: works.where(holds, ~later),
        Population.SEEKING: lambda: now.where(EmploymentSpell.status_code.startswith("L")),
        Population.NOT_KNOWN: lambda: ~now,
        Population.NEW_RETURNEES: lambda: exists().where(
            ServiceRecord.person_id == Person.id,
            ServiceRecord.discharged_on.between(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        ),
        Population.EVERYBODY: lambda: and_(True),
    }[population]()
    query = select(Person.id).where(Person.id_number_blind.is_not(None), narrowed)
    found: Select[*tuple[Any, ...]] = visible_served_people(actor, query)
    return found


ENDING_DAYS = 30


def _ends_after(today: date) -> ColumnElement[bool]:
    return exists(
        select(Confirmation.id).where(
            Confirmation.spell_id == EmploymentSpell.id,
            Confirmation.valid_until > date.fromordinal(today.toordinal() + ENDING_DAYS),
        )
    )


def counts_of(session: Session, crosscheck_ids: list[int]) -> dict[int, dict[tuple[LineState, Verdict | None], int]]:
    """How many lines of each list stand in each state, with which verdict."""
    found: dict[int, dict[tuple[LineState, Verdict | None], int]] = {}
    for key, state, verdict, count in session.execute(
        select(CrossCheckLine.cross_check_id, CrossCheckLine.state, CrossCheckLine.verdict, func.count())
        .where(CrossCheckLine.cross_check_id.in_(crosscheck_ids))
        .group_by(CrossCheckLine.cross_check_id, CrossCheckLine.state, CrossCheckLine.verdict)
    ):
        found.setdefault(key, {})[(state, verdict)] = count
    return found


@dataclass(frozen=True, slots=True)
class ListRow:
    """A list and how far it is."""

    crosscheck: CrossCheck
    people: int
    waiting: int
    is_answered: bool


def list_rows(uow: UnitOfWork, found: list[CrossCheck]) -> list[ListRow]:
    """What the overview shows, with one statement."""
    counts = counts_of(uow.session, [row.id for row in found])
    return [
        ListRow(
            row,
            sum(counts.get(row.id, {}).values()),
            sum(n for (state, _verdict), n in counts.get(row.id, {}).items() if state is LineState.WAITING),
            row.answered_on is not None,
        )
        for row in found
    ]


def all_lists(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Lists the actor may see, the newest first."""
    found: Select[*tuple[Any, ...]] = visible_crosschecks(
        actor, select(CrossCheck).order_by(CrossCheck.created_at.desc(), CrossCheck.id.desc())
    )
    return found


def get_crosscheck(uow: UnitOfWork, public_id: str) -> CrossCheck:
    """A list the actor may see. Raises ``NotFound``."""
    found: CrossCheck = uow.one(
        visible_crosschecks(uow.actor, select(CrossCheck).where(CrossCheck.public_id == public_id))
    )
    return found


def lines_of(actor: Actor, crosscheck: CrossCheck, *, state: str = "", verdict: str = "") -> Select[*tuple[Any, ...]]:
    """(line, person, line of the register it was compared with) of a list, people below the actor only."""
    query = (
        select(CrossCheckLine, Person, EmploymentSpell)
        .join(Person, Person.id == CrossCheckLine.person_id)
        .outerjoin(EmploymentSpell, EmploymentSpell.id == CrossCheckLine.spell_id)
        .where(CrossCheckLine.cross_check_id == crosscheck.id)
        .order_by(Person.region_path, Person.id)
    )
    if state in set(LineState):
        query = query.where(CrossCheckLine.state == LineState(state))
    if verdict in set(Verdict):
        query = query.where(CrossCheckLine.verdict == Verdict(verdict))
    found: Select[*tuple[Any, ...]] = visible_served_people(actor, query)
    return found


def line_of(actor: Actor, crosscheck: CrossCheck, person_public_id: str) -> Select[*tuple[Any, ...]]:
    """The one (line, person, line of the register) of a person on a list."""
    return lines_of(actor, crosscheck).where(Person.public_id == person_public_id)
