"""Lists of training that grow cost no more statements, and each room keeps, forgets and moves what is a person's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from tests.factories import make_person
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office
from tests.training import help_pay, help_ventures
from tests.training.help_parks import make_incubator, make_mentor, make_tenancy, make_venture
from training.courses.catalog import subjects as catalog
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom import subjects as classroom
from training.courses.enrollment import subjects as enrollment
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState
from training.courses.results import subjects as results
from training.courses.results.models import ClassRating
from training.courses.schooling import subjects as schooling
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.states import SchoolState, SchoolWay
from training.incubation.growth import subjects as growth
from training.incubation.growth.models import VentureReport, VentureWorker
from training.incubation.parks import subjects as parks
from training.incubation.parks.models import MentorTalk
from training.incubation.ventures import subjects as ventures
from training.incubation.ventures.models import VentureFounder
from training.incubation.ventures.states import VentureState

DONE = EnrollmentState.COMPLETED
PAST = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def grow(office: Office, session_id: int, many: int) -> None:
    """So many classes with somebody who works by now, people in one class, and ventures with a worker and no report."""
    with office.unit() as uow:
        one = uow.session.get_one(CourseSession, session_id)
        for _turn in range(many):
            other = help_pay.course_session(uow, state=SessionState.CLOSED, **PAST)
            for session in (one, other):
                row = help_pay.enrollment(uow, session, state=DONE)
                help_pay.certificate(uow, row)
                uow.session.add(ClassRating(enrollment_id=row.id, stars=5, rated_at=uow.now))
            venture = help_ventures.make_venture(uow, make_person(uow), state=VentureState.OPERATING)
            uow.session.add(worker(uow, venture.id))


def worker(uow: UnitOfWork, venture_id: int, **values: Any) -> VentureWorker:
    given = {"name": "测试帮工", "started_on": date(2026, 5, 1), "recorded_at": uow.now} | values
    return VentureWorker(venture_id=venture_id, **given)


@pytest.mark.parametrize(
    "path",
    [
        "/staff/training-outcomes?year=2026",
        "/staff/training-outcomes?year=2026&by=provider",
        "/staff/training-outcomes/people?year=2026&figure=completed",
        "/staff/training-money?year=2026",
        "/staff/classes/{one}/outcome",
        "/staff/classes/{one}/payments",
        "/staff/ventures",
        "/staff/venture-figures?year=2026",
        "/staff/venture-figures/people?year=2026&what=jobs",
        "/staff/venture-figures/people?year=2026&what=successes",
    ],
)
def test_twenty_rows_cost_as_many_statements_as_two(office: Office, path: str) -> None:
    with office.unit() as uow:
        one = help_pay.course_session(uow, state=SessionState.CLOSED, **PAST)
        key, where = one.id, path.format(one=one.public_id)

    def cost() -> int:
        assert office.clerk.get(where).status_code == 200
        with counted(office.runtime.database.engine) as statements:
            assert office.clerk.get(where).status_code == 200
        return len(statements)

    grow(office, key, 2)
    few = cost()
    grow(office, key, 18)
    assert cost() == few


# ---------- subjects ----------


def test_a_class_forgets_who_was_there_and_keeps_how_many(uow: UnitOfWork) -> None:
    session = help_pay.course_session(uow, state=SessionState.CLOSED, **PAST)
    person = make_person(uow)
    row = help_pay.enrollment(uow, session, person, state=DONE)
    help_pay.attend(uow, row, help_pay.meetings(uow, session, PAST["starts_on"], 2))
    paper = help_pay.certificate(uow, row)
    uow.session.add(ClassRating(enrollment_id=row.id, stars=4, words="老师有耐心", rated_at=uow.now))
    uow.session.flush()
    told = classroom.export_person(uow, person.id)
    assert (len(told["attendance"]), told["course_certificate"][0]["number"]) == (2, paper.number)
    assert results.export_person(uow, person.id)["class_rating"][0]["words"] == "老师有耐心"
    assert enrollment.export_person(uow, person.id)["enrollment"][0]["state"] == DONE
    assert not classroom.export_person(uow, make_person(uow).id)["attendance"]
    # From the top floor down, as the house does it: what hangs on the enrollment first.
    assert results.erase_person(uow, person.id) == {"class_rating": 1}
    assert classroom.erase_person(uow, person.id)["course_certificate"] == 1
    assert enrollment.erase_person(uow, person.id)["enrollment"] == 1
    uow.session.expire_all()
    assert uow.session.scalars(select(ClassRating)).one().words == ""
    assert (paper.name, bool(paper.number)) == ("", True)
    kept = uow.session.get_one(Enrollment, row.id)
    assert (kept.person_id, kept.state) == (None, DONE)


def test_marks_and_ratings_follow_an_enrollment_to_the_file_that_stays(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)
    row = help_pay.enrollment(uow, help_pay.course_session(uow, state=SessionState.CLOSED, **PAST), source, state=DONE)
    help_pay.certificate(uow, row)
    assert classroom.move_person(uow, source.id, target.id) == results.move_person(uow, source.id, target.id) == []
    assert len(enrollment.move_person(uow, source.id, target.id)) == 1
    assert len(classroom.export_person(uow, target.id)["course_certificate"]) == 1


def test_the_further_enrollment_of_two_files_in_one_class_stays(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)
    session = help_pay.course_session(uow, taken=1)
    further = help_pay.enrollment(uow, session, source)
    seated = help_pay.enrollment(uow, session, target, state=EnrollmentState.SEATED)
    enrollment.move_person(uow, source.id, target.id)
    uow.session.expire_all()
    assert uow.session.get_one(Enrollment, further.id).person_id == target.id
    assert uow.session.get_one(Enrollment, seated.id).person_id is None


def test_school_plans_are_told_moved_but_for_a_second_living_one_and_erased(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)

    def plan(person_id: int, state: SchoolState, **values: Any) -> SchoolPlan:
        made = SchoolPlan(
            person_id=person_id,
            way=next(iter(SchoolWay)),
            state=state,
            created_at=uow.now,
            changed_at=uow.now,
            **values,
        )
        uow.session.add(made)
        uow.session.flush()
        return made

    over = plan(source.id, SchoolState.GRADUATED, started_on=date(2023, 9, 1), school="测试学院")
    living = plan(source.id, SchoolState.WISH)
    plan(target.id, SchoolState.APPLIED)
    assert {one["school"] for one in schooling.export_person(uow, source.id)["school_plan"]} == {"测试学院", ""}
    assert len(schooling.move_person(uow, source.id, target.id)) == 1
    uow.session.expire_all()
    assert (over.person_id, living.person_id) == (target.id, source.id)
    assert schooling.erase_person(uow, target.id) == {"school_plan": 2}
    assert not schooling.export_person(uow, target.id)["school_plan"]


def test_a_venture_stays_a_number_without_its_founder(uow: UnitOfWork) -> None:
    person = make_person(uow)
    venture = help_ventures.make_venture(uow, person, state=VentureState.OPERATING, words="想开粉面店")
    uow.session.add(worker(uow, venture.id))
    uow.session.add(VentureReport(venture_id=venture.id, period_on=date(2026, 7, 1), words="缺人", reported_at=uow.now))
    uow.session.flush()
    told = ventures.export_person(uow, person.id)
    assert (told["venture"][0]["words"], len(told["venture_founder"])) == ("想开粉面店", 1)
    assert growth.export_person(uow, person.id)["venture_report"][0]["words"] == "缺人"
    assert growth.erase_person(uow, person.id) == {"venture_worker": 0, "venture_report": 1}
    assert ventures.erase_person(uow, person.id) == {"venture": 1, "venture_founder": 1}
    uow.session.expire_all()
    assert (venture.person_id, venture.words, venture.state) == (None, "", VentureState.OPERATING)
    founder = uow.session.scalars(select(VentureFounder)).one()
    assert (founder.person_id, founder.name, founder.share_points) == (None, "", 10_000)
    assert uow.session.scalars(select(VentureReport)).one().words == ""


def test_two_files_of_one_founder_become_one_line_with_the_greater_share(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)
    venture = help_ventures.make_venture(uow, source, share=6000)
    uow.session.add(
        VentureFounder(
            venture_id=venture.id, person_id=target.id, name="测试乙", kind="veteran", share_points=4000,
            since_on=venture.wished_on,
        )
    )  # fmt: skip
    uow.session.flush()
    ventures.move_person(uow, source.id, target.id)
    uow.session.expire_all()
    rows = uow.session.scalars(select(VentureFounder).order_by(VentureFounder.share_points)).all()
    assert [(row.person_id, row.share_points) for row in rows] == [(None, 0), (target.id, 6000)]
    assert venture.person_id == target.id


def test_who_worked_for_a_venture_is_told_moved_and_forgotten(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)
    venture = help_ventures.make_venture(uow, make_person(uow), state=VentureState.OPERATING)
    uow.session.add(worker(uow, venture.id, person_id=source.id))
    uow.session.flush()
    assert growth.export_person(uow, source.id)["venture_worker"][0]["name"] == "测试帮工"
    assert len(growth.move_person(uow, source.id, target.id)) == 1
    assert not growth.export_person(uow, source.id)["venture_worker"]
    assert growth.erase_person(uow, target.id)["venture_worker"] == 1
    uow.session.expire_all()
    row = uow.session.scalars(select(VentureWorker)).one()
    assert (row.person_id, row.name, row.started_on) == (None, "", date(2026, 5, 1))


def test_a_tenancy_keeps_its_desks_and_loses_its_plan_and_a_mentor_the_name(uow: UnitOfWork) -> None:
    person, counsel = make_person(uow), make_person(uow)
    park = make_incubator(uow)
    tenancy = make_tenancy(uow, park, make_venture(uow, person), plan_words="卖粉面")
    mentor = make_mentor(uow, park, user_id=counsel.user_id)
    uow.session.add(
        MentorTalk(
            mentor_id=mentor.id,
            venture_id=tenancy.venture_id,
            happened_on=uow.today,
            minutes=60,
            topic="记账",
            words="先记账",
            recorded_at=uow.now,
        )
    )
    uow.session.flush()
    assert parks.export_person(uow, person.id)["tenancy"][0]["plan_words"] == "卖粉面"
    assert parks.export_person(uow, counsel.id)["mentor_talk"][0]["words"] == "先记账"
    assert parks.erase_person(uow, person.id)["tenancy"] == 1
    assert parks.erase_person(uow, counsel.id)["mentor"] == 1
    uow.session.expire_all()
    assert (tenancy.plan_words, tenancy.grant_id, tenancy.venture_id is not None) == ("", None, True)
    assert (mentor.name, mentor.user_id, mentor.is_active) == ("—", None, False)


def test_a_mentor_follows_the_account_that_stays(uow: UnitOfWork) -> None:
    source, target = make_person(uow), make_person(uow)
    mentor = make_mentor(uow, make_incubator(uow), user_id=source.user_id)
    assert len(parks.move_person(uow, source.id, target.id)) == 1
    assert mentor.user_id == target.user_id


def test_a_provider_goes_along_unless_the_other_organization_has_one(uow: UnitOfWork) -> None:
    one, other = help_pay.provider(uow), help_pay.provider(uow)
    assert catalog.move_organization(uow, one.organization_id, other.organization_id) == []
    empty = make_incubator(uow).organization_id
    assert len(catalog.move_organization(uow, one.organization_id, empty)) == 1
    uow.session.expire_all()
    assert uow.session.get_one(Provider, one.id).organization_id == empty
