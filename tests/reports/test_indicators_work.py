"""Figures of work, offers and the desk against small worlds counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications.models import RetentionCheck
from jobmatch.applications.states import StillThere
from jobmatch.casework.desk.items import shipped_item
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord, ServiceSpecialty
from jobmatch.people.states import ContractTerm, InsuranceState, PayBand
from jobmatch.reports.figures.readings import read
from jobmatch.reports.indicators import registry
from jobmatch.reports.indicators.base import Value
from ml.matching import table_links
from recruiters.partners.models import Agreement
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import PATH_A, PATH_OTHER, make_employer, make_person, make_posting, make_staff
from tests.reports.help_indicators import application, line, matter, noon, number, rating, reading, scope_of, sides


@pytest.fixture
def staff(uow: UnitOfWork) -> UnitOfWork:
    return acting(uow, make_staff(uow))


def somebody(uow: UnitOfWork) -> Person:
    return make_person(uow, with_user=False, path=PATH_A)


def test_contracts_are_owed_to_employees_and_insurance_to_all(uow: UnitOfWork, staff: UnitOfWork) -> None:
    line(uow, somebody(uow), "E1", insurance=InsuranceState.YES)
    line(uow, somebody(uow), "E2", contract=ContractTerm.UNDER_A_YEAR, insurance=InsuranceState.NO)
    line(uow, somebody(uow), "E2", contract=ContractTerm.NONE, insurance=InsuranceState.YES)
    line(uow, somebody(uow), "E5")
    line(uow, somebody(uow), "E3", insurance=InsuranceState.YES)
    line(uow, somebody(uow), "E1", proof=None)
    scope = scope_of(staff)
    assert sides(scope, "contracts") == (2, 4)
    assert reading(scope, "contracts").unknown == 1
    assert sides(scope, "insured") == (3, 5)
    assert reading(scope, "insured").unknown == 1


def test_somebody_in_school_is_not_working_besides(uow: UnitOfWork, staff: UnitOfWork) -> None:
    person = somebody(uow)
    line(uow, person, "E3", until=date(2026, 12, 31))
    line(uow, person, "B")
    assert number(scope_of(staff), "working") == 0
    line(uow, somebody(uow), "E3")
    assert number(scope_of(staff), "working") == 1


def test_work_fits_where_the_table_leads_from_the_specialty(uow: UnitOfWork, staff: UnitOfWork) -> None:
    specialty, pairs = next((code, pairs) for code, pairs in table_links().items() if pairs)
    inside = {occupation for occupation, _weight in pairs}
    outside = next(
        occupation for links in table_links().values() for occupation, _weight in links if occupation not in inside
    )
    for occupation in (pairs[0][0], outside, None):
        person = somebody(uow)
        record = uow.session.scalars(select(ServiceRecord).where(ServiceRecord.person_id == person.id)).one()
        uow.session.add(ServiceSpecialty(service_record_id=record.id, specialty_code=specialty, years=3))
        line(uow, person, occupation_code=occupation)
    line(uow, somebody(uow), occupation_code=outside)
    assert sides(scope_of(staff), "fitting") == (1, 2)


def test_pay_of_fewer_than_five_people_is_not_shown(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for band in (PayBand.UNDER_3000, PayBand.TO_5000, PayBand.TO_8000, PayBand.OVER_8000):
        line(uow, somebody(uow), pay_band=band)
    line(uow, somebody(uow))
    found = reading(scope_of(staff), "pay")
    assert (found.numerator, found.value) == (4, None)
    line(uow, somebody(uow), pay_band=PayBand.TO_8000)
    assert reading(scope_of(staff), "pay").step == "5000–8000 元"
    line(uow, somebody(uow), pay_band=PayBand.UNDER_3000)
    assert reading(scope_of(staff), "pay").step == "3000–5000 元"


def test_each_hire_that_ended_has_one_reason(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for reasons in (("lv_pay",), ("lv_far", "lv_health"), (None,), ("lv_other",)):
        person = somebody(uow)
        hire = application(uow, person, started=date(2026, 2, 10))
        spell = line(uow, person)
        for months, reason in enumerate(reasons, start=1):
            uow.session.add(
                RetentionCheck(
                    application_id=hire.id,
                    spell_id=spell.id,
                    months=months,
                    due_on=date(2026, 4, 1),
                    created_at=uow.now,
                    answer=StillThere.LEFT,
                    answered_at=uow.now,
                    left_on=date(2026, 4, 1),
                    reason_code=reason,
                )
            )
    uow.session.flush()
    scope = scope_of(staff)
    found = {one: number(scope, one) for one in registry.ALL if one.startswith("leaving.")}
    assert {code: count for code, count in found.items() if count} == {
        "leaving.lv_pay": 1,
        "leaving.lv_health": 1,
        "leaving.other": 2,
    }
    assert number(scope_of(staff, date(2026, 4, 2), date(2026, 11, 21)), "leaving.lv_pay") == 0


def test_heads_and_lines_of_postings_are_apart_and_drafts_are_neither(uow: UnitOfWork, staff: UnitOfWork) -> None:
    make_posting(uow, vacancy_count=3)
    make_posting(uow, vacancy_count=5)
    make_posting(uow, vacancy_count=7, state=PostingState.DRAFT, published_at=None)
    make_posting(uow, vacancy_count=9, state=PostingState.CLOSED)
    make_posting(uow, vacancy_count=11, region_path=PATH_OTHER)
    make_posting(uow, vacancy_count=13, valid_through=uow.today - timedelta(days=1), state=PostingState.EXPIRED)
    scope = scope_of(staff)
    assert number(scope, "postings.vacancies") == 8
    assert number(scope, "postings.lines") == 2
    somebody(uow)
    somebody(uow)
    found = reading(scope, "I23")
    assert (found.numerator, found.denominator, found.value) == (8, 2, 4.0)


def test_reserved_posts_and_who_began_on_them(uow: UnitOfWork, staff: UnitOfWork) -> None:
    reserved = make_posting(uow, vacancy_count=2, is_reserved=True, published_at=noon(date(2026, 2, 1)))
    make_posting(uow, vacancy_count=4, is_reserved=True, published_at=noon(date(2025, 12, 31)))
    plain = make_posting(uow, published_at=noon(date(2026, 2, 1)))
    person = somebody(uow)
    application(uow, person, reserved, started=date(2026, 3, 1))
    application(uow, person, reserved, started=date(2026, 6, 1))
    application(uow, somebody(uow), reserved)
    application(uow, somebody(uow), plain, started=date(2026, 3, 1))
    scope = scope_of(staff)
    assert number(scope, "reserved.posts") == 2
    assert number(scope, "reserved.hires") == 1


def test_an_employer_under_two_agreements_is_one_partner(uow: UnitOfWork, staff: UnitOfWork) -> None:
    def agreed(organization_id: int, number: str, until: date, ended: date | None = None) -> None:
        uow.session.add(
            Agreement(
                organization_id=organization_id,
                paper_number=number,
                starts_on=date(2026, 1, 1),
                ends_on=until,
                ended_on=ended,
                created_at=uow.now,
            )
        )
        uow.session.flush()

    first, second, third = (make_employer(uow).organization_id for _number in range(3))
    agreed(first, "测试 1 号", date(2026, 12, 31))
    agreed(first, "测试 2 号", date(2027, 12, 31))
    agreed(second, "测试 3 号", date(2026, 10, 31))
    agreed(third, "测试 4 号", date(2026, 12, 31), date(2026, 6, 1))
    assert number(scope_of(staff), "partners") == 1
    assert number(scope_of(staff, until=date(2026, 5, 31)), "partners") == 3


def test_satisfaction_counts_the_own_answers_of_the_period(uow: UnitOfWork, staff: UnitOfWork) -> None:
    for level in (5, 4, 3, None):
        rating(uow, level, uow.now, proxy=5 if level is None else None)
    rating(uow, 5, noon(date(2025, 12, 31)))
    assert sides(scope_of(staff), "I18") == (2, 3)
    assert reading(scope_of(staff), "I18").value == 66.7


def test_midnight_in_shanghai_divides_the_days(uow: UnitOfWork, staff: UnitOfWork) -> None:
    midnight = datetime(2026, 6, 30, 16, tzinfo=UTC)
    matter(uow, finished=midnight - timedelta(seconds=1))
    matter(uow, finished=midnight)
    june, july = (date(2026, 6, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 7, 31))
    assert [number(scope_of(staff, *month), "T8.done") for month in (june, july)] == [1, 1]


def test_matters_of_the_desk_are_in_time_by_the_days_they_used(uow: UnitOfWork, staff: UnitOfWork) -> None:
    matter(uow, finished=uow.now, used=1, limit=2)
    matter(uow, finished=uow.now, used=2, limit=2)
    matter(uow, finished=uow.now, used=5, limit=2)
    scope = scope_of(staff)
    assert sides(scope, "T8.on_time") == (2, 3)
    assert sides(scope, "T8.days") == (8, 3)
    assert reading(scope, "T8.days").value == 2.7


def test_days_saved_need_the_paper_of_the_old_limit(uow: UnitOfWork, staff: UnitOfWork) -> None:
    matter(uow, finished=uow.now)
    assert sides(scope_of(staff), "I19") == (0, 0)
    item = shipped_item("JDLK")
    assert item is not None
    item.limit_days, item.old_limit_days, item.old_limit_paper = 9, 15, "测试文件 1 号"
    uow.session.add(item)
    uow.session.flush()
    matter(uow, finished=uow.now)
    assert sides(scope_of(staff), "I19") == (12, 30)
    assert reading(scope_of(staff), "I19").value == 40.0


def test_a_value_without_a_denominator_is_none() -> None:
    assert Value(3, 0).value is None
    assert Value(1, 3).value == 33.3
    assert Value(3, 2, registry.ALL["I23"].unit).value == 1.5


def test_a_reader_of_figures_alone_sees_no_small_count_of_people(uow: UnitOfWork) -> None:
    from jobmatch.accounts.states import Role
    from tests.factories import actor_of, make_station, make_user

    station = make_station(uow)
    reader = acting(
        uow, actor_of(make_user(uow, Role.SUPERIOR_READER, organization=station), Role.SUPERIOR_READER, station)
    )
    line(uow, somebody(uow))
    make_posting(uow, vacancy_count=3)
    scope = scope_of(reader)
    assert read(scope, registry.ALL["insured"]).is_hidden
    assert read(scope, registry.ALL["insured"]).value is None
    assert read(scope, registry.ALL["helped.alone"]).is_hidden
    assert read(scope, registry.ALL["postings.vacancies"]).value == 3
