"""Reads about one intake: who may be the same person, the line that waits, and what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry
from jobmatch.casework.intake.policies import visible_intakes
from jobmatch.casework.intake.states import WAITED_FOR
from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import find_by_id_number
from jobmatch.people.queries.staff import Twins, likely_files
from jobmatch.reference.checks import check_id_number
from jobmatch.reference.models import ResettlementMethod
from jobmatch.reference.queries import choices


@dataclass(frozen=True, slots=True)
class IntakeLine:
    """One intake in a list."""

    intake: Intake
    person: Person
    station: str
    batch: str


def find_waiting_entry(session: Session, id_number: str) -> RosterEntry | None:
    """The newest line of any roster on which this identity number is still waited for."""
    if not id_number:
        return None
    return session.scalars(
        select(RosterEntry)
        .where(
            RosterEntry.id_number_blind == RosterEntry.id_number.fingerprint(id_number),
            RosterEntry.state.in_(WAITED_FOR),
        )
        .order_by(RosterEntry.discharged_on.desc(), RosterEntry.id.desc())
        .limit(1)
    ).one_or_none()


def likely_twins(uow: UnitOfWork, *, name: str, id_number: str, phone: str = "") -> Twins:
    """Files of probably the same person, by number, phone, or name and birthday."""
    try:
        born = check_id_number(id_number).birth_on
    except ValueError:
        born = None
    return likely_files(uow, name=name, birth_on=born, phone=phone, id_number=id_number)


def file_of_entry(uow: UnitOfWork, entry: RosterEntry) -> Person | None:
    """The file with the identity number of a line, where the actor may see it."""
    person = find_by_id_number(uow.session, entry.id_number or "") if entry.id_number else None
    if person is None:
        return None
    found = uow.rows(visible_people(uow.actor, select(Person).where(Person.id == person.id)))
    return found[0] if found else None


def recent_intakes(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """Intakes of the actor's subtree that stand, the newest first."""
    query: Select[*tuple[Any, ...]] = visible_intakes(
        uow.actor, select(Intake).where(Intake.taken_back_at.is_(None)).order_by(Intake.id.desc())
    )
    return query


def intake_lines(uow: UnitOfWork, intakes: Sequence[Intake]) -> list[IntakeLine]:
    """What a list shows of each intake, with a fixed number of statements."""
    people = _by_id(uow, visible_people(uow.actor, select(Person)), Person.id, [i.person_id for i in intakes])
    stations = _by_id(uow, select(Organization), Organization.id, [i.station_id for i in intakes])
    query = select(RosterEntry.id, IntakeBatch.name).join(IntakeBatch, IntakeBatch.id == RosterEntry.batch_id)
    query = query.where(RosterEntry.id.in_({i.entry_id for i in intakes}))
    batches: dict[int | None, str] = dict(uow.session.execute(query).all())
    return [
        IntakeLine(i, people[i.person_id], stations[i.station_id].name, batches.get(i.entry_id, ""))
        for i in intakes
        if i.person_id in people
    ]


def _by_id(uow: UnitOfWork, query: Any, column: Any, ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in uow.rows(query.where(column.in_(set(ids))))}


def can_still_take_back(uow: UnitOfWork, intake: Intake) -> bool:
    """Whether the day of the intake is not over; the service looks at the rest."""
    return intake.taken_back_at is None and local_day(intake.created_at) == uow.today


def methods(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Ways of resettlement for a filter."""
    return choices(uow.session, ResettlementMethod)
