"""Reads of the base counts of stations, and of what files lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from jobmatch.accounts.models import Organization
from jobmatch.casework.intake.models import BaseCount, RosterEntry
from jobmatch.casework.intake.policies import visible_entries
from jobmatch.casework.intake.states import WAITED_FOR, MissingField
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.policies import visible_tasks
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.policies import visible_people
from jobmatch.people.states import VETERAN_KINDS, JobSearchState


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station: what the superior's list and the villages say, the files there are, and who is still waited for."""

    station: Organization
    count: BaseCount | None
    files: int
    waiting: int

    @property
    def superior(self) -> int | None:
        return self.count.superior_count if self.count else None

    @property
    def village(self) -> int | None:
        return self.count.village_count if self.count else None

    @property
    def due(self) -> int | None:
        """应建档: the larger of both counts; None where nobody has counted."""
        return max((n for n in (self.superior, self.village) if n is not None), default=None)

    @property
    def lacking(self) -> int | None:
        """漏建: how many files are not there yet."""
        return None if self.due is None else max(0, self.due - self.files)


@dataclass(frozen=True, slots=True)
class MissingLine:
    """An open task about a file that lacks something."""

    task: Task
    person: Person


def is_veteran(uow: UnitOfWork) -> ColumnElement[bool]:
    """Condition: the person served, by a kind that holds today."""
    return exists().where(
        PersonKind.person_id == Person.id,
        PersonKind.kind_code.in_(VETERAN_KINDS),
        or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= uow.today),
    )


def files_by_path(uow: UnitOfWork) -> dict[str, int]:
    """Number of veterans' files by the path of the station that answers for them."""
    query = select(Person.region_path, func.count()).where(is_veteran(uow), Person.erased_at.is_(None))
    return dict(uow.rows(visible_people(uow.actor, query.group_by(Person.region_path))))


def below(counts: Mapping[str, int], path: str) -> int:
    """The sum of ``counts`` at and below ``path``."""
    return sum(count for other, count in counts.items() if other.startswith(path))


def station_lines(uow: UnitOfWork, stations: Sequence[Organization]) -> list[StationLine]:
    """Stations with their counts, with a fixed number of statements."""
    files = files_by_path(uow)
    grouped = select(RosterEntry.region_path, func.count()).where(RosterEntry.state.in_(WAITED_FOR))
    waiting = dict(uow.rows(visible_entries(uow.actor, grouped.group_by(RosterEntry.region_path))))
    ids = [station.id for station in stations]
    counted = {
        row.station_id: row for row in uow.session.scalars(select(BaseCount).where(BaseCount.station_id.in_(ids)))
    }
    return [
        StationLine(
            station, counted.get(station.id), below(files, station.region_path), below(waiting, station.region_path)
        )
        for station in stations
    ]


def missing_conditions(uow: UnitOfWork) -> dict[MissingField, ColumnElement[bool]]:
    """When each field is missing, over person outer-joined with service record and intention."""
    served = is_veteran(uow)
    return {
        MissingField.ID_NUMBER: Person.id_number_blind.is_(None),
        MissingField.PHONE: and_(Person.phone_blind.is_(None), Person.user_id.is_(None)),
        MissingField.REGISTERED_PLACE: Person.registered_region_code.is_(None),
        MissingField.RESETTLED_PLACE: and_(served, Person.resettled_region_code.is_(None)),
        MissingField.LIVING_PLACE: Person.living_region_code.is_(None),
        MissingField.EDUCATION: Person.education_code.is_(None),
        MissingField.METHOD: and_(served, ServiceRecord.resettlement_code.is_(None)),
        MissingField.DISCHARGED_ON: and_(served, ServiceRecord.discharged_on.is_(None)),
        MissingField.INTENTION: and_(Person.search_state != JobSearchState.NOT_LOOKING, JobIntention.id.is_(None)),
    }


def with_parts(query: Any) -> Any:
    """``query`` over people, outer-joined with what ``missing_conditions`` asks about."""
    return (
        query.select_from(Person)
        .outerjoin(ServiceRecord, ServiceRecord.person_id == Person.id)
        .outerjoin(JobIntention, JobIntention.person_id == Person.id)
        .where(Person.erased_at.is_(None))
    )


def missing_counts(uow: UnitOfWork) -> dict[MissingField, int]:
    """How many files of the actor's subtree lack each field."""
    conditions = missing_conditions(uow)
    columns = [func.count(Person.id).filter(condition) for condition in conditions.values()]
    row = uow.one(visible_people(uow.actor, with_parts(select(*columns))))
    return dict(zip(conditions, row, strict=True))


def missing_tasks(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """Open tasks about files that lack something, the most urgent first."""
    query: Select[*tuple[Any, ...]] = visible_tasks(
        uow.actor,
        select(Task)
        .where(Task.kind == TaskKind.MISSING_FIELDS, Task.state == TaskState.OPEN)
        .order_by(Task.due_on, Task.id),
    )
    return query


def missing_lines(uow: UnitOfWork, tasks: Sequence[Task]) -> list[MissingLine]:
    """Tasks with their people, those that the actor may see."""
    ids = {task.person_id for task in tasks}
    people = {p.id: p for p in uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(ids))))}
    return [MissingLine(task, people[task.person_id]) for task in tasks if task.person_id in people]
