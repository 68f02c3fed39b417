"""The figures of fairs over a period: a small world counted by hand, and no number without its list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.tracking import cumulative
from jobmatch.reports.indicators.base import Figure, count
from jobmatch.reports.indicators.fairs import FIGURES, RATIOS, REASONS
from tests.conftest import acting
from tests.factories import PATH_A, PATH_COUNTY, PATH_OTHER, make_staff
from tests.reports.help_programmes import KNOWN, R, answer, number, scope_of, two_fairs, value


def test_people_times_employers_heads_and_postings_are_counted_apart(uow: UnitOfWork) -> None:
    two_fairs(uow)
    scope = scope_of(acting(uow, make_staff(uow)))
    expected = {
        "T3.fairs": 2,
        "T3.joined": 1,
        "T3.employer_times": 3,
        "T1.employers": 2,
        "T1.state_owned": 1,
        "I12": 13,
        "I12.postings": 3,
        "I12.once": 9,
        "T1.visitors": 4,
        "T1.veterans": 2,
        "T1.families": 1,
        "T1.others": 1,
        "T1.intention_people": 2,
        "T1.intentions": 4,
        "T1.hires": 0,
        "T1.policy": 3,
        "T1.training": 2,
        "T1.start_up": 1,
    }
    assert {code: number(scope, code) for code in expected} == expected
    assert (value(scope, "I09").numerator, value(scope, "I09").denominator, value(scope, "I09").value) == (2, 3, 66.7)
    assert (value(scope, "I10").numerator, value(scope, "I10").denominator) == (4, 13)


def test_everybody_with_an_intention_stands_in_one_state_and_the_unverified_stay(uow: UnitOfWork) -> None:
    world = two_fairs(uow)
    scope = scope_of(acting(uow, make_staff(uow)))
    states = ("T2.same_employer", "T2.other_employer", "T2.in_progress", "T2.not_started", "T2.unverified")
    assert [number(scope, code) for code in states] == [0, 0, 0, 0, 2]
    assert value(scope, "I11").value == 0.0
    answer(uow, world["last_intention"], R.SAME_EMPLOYER)
    answer(uow, world["first_intention"], R.NOT_STARTED, reason_code="fu_pay", is_recommended_again=True)
    answer(uow, world["second_intention"], R.NOT_STARTED, reason_code="fu_distance", is_to_training=True)
    assert [number(scope, code) for code in states] == [1, 0, 0, 1, 0]
    assert sum(number(scope, code) for code in states) == number(scope, "T1.intention_people")
    assert value(scope, "I11").value == 50.0
    assert number(scope, "T2.fu_pay") == 0 and number(scope, "T2.fu_distance") == 1
    reasons = [number(scope, f"T2.{code}") for code, _name in REASONS]
    assert sum(reasons) + number(scope, "T2.other_reason") == number(scope, "T2.not_started")
    assert (number(scope, "T2.recommended_again"), number(scope, "T2.to_training")) == (1, 1)
    assert (number(scope, "T3.verified"), number(scope, "T3.verified_veterans")) == (1, 1)
    assert number(scope, "T2.open") == 2


def test_they_are_the_numbers_on_the_page_of_the_fairs(uow: UnitOfWork) -> None:
    two_fairs(uow)
    scope = scope_of(acting(uow, make_staff(uow)))
    n = cumulative(uow.session, PATH_COUNTY, scope.since, scope.until).numbers()
    same = {
        "T3.fairs": "fairs",
        "T3.employer_times": "employer_times",
        "T1.employers": "employers",
        "I12": "vacancies",
        "I12.once": "vacancies_once",
        "T1.visitors": "visitors",
        "T1.intention_people": "intention_people",
        "T1.intentions": "intentions",
        "T3.verified": "verified",
        "T3.reserved": "reserved",
    }
    assert {code: number(scope, code) for code in same} == {code: n[name] for code, name in same.items()}


@pytest.mark.parametrize("code", [one.code for one in FIGURES])
def test_a_number_is_what_its_list_adds_up_to_and_nothing_is_counted_for_strangers(uow: UnitOfWork, code: str) -> None:
    two_fairs(uow)
    figure = KNOWN[code]
    assert isinstance(figure, Figure)
    staff = acting(uow, make_staff(uow))
    scope = scope_of(staff)
    rows = uow.session.execute(figure.rows(scope)).all()
    assert sum(row.amount for row in rows) == count(scope, figure)
    assert len({row.id for row in rows}) == len(rows)
    assert count(scope_of(staff, path=PATH_OTHER), figure) == 0
    assert count(scope_of(acting(uow, make_staff(uow, path=PATH_A))), figure) == 0
    assert count(scope_of(staff, days=5), figure) == 0


def test_no_rate_is_above_a_hundred_and_none_stands_over_nothing(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    assert {value(scope_of(staff), one.code).value for one in RATIOS} == {None}
    two_fairs(uow)
    known = [value(scope_of(staff), one.code).value for one in RATIOS]
    assert all(one is not None and 0 <= one <= 100 for one in known)


def test_a_fair_of_the_last_and_first_day_counts_by_the_clock_of_shanghai(uow: UnitOfWork) -> None:
    world = two_fairs(uow)
    staff = acting(uow, make_staff(uow))
    opened = (world["last"].opens_at + timedelta(hours=8)).date()
    for since, until, expected in ((0, 0, 1), (1, 1, 0), (-1, -1, 0)):
        scope = scope_of(staff, until=opened + timedelta(days=until), days=until - since)
        assert number(scope, "T3.fairs") == expected
