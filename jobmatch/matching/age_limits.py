"""Which ages in open postings shut out how many people: lawful limits, and what employers only hope for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import extract, func, or_, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.states import JobSearchState
from recruiters.postings.ages import range_words
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

LEAST_SHOWN = 5
"""Smaller numbers of people are not printed, so that nobody is recognized."""


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """One limit of one open posting, and how many people who look for work are beyond it."""

    public_id: str
    title: str
    is_lawful: bool
    ages: str
    basis: str
    people: int

    @property
    def is_small(self) -> bool:
        return 0 < self.people < LEAST_SHOWN


def people_by_age(uow: UnitOfWork) -> dict[int, int]:
    """Age to the number of people of the actor's subtree who look for work; whoever gave no birthday is left out."""
    day = uow.today
    birthday = extract("month", Person.birth_on) * 100 + extract("day", Person.birth_on)
    had_it = birthday <= day.month * 100 + day.day
    year = extract("year", Person.birth_on)
    query = (
        select(year, had_it, func.count())
        .where(Person.birth_on.is_not(None), Person.search_state != JobSearchState.NOT_LOOKING)
        .group_by(year, had_it)
    )
    found: dict[int, int] = {}
    for born, had, count in uow.rows(visible_people(uow.actor, query, aggregate=True)):
        age = day.year - int(born) - (0 if had else 1)
        found[age] = found.get(age, 0) + count
    return found


def age_limits(uow: UnitOfWork) -> list[AgeLimit]:
    """Every age limit of the open postings, those that shut out most people first. Two statements."""
    ages = people_by_age(uow)
    names = ("min_age", "max_age", "hoped_min_age", "hoped_max_age")
    columns = [getattr(Posting, name) for name in names]
    query = select(Posting.public_id, Posting.title, Posting.age_basis, *columns).where(
        or_(*(column.is_not(None) for column in columns))
    )
    found = []
    for row in uow.rows(visible_public_postings(uow.actor, query)):
        for is_lawful, low, high in (
            (True, row.min_age, row.max_age),
            (False, row.hoped_min_age, row.hoped_max_age),
        ):
            if low or high:
                people = beyond(ages, low, high)
                basis = row.age_basis if is_lawful else ""
                found.append(AgeLimit(row.public_id, row.title, is_lawful, range_words(low, high), basis, people))
    found.sort(key=lambda one: (-one.people, one.title, one.public_id))
    return found


def beyond(ages: Mapping[int, int], low: int | None, high: int | None) -> int:
    """How many people are younger than ``low`` or older than ``high``."""
    return sum(count for age, count in ages.items() if (low and age < low) or (high and age > high))
