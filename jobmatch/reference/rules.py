"""Ages that statute sets. Pure: they are the shipped lines of ``retirement_age``, which no form can change."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from jobmatch.reference.models import DatedRule
from jobmatch.reference.shipped import shipped_rows
from jobmatch.reference.states import RetirementCategory


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


@cache
def _terms(on: date) -> Any:
    rows = [row for row in shipped_rows(DatedRule) if row["code"] == "retirement_age" and row["valid_from"] <= on]
    if not rows:
        raise LookupError(f"no retirement age on {on}")
    return max(rows, key=lambda row: row["valid_from"])["value"]


def retirement_on(birth_on: date, category: RetirementCategory | str, on: date) -> date:
    """The day somebody born on ``birth_on`` reaches the statutory retirement age by the rules in force on ``on``.

    Since 2025-01-01 the age of men rises from 60 to 63 and of women from 55 to 58, by one month for every four months
    of birth, and of women from 50 to 55, by one month for every two (全国人大常委会决定, 2024-09-13). Raises
    ``LookupError`` for a day before 1978-06-02.
    """
    terms = _terms(on)[RetirementCategory(category).value]
    months = terms["years"] * 12
    if "starts" in terms:
        starts = date.fromisoformat(terms["starts"])
        late = (birth_on.year - starts.year) * 12 + birth_on.month - starts.month + months
        if late >= 0:
            months += min(terms["delay_max_months"], late // terms["step_months"] + 1)
    return add_months(birth_on, months)


@cache
def retired_born_before(sex: str, on: date) -> date:
    """The last birthday of those who have reached the retirement age on ``on``: everybody born up to it has.

    ``sex`` is ``male`` or ``female``. A woman's post is not known here, so the later of the two ages of women counts:
    nobody who may still work leaves the working age.
    """
    category = RetirementCategory.FEMALE_CADRE if sex == "female" else RetirementCategory.MALE
    low, high = on.toordinal() - 70 * 366, on.toordinal() - 40 * 365
    while high - low > 1:
        middle = (low + high) // 2
        if retirement_on(date.fromordinal(middle), category, on) <= on:
            low = middle
        else:
            high = middle
    return date.fromordinal(low)
