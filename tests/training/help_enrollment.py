"""Rows of classes for tests of enrollments, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from tests.factories import PATH_COUNTY, actor_of, make_station, make_user
from training.courses.catalog.models import Provider
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState

_numbers = itertools.count(1)
SKILL, OTHER_SKILL, ADAPTABILITY = "TR03", "TR04", "TR01"


def make_provider(uow: UnitOfWork, *, path: str = PATH_COUNTY) -> Provider:
    """A listed provider."""
    organization = Organization(
        kind=OrganizationKind.PROVIDER,
        state=OrganizationState.ACTIVE,
        name=f"测试承训学校 {next(_numbers)}",
        region_path=path,
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


def actor_of_provider(uow: UnitOfWork, provider: Provider) -> Actor:
    """A member of the provider."""
    organization = uow.session.get_one(Organization, provider.organization_id)
    user = make_user(uow, Role.PROVIDER_MEMBER, organization=organization)
    return actor_of(user, Role.PROVIDER_MEMBER, organization)


def make_session(
    uow: UnitOfWork,
    *,
    provider: Provider | None = None,
    days: int = 10,
    state: SessionState = SessionState.APPROVED,
    **values: Any,
) -> CourseSession:
    """An approved class of the county that begins in ``days`` days, lasts ten, and has two seats."""
    provider = provider or make_provider(uow)
    path = values.pop("region_path", PATH_COUNTY)
    organization = values.pop("organization", None) or make_station(uow, path=path, name="测试服务中心")
    starts_on: date = values.pop("starts_on", uow.today + timedelta(days=days))
    session = CourseSession(
        organization_id=organization.id,
        region_path=path,
        provider_id=provider.id,
        course_code=values.pop("course_code", SKILL),
        state=state,
        title=values.pop("title", f"测试培训班 {next(_numbers)}"),
        starts_on=starts_on,
        ends_on=values.pop("ends_on", starts_on + timedelta(days=9)),
        sign_up_from=values.pop("sign_up_from", uow.today - timedelta(days=5)),
        sign_up_until=values.pop("sign_up_until", uow.today + timedelta(days=max(days - 1, 0))),
        capacity=values.pop("capacity", 2),
        is_free=values.pop("is_free", False),
        kind_groups=values.pop("kind_groups", []),
        method_codes=values.pop("method_codes", []),
        created_at=uow.now,
        changed_at=uow.now,
        approved_at=uow.now,
        canceled_at=uow.now if state is SessionState.CANCELED else None,
        **values,
    )
    session.provider = provider
    uow.session.add(session)
    uow.session.flush()
    return session


def make_meeting(
    uow: UnitOfWork, session: CourseSession, *, day: int = 0, hour: int = 1, hours: int = 3
) -> CourseMeeting:
    """A meeting on the ``day``-th day of the class (from 0), ``hours`` long, beginning at ``hour`` UTC."""
    starts_at = datetime.combine(session.starts_on + timedelta(days=day), time(hour), UTC)
    meeting = CourseMeeting(
        session_id=session.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        hours=hours,
        topic="测试课",
        code_secret=b"0" * 16,
    )
    uow.session.add(meeting)
    uow.session.flush()
    return meeting


def leave_service(uow: UnitOfWork, person: Person, day: date, method: str = "ZZJY") -> None:
    """Say when the person left service."""
    record = uow.session.query(ServiceRecord).filter_by(person_id=person.id).one()
    record.discharged_on, record.resettlement_code = day, method
    uow.session.flush()
