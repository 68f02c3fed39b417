"""Opening a file: by oneself, at the window; identity, kinds, verification, reveal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.services.codes import request_code
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core.actors import Actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person, PersonKind, PersonLicence
from jobmatch.people.queries.people import find_by_phone, get_person, phone_of
from jobmatch.people.services import people
from jobmatch.people.services.people import KindClaim, register_person, save_basics, save_kinds
from jobmatch.people.services.sign_up import sign_up
from jobmatch.people.services.verification import verify_person
from jobmatch.people.states import VerificationState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    TOWN_B,
    actor_of_person,
    make_person,
    make_staff,
    make_station,
    phone,
)

ID_A = "11010519491231002X"
BIRTH = date(1985, 6, 1)


def register(uow: UnitOfWork, **values: object) -> Person:
    given = {"name": "测试乙", "phone": phone(), "kinds": ["TYJR"], "region_code": TOWN_A, "birth_on": BIRTH} | values
    return register_person(uow, **given)  # type: ignore[arg-type]


def wrong(uow: UnitOfWork, **values: object) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        register(uow, **values)
    return caught.value.fields


def code_for(uow: UnitOfWork, number: str) -> str:
    issued = request_code(uow, number, CodePurpose.SIGN_UP, shown=True)
    assert issued is not None
    return issued.code


def stranger() -> Actor:
    return Actor()


def test_somebody_signs_up_and_has_an_account_and_a_file(uow: UnitOfWork) -> None:
    station, number = make_station(uow, path=PATH_A), phone()
    make_station(uow)
    person = sign_up(
        acting(uow, stranger()),
        name="王 建国",
        phone=number,
        code=code_for(uow, number),
        kinds=["STSQ", "LSYS"],
        region_code=TOWN_A,
        birth_on=BIRTH,
        agreed=True,
    )
    assert person.name == "王建国"
    assert person.station_id == station.id
    assert person.region_path == PATH_A
    assert person.latitude is not None
    membership = uow.session.scalars(select(Membership).where(Membership.user_id == person.user_id)).one()
    assert membership.role is Role.DEPENDANT
    assert {kind.kind_code for kind in get_person(uow.session, person.id).kinds} == {"STSQ", "LSYS"}


def test_every_missing_fact_is_said_at_once_and_no_code_is_used(uow: UnitOfWork) -> None:
    number = phone()
    code = code_for(uow, number)
    with pytest.raises(Invalid) as caught:
        sign_up(
            acting(uow, stranger()),
            name=" ",
            phone="12",
            code=code,
            kinds=[],
            region_code="",
            birth_on=None,
            agreed=False,
        )
    assert set(caught.value.fields) == {"name", "phone", "kinds", "region_code", "agreed"}
    assert find_by_phone(uow.session, number) == []


@pytest.mark.parametrize(
    ("birth_on", "is_old_enough"),
    [(date(2010, 10, 1), True), (date(2010, 11, 1), False), (date(2011, 1, 1), False)],
)
def test_nobody_under_sixteen_looks_for_work(uow: UnitOfWork, birth_on: date, is_old_enough: bool) -> None:
    if is_old_enough:
        assert register(uow, birth_on=birth_on, kinds=["JS_ZN"]).id
    else:
        assert "16" in wrong(uow, birth_on=birth_on, kinds=["JS_ZN"])["birth_on"]


def test_the_window_makes_an_account_that_signs_in_by_code(uow: UnitOfWork) -> None:
    staff, number = make_staff(uow), phone()
    person = register(acting(uow, staff), phone=number)
    user = uow.session.get_one(User, person.user_id)
    assert (user.phone, user.password_hash) == (number, "")


def test_a_shared_phone_is_compared_first_and_keeps_its_account(uow: UnitOfWork) -> None:
    first = register(uow)
    number = phone_of(uow.session, first) or ""
    assert "phone" in wrong(uow, phone=number)
    second = register(uow, phone=number, name="测试丙", is_other_person=True)
    assert second.user_id is None
    assert phone_of(uow.session, second) == number
    assert {p.id for p in find_by_phone(uow.session, number)} == {first.id, second.id}


def test_a_file_without_account_becomes_the_own_one_after_the_phone_is_proved(uow: UnitOfWork) -> None:
    number = phone()
    shared = make_person(uow, with_user=False, name="测试丁", phone=number)
    person = sign_up(
        acting(uow, stranger()),
        name="测试丁",
        phone=number,
        code=code_for(uow, number),
        kinds=["TYJR"],
        region_code=TOWN_A,
        birth_on=BIRTH,
        agreed=True,
    )
    assert person.id == shared.id
    assert person.user_id is not None


def test_staff_answer_for_whom_they_register_even_from_elsewhere(uow: UnitOfWork) -> None:
    make_station(uow, path=PATH_OTHER)
    staff = make_staff(uow, path=PATH_B)
    person = register(acting(uow, staff), region_code="130102")
    assert person.region_path == PATH_B
    assert person.living_region_code == "130102"


def test_an_identity_number_gives_birthday_and_sex_and_belongs_to_one_file(uow: UnitOfWork) -> None:
    person = register(uow, id_number="110105 19491231 002x", birth_on=None)
    assert person.id_number == ID_A
    assert (person.birth_on, person.sex) == (date(1949, 12, 31), "female")
    assert ID_A.encode() not in (person.id_number_sealed or b"")
    assert "id_number" in wrong(uow, id_number=ID_A)
    assert "id_number" in wrong(uow, id_number="110105194912310021")
    other = register(uow)
    with pytest.raises(Invalid) as caught:
        people.save_identity(uow, other, id_number=ID_A)
    assert "测试" not in caught.value.fields["id_number"]


def test_nobody_registers_for_a_stranger(uow: UnitOfWork) -> None:
    owner = make_person(uow)
    for actor in (stranger(), actor_of_person(uow, owner)):
        with pytest.raises(NotAllowed):
            register(acting(uow, actor))


def test_a_move_changes_the_responsible_station(uow: UnitOfWork) -> None:
    make_station(uow, path=PATH_A)
    there = make_station(uow, path=PATH_B)
    person = register(uow)
    save_basics(uow, person, name=person.name, birth_on=BIRTH, region_code=TOWN_B)
    assert (person.station_id, person.region_path) == (there.id, PATH_B)


def test_a_stale_form_is_a_conflict_and_a_wrong_place_is_said(uow: UnitOfWork) -> None:
    person = register(uow)
    with pytest.raises(Conflict):
        save_basics(uow, person, name="新", birth_on=BIRTH, region_code=TOWN_A, version=person.version - 1)
    with pytest.raises(Invalid) as caught:
        save_basics(
            uow,
            person,
            name="新",
            birth_on=BIRTH,
            region_code="9",
            registered_region_code="月球",
            latitude=1,
            longitude=1,
        )
    assert set(caught.value.fields) == {"region_code", "registered_place", "latitude"}
    assert person.name == "测试乙"


def test_secret_words_are_kept_only_masked_and_only_when_agreed(uow: UnitOfWork) -> None:
    person = register(uow)
    facts = {"name": "测试乙", "birth_on": BIRTH, "region_code": TOWN_A, "about": "在66336部队开车"}
    with pytest.raises(Invalid) as caught:
        save_basics(uow, person, **facts)  # type: ignore[arg-type]
    assert "在某部开车" in caught.value.fields["about"]
    save_basics(uow, person, **facts, accept_masked=True)  # type: ignore[arg-type]
    assert person.about == "在某部开车"


def test_kinds_keep_their_dates_and_proved_ones_end_instead_of_vanishing(uow: UnitOfWork) -> None:
    person = register(uow, kinds=["JS_PO"], kind_since=date(2020, 1, 1))
    verify_person(uow, person, approved=True, seen=["kind:JS_PO"])
    save_kinds(uow, person, claims=[KindClaim("TYJR", date(2026, 9, 1), proof="退役证")])
    rows = {k.kind_code: k for k in uow.session.scalars(select(PersonKind).where(PersonKind.person_id == person.id))}
    assert rows["JS_PO"].valid_to == uow.today - timedelta(days=1)
    assert rows["TYJR"].proof == "退役证"
    with pytest.raises(Invalid):
        save_kinds(uow, person, claims=[KindClaim("TYJR", uow.today + timedelta(days=1))])
    with pytest.raises(Invalid):
        save_kinds(uow, person, claims=[KindClaim("NOPE", uow.today)])


def test_verification_is_a_staff_act_with_a_trace_and_a_message(uow: UnitOfWork) -> None:
    person, staff = make_person(uow, verification=VerificationState.UNVERIFIED), make_staff(uow)
    with pytest.raises(NotAllowed):
        verify_person(acting(uow, actor_of_person(uow, person)), person, approved=True)
    with pytest.raises(NotAllowed):
        verify_person(acting(uow, make_staff(uow, path=PATH_OTHER)), person, approved=True)
    with pytest.raises(Invalid):
        verify_person(acting(uow, staff), person, approved=False, note=" ")
    verify_person(acting(uow, staff), person, approved=False, note="请带退役证")
    assert person.verification is VerificationState.REFUSED
    verify_person(acting(uow, staff), person, approved=True, seen=["licence:B2", "licence:A1"])
    assert person.verified_by_id == staff.user_id
    licence = uow.session.scalars(select(PersonLicence).where(PersonLicence.person_id == person.id)).one()
    assert licence.is_verified
    messages = uow.session.scalars(select(Message).where(Message.user_id == person.user_id)).all()
    assert len(messages) >= 1
    trace = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.verify")).all()
    assert [row.result for row in trace if row.object_id == person.public_id] == ["refused", "done"]


def test_what_the_person_changes_is_looked_at_again(uow: UnitOfWork) -> None:
    person, staff = make_person(uow), make_staff(uow)
    facts = {"birth_on": person.birth_on, "region_code": TOWN_A}
    own = acting(uow, actor_of_person(uow, person))
    save_basics(own, person, name=person.name, about="新的话", **facts)  # type: ignore[arg-type]
    assert person.verification is VerificationState.VERIFIED
    save_basics(acting(uow, staff), person, name="测试改", **facts)  # type: ignore[arg-type]
    assert person.verification is VerificationState.VERIFIED
    save_basics(own, person, name="测试又改", **facts)  # type: ignore[arg-type]
    assert person.verification is VerificationState.UNVERIFIED


def test_full_numbers_need_a_reason_leave_a_trace_and_are_capped(uow: UnitOfWork) -> None:
    person, staff = make_person(uow), make_staff(uow)
    unit = acting(uow, staff)
    with pytest.raises(Invalid):
        people.reveal_person(unit, person, reason="看")
    with pytest.raises(NotAllowed):
        people.reveal_person(acting(uow, make_staff(uow, path=PATH_OTHER)), person, reason="电话核实情况")
    for _ in range(people.REVEALS_PER_DAY):
        assert people.reveal_person(unit, person, reason="电话核实情况").phone
    with pytest.raises(Limited):
        people.reveal_person(unit, person, reason="电话核实情况")
    traces = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.reveal")).all()
    assert {row.reason for row in traces} == {"电话核实情况"}
    assert PATH_COUNTY in {row.scope for row in traces}
