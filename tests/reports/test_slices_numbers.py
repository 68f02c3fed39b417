"""Numbers taken apart: the rows add up to the whole, every row opens as many as it says, nobody counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jobmatch.casework.intake.models import IntakeBatch, RosterEntry
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.states import Season
from jobmatch.reports.figures.readings import rows_behind_figure
from jobmatch.reports.indicators.base import Figure, Ratio, Scope, count
from jobmatch.reports.slices.catalog import CATALOG, EVERYBODY, counted_sides, dimensions_of
from jobmatch.reports.slices.dimensions import BY_KEY, DIMENSIONS, UNKNOWN
from jobmatch.reports.slices.drawings import slice_finding
from jobmatch.reports.slices.slicing import Cut, cut, narrowed
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, PATH_OTHER, make_person, make_posting, make_staff, make_station
from tests.reports.help_indicators import line
from tests.reports.help_slices import served, some_people, superior, year

TAKEN = ("files", "registered-seekers", "I01", "dependants", "I23", "postings.vacancies", "helped", "I21", "I20")


def rows(found: Cut) -> dict[str, tuple[int, int | None]]:
    return {part.key: (part.numerator, part.denominator) for part in found.parts}


@pytest.mark.parametrize("by", [one.key for one in DIMENSIONS])
def test_the_rows_add_up_to_the_whole_and_open_as_many_as_they_say(uow: UnitOfWork, by: str) -> None:
    staff = acting(uow, make_staff(uow))
    some_people(uow)
    make_posting(uow, vacancy_count=3, region_path=PATH_A)
    make_posting(uow, vacancy_count=4, occupation_code=None, pay_low_yuan=None, pay_high_yuan=None, is_reserved=False)
    scope, dimension, taken = year(staff), BY_KEY[by], 0
    for code in TAKEN:
        definition = CATALOG[code]
        if dimension not in dimensions_of(definition):
            continue
        taken += 1
        found = cut(scope, definition, dimension)
        for n, (_name, figure) in enumerate(counted_sides(definition)):
            whole = (found.whole.numerator, found.whole.denominator)[n]
            amounts = [(part.numerator, part.denominator)[n] or 0 for part in found.parts]
            assert sum(amounts) == whole == count(scope, figure), (code, by)
            for part, amount in zip(found.parts, amounts, strict=True):
                _kind, query = rows_behind_figure(scope, narrowed(figure, [(dimension, part.key)]))
                assert sum(row[-1] for row in staff.rows(query)) == amount, (code, by, part.key)
    assert taken


def test_everybody_stands_where_they_belong(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    some_people(uow)
    scope = replace(year(staff), until=date(2026, 11, 21))

    def of(by: str) -> dict[str, int]:
        return {key: amounts[0] for key, amounts in rows(cut(scope, EVERYBODY, BY_KEY[by])).items()}

    scope = replace(scope, until=max(scope.until, uow.today))
    assert of("place") == {PATH_COUNTY: 1, PATH_A: 5, PATH_B: 3}
    assert of("season") == {"spring": 1, "autumn": 7, UNKNOWN: 1}
    assert of("year") == {"2018": 5, "2020": 1, "2025": 2, UNKNOWN: 1}
    assert of("method") == {"ZZJY": 7, "APGZ": 1, UNKNOWN: 1}
    assert of("kind") == {"veteran": 6, "accompanying": 1, "child": 1, UNKNOWN: 1}
    assert of("sex") == {"male": 4, "female": 3, UNKNOWN: 2}
    assert of("age") == {"0": 1, "25": 1, "35": 4, "45": 1, "55": 1, UNKNOWN: 1}
    assert of("education") == {"6": 5, "2": 1, "3": 1, "7": 1, UNKNOWN: 1}
    assert of("occupation") == {"4-02": 7, "6-29": 1, UNKNOWN: 1}
    assert of("programme") == {"none": 9}


def test_unknown_comes_last_and_has_a_name(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    some_people(uow)
    found = cut(year(staff), EVERYBODY, BY_KEY["sex"])
    assert [part.label for part in found.parts] == ["男", "女", "不详"]


def test_a_line_of_the_roster_without_a_file_stands_in_its_season_and_way(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    station = make_station(uow, path=PATH_A)
    batch = IntakeBatch(
        station_id=station.id,
        region_path=PATH_A,
        year=2025,
        season=Season.SPRING,
        name="测试批次",
        created_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    uow.session.add(
        RosterEntry(
            batch_id=batch.id,
            region_path=PATH_A,
            name="测试名册",
            id_number="990000199001010017",
            birth_on=date(2004, 2, 29),
            method_code="ZZJY",
            discharged_on=date(2025, 3, 1),
            expected_region_code=PATH_A.strip("/").split("/")[-1],
            state_on=date(2025, 3, 1),
            created_at=uow.now,
        )
    )
    uow.session.flush()
    scope = Scope(staff, PATH_COUNTY, date(2026, 1, 1), date(2026, 2, 28))
    found = {by: rows(cut(scope, CATALOG["I01"], BY_KEY[by])) for by in ("season", "year", "method", "kind", "place")}
    assert found == {
        "season": {"spring": (0, 1)},
        "year": {"2025": (0, 1)},
        "method": {"ZZJY": (0, 1)},
        "kind": {"veteran": (0, 1)},
        "place": {PATH_A: (0, 1)},
    }
    assert rows(cut(scope, CATALOG["I01"], BY_KEY["age"])) == {"16": (0, 1)}


@pytest.mark.parametrize(
    ("day", "band"), [(date(2029, 2, 28), "16"), (date(2029, 3, 1), "25"), (date(2028, 2, 29), "16")]
)
def test_somebody_born_on_29_february_grows_older_on_1_march(uow: UnitOfWork, day: date, band: str) -> None:
    staff = acting(uow, make_staff(uow))
    make_person(uow, with_user=False, birth_on=date(2004, 2, 29))
    found = cut(Scope(staff, PATH_COUNTY, day, day), EVERYBODY, BY_KEY["age"])
    assert [part.key for part in found.parts] == [band]


def test_a_period_without_anybody_and_a_denominator_of_zero(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    scope = Scope(staff, PATH_COUNTY, date(1999, 1, 1), date(1999, 12, 31))
    found = cut(scope, CATALOG["registered-seekers"], BY_KEY["kind"])
    assert (found.parts, found.whole.numerator, found.whole.denominator, found.whole.value) == ((), 0, 0, None)
    assert slice_finding(found) == "这段时间这里没有数"
    make_posting(uow, vacancy_count=3)
    places = cut(year(staff), CATALOG["I23"], BY_KEY["occupation"])
    assert [(part.numerator, part.denominator, part.value) for part in places.parts] == [(3, 0, None)]


def test_another_county_counts_nobody(uow: UnitOfWork) -> None:
    some_people(uow)
    staff = acting(uow, make_staff(uow, path=PATH_OTHER))
    assert cut(year(staff), EVERYBODY, BY_KEY["kind"]).parts == ()
    _kind, query = rows_behind_figure(year(staff), narrowed(EVERYBODY, [(BY_KEY["sex"], "male")]))
    assert staff.rows(query) == []
    assert cut(year(staff, PATH_OTHER), EVERYBODY, BY_KEY["sex"]).whole.numerator == 1


def test_the_finding_names_the_highest_and_the_lowest_of_five_or_more(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for path, working in ((PATH_A, 4), (PATH_B, 1)):
        for n in range(5):
            person = make_person(uow, with_user=False, path=path)
            if n < working:
                line(uow, person)
    line(uow, make_person(uow, with_user=False, path=PATH_COUNTY))
    found = cut(year(staff), CATALOG["registered-seekers"], BY_KEY["place"])
    assert slice_finding(found) == "最高的是测试东镇（80.0%，4/5），最低的是测试西镇（20.0%，1/5）"


def test_rows_of_few_people_are_not_compared(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    line(uow, make_person(uow, with_user=False, sex="male"))
    for _ in range(7):
        make_person(uow, with_user=False)
    found = cut(year(staff), CATALOG["registered-seekers"], BY_KEY["sex"])
    assert slice_finding(found) == "合计（12.5%，1/8）"


def test_every_number_of_people_rosters_and_postings_can_be_taken_apart() -> None:
    for code, definition in CATALOG.items():
        assert isinstance(definition, Figure | Ratio)
        assert dimensions_of(definition), code


def test_a_superior_sees_no_row_from_which_few_people_can_be_told(uow: UnitOfWork) -> None:
    for n, path in enumerate((PATH_A, PATH_B)):
        for number in range(6 + 6 * n):
            person = make_person(uow, with_user=False, path=path, sex="male" if number else "female")
            served(uow, person, discharged_on=date(2025, 9, 1))
    found = cut(year(superior(uow)), EVERYBODY, BY_KEY["sex"])
    assert [(part.key, part.is_hidden) for part in found.parts] == [("male", True), ("female", True)]
    found = cut(year(superior(uow)), EVERYBODY, BY_KEY["place"])
    assert [part.is_hidden for part in found.parts] == [False, False]


def test_a_dimension_that_says_nothing_of_the_rows_is_refused(uow: UnitOfWork) -> None:
    staff: Any = acting(uow, make_staff(uow))
    with pytest.raises(LookupError):
        cut(year(staff), CATALOG["postings.vacancies"], BY_KEY["sex"])
