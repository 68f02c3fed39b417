"""Providers and classes for tests, made through the services; every name is invented."""

from __future__ import annotations

import itertools
from datetime import date, time, timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Course
from tests.factories import PATH_COUNTY, actor_of, make_station, make_user
from training.courses.catalog.models import Provider
from training.courses.catalog.services.providers import ProviderFacts, apply_provider, move_provider, save_course
from training.courses.classes.models import CourseSession
from training.courses.classes.services.deciding import approve_session, submit_session
from training.courses.classes.services.planning import MeetingPlan, SessionPlan, add_series, create_session

COURSE = "TR05"
_numbers = itertools.count(1)


def make_course(uow: UnitOfWork, code: str = COURSE, **values: Any) -> Course:
    """A short course of the catalogue."""
    known = uow.session.get(Course, code)
    if known is not None:
        return known
    course = Course(code=code, name_zh=f"测试课程 {code}", kind="skill", hours=12, **values)
    uow.session.add(course)
    uow.session.flush()
    return course


def make_provider(uow: UnitOfWork, *, is_listed: bool = True, path: str = PATH_COUNTY) -> Provider:
    """A provider that teaches ``COURSE``; listed unless said otherwise."""
    make_course(uow)
    organization = Organization(
        kind=OrganizationKind.PROVIDER,
        state=OrganizationState.ACTIVE,
        name=f"测试职业学校 {next(_numbers)}",
        region_path=path,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    provider = apply_provider(uow, organization, ProviderFacts(seat_count=60, contact_phone="0731-5550000"))
    save_course(uow, provider, course_code=COURSE, fee_yuan=0)
    return move_provider(uow, provider, "list") if is_listed else provider


def member_of(uow: UnitOfWork, provider: Provider) -> Actor:
    """Somebody who works for the provider."""
    organization = uow.session.get_one(Organization, provider.organization_id)
    return actor_of(make_user(uow, Role.PROVIDER_MEMBER, organization=organization), Role.PROVIDER_MEMBER, organization)


def plan(today: date, **values: Any) -> SessionPlan:
    """A class of two working weeks that begins in ten days; nothing is missing but the timetable."""
    starts_on = values.pop("starts_on", today + timedelta(days=10))
    given: dict[str, Any] = {
        "title": f"测试班 {next(_numbers)}",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=13),
        "capacity": 30,
        "hours": 12,
        "place": "测试楼 201",
        "teachers": "测试教师，电工高级技师",
        "safety": "开课前讲安全",
        "contact_phone": "0731-5550000",
    }
    return SessionPlan(**{**given, **values})


def make_draft(uow: UnitOfWork, provider: Provider | None = None, **values: Any) -> CourseSession:
    """A draft of the county's office."""
    provider = provider or make_provider(uow)
    office = make_station(uow, path=PATH_COUNTY, name="测试事务局")
    return create_session(uow, plan(uow.today, **values), course=make_course(uow), provider=provider, office=office)


def lay_timetable(uow: UnitOfWork, course_session: CourseSession) -> int:
    """Two class hours on each of the first six working days and more."""
    meeting = MeetingPlan(
        on=course_session.starts_on, from_time=time(9), until_time=time(10, 40), hours=2, topic="安全用电"
    )
    return add_series(uow, course_session, meeting, until=course_session.ends_on)


def make_open(uow: UnitOfWork, provider: Provider | None = None, **values: Any) -> CourseSession:
    """An approved class whose window is open."""
    made = make_draft(uow, provider, **values)
    lay_timetable(uow, made)
    submit_session(uow, made)
    return approve_session(uow, made)
