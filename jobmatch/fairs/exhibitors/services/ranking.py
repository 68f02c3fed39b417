"""Which employers' open postings fit those who come: the same ranker as everywhere, over many people at once.

Who is registered for a fair is known one floor above (visitors), which tells where to ask at assembly; before anybody
is registered, people of the fair's region who look for work stand for them. Whoever wants no personal recommendations
is left out. What is kept are counts by employer, never who was counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.core.errors import require
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.policies import can_review
from jobmatch.fairs.planning.models import JobFair
from jobmatch.matching.documents import read_people
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.index import pools
from jobmatch.matching.models import MatchChoice
from jobmatch.people.models.person import Person
from jobmatch.people.states import JobSearchState
from ml.matching import BANDS, best_postings
from recruiters.postings.models import Posting

JOB = "exhibitors.rank"
MOST_PEOPLE, MOST_EMPLOYERS, CHUNK, TOP = 10_000, 300, 500, 20
GOOD = next(least for least, name in BANDS if name == "good")
"""From this score on a posting counts as fitting somebody."""

_registered: list[Callable[[int], Select[*tuple[Any, ...]]]] = []


def ask_registered(query: Callable[[int], Select[*tuple[Any, ...]]]) -> None:
    """Say how the ids of people registered for a fair are read; called once at assembly."""
    _registered[:] = [query]


@dataclass(frozen=True, slots=True)
class Proposal:
    """How many of ``people`` an employer's open postings fit; ``score`` is their share."""

    employer_id: int
    fitting: int
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The last finished ranking of a fair, or that one is under way (``is_running``)."""

    proposals: tuple[Proposal, ...] = ()
    people: int = 0
    of_registered: bool = False
    at: Any = None
    is_running: bool = False


def start_ranking(uow: UnitOfWork, fair: JobFair) -> None:
    """Have employers ranked in the background; a second press while it runs changes nothing."""
    require(can_review(uow.actor, fair))
    if not last_ranking(uow.session, fair).is_running:
        uow.enqueue(JOB, fair=fair.public_id)


def last_ranking(session: Session, fair: JobFair) -> Ranked:
    """What the last ranking of this fair found."""
    of_fair = (Job.name == JOB, Job.arguments["fair"].as_string() == fair.public_id)
    rows = session.scalars(select(Job).where(*of_fair).order_by(Job.id.desc()).limit(5)).all()
    is_running = any(row.state in {JobState.QUEUED, JobState.RUNNING} for row in rows)
    done = next((row for row in rows if row.state is JobState.DONE), None)
    if done is None:
        return Ranked(is_running=is_running)
    proposals = tuple(Proposal(*row) for row in done.result.get("employers", ()))
    found = done.result
    return Ranked(proposals, found.get("people", 0), found.get("registered", False), done.finished_at, is_running)


def rank_employers(session: Session, fair: JobFair, today: Any) -> dict[str, Any]:
    """Employers whose open postings fit most of those who come, as the job keeps it."""
    ids, of_registered = _people(session, fair)
    employer_of = dict(session.execute(select(Posting.id, Posting.employer_id)).all())
    ranker, pool = active_ranker(session), pools(session).postings.get(session)
    fitting: dict[int, int] = {}
    for documents in _documents(session, ids):
        for _key, found in best_postings(ranker, pool, documents, today=today, top=TOP):
            good = {employer_of.get(int(key)) for key, score in found if score >= GOOD}
            for employer_id in good - {None}:
                fitting[employer_id] = fitting.get(employer_id, 0) + 1  # type: ignore[index, arg-type]
    best = sorted(fitting.items(), key=lambda item: (-item[1], item[0]))[:MOST_EMPLOYERS]
    employers = [[one, count, round(count / len(ids), 4)] for one, count in best]
    return {"people": len(ids), "registered": of_registered, "employers": employers}


def _people(session: Session, fair: JobFair) -> tuple[list[int], bool]:
    unwilling = select(MatchChoice.person_id).where(MatchChoice.is_personal.is_(False))
    able = select(Person.id).where(Person.erased_at.is_(None), Person.id.not_in(unwilling)).limit(MOST_PEOPLE)
    for query in _registered:
        ids = list(session.scalars(able.where(Person.id.in_(query(fair.id))).order_by(Person.id)))
        if ids:
            return ids, True
    looking = Person.search_state != JobSearchState.NOT_LOOKING
    here = Person.region_path.startswith(fair.region_path, autoescape=True)
    return list(session.scalars(able.where(looking, here).order_by(Person.id))), False


def _documents(session: Session, ids: list[int]) -> Iterator[list[Any]]:
    for start in range(0, len(ids), CHUNK):
        yield read_people(session, Person.id.in_(ids[start : start + CHUNK]))
