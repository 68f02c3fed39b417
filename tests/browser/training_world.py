"""What the walks of training stand on, made through the services of the demo county in a process of its own.

``python -m tests.browser.training_world class`` and ``… venture`` print what they made as JSON; ``… later CLASS DAYS``
and ``… noticed`` let time pass: they move the stored days of one class, or of the newest public notice, back. With
``… score`` a third reviewer gives points.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.passwords import hash_password
from jobmatch.accounts.queries import actor_for
from jobmatch.accounts.services.users import record_password
from jobmatch.accounts.states import OrganizationKind
from jobmatch.core import clock
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.runtime import Runtime, start
from jobmatch.core.settings import Settings
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.accounts import PASSWORD
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.services.people import register_person
from jobmatch.people.services.resume import save_education, save_intention, save_service_record
from jobmatch.people.services.verification import verify_person
from jobmatch.people.states import ClaimState
from jobmatch.reference.models import Course
from recruiters.employers.models import Employer
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.writing import create_posting
from recruiters.postings.states import PostingState, RequirementKind
from recruiters.postings.values import RequirementInput
from training.courses.catalog.models import Provider
from training.courses.catalog.services.providers import save_course
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.policies import named
from training.courses.classes.services.deciding import approve_session, submit_session
from training.courses.classes.services.planning import MeetingPlan, SessionPlan, add_meeting, create_session
from training.courses.classes.states import SessionMode
from training.courses.classroom.models import CourseCertificate
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.services.enrolling import enroll
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.parks.services.reviewing import score_tenancy
from training.incubation.parks.states import Criterion, TenancyState
from training.incubation.ventures.models import Venture

COURSE, START_UP, PAPER = "TR05", "TR35", "CE009"
TITLE, POSTING = "低压电工走查班", "走查值班电工"
NAMES = ("冉志学", "冉志让", "冉志同", "冉志创")
"""Who learns, who gives up the seat, who stays in the class, who starts a venture."""
PHONE = "1999999030%d"
WEEK = timedelta(days=7)


def _staff(uow: UnitOfWork, name: str) -> Actor:
    user = uow.session.scalars(select(User).where(User.name == name)).first()
    assert user is not None
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    return actor_for(uow.session, user, membership)


def _person(uow: UnitOfWork, number: int) -> Person:
    """A veteran of the county's seat with a password."""
    uow.actor = _staff(uow, "李晓梅")
    person = register_person(
        uow,
        name=NAMES[number],
        phone=PHONE % number,
        kinds=["TYJR"],
        region_code=county.TOWNS[0].code,
        birth_on=uow.today.replace(year=uow.today.year - 28, day=1),
        kind_since=uow.today - timedelta(days=400),
    )
    person.claim_state = ClaimState.NONE
    save_service_record(uow, person, discharged_on=uow.today - timedelta(days=400))
    save_education(uow, person, education_code="21")
    save_intention(uow, person, words="电工", region_codes=[county.COUNTY])
    verify_person(uow, person, approved=True, seen=["kind:TYJR"])
    user = uow.session.get_one(User, person.user_id)
    uow.actor = system_actor("tests")
    record_password(uow, user, hash_password(PASSWORD))
    return person


def _class(uow: UnitOfWork, code: str, title: str, *, days: int, seats: int) -> str:
    """An approved class of one lesson, in so many days."""
    provider = uow.session.scalars(select(Provider).order_by(Provider.id)).first()
    assert provider is not None
    provider.organization = uow.session.get_one(Organization, provider.organization_id)
    office = uow.session.scalars(
        select(Organization)
        .where(Organization.kind == OrganizationKind.STATION, Organization.region_path == provider.region_path)
        .order_by(Organization.id)
    ).first()
    assert office is not None
    save_course(uow, provider, course_code=code, fee_yuan=0)
    first = uow.today + timedelta(days=days)
    plan = SessionPlan(
        title=title,
        starts_on=first,
        ends_on=first,
        sign_up_from=uow.today,
        sign_up_until=first,
        mode=SessionMode.FULL_TIME,
        region_code=county.COUNTY,
        place="走查教室",
        hours=4,
        capacity=seats,
        is_free=True,
        teachers="演示教师",
        safety="有专人看护",
        contact_name="演示联系人",
        contact_phone="19800000300",
        certificate_code=PAPER if code == COURSE else None,
    )
    made = create_session(uow, plan, course=uow.session.get_one(Course, code), provider=provider, office=office)
    lesson = MeetingPlan(on=first, from_time=time(0, 1), until_time=time(0, 2), hours=4, topic="安全和实操")
    add_meeting(uow, made, lesson)
    submit_session(uow, made)
    approve_session(uow, made)
    return made.public_id


