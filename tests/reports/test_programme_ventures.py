"""The figures of ventures and incubators: a stock is counted for its day, by evidence, founders excluded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.indicators.base import Figure, Scope, count
from jobmatch.reports.indicators.ventures import FIGURES, RATIOS
from tests.conftest import acting
from tests.factories import PATH_COUNTY, PATH_OTHER, make_person, make_staff
from tests.reports.help_programmes import KNOWN, number, value
from tests.training.help_parks import make_incubator, make_tenancy
from tests.training.help_pay import course_session, enrollment
from tests.training.help_ventures import make_venture
from training.courses.enrollment.states import EnrollmentState
from training.incubation.growth import queries
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.growth.states import WorkerEvidence
from training.incubation.parks.states import TenancyState
from training.incubation.support.models import SupportPolicy, VentureSupport
from training.incubation.support.states import SupportState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.states import VentureState

V = VentureState
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


def quarter(uow: UnitOfWork, path: str = PATH_COUNTY) -> Scope:
    return Scope(uow, path, *QUARTER)


def worker(uow: UnitOfWork, venture: Venture, evidence: WorkerEvidence, since: date, **values: Any) -> VentureWorker:
    row = VentureWorker(
        venture_id=venture.id, name="测试员工", evidence=evidence, started_on=since, recorded_at=uow.now, **values
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def world(uow: UnitOfWork) -> dict[str, Any]:
    """Two ventures that work, one closed; three workers known by name, a founder among the rows, five declared."""
    founder = make_person(uow)
    shop = make_venture(uow, founder, state=V.OPERATING)
    farm = make_venture(uow, make_person(uow), state=V.REGISTERED)
    closed = make_venture(uow, make_person(uow), state=V.DEREGISTERED, ended_on=date(2026, 8, 1))
    worker(uow, shop, WorkerEvidence.INSURANCE, date(2026, 2, 1), is_veteran=True, person_id=make_person(uow).id)
    worker(uow, shop, WorkerEvidence.ROSTER, date(2026, 8, 1))
    worker(uow, shop, WorkerEvidence.WORD, date(2026, 2, 1), ended_on=date(2026, 9, 29))
    worker(uow, shop, WorkerEvidence.INSURANCE, date(2026, 2, 1), person_id=founder.id)
    worker(uow, farm, WorkerEvidence.WORD, date(2026, 9, 30))
    worker(uow, closed, WorkerEvidence.INSURANCE, date(2026, 2, 1))
    uow.session.add(
        VentureReport(
            venture_id=shop.id, period_on=date(2026, 7, 1), worker_count=5, veteran_count=2, reported_at=uow.now
        )
    )
    uow.session.flush()
    return {"shop": shop, "farm": farm, "closed": closed, "founder": founder}


def test_jobs_are_a_stock_by_evidence_without_founders_and_new_ones_stand_beside(uow: UnitOfWork) -> None:
    world(uow)
    scope = quarter(acting(uow, make_staff(uow)))
    expected = {
        "T6.jobs": 6,
        "T6.jobs_insured": 1,
        "T6.jobs_roster": 1,
        "T6.jobs_word": 1,
        "T6.jobs_declared": 3,
        "T6.jobs_new": 2,
        "T6.job_veterans": 2,
        "I14.living": 2,
    }
    assert {code: number(scope, code) for code in expected} == expected
    parts = ("T6.jobs_insured", "T6.jobs_roster", "T6.jobs_word", "T6.jobs_declared")
    assert sum(number(scope, code) for code in parts) == number(scope, "T6.jobs")
    assert value(scope, "I14").value == 3.0
    before = Scope(scope.uow, scope.path, date(2026, 4, 1), date(2026, 6, 30))
    assert number(before, "T6.jobs") == 3


def test_they_are_the_numbers_of_the_incubation_rooms(uow: UnitOfWork) -> None:
    world(uow)
    scope = quarter(acting(uow, make_staff(uow)))
    found = queries.stock_on(uow.session, queries.ventures_of(PATH_COUNTY), scope.until)
    assert (number(scope, "T6.jobs"), number(scope, "T6.job_veterans")) == (found.total, found.veterans)
    assert number(scope, "T6.jobs_declared") == found.declared


def test_tenants_by_what_happened_in_the_quarter_and_desks_by_the_day(uow: UnitOfWork) -> None:
    park = make_incubator(uow, desks=4)
    old = {"term_from": date(2025, 1, 1)}
    make_tenancy(uow, park, state=TenancyState.INCUBATED, desks=1, **old)
    make_tenancy(uow, park, state=TenancyState.INCUBATED, term_from=date(2026, 8, 1))
    make_tenancy(uow, park, state=TenancyState.GRADUATED, left_on=date(2026, 8, 15), **old)
    make_tenancy(uow, park, state=TenancyState.GRADUATED, left_on=date(2026, 1, 15), **old)
    make_tenancy(uow, park, state=TenancyState.EXPIRED, left_on=date(2026, 1, 15), **old)
    make_tenancy(uow, park, state=TenancyState.EVICTED, left_on=date(2026, 10, 1), **old)
    scope = quarter(acting(uow, make_staff(uow)))
    expected = {
        "T6.inside": 3,
        "T6.came": 1,
        "T6.graduated": 1,
        "T6.expired": 0,
        "T6.evicted": 0,
        "I15.left": 2,
        "I15.good": 1,
        "I15.observed": 1,
        "I16.left": 3,
        "I16.expired": 1,
        "I17.usable": 4,
    }
    assert {code: number(scope, code) for code in expected} == expected
    assert (value(scope, "I15").value, value(scope, "I16").value) == (50.0, 33.3)


def test_rent_waived_and_loans_are_what_was_given_in_the_quarter(uow: UnitOfWork) -> None:
    shop = make_venture(uow, make_person(uow), state=V.OPERATING)
    policies = {}
    for kind in ("IS02", "IS04"):
        policies[kind] = SupportPolicy(
            region_path=PATH_COUNTY,
            kind_code=kind,
            title="测试政策",
            basis="测试文件",
            valid_from=date(2026, 1, 1),
            changed_at=uow.now,
        )
        uow.session.add(policies[kind])
    uow.session.flush()
    paid = {"state": SupportState.PAID, "approved_on": date(2026, 7, 1)}
    for kind, day, values in (
        ("IS02", date(2026, 8, 1), {"approved_yuan": 900, "paid_yuan": 800, **paid}),
        ("IS02", date(2026, 6, 30), {"approved_yuan": 500, "paid_yuan": 500, **paid}),
        ("IS02", None, {"approved_yuan": 300, "state": SupportState.APPROVED, "approved_on": date(2026, 8, 1)}),
        ("IS04", date(2026, 9, 30), {"loan_yuan": 200_000, "approved_yuan": 0, **paid}),
    ):
        uow.session.add(
            VentureSupport(
                region_path=shop.region_path,
                venture_id=shop.id,
                policy_id=policies[kind].id,
                kind_code=kind,
                applied_on=date(2026, 6, 1),
                given_on=day,
                changed_at=uow.now,
                **values,
            )
        )
    uow.session.flush()
    scope = quarter(acting(uow, make_staff(uow)))
    assert [number(scope, code) for code in ("T6.waived", "T6.loans", "T6.loan_yuan")] == [800, 1, 200_000]


def test_who_completed_a_start_up_course_and_founded_within_the_months(uow: UnitOfWork) -> None:
    session = course_session(uow, course_code="TR35", starts_on=date(2026, 1, 5), ends_on=date(2026, 1, 30))
    people = [make_person(uow) for _n in range(3)]
    for person in people:
        enrollment(uow, session, person, state=EnrollmentState.COMPLETED)
    make_venture(uow, people[0], state=V.REGISTERED, registered_on=date(2026, 3, 1))
    make_venture(uow, people[1], state=V.REGISTERED, registered_on=date(2025, 12, 31))
    make_venture(uow, make_person(uow), state=V.REGISTERED, registered_on=date(2026, 3, 1))
    staff = acting(uow, make_staff(uow))
    scope = Scope(staff, PATH_COUNTY, date(2026, 1, 1), date(2026, 12, 31))
    found = value(scope, "I13")
    assert (found.numerator, found.denominator, found.value) == (1, 3, 33.3)
    assert number(scope, "I13.observed") == 2
    assert number(scope, "T7.trained") == 3
    assert number(scope, "T7.successes") == 2


@pytest.mark.parametrize("code", [one.code for one in FIGURES])
def test_a_number_is_what_its_list_adds_up_to_and_strangers_read_nothing(uow: UnitOfWork, code: str) -> None:
    world(uow)
    make_tenancy(uow, make_incubator(uow), state=TenancyState.INCUBATED, desks=1)
    figure = KNOWN[code]
    assert isinstance(figure, Figure)
    staff = acting(uow, make_staff(uow))
    scope = quarter(staff)
    rows = uow.session.execute(figure.rows(scope)).all()
    assert sum(row.amount for row in rows) == count(scope, figure)
    assert len({row.id for row in rows}) == len(rows)
    assert count(quarter(staff, PATH_OTHER), figure) == 0


EVIDENCE = st.lists(st.tuples(st.sampled_from(WorkerEvidence), st.integers(0, 400), st.booleans()), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=EVIDENCE, declared=st.integers(0, 9))
def test_the_kinds_of_evidence_always_add_up(uow: UnitOfWork, rows: list[Any], declared: int) -> None:
    with uow.session.begin_nested() as point:
        staff = acting(uow, make_staff(uow))
        shop = make_venture(uow, make_person(uow), state=V.OPERATING)
        for evidence, day, is_veteran in rows:
            worker(uow, shop, evidence, date(2026, 1, 1) + timedelta(days=day), is_veteran=is_veteran)
        uow.session.add(
            VentureReport(
                venture_id=shop.id,
                period_on=date(2026, 7, 1),
                worker_count=declared,
                veteran_count=declared // 2,
                reported_at=uow.now,
            )
        )
        uow.session.flush()
        scope = quarter(staff)
        parts = ("T6.jobs_insured", "T6.jobs_roster", "T6.jobs_word", "T6.jobs_declared")
        assert sum(number(scope, code) for code in parts) == number(scope, "T6.jobs")
        assert number(scope, "T6.job_veterans") <= number(scope, "T6.jobs")
        assert number(scope, "T6.jobs_new") <= number(scope, "T6.jobs")
        point.rollback()


def test_rates_are_rates(uow: UnitOfWork) -> None:
    world(uow)
    found = {one.code: value(quarter(acting(uow, make_staff(uow))), one.code).value for one in RATIOS}
    assert all(one is None or 0 <= one <= 100 for one in found.values())
