"""The start page of those who know their people by name: whom to call, and what runs out soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import func, select

from jobmatch.casework.tasks.queries import Counts, task_counts
from jobmatch.casework.visits.queries.contacts import SilentRow, contact_ages, silent_people, silent_rows
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import IS_NOW, phones_of
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reports.figures.queries import Rate, rate
from jobmatch.reports.indicators.rates import REGISTERED_SEEKERS

SILENT_DAYS = 30
CUTS = (SILENT_DAYS, 90, 180)
SHOWN, MONTHS = 10, 6


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to call: how long nobody has, and the phone, which is masked where it is shown."""

    row: SilentRow
    phone: str | None


@dataclass(frozen=True, slots=True)
class ClerkDay:
    """All of the page; ``ages`` hold everybody in reach, so that their sum is the number of people.

    ``calls`` are people whom the reader answers for, or the station's where none of those waits (``is_mine``).
    """

    tasks: Counts
    ages: tuple[tuple[str, int], ...]
    standing: tuple[tuple[str, int], ...]
    running_out: tuple[tuple[str, int], ...]
    now: Rate
    calls: tuple[Call, ...]
    is_mine: bool

    @property
    def people(self) -> int:
        return sum(count for _name, count in self.ages)

    @property
    def silent(self) -> int:
        """People nobody has talked to for so long that they stand in the table."""
        return sum(count for _name, count in self.ages[1:])


def clerk_day(uow: UnitOfWork) -> ClerkDay:
    """What a clerk sees first, with a fixed number of statements."""
    names = (_("30 天内"), _("31–90 天"), _("91–180 天"), _("180 天以上"))
    now = rate(uow, REGISTERED_SEEKERS, uow.today)
    own = calls_of(uow, SHOWN, owner=uow.actor.public_id)
    return ClerkDay(
        task_counts(uow),
        tuple(zip(names, contact_ages(uow, CUTS), strict=True)),
        tuple((cell.label, now.cells.get(cell, 0)) for cell in sorted(now.kind.denominator)),
        tuple(_running_out(uow)),
        now,
        own or calls_of(uow, SHOWN),
        bool(own),
    )


def calls_of(uow: UnitOfWork, count: int, *, owner: str = "", path: str = "") -> tuple[Call, ...]:
    """The ``count`` people in reach whom nobody has talked to for longest: five statements."""
    asked = {"days": str(SILENT_DAYS), "owner": owner, "path": path}
    rows = list(uow.rows(silent_people(uow, asked).limit(count)))
    phones = phones_of(uow.session, [person for person, _last in rows]) if rows else {}
    return tuple(Call(row, phones.get(row.person.id)) for row in silent_rows(uow, rows)) if rows else ()


def _running_out(uow: UnitOfWork) -> list[tuple[str, int]]:
    """How many people's proof of work runs out in this month and in each of the next: one statement."""
    first = uow.today.replace(day=1)
    starts = [first]
    while len(starts) <= MONTHS:
        starts.append((starts[-1] + timedelta(days=32)).replace(day=1))
    works = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    lasts = func.max(Confirmation.valid_until).label("lasts")
    people = visible_people(
        uow.actor,
        select(lasts)
        .select_from(Person)
        .join(EmploymentSpell, EmploymentSpell.person_id == Person.id)
        .join(Confirmation, Confirmation.spell_id == EmploymentSpell.id)
        .where(*IS_NOW, EmploymentSpell.status_code.in_(works))
        .group_by(Person.id),
    )
    ends = people.subquery()
    spans = [ends.c.lasts.between(max(one, uow.today), after - timedelta(days=1)) for one, after in pairwise(starts)]
    counting = select(*(func.count().filter(span) for span in spans)).select_from(ends)
    counts = uow.rows(counting.execution_options(**people.get_execution_options()))[0]
    return [(_month(day), count) for day, count in zip(starts, counts, strict=False)]


def _month(day: date) -> str:
    return _("%(month)s 月", month=day.month)
