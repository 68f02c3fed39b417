"""Rows of incubators for tests, made directly; every name is invented."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.grants import record_grant
from jobmatch.people.states import GrantField, GrantPurpose
from tests.factories import COUNTY, PATH_A, PATH_COUNTY, actor_of, make_person, make_station, make_user, phone
from training.incubation.parks.models import Incubator, Mentor, Space, SpaceLet, Tenancy
from training.incubation.parks.states import IN_STATES, LEFT_STATES, MentorField, TenancyState
from training.incubation.ventures.models import Venture, VentureFounder
from training.incubation.ventures.states import FounderKind, VentureState

_numbers = itertools.count(1)


def make_venture(uow: UnitOfWork, person: Person | None = None, *, path: str = PATH_A, **values: Any) -> Venture:
    """A venture in preparation of a person of the pool, who is its founder."""
    person = person or make_person(uow, path=path)
    venture = Venture(
        region_path=path,
        person_id=person.id,
        name=values.pop("name", f"测试粉面店 {next(_numbers)}"),
        state=values.pop("state", VentureState.PREPARING),
        wished_on=uow.today,
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    venture.person = person
    uow.session.add(venture)
    uow.session.flush()
    uow.session.add(
        VentureFounder(
            venture_id=venture.id,
            person_id=person.id,
            name=person.name,
            kind=FounderKind.VETERAN,
            share_points=10_000,
            since_on=uow.today,
        )
    )
    uow.session.flush()
    return venture


def make_incubator(uow: UnitOfWork, *, path: str = PATH_COUNTY, desks: int = 4, **values: Any) -> Incubator:
    """An open incubator of the county with ``desks`` free desks in one row, 300 yuan a month each."""
    organization = Organization(
        kind=OrganizationKind.INCUBATOR,
        state=OrganizationState.ACTIVE,
        name=values.pop("name", f"测试孵化基地 {next(_numbers)}"),
        region_path=path,
        region_code=COUNTY,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(organization)
    uow.session.flush()
    incubator = Incubator(
        organization_id=organization.id,
        region_path=path,
        contact_name="测试联系人",
        contact_phone=phone(),
        area_m2=values.pop("area_m2", 3200),
        free_area_m2=values.pop("free_area_m2", 1000),
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    incubator.organization = organization
    uow.session.add(incubator)
    uow.session.flush()
    for n in range(1, desks + 1):
        uow.session.add(
            Space(incubator_id=incubator.id, number=f"A{n:02d}", row=1, col=n, area_m2=4, rent_yuan=300, room="东厅")
        )
    uow.session.flush()
    return incubator


def desks_of(uow: UnitOfWork, incubator: Incubator) -> list[Space]:
    """Its desks in order."""
    return list(uow.session.query(Space).filter_by(incubator_id=incubator.id).order_by(Space.row, Space.col))


def make_tenancy(
    uow: UnitOfWork,
    incubator: Incubator,
    venture: Venture | None = None,
    *,
    state: TenancyState = TenancyState.APPLIED,
    desks: int = 0,
    with_grant: bool = True,
    **values: Any,
) -> Tenancy:
    """A tenancy in ``state``; who is in has ``desks`` desks and 12 months from a month ago."""
    venture = venture or make_venture(uow)
    is_in, is_out = state in IN_STATES, state in LEFT_STATES
    given = {
        "noticed_until": uow.today - timedelta(days=1) if state is TenancyState.NOTICED else None,
        "term_from": uow.today - timedelta(days=30) if is_in or is_out else None,
        "term_until": uow.today + timedelta(days=335) if is_in or is_out else None,
        "left_on": uow.today if is_out else None,
        "accepted_on": None if state is TenancyState.APPLIED else uow.today,
    }
    grant = None
    if with_grant and venture.person is not None:
        grant = record_grant(
            uow,
            venture.person,
            organization_id=incubator.organization_id,
            purpose=GrantPurpose.INCUBATION,
            fields=(GrantField.NAME, GrantField.PHONE),
            valid_until=date(2030, 1, 1),
            notice="测试同意",
        )
    tenancy = Tenancy(
        incubator_id=incubator.id,
        venture_id=venture.id,
        region_path=incubator.region_path,
        state=state,
        desk_count=values.pop("desk_count", 2),
        plan_words=values.pop("plan_words", "做早餐粉面，卖给园区上班的人，先雇两个人。"),
        grant_id=grant.id if grant else None,
        applied_at=uow.now,
        changed_at=uow.now,
        **(given | values),
    )
    tenancy.incubator, tenancy.venture = incubator, venture
    uow.session.add(tenancy)
    uow.session.flush()
    for space in [one for one in desks_of(uow, incubator) if one.tenancy_id is None][:desks]:
        space.tenancy_id = tenancy.id
        uow.session.add(SpaceLet(space_id=space.id, tenancy_id=tenancy.id, from_on=tenancy.term_from or uow.today))
    uow.session.flush()
    return tenancy


def make_mentor(uow: UnitOfWork, incubator: Incubator, **values: Any) -> Mentor:
    """A mentor of an incubator."""
    mentor = Mentor(
        incubator_id=incubator.id,
        region_path=incubator.region_path,
        name=values.pop("name", "测试导师"),
        field=values.pop("field", MentorField.TAX),
        created_at=uow.now,
        **values,
    )
    uow.session.add(mentor)
    uow.session.flush()
    return mentor


def operator_of(uow: UnitOfWork, incubator: Incubator) -> Actor:
    """An operator of an incubator."""
    user = make_user(uow, Role.INCUBATOR_OPERATOR, organization=incubator.organization)
    return actor_of(user, Role.INCUBATOR_OPERATOR, incubator.organization)


def reviewers(uow: UnitOfWork, count: int = 3, *, path: str = PATH_COUNTY) -> list[Actor]:
    """Staff of one office."""
    station = make_station(uow, path=path)
    users = [make_user(uow, Role.STATION_STAFF, organization=station) for _n in range(count)]
    return [actor_of(one, Role.STATION_STAFF, station) for one in users]
