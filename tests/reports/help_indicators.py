"""Rows behind indicators, made directly: lines of the register, applications, acts of service, matters of the desk."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.states import RequestState, RequestWay
from jobmatch.casework.plans.models import Support
from jobmatch.casework.plans.states import SupportKind
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, GrantPurpose, RegisterSource
from jobmatch.reports.figures.readings import Reading, read, rows_behind_figure, sides_of
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Scope, count
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.factories import PATH_A, PATH_COUNTY, make_posting

YEAR = (date(2026, 1, 1), date(2026, 11, 21))
_numbers = itertools.count(1)


def noon(day: date) -> datetime:
    """Some instant of a day that is the same day everywhere near."""
    return datetime.combine(day, time(4), UTC)


def scope_of(uow: UnitOfWork, since: date = YEAR[0], until: date = YEAR[1], path: str = PATH_COUNTY) -> Scope:
    return Scope(uow, path, since, until)


def number(scope: Scope, code: str) -> int:
    """A figure, after checking that its list is as long, or adds up to it."""
    figure = registry.ALL[code]
    assert isinstance(figure, Figure)
    _kind, query = rows_behind_figure(scope, figure)
    found = count(scope, figure)
    assert sum(row[-1] for row in scope.uow.rows(query)) == found, code
    return found


def reading(scope: Scope, code: str) -> Reading:
    """A number, after checking every list of it."""
    for _side, figure in sides_of(registry.ALL[code]):
        if isinstance(figure, Figure):
            number(scope, figure.code)
    return read(scope, registry.ALL[code])


def sides(scope: Scope, code: str) -> tuple[int, int | None]:
    found = reading(scope, code)
    return found.numerator, found.denominator


def line(
    uow: UnitOfWork,
    person: Person,
    status: str = "E1",
    *,
    since: date = date(2026, 3, 1),
    until: date | None = None,
    proof: tuple[date, date] | None = (date(2026, 3, 1), date(2027, 3, 1)),
    evidence: EvidenceKind = EvidenceKind.CONTRACT,
    **values: Any,
) -> EmploymentSpell:
    """A line of the register, with a confirmation unless ``proof`` is None."""
    row = EmploymentSpell(
        person_id=person.id,
        status_code=status,
        started_on=since,
        ended_on=until,
        evidence=evidence if proof else EvidenceKind.NONE,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    if proof:
        confirmed(uow, row, proof, evidence)
    return row


def confirmed(uow: UnitOfWork, spell: EmploymentSpell, days: tuple[date, date], evidence: EvidenceKind) -> None:
    uow.session.add(
        Confirmation(
            spell_id=spell.id,
            evidence=evidence,
            way=ConfirmationWay.PAPER,
            confirmed_on=days[0],
            valid_until=days[1],
            recorded_at=uow.now,
        )
    )
    uow.session.flush()


def application(
    uow: UnitOfWork,
    person: Person,
    posting: Posting | None = None,
    *,
    day: date = date(2026, 2, 1),
    started: date | None = None,
) -> Application:
    """An application of a day, which became a start where ``started`` is given."""
    posting = posting or make_posting(uow)
    employer = uow.session.scalars(select(Employer).where(Employer.id == posting.employer_id)).one()
    grant = Grant(
        person_id=person.id,
        organization_id=employer.organization_id,
        purpose=GrantPurpose.APPLICATION,
        created_at=uow.now,
        valid_until=uow.today + timedelta(days=90),
    )
    uow.session.add(grant)
    uow.session.flush()
    row = Application(
        person_id=person.id,
        posting_id=posting.id,
        organization_id=employer.organization_id,
        region_path=person.region_path,
        grant_id=grant.id,
        answer_due_on=day + timedelta(days=7),
        created_at=noon(day),
        state_since=noon(day),
        state=ApplicationState.STARTED if started else ApplicationState.SUBMITTED,
        hired_at=noon(started) if started else None,
        started_on=started,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def support(uow: UnitOfWork, person: Person, day: date, kind: SupportKind = SupportKind.RECOMMENDATION) -> None:
    uow.session.add(Support(person_id=person.id, kind=kind, happened_on=day, recorded_at=uow.now))
    uow.session.flush()


def matter(uow: UnitOfWork, *, finished: datetime, used: int = 1, limit: int = 2, item: str = "JDLK") -> ServiceRequest:
    """A matter of the desk that was done."""
    row = ServiceRequest(
        walk_in_name=f"测试来访人{next(_numbers)}",
        item_code=item,
        way=RequestWay.WINDOW,
        state=RequestState.DONE,
        region_path=PATH_A,
        station_path=PATH_COUNTY,
        asked_at=finished - timedelta(days=3),
        finished_at=finished,
        limit_days=limit,
        used_days=used,
        clock_from=finished.date(),
        due_on=finished.date(),
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def rating(uow: UnitOfWork, level: int | None, at: datetime, *, proxy: int | None = None) -> None:
    uow.session.add(
        Rating(
            about=f"test:{next(_numbers)}",
            title="就业创业建档",
            region_path=PATH_A,
            asked_at=at,
            level=level,
            answered_at=at if level else None,
            proxy_level=proxy,
            proxy_at=at if proxy else None,
        )
    )
    uow.session.flush()
