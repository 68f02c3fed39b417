"""Training in the demo county: three providers and twelve classes, from a draft to one whose people work by now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.passwords import hash_password
from jobmatch.accounts.services.users import make_user
from jobmatch.accounts.states import OrganizationKind, Role
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import AppError
from jobmatch.core.uow import UnitOfWork
from jobmatch.demo import county
from jobmatch.demo.accounts import PASSWORD, Login
from jobmatch.demo.employers import synthetic_credit_code
from jobmatch.demo.world import Demo
from jobmatch.people.models.person import Person
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind
from jobmatch.reference.models import Course
from jobmatch.reference.queries import is_working_day
from training.courses.catalog.models import Provider
from training.courses.catalog.services.providers import ProviderFacts, add_provider, move_provider, save_course
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import named
from training.courses.classes.queries import meetings_of
from training.courses.classes.services.deciding import approve_session, end_session, start_session, submit_session
from training.courses.classes.services.planning import MeetingPlan, SessionPlan, add_meeting, create_session
from training.courses.classes.states import SessionMode, SessionState
from training.courses.classroom.services.attendance import close_meeting, mark_everybody
from training.courses.classroom.services.certificates import issue_certificates, issue_completions
from training.courses.classroom.services.results import complete_class, pass_everybody
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.services.enrolling import enroll
from training.courses.enrollment.services.moving import mark_all_arrived
from training.courses.enrollment.states import EnrollmentState

MEMBER = "19800000301"
PROVIDERS = (
    ("清禾职业技能培训学校", ("TR05", "TR06", "TR07", "TR17")),
    ("安禾机电技工学校", ("TR08", "TR09", "TR03", "TR23")),
    ("清禾创业指导中心", ("TR34", "TR35", "TR01", "TR19")),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A class: its course, how many days from today it begins, its seats, how far it is, and who it is for."""

    course: str
    begins: int
    seats: int
    stage: SessionState
    mode: SessionMode = SessionMode.FULL_TIME


PLANS = (
    Plan("TR05", -300, 16, SessionState.CLOSED),
    Plan("TR08", -250, 12, SessionState.CLOSED),
    Plan("TR17", -200, 12, SessionState.CLOSED),
    Plan("TR35", -150, 14, SessionState.CLOSED, SessionMode.WEEKEND),
    Plan("TR07", -20, 10, SessionState.ENDED),
    Plan("TR06", -6, 14, SessionState.RUNNING),
    Plan("TR05", 9, 6, SessionState.APPROVED),
    Plan("TR08", 16, 20, SessionState.APPROVED),
    Plan("TR19", 23, 30, SessionState.APPROVED, SessionMode.MIXED),
    Plan("TR01", 30, 40, SessionState.APPROVED),
    Plan("TR03", 37, 20, SessionState.SUBMITTED),
    Plan("TR34", 44, 30, SessionState.DRAFT),
)
TOPICS = ("安全和规矩", "理论", "理论", "实操", "实操", "复习和考核")
LESSONS = len(TOPICS)
HOURS = 4


def grow_classes(demo: Demo) -> None:
    """The providers with a sign-in, then each class as far as it is."""
    providers = _providers(demo)
    with demo.unit(0) as uow:
        query = select(Person.public_id).where(Person.erased_at.is_(None), Person.birth_on > date(1975, 1, 1))
        people = list(uow.session.scalars(query.order_by(Person.id)))
    demo.rng.shuffle(people)
    for turn, plan in enumerate(PLANS):
        _class(demo, plan, turn, providers[plan.course], people[turn * 23 :] + people)


@contextmanager
def _on(demo: Demo, days: float) -> Iterator[UnitOfWork]:
    """A unit of the system so many days from today; nothing lies ahead of now."""
    moment: datetime = min(demo.today + timedelta(days=days), demo.today)
    with clock.frozen(moment), demo.runtime.unit(system_actor("demo")) as uow:
        yield uow


