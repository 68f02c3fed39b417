"""Who sees whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_verify_person, visible_people
from jobmatch.people.services.grants import record_grant
from jobmatch.people.states import GrantField, GrantPurpose
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    actor_of,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_staff,
    make_station,
    make_user,
)


def seen_by(uow: UnitOfWork, actor: Actor) -> set[int]:
    return {person.id for person in uow.rows(visible_people(actor, select(Person)))}


def test_staff_see_their_subtree_and_a_person_the_own_file(uow: UnitOfWork) -> None:
    here, there, far = make_person(uow), make_person(uow, path=PATH_B), make_person(uow, path=PATH_OTHER)
    assert {here.id, there.id} <= seen_by(uow, make_staff(uow))
    assert far.id not in seen_by(uow, make_staff(uow))
    assert there.id not in seen_by(uow, make_staff(uow, path=PATH_A))
    assert seen_by(uow, actor_of_person(uow, here)) == {here.id}
    assert seen_by(uow, Actor()) == set()


def test_an_employer_sees_whoever_lets_it_while_it_does(uow: UnitOfWork) -> None:
    person, employer = make_person(uow), make_employer(uow)
    actor = actor_of_employer(uow, employer)
    assert seen_by(uow, actor) == set()
    grant = record_grant(
        uow,
        person,
        organization_id=employer.organization_id,
        purpose=GrantPurpose.APPLICATION,
        fields=[GrantField.NAME],
        valid_until=uow.today,
        notice="",
    )
    assert seen_by(uow, actor) == {person.id}
    grant.valid_until = uow.today - timedelta(days=1)
    uow.session.flush()
    assert seen_by(uow, actor) == set()


def test_an_employer_that_is_not_vetted_sees_nobody(uow: UnitOfWork) -> None:
    person, employer = make_person(uow), make_employer(uow, vetted=False)
    record_grant(
        uow,
        person,
        organization_id=employer.organization_id,
        purpose=GrantPurpose.APPLICATION,
        fields=[GrantField.NAME],
        valid_until=uow.today,
        notice="",
    )
    assert seen_by(uow, actor_of_employer(uow, employer)) == set()


def test_superior_readers_count_but_do_not_look(uow: UnitOfWork) -> None:
    make_person(uow)
    station = make_station(uow, path=PATH_COUNTY)
    reader = actor_of(make_user(uow, Role.SUPERIOR_READER, organization=station), Role.SUPERIOR_READER, station)
    assert seen_by(uow, reader) == set()
    assert uow.one(visible_people(reader, select(func.count(Person.id)), aggregate=True)) >= 1


def test_an_unnarrowed_select_is_a_bug(uow: UnitOfWork) -> None:
    with pytest.raises(LookupError):
        uow.rows(select(Person))


def test_nobody_verifies_the_own_file(uow: UnitOfWork) -> None:
    staff = make_staff(uow)
    person = make_person(uow, with_user=False)
    person.user_id = staff.user_id
    uow.session.flush()
    assert not can_verify_person(staff, person)
    assert can_verify_person(make_staff(uow), person)
