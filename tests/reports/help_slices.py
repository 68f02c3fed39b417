"""People who differ in everything that numbers are taken apart by, and pages of the room."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import delete, update

from jobmatch.accounts.states import Role
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.states import Season
from jobmatch.reports.indicators.base import Scope
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of,
    make_person,
    make_station,
    make_user,
)
from tests.reports.help_indicators import line

DAY = date(2026, 11, 21)


def served(uow: UnitOfWork, person: Person, **values: Any) -> Person:
    """``person`` with other values in the service record."""
    uow.session.execute(update(ServiceRecord).where(ServiceRecord.person_id == person.id).values(**values))
    return person


def of_kind(uow: UnitOfWork, person: Person, *codes: str) -> Person:
    """``person`` as one of other kinds."""
    uow.session.execute(delete(PersonKind).where(PersonKind.person_id == person.id))
    uow.session.add_all(PersonKind(person_id=person.id, kind_code=code, valid_from=date(2020, 1, 1)) for code in codes)
    uow.session.flush()
    return person


def wants(uow: UnitOfWork, person: Person, *codes: str) -> Person:
    """``person`` with other wishes, in order."""
    uow.session.execute(
        update(JobIntention).where(JobIntention.person_id == person.id).values(occupation_codes=list(codes))
    )
    return person


def some_people(uow: UnitOfWork) -> list[Person]:
    """Nine people of the county, no two alike, one of whom nothing is known, and one of another county."""
    people = [
        make_person(uow, with_user=False, path=PATH_A, sex="male", birth_on=date(1990, 5, 1)),
        make_person(uow, with_user=False, path=PATH_A, sex="female", birth_on=date(2001, 2, 28), education_code="21"),
        make_person(uow, with_user=False, path=PATH_B, sex="male", birth_on=date(1969, 1, 1), education_code="31"),
        make_person(uow, with_user=False, path=PATH_B, sex="female", birth_on=date(2012, 1, 1), education_code="71"),
        make_person(uow, with_user=False, path=PATH_B, birth_on=date(1985, 6, 30)),
        make_person(uow, with_user=False, path=PATH_COUNTY, sex="male"),
        make_person(uow, with_user=False, path=PATH_A, sex="male", birth_on=date(1978, 1, 1)),
        make_person(uow, with_user=False, path=PATH_A, sex="female"),
        make_person(uow, with_user=False, path=PATH_A, birth_on=None, education_code=None),
    ]
    served(uow, people[0], discharged_on=date(2025, 9, 1), discharge_season=Season.AUTUMN)
    served(uow, people[1], discharged_on=date(2025, 3, 1))
    served(uow, people[2], discharged_on=date(2020, 12, 1), resettlement_code="APGZ")
    of_kind(uow, people[3], "JS_ZN")
    of_kind(uow, people[4], "JS_PO", "SJJS")
    of_kind(uow, people[7], "LSYS", "TYJR")
    of_kind(uow, people[8])
    served(uow, people[8], discharged_on=None, enlisted_on=None, resettlement_code=None)
    wants(uow, people[1], "6-29-01-01", "4-02-02-02")
    wants(uow, people[8])
    for person in people[:4]:
        line(uow, person)
    line(uow, people[5], proof=None)
    make_person(uow, with_user=False, path=PATH_OTHER, sex="male")
    uow.session.flush()
    return people


def year(uow: UnitOfWork, path: str = PATH_COUNTY) -> Scope:
    """The year up to a day in November."""
    return Scope(uow, path, date(2026, 1, 1), max(DAY, uow.today))


def superior(uow: UnitOfWork, path: str = PATH_COUNTY) -> UnitOfWork:
    """The unit in the hands of a reader who sees figures and no lists."""
    station = make_station(uow, path=path)
    user = make_user(uow, Role.SUPERIOR_READER, organization=station)
    return acting(uow, actor_of(user, Role.SUPERIOR_READER, station))