def _providers(demo: Demo) -> dict[str, str]:
    found = {}
    for number, (name, courses) in enumerate(PROVIDERS):
        with _on(demo, -340) as uow:
            facts = ProviderFacts(
                licence_number=f"演示字第 {number + 1:03d} 号",
                intro="演示机构，资料都是编的。",
                seat_count=80,
                teacher_count=12,
                has_lodging=number != 2,
                has_canteen=True,
                contact_name="演示联系人",
                contact_phone="19800000300",
            )
            provider = add_provider(
                uow,
                name=name,
                credit_code=synthetic_credit_code("52", 700 + number),
                region_code=county.COUNTY,
                facts=facts,
            )
            for code in courses:
                save_course(uow, provider, course_code=code, fee_yuan=0)
                found[code] = provider.public_id
            move_provider(uow, provider, "list")
            if number == 0:
                _member(demo, uow, provider)
    return found


def _member(demo: Demo, uow: UnitOfWork, provider: Provider) -> None:
    login = Login(Role.PROVIDER_MEMBER, "梁老师", MEMBER)
    organization = uow.session.get_one(Organization, provider.organization_id)
    roles = [(login.role, organization)]
    make_user(uow, name=login.name, phone=login.phone, roles=roles, password_hash=hash_password(PASSWORD))
    demo.logins.append(login)


def _class(demo: Demo, plan: Plan, turn: int, provider_id: str, people: list[str]) -> None:
    with _on(demo, plan.begins - 30) as uow:
        made = _planned(demo, uow, plan, turn, provider_id)
        public_id = made.public_id
        if plan.stage is not SessionState.DRAFT:
            submit_session(uow, made)
        if plan.stage not in {SessionState.DRAFT, SessionState.SUBMITTED}:
            approve_session(uow, made)
    if plan.stage in {SessionState.DRAFT, SessionState.SUBMITTED}:
        return
    wanted = plan.seats + 3 if plan.seats < 10 else plan.seats * 2 // 3
    with _on(demo, min(plan.begins - 5, 0)) as uow:
        session = uow.session.scalars(named(public_id)).one()
        _enroll(uow, session, people, wanted)
    if plan.stage is SessionState.APPROVED:
        return
    _teach(demo, plan, public_id)


def _planned(demo: Demo, uow: UnitOfWork, plan: Plan, turn: int, provider_id: str) -> CourseSession:
    course = uow.session.get_one(Course, plan.course)
    provider = uow.session.scalars(select(Provider).where(Provider.public_id == provider_id)).one()
    provider.organization = uow.session.get_one(Organization, provider.organization_id)
    path = provider.region_path
    office = uow.session.scalars(
        select(Organization).where(Organization.kind == OrganizationKind.STATION, Organization.region_path == path)
    ).first()
    office = office or uow.session.get_one(Organization, provider.organization_id)
    first = clock.local_day(demo.today) + timedelta(days=plan.begins)
    while not is_working_day(uow.session, first):
        first += timedelta(days=1)
    days = [first]
    while len(days) < LESSONS:
        step = days[-1] + timedelta(days=1)
        while not is_working_day(uow.session, step):
            step += timedelta(days=1)
        days.append(step)
    made = create_session(
        uow,
        SessionPlan(
            title=f"{course.name_zh.split('（')[0]}第 {turn % 3 + 1} 期",
            starts_on=first,
            ends_on=days[-1],
            sign_up_from=first - timedelta(days=30),
            sign_up_until=first - timedelta(days=1),
            mode=plan.mode,
            region_code=county.COUNTY,
            place="清禾实训楼 201",
            way_there="县城 3 路公交到实训楼站",
            has_lodging=turn % 2 == 0,
            has_meals=True,
            has_bus=turn % 3 == 0,
            hours=LESSONS * HOURS,
            capacity=plan.seats,
            target_count=plan.seats if plan.stage is SessionState.CLOSED else 0,
            is_free=course.kind == "skill",
            funding_yuan=1200,
            money_words="在校每天补助 10 元，结业后 15 天内发",
            teachers="演示教师，高级技师",
            safety="开课第一节讲安全；实训有专人看护",
            contact_name="演示联系人",
            contact_phone="19800000300",
            certificate_code=next(iter(course.certificate_codes), None),
        ),
        course=course,
        provider=provider,
        office=office,
    )
    for number, day in enumerate(days):
        topic = TOPICS[number]
        lesson = MeetingPlan(
            on=day, from_time=time(9), until_time=time(12), hours=HOURS, topic=topic, teacher="演示教师"
        )
        add_meeting(uow, made, lesson)
    return made


