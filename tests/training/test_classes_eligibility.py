"""Who may take a class: each rule met, not met, and not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from training.courses.classes.eligibility import Asked, Facts, Finding, Terms, check, may_enroll

DAY = date(2026, 12, 1)
ASKED = Asked(starts_on=DAY)
TERMS = Terms(
    free_most=1, free_most_source="甲", free_months=0, free_months_source="乙", retirement_source="国发〔1978〕104 号"
)
FACTS = Facts(birth_on=date(1995, 5, 1), retirement_category="male", discharged_on=date(2025, 9, 1))


def found(asked: Asked, facts: Facts, code: str, terms: Terms = TERMS) -> Finding | None:
    return next((line.finding for line in check(asked, facts, terms) if line.code == code), None)


def test_a_class_that_asks_for_nothing_takes_everybody_of_working_age() -> None:
    lines = check(ASKED, FACTS, TERMS)
    assert may_enroll(lines) and {line.code for line in lines} == {"retirement", "free_count"}
    assert all(line.words and line.source for line in lines)


@pytest.mark.parametrize(
    ("birth_on", "category", "starts_on", "finding"),
    [
        # Since 2025 men born in January 1965 retire one month after 60, those of December 1964 still at 60.
        (date(1965, 1, 1), "male", date(2025, 1, 20), Finding.MET),
        (date(1964, 12, 1), "male", date(2025, 1, 20), Finding.NOT_MET),
        (date(1965, 1, 1), "male", date(2025, 2, 1), Finding.NOT_MET),
        # Women workers of January 1975: one month after 50; cadres of January 1970: one month after 55.
        (date(1975, 1, 1), "female_worker", date(2025, 1, 31), Finding.MET),
        (date(1975, 1, 1), "female_worker", date(2025, 2, 1), Finding.NOT_MET),
        (date(1970, 1, 1), "female_cadre", date(2025, 1, 31), Finding.MET),
        (None, "male", date(2025, 1, 20), Finding.MISSING),
        (date(1990, 1, 1), "", date(2025, 1, 20), Finding.MISSING),
    ],
)
def test_the_retirement_day_is_computed_for_the_month_of_birth(
    birth_on: date | None, category: str, starts_on: date, finding: Finding
) -> None:
    facts = replace(FACTS, birth_on=birth_on, retirement_category=category)
    assert found(replace(ASKED, starts_on=starts_on), facts, "retirement") is finding


@pytest.mark.parametrize(
    ("birth_on", "finding"),
    [
        (date(2008, 12, 1), Finding.MET),
        (date(2008, 12, 2), Finding.NOT_MET),
        (date(1995, 12, 2), Finding.MET),
        (date(1995, 12, 1), Finding.NOT_MET),
        (None, Finding.MISSING),
    ],
)
def test_ages_count_on_the_first_day(birth_on: date | None, finding: Finding) -> None:
    asked = replace(ASKED, min_age=18, max_age=30)
    assert found(asked, replace(FACTS, birth_on=birth_on), "age") is finding


def test_free_courses_are_counted_and_have_their_months() -> None:
    assert found(ASKED, replace(FACTS, free_count=1), "free_count") is Finding.NOT_MET
    assert found(replace(ASKED, is_free=False), replace(FACTS, free_count=1), "free_count") is None
    months = replace(TERMS, free_months=12)
    assert found(ASKED, replace(FACTS, discharged_on=date(2025, 12, 1)), "free_months", months) is Finding.MET
    assert found(ASKED, replace(FACTS, discharged_on=date(2025, 11, 30)), "free_months", months) is Finding.NOT_MET
    assert found(ASKED, replace(FACTS, discharged_on=None), "free_months", months) is Finding.MISSING


def test_groups_ways_years_schooling_and_licences() -> None:
    asked = replace(
        ASKED,
        kind_groups=frozenset({"veteran"}),
        kind_names="退役军人",
        method_codes=frozenset({"ZZJY"}),
        method_names="自主就业",
        returned_year=2025,
        education_rank=3,
        education_name="高中",
        licences=frozenset({"B2", "A2"}),
        licence_name="B2",
    )
    blank = {
        line.code for line in check(asked, replace(FACTS, discharged_on=None), TERMS) if line.finding is Finding.MISSING
    }
    assert blank == {"kind", "method", "returned", "education", "licence"}
    good = replace(
        FACTS,
        kind_groups=frozenset({"veteran", "x"}),
        method_code="ZZJY",
        education_rank=3,
        licences=frozenset({"A2"}),
    )
    assert may_enroll(check(asked, good, TERMS))
    for change, code in (
        ({"kind_groups": frozenset({"dependant"})}, "kind"),
        ({"method_code": "APGZ"}, "method"),
        ({"discharged_on": date(2024, 9, 1)}, "returned"),
        ({"education_rank": 2}, "education"),
        ({"clashes": ("电工班",)}, "clash"),
    ):
        assert found(asked, replace(good, **change), code) is Finding.NOT_MET  # type: ignore[arg-type]
