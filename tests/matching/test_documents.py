"""What the ranker is told about people and postings, and what it is never told."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.documents import monthly_pay, posting_document, profile_of, read_people, read_postings
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonCertificate,
    PersonKind,
    ServiceRecord,
    ServiceSpecialty,
    WorkHistory,
)
from ml.matching import Eligibility, Profile
from recruiters.employers.services.reputation import record_reputation
from recruiters.postings.models import Posting
from recruiters.postings.states import PayUnit, PostingKind
from tests.conftest import acting
from tests.factories import COUNTY, make_employer, make_person, make_posting
from tests.matching.help import counted, rollback

PROFILE = {
    "key",
    "wanted_occupations",
    "wanted_words",
    "past_occupations",
    "past_words",
    "specialties",
    "service_trades",
    "leadership",
    "service_years",
    "years_since_service",
    "work_years",
    "skills",
    "certificates",
    "licences",
    "education_rank",
    "wanted_regions",
    "point",
    "max_distance_km",
    "pay_floor_yuan",
    "shifts",
    "employment_types",
}


def test_the_list_of_profile_fields_is_closed() -> None:
    assert {field.name for field in fields(Profile)} == PROFILE


def test_eligibility_holds_nothing_but_what_lawful_rules_need() -> None:
    known = {field.name for field in fields(Eligibility)}
    assert known == {"birth_on", "sex", "is_veteran", "is_dependant", "political_member"}


def test_age_sex_and_kind_change_the_profile_of_nobody(uow: UnitOfWork) -> None:
    person = make_person(uow)
    before, _ = profile_of(uow.session, person)
    person.sex, person.birth_on, person.name = "female", date(1970, 1, 1), "测试乙"
    person.registered_region_code = person.resettled_region_code = "430302"
    uow.session.add(PersonKind(person_id=person.id, kind_code="CJTY", valid_from=date(2019, 1, 1)))
    uow.session.flush()
    after, eligibility = profile_of(uow.session, person)
    assert after == before
    assert eligibility.birth_on == date(1970, 1, 1)
    assert eligibility.sex is None


def test_a_profile_says_what_the_person_has(uow: UnitOfWork) -> None:
    person = make_person(uow)
    profile, eligibility = profile_of(uow.session, person)
    assert profile.licences == ("B2",)
    assert profile.skills == (("SK002", 3),)
    assert profile.education_rank == 4
    assert profile.wanted_occupations == ("4-02-02-02",)
    assert profile.service_years == 8.0
    assert profile.point is not None
    assert eligibility.is_veteran
    assert not eligibility.is_dependant


def test_a_kind_that_ended_counts_no_more(uow: UnitOfWork) -> None:
    person = make_person(uow)
    for kind in uow.session.query(PersonKind).filter_by(person_id=person.id):
        kind.valid_to = uow.today - timedelta(days=1)
    uow.session.add(PersonKind(person_id=person.id, kind_code="JS_PO", valid_from=date(2020, 1, 1)))
    uow.session.flush()
    _, eligibility = profile_of(uow.session, person)
    assert (eligibility.is_veteran, eligibility.is_dependant) == (False, True)


def test_work_years_count_each_day_once(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spells = [(date(2019, 1, 1), date(2021, 1, 1), "4-02-02-02"), (date(2020, 1, 1), date(2022, 1, 1), "4-07-05-01")]
    for start, end, code in spells:
        uow.session.add(
            WorkHistory(
                person_id=person.id,
                employer_name="测试单位",
                title="司机",
                occupation_code=code,
                started_on=start,
                ended_on=end,
            )
        )
    uow.session.flush()
    profile, _ = profile_of(uow.session, person)
    assert profile.work_years == 3.0
    assert set(profile.past_occupations) == {("4-02-02-02", 2.0, 5.9), ("4-07-05-01", 2.0, 4.9)}
    assert profile.past_words == "司机；司机"


def test_work_and_wishes_without_a_code_are_coded_where_there_is_no_doubt(uow: UnitOfWork) -> None:
    person = make_person(uow)
    for title, code in (("快递员", None), ("老板", None), ("辅警", "4-07-05-01")):
        uow.session.add(
            WorkHistory(
                person_id=person.id,
                employer_name="测试单位",
                title=title,
                occupation_code=code,
                started_on=date(2019, 1, 1),
                ended_on=date(2020, 1, 1),
            )
        )
    wish = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
    uow.session.flush()
    past = [code for code, _, _ in profile_of(uow.session, person)[0].past_occupations]
    assert past == ["4-02-07-08", "4-07-05-01"]
    wish.occupation_codes, wish.words = [], "电工 啥都行"
    uow.session.flush()
    assert profile_of(uow.session, person)[0].wanted_occupations == ("6-31-01-03",)
    wish.occupation_codes = ["4-02-02-02"]
    uow.session.flush()
    assert profile_of(uow.session, person)[0].wanted_occupations == ("4-02-02-02",)


def test_an_expired_certificate_is_none(uow: UnitOfWork) -> None:
    person = make_person(uow)
    yesterday = uow.today - timedelta(days=1)
    uow.session.add_all(
        [
            PersonCertificate(person_id=person.id, certificate_code="CE020", expires_on=yesterday),
            PersonCertificate(person_id=person.id, certificate_code="CE026", expires_on=uow.today),
        ]
    )
    uow.session.flush()
    assert profile_of(uow.session, person)[0].certificates == ("CE026",)


@pytest.mark.parametrize(
    ("low", "high", "unit", "month"),
    [
        (6000, 8000, PayUnit.MONTH, (6000, 8000)),
        (200, 300, PayUnit.DAY, (4400, 6600)),
        (20, None, PayUnit.HOUR, (3520, None)),
        (2, 3, PayUnit.PIECE, (None, None)),
        (5000, 6000, None, (None, None)),
    ],
)
def test_pay_is_compared_by_the_month(
    low: int, high: int | None, unit: PayUnit | None, month: tuple[int | None, int | None]
) -> None:
    assert monthly_pay(low, high, unit) == month


def test_a_posting_says_what_it_asks_and_offers(uow: UnitOfWork) -> None:
    employer = make_employer(uow, name="测试车队")
    record_reputation(
        acting(uow, system_actor("tests")),
        employer.id,
        window=(uow.today, uow.today),
        shrunk_rate=0.5,
        counts={"due_count": 10, "answered_count": 5},
    )
    posting = make_posting(uow, employer, pay_unit=PayUnit.DAY, pay_low_yuan=200, pay_high_yuan=300)
    document = posting_document(uow.session, posting)
    assert [(need.kind, need.code, need.must) for need in document.requirements] == [
        ("licence", "B2", True),
        ("skill", "SK002", False),
    ]
    assert (document.pay_low_yuan, document.pay_high_yuan) == (4400, 6600)
    assert document.employer_answer_rate == 0.5
    assert "测试车队" in document.text
    assert document.kind == PostingKind.REGULAR.value
    assert document.region == COUNTY
    assert document.point is not None


def test_an_employer_without_a_count_is_neither_good_nor_bad(uow: UnitOfWork) -> None:
    posting = make_posting(uow, make_employer(uow))
    assert posting_document(uow.session, posting).employer_answer_rate is None


def test_many_documents_cost_as_many_statements_as_two(uow: UnitOfWork) -> None:
    def cost() -> tuple[int, int]:
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            read_people(uow.session, Person.id > 0)
        with counted(uow.session.get_bind()) as more:
            read_postings(uow.session, Posting.id > 0)
        return len(seen), len(more)

    for _ in range(2):
        make_person(uow)
        make_posting(uow)
    few = cost()
    for _ in range(18):
        person = make_person(uow)
        uow.session.add(ServiceSpecialty(service_record_id=_record(uow, person), specialty_code="SP02", years=3))
        make_posting(uow)
    assert cost() == few == (9, 2)


def _record(uow: UnitOfWork, person: Person) -> int:
    return uow.session.scalars(select(ServiceRecord.id).where(ServiceRecord.person_id == person.id)).one()
