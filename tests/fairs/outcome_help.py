"""Rows of what happened at a fair, made directly; every name is invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn, Intention
from jobmatch.fairs.day.states import CheckInWay, IntentionMark
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.outcomes.models import FairFollowUp
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.states import EvidenceKind, RegisterSource
from recruiters.employers.models import Employer
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration


def make_check_in(uow: UnitOfWork, fair: JobFair, registration: FairRegistration, **values: Any) -> CheckIn:
    """That somebody came, twenty minutes after the doors opened."""
    fair.check_in_last += 1
    at = values.pop("at", fair.opens_at + timedelta(minutes=20))
    row = CheckIn(
        fair_id=fair.id,
        registration_id=registration.id,
        number=fair.check_in_last,
        way=CheckInWay.TYPED,
        at=at,
        received_at=at,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def make_intention(
    uow: UnitOfWork,
    registration: FairRegistration,
    posting: FairPosting,
    *,
    mark: IntentionMark | None = IntentionMark.INTENTION,
    person: bool = True,
    hired: bool = False,
    **values: Any,
) -> Intention:
    """An intention with both yeses; ``mark`` None or ``person`` False make it one-sided."""
    row = Intention(
        fair_id=posting.fair_id,
        registration_id=registration.id,
        exhibitor_id=posting.exhibitor_id,
        fair_posting_id=posting.id,
        mark=mark,
        employer_yes_at=uow.now if mark else None,
        person_yes_at=uow.now if person else None,
        hire_yes_at=uow.now if hired else None,
        open_until=uow.now + timedelta(days=3),
        created_at=uow.now,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def closed_fair(uow: UnitOfWork, *, days_ago: int = 0, **values: Any) -> JobFair:
    """A fair that ended so many days ago."""
    fair = make_fair(uow, state=FairState.CLOSED, opens_at=uow.now - timedelta(days=days_ago, hours=7), **values)
    fair.closed_at = uow.now - timedelta(days=days_ago)
    uow.session.flush()
    return fair


def booth(uow: UnitOfWork, fair: JobFair, **values: Any) -> tuple[Exhibitor, FairPosting]:
    """An exhibitor that came, with a posting of three places."""
    exhibitor = make_exhibitor(uow, fair, came=True, **values)
    return exhibitor, make_fair_posting(uow, exhibitor)


def visitor(uow: UnitOfWork, fair: JobFair, *, person: Person | None = None, **values: Any) -> FairRegistration:
    """Somebody who came."""
    registration = make_registration(uow, fair, person_id=person.id if person else None, **values)
    make_check_in(uow, fair, registration)
    return registration


def make_spell(
    uow: UnitOfWork, person: Person, employer: Employer | None, started_on: date, **values: Any
) -> EmploymentSpell:
    """A line of the register, with an employer of the platform or another one."""
    row = EmploymentSpell(
        person_id=person.id,
        status_code="E1",
        organization_id=employer.organization_id if employer else None,
        employer_name="测试单位",
        started_on=started_on,
        evidence=EvidenceKind.NONE,
        source=RegisterSource.STAFF,
        recorded_at=uow.now,
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def follow_ups_of(uow: UnitOfWork, intention: Intention) -> dict[int, FairFollowUp]:
    """The questions about an intention by their day."""
    query = select(FairFollowUp).where(FairFollowUp.intention_id == intention.id)
    return {row.day: row for row in uow.session.scalars(query)}
