"""What one licence, certificate or degree more would open: to one person, and summed over the people of an office."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import JobContext
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import profile_of, read_people
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import pools
from jobmatch.matching.kept import Asked, gaps_of
from jobmatch.matching.models import MatchChoice
from jobmatch.matching.policies import can_match_person
from jobmatch.matching.queries import settled_postings
from jobmatch.matching.results import need_name, spaced
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import load_full
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names
from ml.matching import Demand, Eligibility, Profile, sum_gaps
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

SHOWN = 5
JOB = "matching.sum_gaps"
MOST_PEOPLE = 5000
CHUNK = 500
BUDGET_SECONDS = 420.0
"""A job that runs for ten minutes is taken for dead, so the count stops before and says how many people it saw."""
MOST_ROWS = 40
WAITING = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class PersonGap:
    """One thing more: ``考取 B2 驾驶证``, what it opens, and the best of it."""

    words: str
    opens: int
    suitable: int
    best_place: int
    best_public_id: str
    best_title: str


def person_gaps(uow: UnitOfWork, person: Person) -> list[PersonGap]:
    """The best things to add for one person, best first; kept while nothing has changed. Costs many rankings."""
    require(can_match_person(uow.actor, person))
    profile, eligibility = profile_of(uow.session, person)
    found = gaps_of(
        Asked(
            active_ranker(uow.session),
            pools(uow.session).postings.get(uow.session),
            profile,
            eligibility,
            uow.today,
            SHOWN,
            None,
            frozenset(str(one) for one in settled_postings(uow.session, person.id)),
        )
    )
    ids = [int(gap.best_key) for gap in found]
    query = select(Posting.id, Posting.public_id, Posting.title).where(Posting.id.in_(ids))
    best = {row.id: row for row in uow.rows(visible_public_postings(uow.actor, query))}
    return [
        PersonGap(
            words=_way(gap.kind, need_name(uow.session, gap.kind, gap.code, gap.level)),
            opens=gap.opens,
            suitable=gap.suitable,
            best_place=gap.best_place,
            best_public_id=row.public_id,
            best_title=row.title,
        )
        for gap in found
        if (row := best.get(int(gap.best_key)))
    ]


def _way(kind: str, name: str) -> str:
    return spaced(_("取得%(name)s", name=name) if kind == "education" else _("考取%(name)s", name=name))


# ---------- what an office's people lack ----------


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One line of the summary; nobody's name is in it."""

    number: int
    name: str
    people: int
    openings: int
    postings: int
    occupations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the office's people lack, as last counted: ``seen`` of ``all_people`` people beside ``pool`` postings."""

    public_id: str
    finished_at: datetime
    seen: int
    all_people: int
    pool: int
    rows: tuple[NeedRow, ...]


def jobs_of(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """The counts that the actor's own office asked for, the latest first."""
    office = Job.arguments["organization_id"].as_integer() == uow.actor.organization_id
    return select(Job).where(Job.name == JOB, office).order_by(Job.id.desc())


def find_running(uow: UnitOfWork) -> Job | None:
    """The count that is under way or waiting, if any."""
    return uow.session.scalars(jobs_of(uow).where(Job.state.in_(WAITING)).limit(1)).first()


def start_summary(uow: UnitOfWork) -> None:
    """Have the office's people counted anew; does nothing while a count is under way."""
    if uow.actor.organization_id is not None and find_running(uow) is None:
        uow.enqueue(JOB, organization_id=uow.actor.organization_id)


def last_summary(uow: UnitOfWork) -> Summary | None:
    """The latest finished count of the actor's office."""
    job = uow.session.scalars(jobs_of(uow).where(Job.state == JobState.DONE).limit(1)).first()
    if job is None or job.finished_at is None:
        return None
    trades = names(uow.session, Occupation)
    rows = tuple(
        NeedRow(
            number=number,
            name=need_name(uow.session, row["kind"], row["code"], row["level"]),
            people=len(row["person_ids"]),
            openings=row["openings"],
            postings=row["postings"],
            occupations=tuple(trades[code] for code in row["occupations"] if code in trades),
        )
        for number, row in enumerate(job.result["rows"], 1)
    )
    result = job.result
    return Summary(job.public_id, job.finished_at, result["seen"], result["all_people"], result["pool"], rows)


def people_of_need(uow: UnitOfWork, public_id: str, number: int) -> tuple[str, Select[*tuple[Any, ...]]]:
    """(what is missing, the people behind that line as far as the actor may see them).

    Raises ``NotFound`` for another office's count or a line that does not exist.
    """
    job = uow.session.scalars(jobs_of(uow).where(Job.public_id == public_id, Job.state == JobState.DONE)).first()
    rows = job.result["rows"] if job is not None else []
    if not 1 <= number <= len(rows):
        raise NotFound
    row = rows[number - 1]
    query = load_full(select(Person).where(Person.id.in_(row["person_ids"])))
    query = query.order_by(Person.changed_at.desc(), Person.id)
    return need_name(uow.session, row["kind"], row["code"], row["level"]), visible_people(uow.actor, query)


def count_office(context: JobContext, *, organization_id: int) -> dict[str, Any]:
    """Read the newest people who look for work below the office, then count without holding the database."""
    with context.unit(writing=False) as uow:
        people, all_people = read_office(uow, organization_id)
        ranker, pool, today = active_ranker(uow.session), pools(uow.session).postings.get(uow.session), uow.today
    seen = 0

    def each() -> Iterator[tuple[Profile, Eligibility]]:
        nonlocal seen
        until = time.monotonic() + BUDGET_SECONDS
        for seen, one in enumerate(people, 1):
            if seen % 100 == 1:
                context.progress(seen - 1, len(people))
            yield one
            if time.monotonic() > until:
                return

    demands = sum_gaps(ranker, pool, each(), today=today)
    return {"seen": seen, "all_people": all_people, "pool": len(pool), "rows": list(rows_of(demands))}


def rows_of(demands: Iterable[Demand]) -> Iterator[dict[str, Any]]:
    """Demands as plain JSON values: codes and ids only."""
    for _number, one in zip(range(MOST_ROWS), demands, strict=False):
        yield {
            "kind": one.kind,
            "code": one.code,
            "level": one.level,
            "openings": one.openings,
            "postings": one.postings,
            "occupations": list(one.occupations),
            "person_ids": [int(key) for key in one.person_keys],
        }


def read_office(
    uow: UnitOfWork, organization_id: int, *, most: int = MOST_PEOPLE
) -> tuple[Sequence[tuple[Profile, Eligibility]], int]:
    """The newest people below an office who look for work and let their profile be used, and how many there are."""
    path = uow.session.get_one(Organization, organization_id).region_path
    left_out = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
    query = (
        select(Person.id)
        .where(
            Person.region_path.startswith(path, autoescape=True),
            Person.erased_at.is_(None),
            Person.search_state != JobSearchState.NOT_LOOKING,
            Person.id.not_in(left_out),
        )
        .order_by(Person.changed_at.desc(), Person.id)
    )
    ids = uow.rows(visible_people(uow.actor, query)) if path else []
    newest = list(ids[:most])
    found: list[tuple[Profile, Eligibility]] = []
    for start in range(0, len(newest), CHUNK):
        found += read_people(uow.session, Person.id.in_(newest[start : start + CHUNK]))
    return found, len(ids)


GAP_JOBS: Mapping[str, Callable[..., dict[str, Any] | None]] = {JOB: count_office}
