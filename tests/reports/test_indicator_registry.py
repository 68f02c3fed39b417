"""Every number is defined once and in words, and equals the rows behind it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Figure, Median, Ratio, Scope, by_code, count, middle
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, make_person, make_posting, make_staff
from tests.reports.test_rates import discharged, spell


def test_every_indicator_of_the_trade_is_defined_once() -> None:
    assert {f"I{number:02d}" for number in range(1, 24)} <= set(registry.ALL)


def test_a_code_that_names_two_things_is_refused() -> None:
    first = registry.FIGURES[0]
    other = Figure(first.code, "x", first.unit, first.span, first.subject, "x", first.rows)
    with pytest.raises(ValueError, match="two definitions"):
        by_code((first, other))


def test_every_definition_says_what_it_means() -> None:
    wordless = [
        code
        for code, one in registry.ALL.items()
        if not (one.name and one.formula and one.source)
        or (isinstance(one, Figure | Median) and not (one.counts and one.excludes and one.unknown))
        or (isinstance(one, Ratio) and not one.caution)
    ]
    assert wordless == []


def test_no_rate_is_called_employment_rate_alone() -> None:
    assert not [one.code for one in registry.ALL.values() if one.name in {"就业率", "核实率"}]


def test_every_group_shows_what_is_defined_and_every_ratio_is_shown() -> None:
    shown = [code for _key, _name, codes in registry.GROUPS for code in codes]
    assert sorted(set(shown)) == sorted(shown)
    assert set(shown) <= set(registry.ALL)
    assert {one.code for one in (*registry.RATIOS, *registry.MEDIANS)} <= set(shown)


def test_every_number_is_the_sum_of_its_rows(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    for status in ("E1", "E3", "J", "G", "B", "L1", "X1", "X2"):
        person = make_person(uow, with_user=False, path=PATH_A)
        discharged(uow, person, date(2025, 9, 1))
        spell(uow, person, status)
    make_posting(uow)
    for since, until in ((date(2026, 1, 1), uow.today), (date(2024, 2, 29), date(2024, 2, 29))):
        scope = Scope(staff, PATH_COUNTY, since, until)
        for code, one in registry.ALL.items():
            if isinstance(one, Ratio):
                continue
            rows = one.rows(scope).subquery()
            listed, distinct, weight = staff.session.execute(
                select(func.count(), func.count(rows.c.id.distinct()), func.sum(rows.c.amount)).select_from(rows)
            ).one()
            assert listed == distinct, code
            if isinstance(one, Median):
                assert middle(scope, one).row_count == listed, code
            else:
                assert count(scope, one) == (weight or 0), code
