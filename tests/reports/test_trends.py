"""The rates of many days in one reading are those that the definition gives for each of the days."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import JobIntention, PersonKind, ServiceRecord
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, JobSearchState, RegisterSource
from jobmatch.reports.indicators import RATES, Cell
from jobmatch.reports.queries import figures, month_ends, rate
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_staff

STATUS = ("E1", "E3", "B", "C", "G", "J", "L1", "L3", "X1", "X2", "R1", "R1", "R1")
PEOPLE = 50


def _near(draw: random.Random, days: list[date]) -> date:
    """Often a day that is asked for or one beside it, where a wrong "or equal" would show."""
    if draw.random() < 0.5:
        return draw.choice(days) + timedelta(days=draw.choice((-366, -365, -1, 0, 0, 1)))
    return days[-1] - timedelta(days=draw.randrange(900))


def _spells(uow: UnitOfWork, draw: random.Random, person_id: int, days: list[date]) -> None:
    """Lines that overlap, end, are corrected or begin together, with confirmations that hold for a while."""
    wrong: EmploymentSpell | None = None
    for number in range(draw.randrange(4)):
        started = _near(draw, days)
        is_open = number == 0 and draw.random() < 0.7
        row = EmploymentSpell(
            person_id=person_id,
            status_code=draw.choice(STATUS),
            started_on=started,
            ended_on=None if is_open else started + timedelta(days=draw.randrange(400)),
            source=RegisterSource.STAFF,
            recorded_at=uow.now,
            superseded_at=None if is_open or draw.random() < 0.8 else uow.now,
        )
        if wrong is not None:
            row.supersedes_id, row.correction_reason = wrong.id, "测试"
        uow.session.add(row)
        uow.session.flush()
        wrong = row if row.superseded_at else None
        for _again in range(draw.randrange(3)):
            said = max(started, _near(draw, days))
            uow.session.add(
                Confirmation(
                    spell_id=row.id,
                    evidence=EvidenceKind.PLEDGE,
                    way=ConfirmationWay.PHONE,
                    confirmed_on=said,
                    valid_until=said + timedelta(days=draw.choice((0, 30, 91, 365))),
                    recorded_at=uow.now,
                )
            )


def _fill(uow: UnitOfWork, draw: random.Random, days: list[date]) -> None:
    for _number in range(PEOPLE):
        birth = draw.choice((date(1980, 1, 1), days[0].replace(year=days[0].year - 16), date(1966, 3, 1)))
        person = make_person(
            uow,
            with_user=False,
            path=draw.choice((PATH_COUNTY, PATH_A, PATH_B, PATH_OTHER)),
            birth_on=birth + timedelta(days=draw.randrange(-200, 200)) if draw.random() < 0.9 else None,
            sex=draw.choice(("male", "female", "")),
            search_state=draw.choice(list(JobSearchState)),
        )
        person.search_state_since = _near(draw, days)
        if draw.random() < 0.3:
            person.resettled_region_code = person.living_region_code
        discharged = date(draw.choice((2023, 2024, 2025)), draw.choice((1, 9, 12)), 1)
        uow.session.execute(
            update(ServiceRecord)
            .where(ServiceRecord.person_id == person.id)
            .values(discharged_on=discharged, resettlement_code=draw.choice(("ZZJY", "APGZ")))
        )
        uow.session.execute(
            update(JobIntention).where(JobIntention.person_id == person.id).values(stated_on=_near(draw, days))
        )
        began = _near(draw, days)
        uow.session.execute(
            update(PersonKind)
            .where(PersonKind.person_id == person.id)
            .values(valid_from=began, valid_to=draw.choice((None, began + timedelta(days=200))))
        )
        if draw.random() < 0.3:
            uow.session.add(PersonKind(person_id=person.id, kind_code="TYJR", valid_from=began + timedelta(days=250)))
        _spells(uow, draw, person.id, days)
    uow.session.flush()


@pytest.mark.parametrize("seed", [1, 2])
def test_twelve_days_in_one_reading_are_twelve_readings(uow: UnitOfWork, seed: int) -> None:
    days = month_ends(uow.today, 12)
    _fill(uow, random.Random(seed), days)
    staff = acting(uow, make_staff(uow))
    seen: set[Cell] = set()
    for kind in RATES.values():
        for path in ("", PATH_COUNTY, PATH_A):
            found = figures(staff, kind, days, path=path)
            for day in days:
                plain = rate(staff, kind, day, path=path)
                assert found.rate(day) == plain, (kind.code, path, day)
                seen |= set(plain.cells)
        # The places below are those that the definition counts when it is asked for each of them.
        found = figures(staff, kind, days, path=PATH_COUNTY)
        for day in days:
            for place, counted in found.by_place(day).items():
                assert counted == rate(staff, kind, day, path=place)
    assert seen == set(Cell)


def test_a_correction_changes_the_months_behind_it(uow: UnitOfWork) -> None:
    """Past months are counted anew every time, so what is corrected today is right in every month."""
    staff, days = acting(uow, make_staff(uow)), month_ends(uow.today, 3)
    person = make_person(uow, with_user=False)
    values = {"person_id": person.id, "started_on": days[0], "source": RegisterSource.STAFF, "recorded_at": uow.now}
    wrong = EmploymentSpell(status_code="X2", **values)
    uow.session.add(wrong)
    uow.session.flush()

    def cells() -> list[Counter[Cell]]:
        found = figures(staff, RATES["registered-seekers"], days)
        return [Counter(found.rate(day).cells) for day in days]

    uow.session.execute(update(JobIntention).values(stated_on=days[0]))
    uow.session.execute(update(PersonKind).values(valid_from=days[0]))
    assert cells() == [Counter({Cell.UNKNOWN: 1})] * 3
    wrong.superseded_at = uow.now
    uow.session.flush()
    uow.session.add(EmploymentSpell(status_code="L1", supersedes_id=wrong.id, correction_reason="测试", **values))
    uow.session.flush()
    assert cells() == [Counter({Cell.SEEKING: 1})] * 3
