"""The figures of accompanying families that the half-yearly table asks for."""

from __future__ import annotations

from datetime import date, timedelta

from jobmatch.casework.families.models import FamilyAid, FamilyCheck
from jobmatch.casework.families.states import AidKind, TrainingWish
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import PersonKind
from jobmatch.reports.indicators import families
from jobmatch.reports.indicators.base import Scope, count
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_person, make_staff


def test_families_are_counted_once_in_the_half_year_in_which_it_happened(uow: UnitOfWork) -> None:
    wife, other, far, veteran = (
        make_person(uow, path=path, with_user=False) for path in (PATH_A, PATH_A, PATH_OTHER, PATH_A)
    )
    for person in (wife, other, far):
        uow.session.add(PersonKind(person_id=person.id, kind_code="SJJS", valid_from=date(2024, 1, 1)))
    wishes = {wife: TrainingWish.SKILL, other: TrainingWish.NO, far: TrainingWish.SKILL, veteran: TrainingWish.SKILL}
    for person, wish in wishes.items():
        uow.session.add(FamilyCheck(person_id=person.id, half_year="2026-2", checked_on=uow.today, training_wish=wish))
    for day in (uow.today, uow.today - timedelta(days=1), date(2025, 1, 1)):
        uow.session.add(FamilyAid(person_id=wife.id, kind=AidKind.RECOMMENDED, happened_on=day, recorded_at=uow.now))
    uow.session.flush()
    scope = Scope(acting(uow, make_staff(uow)), PATH_COUNTY, date(2026, 7, 1), uow.today)
    found = {figure.code: count(scope, figure) for figure in families.FIGURES}
    assert found == {
        "families.checked": 2,
        "families.wishing": 1,
        "families.trained": 0,
        "families.aided": 1,
    }
    before = Scope(scope.uow, PATH_COUNTY, date(2025, 1, 1), date(2025, 6, 30))
    assert [count(before, figure) for figure in families.FIGURES] == [0, 0, 0, 1]
