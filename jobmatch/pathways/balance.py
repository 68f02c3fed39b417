"""Supply against demand by occupation: open places, people who want or can do it, and people in classes for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import case, func, select

from jobmatch.core.errors import require
from jobmatch.core.uow import UnitOfWork
from jobmatch.pathways.policies import can_plan_courses
from jobmatch.pathways.queries import courses_of
from jobmatch.people.models.person import JobIntention, Person, WorkHistory
from jobmatch.people.policies import visible_people
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import Occupation
from jobmatch.reference.queries import names
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import visible_enrollments
from training.courses.enrollment.states import SEAT_STATES

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One occupation: ``places`` are vacancies not filled yet, of ``postings`` postings; the rest are people.

    ``wanting`` wish for it, ``able`` have done it, ``learning`` hold a seat in a class that leads to it.
    """

    code: str
    name: str
    places: int
    postings: int
    wanting: int
    able: int
    learning: int

    @property
    def short(self) -> int:
        """Places for which nobody wishes or learns; below zero: more people than places."""
        return self.places - self.wanting - self.learning


def balance(uow: UnitOfWork) -> list[BalanceRow]:
    """Every occupation that the office's postings, people or classes name, those that lack most people first."""
    require(can_plan_courses(uow.actor))
    here = Posting.region_path.startswith(uow.actor.region_path, autoescape=True)
    free = Posting.vacancy_count - Posting.filled_count
    left = func.sum(case((free > 0, free), else_=0))
    opened = select(Posting.occupation_code, left, func.count()).where(here, Posting.occupation_code.is_not(None))
    places = {
        code: (int(sum_ or 0), int(count))
        for code, sum_, count in uow.rows(visible_public_postings(uow.actor, opened.group_by(Posting.occupation_code)))
    }
    wanting, able = _people(uow)
    learning = _learning(uow)
    known = names(uow.session, Occupation)
    rows = [
        BalanceRow(code, known[code], *places.get(code, (0, 0)), wanting[code], able[code], learning[code])
        for code in {*places, *wanting, *learning}
        if code in known
    ]
    rows.sort(key=lambda row: (-row.short, -row.places, row.code))
    return rows[:MOST_ROWS]


def _people(uow: UnitOfWork) -> tuple[Counter[str], Counter[str]]:
    """How many people who look for work want each occupation, and how many have done it."""
    looking = Person.search_state.in_((JobSearchState.LOOKING, JobSearchState.OPEN))
    wishes = select(JobIntention.occupation_codes).join(Person, Person.id == JobIntention.person_id).where(looking)
    wanting: Counter[str] = Counter()
    for codes in uow.rows(visible_people(uow.actor, wishes, aggregate=True)):
        wanting.update(set(codes or ()))
    past = (
        select(WorkHistory.occupation_code, func.count(WorkHistory.person_id.distinct()))
        .join(Person, Person.id == WorkHistory.person_id)
        .where(looking, WorkHistory.occupation_code.is_not(None))
        .group_by(WorkHistory.occupation_code)
    )
    return wanting, Counter(dict(uow.rows(visible_people(uow.actor, past, aggregate=True))))


def _learning(uow: UnitOfWork) -> Counter[str]:
    """How many people hold a seat in a class that leads to each occupation."""
    query = (
        select(CourseSession.course_code, func.count())
        .select_from(Enrollment)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .where(Enrollment.state.in_(SEAT_STATES))
        .group_by(CourseSession.course_code)
    )
    courses = courses_of(uow.session)
    found: Counter[str] = Counter()
    for code, count in uow.rows(visible_sessions(uow.actor, visible_enrollments(uow.actor, query))):
        for occupation in set(courses[code].occupation_codes):
            found[occupation] += count
    return found
