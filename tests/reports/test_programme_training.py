"""The figures of training over a period: a small world counted by hand; two kinds of employment rate are two names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from jobmatch.core.files import StoredFile
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import FairWish
from jobmatch.fairs.day.states import WishKind
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.reports.indicators.base import Figure, Scope, count
from jobmatch.reports.indicators.training import FIGURES, RATIOS, top_courses
from tests.conftest import acting
from tests.factories import PATH_COUNTY, PATH_OTHER, make_person, make_staff
from tests.fairs.outcome_help import closed_fair, visitor
from tests.reports.help_programmes import KNOWN, number, value
from tests.training.help_pay import attend, certificate, course_session, enrollment, meetings, work
from training.courses.classes.states import SessionState
from training.courses.enrollment.states import EnrollmentState
from training.courses.payments.models import PaySheet
from training.courses.payments.states import PaySheetKind, PaySheetState

DONE = EnrollmentState.COMPLETED
DAYS = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}


def year(uow: UnitOfWork, path: str = PATH_COUNTY) -> Scope:
    return Scope(uow, path, date(2026, 1, 1), date(2026, 12, 31))


def world(uow: UnitOfWork) -> dict[str, Any]:
    """A class that ended in March with six who reported in, and one that ends in October whose months are not over."""
    march = course_session(uow, state=SessionState.CLOSED, **DAYS)
    people = [enrollment(uow, march, state=DONE) for _n in range(5)]
    left = enrollment(uow, march, state=EnrollmentState.LEFT)
    long = (date(2026, 4, 1), date(2026, 12, 31))
    work(uow, people[0].person_id or 0, "E1", date(2026, 4, 1), confirmed=long)
    work(uow, people[1].person_id or 0, "E1", date(2026, 4, 1), ended_on=date(2026, 8, 1), confirmed=long)
    work(uow, people[2].person_id or 0, "E1", date(2026, 4, 1))
    work(uow, people[3].person_id or 0, "C", date(2026, 9, 1))
    people[4].was_employed = True
    certificate(uow, people[0])
    certificate(uow, left)
    people[0].is_passed = people[1].is_passed = True
    rows = meetings(uow, march, date(2026, 3, 2), 10)
    attend(uow, people[0], rows)
    attend(uow, people[1], rows[:3])
    october = course_session(uow, state=SessionState.CLOSED)
    enrollment(uow, october, people_of(uow, people[0]), state=DONE)
    course_session(uow, state=SessionState.DRAFT, **DAYS)
    uow.session.flush()
    return {"march": march, "people": people, "left": left}


def people_of(uow: UnitOfWork, row: Any) -> Any:
    return uow.session.get_one(Person, row.person_id)


def test_a_class_counts_in_the_period_in_which_it_ends(uow: UnitOfWork) -> None:
    world(uow)
    scope = year(acting(uow, make_staff(uow)))
    expected = {
        "T5.classes": 2,
        "T5.capacity": 60,
        "T5.arrived": 7,
        "T5.completed": 6,
        "T5.attended": 1,
        "T5.passed": 2,
        "T5.certified": 2,
        "T5.certified_completed": 1,
        "T5.trained": 6,
        "I03.not_due": 1,
        "T5.was_employed": 1,
        "T5.school": 1,
        "T5.gone": 0,
        "I03.base": 3,
        "I03.employed": 1,
        "I03.unverified": 1,
        "I03.ever_employed": 2,
    }
    assert {code: number(scope, code) for code in expected} == expected
    march = Scope(scope.uow, scope.path, date(2026, 3, 1), date(2026, 3, 31))
    assert (number(march, "T5.classes"), number(march, "T5.arrived")) == (1, 6)


def test_work_on_the_day_and_work_at_some_time_are_two_rates_and_certificates_have_two_bases(uow: UnitOfWork) -> None:
    world(uow)
    scope = year(acting(uow, make_staff(uow)))
    assert (value(scope, "I03").value, value(scope, "I03.ever").value) == (33.3, 66.7)
    assert (value(scope, "I08").numerator, value(scope, "I08").denominator) == (2, 7)
    assert (value(scope, "I08.completed").numerator, value(scope, "I08.completed").denominator) == (1, 6)
    assert KNOWN["I03"].name != KNOWN["I03.ever"].name
    assert top_courses(scope) == ["测试课程 PAY01"]


def test_allowances_are_what_was_paid_and_not_what_was_only_drafted(uow: UnitOfWork) -> None:
    march = world(uow)["march"]
    scope = year(acting(uow, make_staff(uow)))
    paid = StoredFile(name="signed.pdf", mimetype="application/pdf", size=1, sha256=bytes(32), created_at=uow.now)
    uow.session.add(paid)
    uow.session.flush()
    given: dict[str, Any] = {"session_id": march.id, "kind": PaySheetKind.ALLOWANCE, "made_at": uow.now}
    uow.session.add(PaySheet(**given, month=date(2026, 3, 1), total_yuan=700))
    uow.session.add(
        PaySheet(
            **given,
            month=date(2026, 2, 1),
            total_yuan=1200,
            state=PaySheetState.PAID,
            noticed_until=date(2026, 3, 9),
            file_id=paid.id,
            paid_on=date(2026, 3, 10),
        )
    )
    uow.session.flush()
    assert number(scope, "T5.allowances") == 1200


def test_self_arranged_returnees_and_adaptability(uow: UnitOfWork) -> None:
    found = world(uow)
    scope = year(acting(uow, make_staff(uow)))
    ids = [one.person_id for one in found["people"]]
    uow.session.execute(update(ServiceRecord).values(resettlement_code="APGZ", discharged_on=date(2026, 2, 1)))
    uow.session.execute(
        update(ServiceRecord).where(ServiceRecord.person_id.in_(ids[:2])).values(resettlement_code="ZZJY")
    )
    assert number(scope, "T3.trained") == 2
    assert (number(scope, "I06.due"), number(scope, "I06.attended")) == (6, 0)
    enrollment(uow, course_session(uow, course_code="TR01"), people_of(uow, found["people"][0]))
    assert value(scope, "I06").value == 16.7


def test_the_base_of_the_wish_rate_are_those_who_said_so(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    assert value(year(staff), "I07").value is None
    session = course_session(uow, **DAYS)
    came = enrollment(uow, session)
    enrollment(uow, session, state=EnrollmentState.CANCELED, canceled_at=uow.now)
    fair = closed_fair(uow)
    for person in (make_person(uow), None):
        here = visitor(uow, fair, person=person)
        uow.session.add(FairWish(fair_id=fair.id, kind=WishKind.TRAINING, at=uow.now, registration_id=here.id))
    make_person(uow)
    uow.session.flush()
    found = value(year(staff), "I07")
    assert (found.numerator, found.denominator) == (1, 3)
    assert came.person_id


@pytest.mark.parametrize("code", [one.code for one in FIGURES])
def test_a_number_is_what_its_list_adds_up_to_and_strangers_read_nothing(uow: UnitOfWork, code: str) -> None:
    world(uow)
    figure = KNOWN[code]
    assert isinstance(figure, Figure)
    staff = acting(uow, make_staff(uow))
    scope = year(staff)
    rows = uow.session.execute(figure.rows(scope)).all()
    assert sum(row.amount for row in rows) == count(scope, figure)
    assert len({row.id for row in rows}) == len(rows)
    assert count(year(staff, PATH_OTHER), figure) == 0


def test_rates_are_rates(uow: UnitOfWork) -> None:
    world(uow)
    found = [value(year(acting(uow, make_staff(uow))), one.code).value for one in RATIOS]
    assert all(one is None or 0 <= one <= 100 for one in found)
