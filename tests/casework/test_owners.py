"""Who is responsible: one at a time, a stand-in who goes by themselves, many moved at once and moved back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks import services
from jobmatch.casework.tasks.models import CaseOwner
from jobmatch.casework.tasks.queries import (
    NOBODY,
    current_owner,
    owned_people,
    owner_history,
    owner_names,
    responsible_user,
)
from jobmatch.casework.tasks.subjects import erase_person, export_person, move_person
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of,
    make_person,
    make_station,
    make_user,
)


class Office:
    """A county's office with three clerks, and one of another county."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.station: Organization = make_station(uow, path=PATH_COUNTY)
        self.li, self.zhao, self.wang = (
            make_user(uow, Role.STATION_STAFF, organization=self.station, name=name) for name in ("李", "赵", "王")
        )
        far = make_station(uow, path=PATH_OTHER)
        self.far: User = make_user(uow, Role.STATION_STAFF, organization=far, name="远")
        self.uow = acting(uow, actor_of(self.li, Role.STATION_STAFF, self.station))
        self.far_uow = acting(uow, actor_of(self.far, Role.STATION_STAFF, far))


@pytest.fixture
def office(uow: UnitOfWork) -> Office:
    return Office(uow)


def test_a_person_has_one_owner_and_the_history_stays(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    first = services.set_owner(uow, person, to=office.li.public_id)
    assert services.set_owner(uow, person, to=office.li.public_id) is first
    services.set_owner(uow, person, to=office.zhao.public_id)
    now = current_owner(uow.session, person.id)
    assert now is not None and now.user_id == office.zhao.id and now.replaces_id == first.id
    assert [name for _row, name, _other in owner_history(uow.session, person.id)] == ["赵", "李"]
    assert first.until == uow.today


def test_a_stand_in_goes_by_themselves(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    with pytest.raises(Invalid):
        services.hand_over(uow, person, to=office.zhao.public_id, until=uow.today)
    services.set_owner(uow, person, to=office.li.public_id)
    until = uow.today + timedelta(days=7)
    services.hand_over(uow, person, to=office.zhao.public_id, until=until)
    assert owner_names(uow.session, [person.id], until) == {person.id: "赵"}
    back = responsible_user(uow.session, person.id, until + timedelta(days=1))
    assert back is not None and back.name == "李"


@pytest.mark.parametrize("days", [None, -1, 400])
def test_a_hand_over_needs_a_day_within_a_year(office: Office, days: int | None) -> None:
    uow, person = office.uow, make_person(office.uow)
    services.set_owner(uow, person, to=office.li.public_id)
    until = None if days is None else uow.today + timedelta(days=days)
    with pytest.raises(Invalid) as error:
        services.hand_over(uow, person, to=office.zhao.public_id, until=until)
    assert set(error.value.fields) == {"until"}


def test_strangers_are_no_owners_and_set_none(office: Office) -> None:
    person = make_person(office.uow)
    with pytest.raises(Invalid):
        services.set_owner(office.uow, person, to=office.far.public_id)
    with pytest.raises(NotAllowed):
        services.set_owner(office.far_uow, person, to=office.far.public_id)


def test_many_are_moved_as_the_preview_said_and_moved_back(office: Office) -> None:
    uow = office.uow
    near = [make_person(uow, path=PATH_A) for _ in range(3)]
    other = make_person(uow, path=PATH_B)
    for person in near[:2]:
        services.set_owner(uow, person, to=office.li.public_id)
    wanted = {"path": PATH_A, "owner": "", "to": office.zhao.public_id}
    assert services.count_transfer(uow, **wanted) == 3
    with pytest.raises(Conflict):
        services.transfer_people(uow, expected=2, **wanted)
    batch, moved = services.transfer_people(uow, expected=3, **wanted)
    assert moved == 3 and current_owner(uow.session, other.id) is None
    assert set(owner_names(uow.session, [p.id for p in near], uow.today).values()) == {"赵"}
    services.set_owner(uow, near[0], to=office.wang.public_id)
    with pytest.raises(NotFound):
        services.undo_transfer(office.far_uow, batch)
    assert services.undo_transfer(uow, batch) == (2, 1)
    names = owner_names(uow.session, [p.id for p in near], uow.today)
    assert names == {near[0].id: "王", near[1].id: "李"}
    with pytest.raises(NotFound):
        services.undo_transfer(uow, "")


def test_people_of_one_clerk_are_handed_over_together(office: Office) -> None:
    uow = office.uow
    people = [make_person(uow) for _ in range(3)]
    for person, clerk in zip(people, (office.li, office.li, office.zhao), strict=True):
        services.set_owner(uow, person, to=clerk.public_id)
    until = uow.today + timedelta(days=10)
    _batch, moved = services.transfer_people(
        uow, path="", owner=office.li.public_id, to=office.zhao.public_id, until=until
    )
    assert moved == 2
    assert set(owner_names(uow.session, [p.id for p in people], uow.today).values()) == {"赵"}
    later = owner_names(uow.session, [p.id for p in people], until + timedelta(days=1))
    assert sorted(later.values()) == ["李", "李", "赵"]


def test_the_place_of_resettlement_takes_nobody_over(office: Office) -> None:
    uow = office.uow
    guest, own = make_person(uow, path=PATH_OTHER, resettled_region_code=TOWN_A), make_person(uow)
    assert guest in uow.rows(owned_people(uow, owner=NOBODY))
    wanted = {"path": "", "owner": NOBODY, "to": office.li.public_id}
    assert services.count_transfer(uow, **wanted) == 1
    services.transfer_people(uow, **wanted)
    assert current_owner(uow.session, guest.id) is None and current_owner(uow.session, own.id) is not None
    there = {"path": "", "owner": NOBODY, "to": office.far.public_id}
    batch, _moved = services.transfer_people(office.far_uow, **there)
    with pytest.raises(NotFound):
        services.undo_transfer(uow, batch)


def test_people_of_who_left_stand_under_nobody(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    services.set_owner(uow, person, to=office.zhao.public_id)
    assert list(uow.rows(owned_people(uow, owner=NOBODY))) == []
    office.zhao.is_active = False
    uow.session.flush()
    assert list(uow.rows(owned_people(uow, owner=NOBODY))) == [person]
    assert responsible_user(uow.session, person.id, uow.today) is None


def test_at_a_merge_the_target_keeps_its_owner(office: Office) -> None:
    uow, source, target = office.uow, make_person(office.uow), make_person(office.uow)
    services.set_owner(uow, source, to=office.li.public_id)
    services.set_owner(uow, target, to=office.zhao.public_id)
    moved = move_person(uow, source.id, target.id)
    assert [row.before for row in moved] == [{"person_id": source.id, "until": None}]
    assert owner_names(uow.session, [target.id], uow.today) == {target.id: "赵"}
    assert len(export_person(uow, target.id)["case_owner"]) == 2
    assert erase_person(uow, target.id)["case_owner"] == 2
    assert uow.session.scalars(select(CaseOwner)).all() == []
