"""Retirement ages against the annex of the decision of 2024-09-13."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.reference.rules import add_months, retired_born_before, retirement_on
from jobmatch.reference.states import RetirementCategory

NOW = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("category", "birth_on", "retires_on"),
    [
        ("male", date(1964, 12, 1), date(2024, 12, 1)),
        ("male", date(1965, 1, 15), date(2025, 2, 15)),
        ("male", date(1965, 4, 15), date(2025, 5, 15)),
        ("male", date(1965, 5, 15), date(2025, 7, 15)),
        ("male", date(1976, 8, 1), date(2039, 7, 1)),
        ("male", date(1976, 9, 1), date(2039, 9, 1)),
        ("male", date(1990, 1, 31), date(2053, 1, 31)),
        ("female_cadre", date(1970, 1, 1), date(2025, 2, 1)),
        ("female_cadre", date(1981, 9, 1), date(2039, 9, 1)),
        ("female_worker", date(1975, 1, 1), date(2025, 2, 1)),
        ("female_worker", date(1975, 3, 1), date(2025, 5, 1)),
        ("female_worker", date(1984, 11, 1), date(2039, 11, 1)),
    ],
)
def test_retirement_follows_the_annex(category: str, birth_on: date, retires_on: date) -> None:
    assert retirement_on(birth_on, category, NOW) == retires_on


def test_before_the_reform_the_old_ages_held() -> None:
    assert retirement_on(date(1970, 6, 1), "male", date(2024, 12, 31)) == date(2030, 6, 1)


def test_there_is_no_rule_before_1978() -> None:
    with pytest.raises(LookupError):
        retirement_on(date(1920, 1, 1), "male", date(1970, 1, 1))


@given(st.dates(date(1950, 1, 1), date(2005, 1, 1)), st.sampled_from(list(RetirementCategory)))
def test_who_is_born_later_never_retires_earlier(birth_on: date, category: RetirementCategory) -> None:
    today, tomorrow = birth_on, date.fromordinal(birth_on.toordinal() + 1)
    assert retirement_on(today, category, NOW) <= retirement_on(tomorrow, category, NOW)


@given(st.dates(date(2025, 1, 1), date(2045, 1, 1)), st.sampled_from(["male", "female"]))
def test_the_boundary_birthday_divides_the_retired_from_the_others(on: date, sex: str) -> None:
    category = "male" if sex == "male" else "female_cadre"
    last = retired_born_before(sex, on)
    assert retirement_on(last, category, on) <= on < retirement_on(date.fromordinal(last.toordinal() + 1), category, on)


def test_months_end_where_the_month_ends() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert add_months(date(2024, 11, 30), 1) == date(2024, 12, 30)
