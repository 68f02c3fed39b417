"""What people of an office could apply for after each course: counted in the background, kept with its job."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import Organization
from jobmatch.casework.surveys.models import SurveyAnswer
from jobmatch.core.errors import NotFound, require
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobContext
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.gaps import read_office
from jobmatch.matching.index import pools
from jobmatch.pathways.policies import can_plan_courses
from jobmatch.pathways.queries import courses_of, effects_of
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import load_full
from jobmatch.reference.models import Course, Occupation
from jobmatch.reference.queries import names
from ml.matching import CourseCounter, CourseOpening

JOB = "pathways.count_office"
MOST_PEOPLE = 10_000
MOST_LISTED = 500
"""People of one list; more than that no office calls for one class."""
CHUNK = 500
BUDGET_SECONDS = 420.0
"""A job that runs for ten minutes is taken for dead, so the count stops before and says how many people it saw."""
WAITING = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class CourseDemand:
    """One line: so many people could apply for so many postings more; ``wished`` asked for it in a survey."""

    code: str
    name: str
    people: int
    postings: int
    openings: int
    wished: int
    occupations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """As last counted: ``seen`` of ``all_people`` people beside ``pool`` postings."""

    finished_at: datetime
    seen: int
    all_people: int
    pool: int
    rows: tuple[CourseDemand, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the people behind a line: how many postings the course opens to them, and whether they asked for it."""

    person_id: int
    opened: int
    has_wished: bool


def jobs_of(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """The counts that the actor's own office asked for, the latest first."""
    office = Job.arguments["organization_id"].as_integer() == uow.actor.organization_id
    return select(Job).where(Job.name == JOB, office).order_by(Job.id.desc())


def find_running(uow: UnitOfWork) -> Job | None:
    """The count that is under way or waiting, if any."""
    return uow.session.scalars(jobs_of(uow).where(Job.state.in_(WAITING)).limit(1)).first()


def start_count(uow: UnitOfWork) -> bool:
    """Have the office's people counted anew; does nothing while a count is under way. Returns whether one began."""
    require(can_plan_courses(uow.actor))
    organization_id = uow.actor.organization_id
    if organization_id is None:
        return False
    # Two clicks at once wait for each other here, so that the second sees the count of the first.
    uow.session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())
    if find_running(uow) is not None:
        return False
    uow.enqueue(JOB, organization_id=organization_id)
    return True


def _last(uow: UnitOfWork) -> Job | None:
    return uow.session.scalars(jobs_of(uow).where(Job.state == JobState.DONE).limit(1)).first()


def last_demand(uow: UnitOfWork) -> Demand | None:
    """The latest finished count of the actor's office."""
    require(can_plan_courses(uow.actor))
    job = _last(uow)
    if job is None or job.finished_at is None:
        return None
    courses, trades, result = names(uow.session, Course), names(uow.session, Occupation), job.result
    rows = tuple(
        CourseDemand(
            code=row["code"],
            name=courses[row["code"]],
            people=row["people"],
            postings=row["postings"],
            openings=row["openings"],
            wished=row["wished"],
            occupations=tuple(trades[code] for code in row["occupations"] if code in trades),
        )
        for row in result["rows"]
        if row["code"] in courses
    )
    return Demand(job.finished_at, result["seen"], result["all_people"], result["pool"], rows)


def people_of_course(uow: UnitOfWork, code: str) -> tuple[str, list[Listed]]:
    """(name of the course, the people behind its line whom the actor may see, those with most postings first).

    Raises ``NotFound`` where the office has no count with this course.
    """
    require(can_plan_courses(uow.actor))
    job, name = _last(uow), names(uow.session, Course).get(code)
    line = next((row for row in job.result["rows"] if row["code"] == code), None) if job is not None else None
    if name is None or line is None:
        raise NotFound
    ids = [one[0] for one in line["listed"]]
    seen = set(uow.rows(visible_people(uow.actor, select(Person.id).where(Person.id.in_(ids)))))
    return name, [Listed(key, count, bool(wish)) for key, count, wish in line["listed"] if key in seen]


def load_listed(uow: UnitOfWork, listed: Sequence[Listed]) -> list[Person]:
    """Some of the listed people with what a list shows, in the order of the list."""
    query = load_full(select(Person).where(Person.id.in_([one.person_id for one in listed])))
    found = {person.id: person for person in uow.rows(visible_people(uow.actor, query))}
    return [found[one.person_id] for one in listed if one.person_id in found]


# ---------- the job ----------


def count_office(context: JobContext, *, organization_id: int) -> dict[str, Any]:
    """Read the newest people who look for work below the office, then count without holding the database."""
    with context.unit(writing=False) as uow:
        people, all_people = read_office(uow, organization_id, most=MOST_PEOPLE)
        pool, today = pools(uow.session).postings.get(uow.session), uow.today
        courses = courses_of(uow.session)
        effects = effects_of(courses)
        wishes = read_wishes(uow, organization_id, effects)
    counter, seen, until = CourseCounter(pool, effects, today=today), 0, time.monotonic() + BUDGET_SECONDS
    for start in range(0, len(people), CHUNK):
        context.progress(start, len(people))
        counter.add(people[start : start + CHUNK])
        seen = min(start + CHUNK, len(people))
        if time.monotonic() > until:
            break
    keys = [int(profile.key) for profile, _eligibility in people[:seen]]
    rows = [row_of(one, keys, wishes.get(one.code, frozenset())) for one in counter.openings()]
    rows = [row for row in rows if row["people"] or row["wished"]]
    rows.sort(key=lambda row: (-row["people"], -row["openings"], row["code"]))
    return {"seen": seen, "all_people": all_people, "pool": len(pool), "rows": rows}


def row_of(opening: CourseOpening, keys: Sequence[int], wished: frozenset[int]) -> dict[str, Any]:
    """One course as plain JSON values: codes and ids only. Of the people those with most postings are listed."""
    found = [(key, int(count)) for key, count in zip(keys, opening.counts, strict=True) if count]
    found.sort(key=lambda one: (-one[1], one[0]))
    return {
        "code": opening.code,
        "people": len(found),
        "openings": sum(count for _key, count in found),
        "postings": len(opening.keys),
        "wished": len(wished),
        "occupations": list(opening.occupations),
        "listed": [[key, count, int(key in wished)] for key, count in found[:MOST_LISTED]],
    }


def read_wishes(
    uow: UnitOfWork, organization_id: int, effects: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
) -> dict[str, frozenset[int]]:
    """Course code to the people below the office who asked in a survey for one of its certificates."""
    path = uow.session.get_one(Organization, organization_id).region_path
    query = (
        select(SurveyAnswer.person_id, SurveyAnswer.certificate_codes)
        .join(Person, Person.id == SurveyAnswer.person_id)
        .where(Person.region_path.startswith(path, autoescape=True), Person.erased_at.is_(None))
    )
    # The join leaves no answer without a person.
    of_paper: dict[str, set[int]] = defaultdict(set)
    for person_id, codes in uow.session.execute(query).all() if path else ():
        for code in codes:
            of_paper[code].add(int(person_id or 0))
    return {code: frozenset().union(*(of_paper[one] for one in papers)) for code, (papers, _) in effects.items()}


DEMAND_JOBS: Mapping[str, Callable[..., dict[str, Any] | None]] = {JOB: count_office}
