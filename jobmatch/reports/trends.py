"""The rates of several days in one reading of the register.

``indicators.population`` says where everybody stands on one day, and stays the definition. Asked for twelve days it
would read the register twelve times; here each person is read once, and the days are the bits of a number: a spell, a
confirmation or a wish is the set of days it covers. A test holds both to the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import counted_below, counted_place, visible_people
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import EmploymentStatusKind, Region, ResettlementMethod
from jobmatch.reference.rules import retired_born_before
from jobmatch.reports.indicators import (
    ADMITTED,
    FIRST_WORKING_AGE,
    LEFT,
    LOST_TOUCH,
    NEW_RETURNEES,
    RETURNED,
    VETERAN,
    WISH_DAYS,
    Cell,
    RateKind,
    years_before,
)

WISH = timedelta(days=WISH_DAYS)
OF_STATUS = {LEFT: Cell.LEFT, RETURNED: Cell.RETURNED_TO_SCHOOL, ADMITTED: Cell.ADMITTED, LOST_TOUCH: Cell.UNKNOWN}


class _Days:
    """Sets of days as numbers, the first day in the lowest bit; the answers are kept, since dates come again."""

    def __init__(self, days: Sequence[date]) -> None:
        self.days = days
        self.every = (1 << len(days)) - 1
        self.since = cache(lambda first: self._where(lambda day: first is None or day >= first))
        self.until = cache(lambda last: self._where(lambda day: last is None or day <= last))
        self.year_after = cache(lambda given: self._where(lambda day: day.year == given.year + 1))
        self.wished = cache(self._wished)
        self.outside_age = cache(self._outside_age)
        self.ages = {
            sex: [(retired_born_before(sex, day), years_before(day, FIRST_WORKING_AGE)) for day in days]
            for sex in ("female", "male")
        }

    def _where(self, holds: Callable[[date], bool]) -> int:
        return sum(1 << place for place, day in enumerate(self.days) if holds(day))

    def _wished(self, stated_on: date | None) -> int:
        return self.since(stated_on) & self.until(stated_on + WISH) if stated_on else 0

    def _outside_age(self, sex: str, birth_on: date | None) -> int:
        if birth_on is None:
            return 0
        ages = self.ages["female" if sex == "female" else "male"]
        return sum(1 << place for place, (old, young) in enumerate(ages) if birth_on <= old or birth_on > young)


def _returnees(query: Select[*tuple[Any, ...]], days: Sequence[date]) -> Select[*tuple[Any, ...]]:
    years = date(days[0].year - 1, 1, 1), date(days[-1].year - 1, 12, 31)
    return (
        query.add_columns(ServiceRecord.discharged_on)
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .join(ResettlementMethod, ResettlementMethod.code == ServiceRecord.resettlement_code)
        .where(ResettlementMethod.counts_in_new_returnees, ServiceRecord.discharged_on.between(*years))
    )


def _seekers(query: Select[*tuple[Any, ...]], days: Sequence[date]) -> Select[*tuple[Any, ...]]:
    since, last = days[0] - WISH, days[-1]
    looking = case((Person.search_state == JobSearchState.LOOKING, Person.search_state_since))
    return (
        query.add_columns(
            Person.sex,
            Person.birth_on,
            JobIntention.stated_on,
            looking.label("looking_since"),
            _after(days[0], PersonKind.valid_from).label("valid_from"),
            PersonKind.valid_to,
        )
        .join(PersonKind, and_(PersonKind.person_id == Person.id, PersonKind.kind_code == VETERAN))
        .outerjoin(JobIntention, JobIntention.person_id == Person.id)
        .where(or_(JobIntention.stated_on.between(since, last), looking.between(since, last)))
    )


def _after(first: date, column: Any) -> ColumnElement[date | None]:
    """Nothing where it began before the first of the days: most did, and to read a date takes time."""
    return case((column > first, column))


def _lines(kind: RateKind, days: Sequence[date], employed: Collection[str]) -> Select[*tuple[Any, ...]]:
    """A line for each spell and confirmation of everybody who may be of the population; the newest spell first."""
    first, last, spell, said = days[0], days[-1], EmploymentSpell, Confirmation
    query = select(
        Person.id,
        counted_place(),
        spell.id.label("spell_id"),
        spell.status_code,
        _after(first, spell.started_on).label("started_on"),
        spell.ended_on,
        said.confirmed_on,
        said.valid_until,
    ).select_from(Person)
    query = _returnees(query, days) if kind is NEW_RETURNEES else _seekers(query, days)
    covers = or_(spell.ended_on.is_(None), spell.ended_on >= first)
    is_standing = and_(spell.person_id == Person.id, spell.superseded_at.is_(None), spell.started_on <= last, covers)
    holds = and_(said.valid_until >= first, said.confirmed_on <= last)
    return (
        query.outerjoin(spell, is_standing)
        .outerjoin(said, and_(said.spell_id == spell.id, spell.status_code.in_(employed), holds))
        .order_by(Person.id, spell.started_on.desc(), spell.id.desc())
    )


def _membership(kind: RateKind, of: _Days, lines: Sequence[Any]) -> tuple[int, int]:
    """The days on which a person is of the population, and those on which they are outside the working age."""
    if kind is NEW_RETURNEES:
        return of.year_after(lines[0].discharged_on), 0
    veteran = 0
    for *_register, sex, birth_on, stated_on, looking_since, valid_from, valid_to in lines:  # noqa: B007
        veteran |= of.since(valid_from) & of.until(valid_to)
    return (of.wished(stated_on) | of.wished(looking_since)) & veteran, of.outside_age(sex, birth_on)


def _cells(
    free: int, outside: int, of: _Days, lines: Sequence[Any], employed: Collection[str]
) -> Iterator[tuple[Cell, int]]:
    """The cells in which a person stands, and on which of the days: the order of ``indicators`` in sets of days."""
    confirmed = 0
    for place, line in enumerate(lines, 1):
        _id, _path, spell, status, started_on, ended_on, confirmed_on, valid_until = line[:8]
        if confirmed_on:
            confirmed |= of.since(confirmed_on) & of.until(valid_until)
        if not spell or (place < len(lines) and lines[place][2] == spell):
            continue
        on = free & of.since(started_on) & of.until(ended_on)
        free &= ~on
        if status != LEFT and on & outside:
            yield Cell.OUTSIDE_AGE, on & outside
            on &= ~outside
        if status in employed:
            yield Cell.EMPLOYED, on & confirmed
            yield Cell.UNKNOWN, on & ~confirmed
        else:
            yield OF_STATUS.get(status, Cell.SEEKING), on
        confirmed = 0
    if free:
        yield Cell.OUTSIDE_AGE, free & outside
        yield Cell.UNKNOWN, free & ~outside


def cells_on(
    uow: UnitOfWork, kind: RateKind, days: Sequence[date], *, path: str = ""
) -> dict[date, dict[str, dict[Cell, int]]]:
    """For each of ``days``, given in order: by the path of a place, how many people stand in each cell there.

    Three statements, whatever the number of days.
    """
    of, counts = _Days(days), EmploymentStatusKind.counts_as_employed
    employed = set(uow.session.scalars(select(EmploymentStatusKind.code).where(counts)))
    reading = visible_people(uow.actor, _lines(kind, days, employed), aggregate=True)
    reading = reading.where(counted_below(path)) if path else reading
    found: Counter[tuple[str, Cell, int]] = Counter()
    for _id, group in groupby(uow.rows(reading), itemgetter(0)):
        lines = list(group)
        place, (member, outside) = lines[0][1], _membership(kind, of, lines)
        for cell, on in _cells(member, outside, of, lines, employed) if member else ():
            if on:
                found[place, cell, on] += 1
    places = {place for place, _cell, _on in found}
    regions = uow.session.execute(select(Region.code, Region.path).where(Region.code.in_(places)))
    paths = {row.code: row.path for row in regions}
    counted: dict[date, dict[str, dict[Cell, int]]] = {day: {} for day in days}
    for (place, cell, on), count in found.items():
        for number, day in enumerate(days):
            if on >> number & 1:
                cells = counted[day].setdefault(paths.get(place, place), {})
                cells[cell] = cells.get(cell, 0) + count
    return counted