def _enroll(uow: UnitOfWork, session: CourseSession, people: list[str], wanted: int) -> None:
    """Whoever may come, until there are enough; the others are told by their own page why not."""
    count = 0
    for public_id in people:
        person = uow.session.scalars(select(Person).where(Person.public_id == public_id)).one()
        with suppress(AppError):
            count += enroll(uow, session, person, consent=True).is_new
        if count >= wanted:
            return


def _teach(demo: Demo, plan: Plan, public_id: str) -> None:
    """The lessons up to now, then results and certificates where the class is over."""
    with _on(demo, -1000) as uow:
        session = uow.session.scalars(named(public_id)).one()
        lessons = [meeting.public_id for meeting in meetings_of(uow.session, session)]
        ends = [meeting.ends_at for meeting in meetings_of(uow.session, session)]
        first, last = session.starts_on, session.ends_on
    today = clock.local_day(demo.today)
    with _on(demo, (first - today).days + 0.05) as uow:
        session = uow.session.scalars(named(public_id)).one()
        start_session(uow, session)
        mark_all_arrived(uow, session)
    for lesson, ended in zip(lessons, ends, strict=True):
        if ended >= demo.today:
            return
        with clock.frozen(ended), demo.runtime.unit(system_actor("demo")) as uow:
            session = uow.session.scalars(named(public_id)).one()
            meeting = next(one for one in meetings_of(uow.session, session) if one.public_id == lesson)
            mark_everybody(uow, session, meeting)
            close_meeting(uow, session, meeting)
    if plan.stage is SessionState.RUNNING or last >= today:
        return
    with _on(demo, (last - today).days + 0.6) as uow:
        end_session(uow, uow.session.scalars(named(public_id)).one())
    if plan.stage is SessionState.ENDED:
        return
    with _on(demo, (last - today).days + 3) as uow:
        _certify(uow, uow.session.scalars(named(public_id)).one())
    with _on(demo, (last - today).days + 20) as uow:
        _work(uow, uow.session.scalars(named(public_id)).one())


def _certify(uow: UnitOfWork, session: CourseSession) -> None:
    """All who were there pass; most of them get the certificate of the trade too."""
    pass_everybody(uow, session)
    complete_class(uow, session)
    issue_completions(uow, session, issued_on=uow.today)
    done = select(Enrollment.public_id).where(
        Enrollment.session_id == session.id, Enrollment.state == EnrollmentState.COMPLETED
    )
    ids = list(uow.session.scalars(done.order_by(Enrollment.id)))
    numbers = {one: f"YS{session.id:03d}{place:04d}" for place, one in enumerate(ids[: len(ids) * 9 // 10])}
    if session.certificate_code:
        issue_certificates(
            uow,
            session,
            kind=CourseCertificateKind.SKILL_LEVEL,
            numbers=numbers,
            certificate_code=session.certificate_code,
            issued_on=uow.today,
            expires_on=None,
        )


def _work(uow: UnitOfWork, session: CourseSession) -> None:
    """Three of four who completed without work have some since; whoever the register knows otherwise stays so."""
    query = (
        select(Person)
        .join(Enrollment, Enrollment.person_id == Person.id)
        .where(
            Enrollment.session_id == session.id,
            Enrollment.state == EnrollmentState.COMPLETED,
            Enrollment.was_employed.is_not(True),
        )
        .order_by(Enrollment.id)
    )
    for number, person in enumerate(uow.session.scalars(query).all()):
        if number % 4:
            with suppress(AppError), uow.session.begin_nested():
                add_spell(
                    uow,
                    person,
                    status_code="E1",
                    started_on=uow.today,
                    employer_name="县内企业",
                    title="技术工人",
                    evidence=EvidenceKind.CONTRACT,
                )