def _posting(uow: UnitOfWork) -> str:
    """An open posting that asks for nothing but the certificate of the course."""
    employers = select(Employer).where(Employer.vetting == VettingState.VETTED, Employer.recheck_on >= uow.today)
    employer = uow.session.scalars(employers.order_by(Employer.id)).first()
    assert employer is not None
    uow.actor = _staff(uow, "李晓梅")
    like = uow.session.scalars(select(Posting).where(Posting.state == PostingState.OPEN).order_by(Posting.id)).first()
    assert like is not None
    names = (
        *("kind", "duties", "employment_type", "contract_party", "vacancy_count", "region_code", "address"),
        *("pay_kind", "pay_unit", "pay_basis", "pay_base_yuan", "pay_low_yuan", "pay_high_yuan", "shift", "work_time"),
        *("meals", "housing", "social_insurance"),
    )
    values: dict[str, Any] = {name: getattr(like, name) for name in names}
    values |= {
        "title": POSTING,
        "occupation_code": "6-31-01-03",
        "requirement_text": "身体能胜任岗位工作。",
        "valid_through": uow.today + timedelta(days=60),
    }
    asked = [RequirementInput(kind=RequirementKind.CERTIFICATE, code=PAPER, is_must=True)]
    uow.actor = system_actor("tests")
    posting = create_posting(uow, employer, values=values, requirements=asked)
    move_posting(uow, posting, "submit")
    move_posting(uow, posting, "publish")
    return posting.public_id


def make_class(runtime: Runtime) -> dict[str, Any]:
    """A class of today whose two seats are taken, a person who wants in, and a posting that asks for what it gives."""
    with clock.frozen(clock.utcnow() - WEEK), runtime.unit(system_actor("tests")) as uow:
        public_id = _class(uow, COURSE, TITLE, days=7, seats=2)
        people = [_person(uow, number) for number in range(3)]
        session = uow.session.scalars(named(public_id)).one()
        for person in people[1:]:
            enroll(uow, session, person, consent=True)
        made = {"class": public_id, "person": people[0].public_id}
    with runtime.unit(system_actor("tests")) as uow:
        return made | {"posting": _posting(uow)}


def make_venture(runtime: Runtime) -> dict[str, Any]:
    """Somebody who has not wished anything yet, and a class for founders that takes people."""
    with runtime.unit(system_actor("tests")) as uow:
        title = "创业走查班"
        return {"class": _class(uow, START_UP, title, days=7, seats=20), "person": _person(uow, 3).public_id}


def later(runtime: Runtime, public_id: str, days: int) -> None:
    """Let so many days pass for a class and for the work of its people."""
    by = timedelta(days=days)
    with runtime.unit(system_actor("tests")) as uow:
        session = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == public_id)).one()
        rows = uow.session.scalars(select(Enrollment).where(Enrollment.session_id == session.id)).all()
        ids = [row.id for row in rows]
        people = [row.person_id for row in rows]
        since = session.starts_on
        spells = uow.session.scalars(
            select(EmploymentSpell).where(EmploymentSpell.person_id.in_(people), EmploymentSpell.started_on >= since)
        ).all()
        _back(session, by, "starts_on", "ends_on", "sign_up_from", "sign_up_until", "closed_on")
        for row in rows:
            _back(row, by, "arrived_on", "ended_on")
        for meeting in uow.session.scalars(select(CourseMeeting).where(CourseMeeting.session_id == session.id)):
            _back(meeting, by, "starts_at", "ends_at")
        for paper in uow.session.scalars(select(CourseCertificate).where(CourseCertificate.enrollment_id.in_(ids))):
            _back(paper, by, "issued_on")
        confirmed = select(Confirmation).where(Confirmation.spell_id.in_([spell.id for spell in spells]))
        for one in uow.session.scalars(confirmed):
            _back(one, by, "confirmed_on")
        for spell in spells:
            _back(spell, by, "started_on", "ended_on")


def _back(row: Any, by: timedelta, *names: str) -> None:
    for name in names:
        value = getattr(row, name)
        if value is not None:
            setattr(row, name, value - by)


def _waiting(uow: UnitOfWork, state: TenancyState) -> Tenancy:
    """The newest application that is so far."""
    query = select(Tenancy).where(Tenancy.state == state).order_by(Tenancy.id.desc())
    tenancy = uow.session.scalars(query).first()
    assert tenancy is not None
    tenancy.incubator = uow.session.get_one(Incubator, tenancy.incubator_id)
    tenancy.incubator.organization = uow.session.get_one(Organization, tenancy.incubator.organization_id)
    tenancy.venture = uow.session.get_one(Venture, tenancy.venture_id)
    return tenancy


def score(runtime: Runtime) -> None:
    """A third reviewer, from a town, scores the application that is under review."""
    with runtime.unit(system_actor("tests")) as uow:
        tenancy = _waiting(uow, TenancyState.ACCEPTED)
        uow.actor = replace(_staff(uow, "王站长"), region_path=tenancy.region_path)
        score_tenancy(uow, tenancy, scores={one.value: 16 for one in Criterion}, words="有市场")


def noticed(runtime: Runtime) -> None:
    """The public notice of the newest application is over."""
    with runtime.unit(system_actor("tests")) as uow:
        _waiting(uow, TenancyState.NOTICED).noticed_until = uow.today - timedelta(days=1)


def main(asked: list[str]) -> None:
    """Do what is asked and print what was made."""
    runtime = start(Settings.read())
    try:
        made: dict[str, Any] = {}
        if asked[0] == "class":
            made = make_class(runtime)
        elif asked[0] == "venture":
            made = make_venture(runtime)
        elif asked[0] == "later":
            later(runtime, asked[1], int(asked[2]))
        else:
            {"score": score, "noticed": noticed}[asked[0]](runtime)
        print(json.dumps(made))
    finally:
        runtime.database.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1:])
