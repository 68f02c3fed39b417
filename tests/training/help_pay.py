"""Rows of classes with their people, hours and certificates for tests, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.states import ConfirmationWay, EvidenceKind, RegisterSource
from jobmatch.reference.models import Course
from tests.factories import PATH_COUNTY, make_person, make_station
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Attendance, CourseCertificate
from training.courses.classroom.states import AttendanceMark, AttendanceWay, CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, EnrollmentState

_numbers = itertools.count(1)
SEPTEMBER = date(2026, 9, 1)


def course(uow: UnitOfWork, code: str = "PAY01", **values: Any) -> Course:
    found = uow.session.get(Course, code)
    if found is None:
        found = Course(**{"code": code, "name_zh": f"测试课程 {code}", "kind": "skill", **values})
        uow.session.add(found)
        uow.session.flush()
    return found


def provider(uow: UnitOfWork, path: str = PATH_COUNTY) -> Provider:
    organization = Organization(
        kind=OrganizationKind.PROVIDER,
        state=OrganizationState.ACTIVE,
        name=f"测试补贴学校 {next(_numbers)}",
        region_path=path,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    made = Provider(
        organization_id=organization.id,
        region_path=path,
        state=ProviderState.LISTED,
        applied_at=uow.now,
        listed_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def course_session(uow: UnitOfWork, *, state: SessionState = SessionState.RUNNING, **values: Any) -> CourseSession:
    """A class of 30 seats from 7 September to 30 October 2026 with 2000 yuan for each."""
    path = values.pop("region_path", PATH_COUNTY)
    office = values.pop("office", None) or make_station(uow, path=path, name="测试事务局")
    code = values.pop("course_code", None) or course(uow).code
    school = values.pop("provider", None) or provider(uow, path)
    given: dict[str, Any] = {
        "title": f"测试补贴班 {next(_numbers)}",
        "starts_on": date(2026, 9, 7),
        "ends_on": date(2026, 10, 30),
        "sign_up_from": date(2026, 8, 1),
        "sign_up_until": date(2026, 9, 1),
        "capacity": 30,
        "funding_yuan": 2000,
        "target_count": 20,
        "contact_phone": "0731-5550000",
    }
    over = state in {SessionState.ENDED, SessionState.CLOSED}
    made = CourseSession(
        **{**given, **values},
        organization_id=office.id,
        region_path=path,
        provider_id=school.id,
        course_code=code,
        state=state,
        approved_at=uow.now,
        ended_at=uow.now if over else None,
        closed_on=uow.today if state is SessionState.CLOSED else None,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def enrollment(
    uow: UnitOfWork,
    session: CourseSession,
    person: Person | None = None,
    state: EnrollmentState = EnrollmentState.ATTENDING,
    **values: Any,
) -> Enrollment:
    person = person or make_person(uow, with_user=False)
    over = state in ARRIVED_STATES - {EnrollmentState.ATTENDING}
    made = Enrollment(
        session_id=session.id,
        person_id=person.id,
        region_path=person.region_path,
        state=state,
        enrolled_at=uow.now,
        arrived_on=session.starts_on if state in ARRIVED_STATES else None,
        ended_on=values.pop("ended_on", session.ends_on) if over else None,
        was_employed=values.pop("was_employed", False if state in ARRIVED_STATES else None),
        **values,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def meetings(uow: UnitOfWork, session: CourseSession, first: date, count: int, hours: int = 4) -> list[CourseMeeting]:
    """Closed meetings on ``count`` days running."""
    made = []
    for n in range(count):
        begins = datetime.combine(first + timedelta(days=n), time(9), tzinfo=SHANGHAI).astimezone(UTC)
        made.append(
            CourseMeeting(
                session_id=session.id,
                starts_at=begins,
                ends_at=begins + timedelta(hours=3),
                hours=hours,
                topic="测试课",
                code_secret=b"0" * 16,
                closed_at=uow.now,
            )
        )
    uow.session.add_all(made)
    uow.session.flush()
    return made


def attend(uow: UnitOfWork, who: Enrollment, at: list[CourseMeeting]) -> None:
    uow.session.add_all(
        Attendance(
            meeting_id=one.id,
            enrollment_id=who.id,
            mark=AttendanceMark.PRESENT,
            way=AttendanceWay.ROLL_CALL,
            hours=one.hours,
            at=uow.now,
        )
        for one in at
    )
    uow.session.flush()


def certificate(
    uow: UnitOfWork, who: Enrollment, kind: CourseCertificateKind = CourseCertificateKind.SKILL_LEVEL, **values: Any
) -> CourseCertificate:
    made = CourseCertificate(
        enrollment_id=who.id,
        kind=kind,
        number=f"T{next(_numbers):06d}",
        name="测试甲",
        issued_on=who.ended_on or uow.today,
        recorded_at=uow.now,
        **values,
    )
    uow.session.add(made)
    uow.session.flush()
    return made


def work(
    uow: UnitOfWork,
    person_id: int,
    code: str,
    started_on: date,
    *,
    ended_on: date | None = None,
    confirmed: tuple[date, date] | None = None,
) -> EmploymentSpell:
    """A line of the register, confirmed for some days."""
    spell = EmploymentSpell(
        person_id=person_id,
        status_code=code,
        started_on=started_on,
        ended_on=ended_on,
        source=next(iter(RegisterSource)),
        recorded_at=uow.now,
    )
    uow.session.add(spell)
    uow.session.flush()
    if confirmed:
        uow.session.add(
            Confirmation(
                spell_id=spell.id,
                evidence=next(kind for kind in EvidenceKind if kind.value != "none"),
                way=next(iter(ConfirmationWay)),
                confirmed_on=confirmed[0],
                valid_until=confirmed[1],
                recorded_at=uow.now,
            )
        )
        uow.session.flush()
    return spell
