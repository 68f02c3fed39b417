"""A county for boards: who works where, proved or not, and what spot checks found. Every name is invented."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import delete, update

from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, Person
from jobmatch.people.states import JobSearchState
from jobmatch.reference.services import add_region
from jobmatch.reports.campaigns.models import SpotCheck, SpotCheckLine
from jobmatch.reports.campaigns.states import SpotResult
from tests.factories import COUNTY, PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_station
from tests.reports.help_indicators import line


def people(uow: UnitOfWork, path: str, *, proved: int = 0, claimed: int = 0, seeking: int = 0, nobody: int = 0) -> None:
    """Seekers of a place: in work with proof, in work without, out of work, and without a line in the register."""
    for count, status, proof in (
        (proved, "E1", (date(2026, 3, 1), date(2027, 3, 1))),
        (claimed, "E1", None),
        (seeking, "L1", None),
    ):
        for _n in range(count):
            line(uow, seeker(uow, path), status, proof=proof)
    for _n in range(nobody):
        seeker(uow, path)


def seeker(uow: UnitOfWork, path: str) -> Person:
    """Somebody who said in February that they look for work."""
    person = make_person(uow, path=path, with_user=False)
    stated = update(JobIntention).where(JobIntention.person_id == person.id)
    uow.session.execute(stated.values(stated_on=date(2026, 2, 1)))
    return person


def checked(uow: UnitOfWork, path: str, *, false: int, true: int, day: date | None = None) -> None:
    """A spot check of a station that reached ``false`` + ``true`` people."""
    station = make_station(uow, path=path)
    check = SpotCheck(
        station_id=station.id,
        region_path=path,
        drawn_on=day or uow.today,
        created_at=uow.now,
        seed=1,
        share_percent=5,
        claimed_count=false + true,
    )
    uow.session.add(check)
    uow.session.flush()
    for result in [SpotResult.FALSE] * false + [SpotResult.TRUE] * true:
        person = make_person(uow, path=path, with_user=False, search_state=JobSearchState.NOT_LOOKING)
        uow.session.execute(delete(JobIntention).where(JobIntention.person_id == person.id))
        given = {"result": result, "called_at": uow.now}
        uow.session.add(SpotCheckLine(spot_check_id=check.id, spell_id=line(uow, person).id, **given))
    uow.session.flush()


def county(uow: UnitOfWork) -> Actor:
    """Two towns and people of the county itself: 12 of 20 and 6 of 11 in work in the towns, 1 of 1 in none of them."""
    people(uow, PATH_A, proved=12, claimed=3, seeking=4, nobody=1)
    people(uow, PATH_B, proved=6, claimed=0, seeking=3, nobody=2)
    people(uow, PATH_COUNTY, proved=1)
    checked(uow, PATH_A, false=2, true=6)
    checked(uow, PATH_B, false=0, true=5)
    checked(uow, PATH_A, false=3, true=0, day=uow.today - timedelta(days=400))
    return make_staff(uow)


def more_towns(uow: UnitOfWork, count: int) -> list[str]:
    """So many more towns in the county; returns their paths."""
    codes = [f"{COUNTY}{200 + n}" for n in range(count)]
    for n, code in enumerate(codes):
        add_region(uow, code=code, name=f"测试{n}镇", level="township", parent_code=COUNTY)
    uow.session.flush()
    return [f"{PATH_COUNTY}{code}/" for code in codes]
