"""The nightly count of how employers deal with applications: from the log of applications to the employers' figures.

Counting again gives the same figures, so the job may be run as often as one likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import exists, select

from jobmatch.applications.models import Application, Interview, RetentionCheck
from jobmatch.applications.states import ApplicationState, CheckOutcome, InterviewResult, StillThere
from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer, EmployerReputation
from recruiters.employers.reputation import WINDOW_DAYS, shrunk
from recruiters.employers.services.reputation import record_reputation
from recruiters.postings.models import Posting

HARD_KINDS = frozenset({"education", "licence", "certificate"})
"""A must of these kinds that is missing takes a posting out of a person's list; the employer owes no such answer."""
TAKEN_BACK = (ApplicationState.WITHDRAWN, ApplicationState.SUPERSEDED)
STAY_DAYS, STAY_MONTHS = 730, 6
BATCH = 200
SECONDS_A_DAY = 86400.0


@dataclass(slots=True)
class Count:
    """What was counted of one employer."""

    county: str = ""
    due: int = 0
    answered: int = 0
    interviews: int = 0
    hired: int = 0
    asked: int = 0
    stayed: int = 0
    days: list[float] = field(default_factory=list)

    def as_counts(self) -> dict[str, Any]:
        """The columns of the row."""
        return {
            "due_count": self.due,
            "answered_count": self.answered,
            "answer_days": round(median(self.days), 2) if self.days else None,
            "interview_count": self.interviews,
            "hired_count": self.hired,
            "asked_count": self.asked,
            "stayed_count": self.stayed,
        }


def count_employers(uow: UnitOfWork) -> dict[int, Count]:
    """The count of every employer that has applications or had figures before, in four statements."""
    require(uow.actor.is_system)
    found: dict[int, Count] = defaultdict(Count)
    for employer_id in uow.session.scalars(select(EmployerReputation.employer_id)):
        found[employer_id] = Count()
    since = uow.now - timedelta(days=WINDOW_DAYS)
    for employer_id, row in _applications(uow, since):
        _add(found[employer_id], row, uow.today)
    for employer_id, answer in _stays(uow):
        found[employer_id].asked += 1
        found[employer_id].stayed += answer is StillThere.STAYED
    paths = uow.session.execute(select(Employer.id, Employer.region_path).where(Employer.id.in_(list(found))))
    for employer_id, path in paths:
        found[employer_id].county = "/".join(path.split("/")[:4])
    return dict(found)


def _applications(uow: UnitOfWork, since: datetime) -> Iterable[tuple[int, Any]]:
    was_seen = exists().where(
        Interview.application_id == Application.id,
        Interview.cancelled_at.is_(None),
        Interview.starts_at < uow.now,
        Interview.result.is_(None) | (Interview.result != InterviewResult.ABSENT),
    )
    query = (
        select(
            Posting.employer_id,
            Application.created_at,
            Application.answered_at,
            Application.answer_due_on,
            Application.state,
            Application.hired_at,
            Application.fit,
            was_seen.label("was_seen"),
        )
        .join(Posting, Posting.id == Application.posting_id)
        .where(Application.created_at > since, Application.created_at <= uow.now)
    )
    for row in uow.session.execute(query.execution_options(yield_per=1000)):
        yield row.employer_id, row


def _add(count: Count, row: Any, today: date) -> None:
    if is_misfit(row.fit):
        return
    if row.answered_at is not None:
        count.due, count.answered = count.due + 1, count.answered + 1
        count.days.append((row.answered_at - row.created_at).total_seconds() / SECONDS_A_DAY)
    elif row.answer_due_on < today and row.state not in TAKEN_BACK:
        count.due += 1
    if row.was_seen:
        count.interviews += 1
        count.hired += row.hired_at is not None


def is_misfit(lines: Sequence[dict[str, Any]]) -> bool:
    """Whether a must that a hard rule asks for was missing when the application was sent."""
    return any(line["must"] and line["status"] == "missing" and line["kind"] in HARD_KINDS for line in lines or ())


def _stays(uow: UnitOfWork) -> Iterable[tuple[int, StillThere | None]]:
    """What employers said of hires after six months, where the person does not say otherwise."""
    query = (
        select(Posting.employer_id, RetentionCheck.answer)
        .join(Application, Application.id == RetentionCheck.application_id)
        .join(Posting, Posting.id == Application.posting_id)
        .where(
            RetentionCheck.months == STAY_MONTHS,
            RetentionCheck.answer.is_not(None),
            RetentionCheck.due_on > uow.today - timedelta(days=STAY_DAYS),
            RetentionCheck.outcome.is_(None) | (RetentionCheck.outcome != CheckOutcome.DISAGREED),
        )
    )
    return [(employer_id, answer) for employer_id, answer in uow.session.execute(query) if answer is not None]


def county_means(counts: dict[int, Count]) -> dict[str, float]:
    """The share of answers over all employers of each county that had anything to answer."""
    due: dict[str, int] = defaultdict(int)
    answered: dict[str, int] = defaultdict(int)
    for one in counts.values():
        due[one.county] += one.due
        answered[one.county] += one.answered
    return {county: answered[county] / due[county] for county in due if due[county]}


def store_counts(uow: UnitOfWork, counts: Iterable[tuple[int, Count]], means: dict[str, float]) -> int:
    """Write some employers' counts; returns how many."""
    require(uow.actor.is_system)
    window = (uow.today - timedelta(days=WINDOW_DAYS), uow.today)
    done = 0
    for employer_id, one in counts:
        rate = shrunk(one.answered, one.due, means.get(one.county))
        record_reputation(uow, employer_id, window=window, shrunk_rate=rate, counts=one.as_counts())
        done += 1
    return done
