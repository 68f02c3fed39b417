"""A class that runs, with its provider, meetings and people, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course
from tests.factories import COUNTY, PATH_COUNTY, actor_of, make_person, make_station, make_user
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Attendance
from training.courses.classroom.states import PRESENT_MARKS, AttendanceMark, AttendanceWay
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, EnrollmentState

_numbers = itertools.count(1)
OVER = {EnrollmentState.LEFT, EnrollmentState.COMPLETED, EnrollmentState.NOT_COMPLETED}


def make_provider(uow: UnitOfWork, *, path: str = PATH_COUNTY) -> Provider:
    """A listed provider with its organization."""
    organization = Organization(
        kind=OrganizationKind.PROVIDER,
        state=OrganizationState.ACTIVE,
        name=f"测试职业学校 {next(_numbers)}",
        region_path=path,
        region_code=COUNTY,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    provider = Provider(
        organization_id=organization.id,
        region_path=path,
        state=ProviderState.LISTED,
        applied_at=uow.now,
        listed_at=uow.now,
        changed_at=uow.now,
    )
    provider.organization = organization
    uow.session.add(provider)
    uow.session.flush()
    return provider


def make_class(uow: UnitOfWork, *, state: SessionState = SessionState.RUNNING, **values: Any) -> CourseSession:
    """A class of the county that runs since a week and has three weeks to go: motor vehicle repair."""
    path = values.pop("region_path", PATH_COUNTY)
    provider = values.pop("provider", None) or make_provider(uow, path=path)
    organization = values.pop("organization", None) or make_station(uow, path=path, name="测试服务中心")
    approved = state not in {SessionState.DRAFT, SessionState.SUBMITTED, SessionState.RETURNED, SessionState.CANCELED}
    given = {
        "title": f"测试汽修班 {next(_numbers)}",
        "course_code": "TR03",
        "starts_on": uow.today - timedelta(days=7),
        "ends_on": uow.today + timedelta(days=21),
        "sign_up_from": uow.today - timedelta(days=40),
        "sign_up_until": uow.today - timedelta(days=10),
        "place": "测试东镇实训楼 201",
        "hours": 240,
        "capacity": 40,
    } | values
    row = CourseSession(
        organization_id=organization.id,
        region_path=path,
        provider_id=provider.id,
        state=state,
        created_at=uow.now,
        changed_at=uow.now,
        approved_at=uow.now if approved else None,
        canceled_at=uow.now if state is SessionState.CANCELED else None,
        closed_on=uow.today if state is SessionState.CLOSED else None,
        **given,
    )
    row.provider = provider
    row.course = uow.session.get_one(Course, given["course_code"])
    uow.session.add(row)
    uow.session.flush()
    return row


def make_meeting(uow: UnitOfWork, course_session: CourseSession, **values: Any) -> CourseMeeting:
    """Four class hours that began five minutes ago."""
    starts_at: datetime = values.pop("starts_at", uow.now - timedelta(minutes=5))
    row = CourseMeeting(
        session_id=course_session.id,
        starts_at=starts_at,
        ends_at=values.pop("ends_at", starts_at + timedelta(hours=3)),
        hours=values.pop("hours", 4),
        topic=values.pop("topic", "发动机拆装"),
        teacher="测试老师",
        code_secret=bytes(range(16)),
        **values,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def make_enrollment(
    uow: UnitOfWork,
    course_session: CourseSession,
    *,
    person: Person | None = None,
    state: EnrollmentState = EnrollmentState.ATTENDING,
    **values: Any,
) -> Enrollment:
    """Somebody who reported in on the first day."""
    person = person or make_person(uow, name=f"测试学员{next(_numbers)}")
    row = Enrollment(
        session_id=course_session.id,
        person_id=person.id,
        region_path=person.region_path,
        state=state,
        enrolled_at=uow.now,
        arrived_on=values.pop("arrived_on", course_session.starts_on if state in ARRIVED_STATES else None),
        ended_on=values.pop("ended_on", uow.today if state in OVER else None),
        waiting_number=values.pop("waiting_number", next(_numbers) if state is EnrollmentState.WAITING else None),
        canceled_at=uow.now if state is EnrollmentState.CANCELED else None,
        **values,
    )
    row.person = person
    uow.session.add(row)
    uow.session.flush()
    return row


def make_mark(
    uow: UnitOfWork, meeting: CourseMeeting, enrollment: Enrollment, mark: AttendanceMark = AttendanceMark.PRESENT
) -> Attendance:
    """A mark with the hours it brings."""
    row = Attendance(
        meeting_id=meeting.id,
        enrollment_id=enrollment.id,
        mark=mark,
        way=AttendanceWay.ROLL_CALL,
        hours=meeting.hours if mark in PRESENT_MARKS else 0,
        at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def actor_of_provider(uow: UnitOfWork, provider: Provider) -> Actor:
    """A member of the provider."""
    user = make_user(uow, Role.PROVIDER_MEMBER, organization=provider.organization)
    return actor_of(user, Role.PROVIDER_MEMBER, provider.organization)


def month(year: int, number: int) -> date:
    """The first day of a month."""
    return date(year, number, 1)
