"""Signing up, invitations, recovery, stations: on the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from jobmatch.accounts import ports
from jobmatch.accounts.models import AssistedRecovery, Membership, Organization, SignInSession, User
from jobmatch.accounts.policies import stations_below, visible_invitations, visible_recoveries
from jobmatch.accounts.queries import find_user_by_phone, invitations, members_of, open_recoveries, responsible_station
from jobmatch.accounts.services import codes, recovery
from jobmatch.accounts.services.invitations import (
    accept_invitation,
    invite_colleague,
    invite_staff,
    withdraw_invitation,
)
from jobmatch.accounts.services.organizations import (
    add_station,
    record_new_organization,
    record_organization_state,
    rename_level,
)
from jobmatch.accounts.services.sign_in import find_pending, open_session, start_session
from jobmatch.accounts.services.sign_up import sign_up_employer_member, sign_up_person, sign_up_provider_member
from jobmatch.accounts.services.users import make_user as make_account
from jobmatch.accounts.states import AssistKind, CodePurpose, OrganizationKind, OrganizationState, Role
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.job_rows import Job
from jobmatch.core.uow import UnitOfWork
from tests.conftest import acting
from tests.factories import (
    COUNTY,
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of,
    make_employer,
    make_staff,
    make_station,
    make_user,
    phone,
)

CREDIT_CODE = "91110000600037341L"
FIELDS = {"name": "测试经办", "organization_name": "测试纺织有限公司", "region_code": COUNTY, "password_hash": "stored"}


def code_for(uow: UnitOfWork, number: str, purpose: CodePurpose = CodePurpose.SIGN_UP) -> str:
    issued = codes.request_code(uow, number, purpose, shown=True)
    assert issued is not None
    return issued.code


def roles_of(uow: UnitOfWork, user: User) -> set[Role]:
    return set(uow.session.scalars(select(Membership.role).where(Membership.user_id == user.id, Membership.is_active)))


def notices(uow: UnitOfWork, user: User) -> list[str]:
    jobs = uow.session.scalars(select(Job).where(Job.name == "inbox.account_notice").order_by(Job.id))
    return [job.arguments["notice"] for job in jobs if job.arguments["user_id"] == user.id]


# Signing up


def test_a_person_signs_up_with_a_code(uow: UnitOfWork) -> None:
    number = phone()
    user = sign_up_person(uow, name=" 测试 甲 ", phone=f"+86 {number}", code=code_for(uow, number), role=Role.VETERAN)
    assert user.name == "测试 甲" and user.phone == number and roles_of(uow, user) == {Role.VETERAN}


def test_signing_up_needs_the_right_code(uow: UnitOfWork) -> None:
    number = phone()
    code = code_for(uow, number, CodePurpose.SIGN_IN)
    with pytest.raises(Invalid) as caught:
        sign_up_person(uow, name="测试甲", phone=number, code=code, role=Role.VETERAN)
    assert set(caught.value.fields) == {"code"} and find_user_by_phone(uow.session, number) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "测试\u202e甲"}, "name"),
        ({"name": "Tеst"}, "name"),
        ({"phone": "123"}, "phone"),
        ({"role": Role.STATION_STAFF}, "role"),
    ],
)
def test_signing_up_says_what_is_wrong(uow: UnitOfWork, changed: dict[str, object], field: str) -> None:
    number = phone()
    given = {"name": "测试甲", "phone": number, "code": code_for(uow, number), "role": Role.VETERAN} | changed
    with pytest.raises(Invalid) as caught:
        sign_up_person(uow, **given)  # type: ignore[arg-type]
    assert set(caught.value.fields) == {field}


def test_signing_up_twice_is_told_only_with_a_right_code(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN)
    with pytest.raises(Invalid) as caught:
        sign_up_person(uow, name="测试甲", phone=user.phone, code="000000", role=Role.VETERAN)
    assert set(caught.value.fields) == {"code"}
    with pytest.raises(Invalid) as caught:
        code = code_for(uow, user.phone)
        sign_up_person(uow, name="测试甲", phone=user.phone, code=code, role=Role.DEPENDANT)
    assert set(caught.value.fields) == {"phone"}


def test_a_clerk_who_is_a_veteran_keeps_one_account(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.STATION_STAFF, organization=make_station(uow))
    again = sign_up_person(uow, name="别名", phone=user.phone, code=code_for(uow, user.phone), role=Role.VETERAN)
    assert again.id == user.id and roles_of(uow, user) == {Role.STATION_STAFF, Role.VETERAN}


@pytest.mark.parametrize("service", [sign_up_employer_member, sign_up_provider_member])
def test_an_organization_signs_up_and_waits(uow: UnitOfWork, service: object) -> None:
    number = phone()
    user, organization = service(  # type: ignore[operator]
        uow, phone=number, code=code_for(uow, number), credit_code=CREDIT_CODE.lower(), **FIELDS
    )
    assert organization.state is OrganizationState.PENDING and organization.credit_code == CREDIT_CODE
    assert organization.region_path == PATH_COUNTY
    assert [member.id for member in members_of(uow.session, organization.id)] == [user.id]
    other = phone()
    with pytest.raises(Invalid) as caught:
        service(uow, phone=other, code=code_for(uow, other), credit_code=CREDIT_CODE, **FIELDS)  # type: ignore[operator]
    assert set(caught.value.fields) == {"credit_code"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"credit_code": "91110000600037341M"}, "credit_code"),
        ({"credit_code": ""}, "credit_code"),
        ({"region_code": "999999"}, "region_code"),
        ({"organization_name": ""}, "organization_name"),
    ],
)
def test_an_organization_is_told_what_is_wrong(uow: UnitOfWork, changed: dict[str, str], field: str) -> None:
    number = phone()
    given = {"credit_code": CREDIT_CODE, **FIELDS} | changed
    with pytest.raises(Invalid) as caught:
        sign_up_employer_member(uow, phone=number, code=code_for(uow, number), **given)
    assert set(caught.value.fields) == {field}


def test_a_code_alone_does_not_replace_a_password(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.STATION_STAFF, organization=make_station(uow), password_hash="mine")
    with pytest.raises(Invalid) as caught:
        sign_up_employer_member(
            uow, phone=user.phone, code=code_for(uow, user.phone), credit_code=CREDIT_CODE, **FIELDS
        )
    assert set(caught.value.fields) == {"phone"} and user.password_hash == "mine"


def test_an_imported_public_body_needs_no_credit_code(uow: UnitOfWork) -> None:
    made = [
        record_new_organization(uow, kind=OrganizationKind.EMPLOYER, name=f"测试局{n}", region_code=COUNTY)
        for n in "甲乙"
    ]
    assert [organization.credit_code for organization in made] == [None, None]


# Invitations


def employer_of(uow: UnitOfWork) -> tuple[UnitOfWork, Organization]:
    organization = uow.session.get_one(Organization, make_employer(uow).organization_id)
    user = make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
    return acting(uow, actor_of(user, Role.EMPLOYER_MEMBER, organization)), organization


def test_a_colleague_joins_once(uow: UnitOfWork) -> None:
    unit, organization = employer_of(uow)
    token = invite_colleague(unit, organization, name="测试乙", phone=phone())
    with pytest.raises(Invalid) as caught:
        accept_invitation(uow, token)
    assert set(caught.value.fields) == {"password"}
    user = accept_invitation(uow, token, password_hash="stored")
    assert roles_of(uow, user) == {Role.EMPLOYER_MEMBER} and user in members_of(uow.session, organization.id)
    with pytest.raises(NotFound):
        accept_invitation(uow, token, password_hash="stored")


def test_an_invitation_ends_after_seven_days_or_when_withdrawn(uow: UnitOfWork) -> None:
    unit, organization = employer_of(uow)
    token = invite_colleague(unit, organization, name="测试乙", phone=phone())
    [(invitation, _place)] = unit.rows(visible_invitations(unit.actor, invitations()))
    withdraw_invitation(unit, invitation, organization)
    with pytest.raises(NotFound):
        accept_invitation(uow, token, password_hash="stored")
    token = invite_colleague(unit, organization, name="测试乙", phone=phone())
    uow.now += timedelta(days=7)
    with pytest.raises(NotFound):
        accept_invitation(uow, token, password_hash="stored")


def test_an_employer_invites_into_the_own_organization_only(uow: UnitOfWork) -> None:
    unit, _organization = employer_of(uow)
    _other, foreign = employer_of(uow)
    with pytest.raises(NotAllowed):
        invite_colleague(unit, foreign, name="测试乙", phone=phone())
    invite_colleague(_other, foreign, name="测试乙", phone=phone())
    assert unit.rows(visible_invitations(unit.actor, invitations())) == []
    with pytest.raises(NotAllowed):
        invite_staff(unit, role=Role.STATION_STAFF, organization=make_station(uow), name="测试乙", phone=phone())


def test_staff_invite_into_their_subtree_only(uow: UnitOfWork) -> None:
    unit = acting(uow, make_staff(uow, path=PATH_COUNTY))
    below, above = make_station(uow, path=PATH_A), make_station(uow, path="/43/4303/")
    elsewhere = make_station(uow, path=PATH_OTHER)
    token = invite_staff(unit, role=Role.STATION_STAFF, organization=below, name="测试丙", phone=phone())
    assert roles_of(uow, accept_invitation(uow, token, password_hash="stored")) == {Role.STATION_STAFF}
    for station in (above, elsewhere, None):
        with pytest.raises(NotAllowed):
            invite_staff(unit, role=Role.STATION_STAFF, organization=station, name="测试丙", phone=phone())
    for role in (Role.SYSTEM_ADMIN, Role.EMPLOYER_MEMBER, Role.VETERAN):
        with pytest.raises(NotAllowed):
            invite_staff(unit, role=role, organization=below, name="测试丙", phone=phone())


def test_the_administrator_invites_into_the_other_posts(uow: UnitOfWork) -> None:
    unit = acting(uow, actor_of(make_user(uow, Role.SYSTEM_ADMIN), Role.SYSTEM_ADMIN))
    token = invite_staff(unit, role=Role.AUDIT_ADMIN, organization=None, name="测试丁", phone=phone())
    assert roles_of(uow, accept_invitation(uow, token, password_hash="stored")) == {Role.AUDIT_ADMIN}


def test_an_account_with_a_password_takes_an_invitation_up_signed_in(uow: UnitOfWork) -> None:
    unit, organization = employer_of(uow)
    user = make_user(uow, Role.VETERAN, password_hash="mine")
    token = invite_colleague(unit, organization, name="测试乙", phone=user.phone)
    with pytest.raises(Invalid):
        accept_invitation(uow, token, password_hash="theirs")
    accept_invitation(acting(uow, actor_of(user, Role.VETERAN)), token)
    assert user.password_hash == "mine" and roles_of(uow, user) == {Role.VETERAN, Role.EMPLOYER_MEMBER}


def test_a_fair_helper_is_there_for_a_short_time(uow: UnitOfWork) -> None:
    unit = acting(uow, make_staff(uow))
    station = uow.session.get_one(Organization, unit.actor.organization_id)
    token = invite_staff(unit, role=Role.FAIR_HELPER, organization=station, name="测试戊", phone=phone())
    user = accept_invitation(uow, token, password_hash="stored")
    row = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    assert row.valid_until == uow.now + timedelta(days=30)


# Recovery


def test_a_forgotten_password_is_replaced_and_sessions_end(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN, password_hash="old")
    open_session(uow, user, by_password=True)
    code = code_for(uow, user.phone, CodePurpose.RECOVERY)
    assert recovery.recover_password(uow, phone=user.phone, code=code, password_hash="new") is user
    assert user.password_hash == "new" and notices(uow, user) == ["password_changed"]
    live = select(SignInSession).where(SignInSession.user_id == user.id, SignInSession.revoked_at.is_(None))
    assert uow.session.scalars(live).all() == []
    with pytest.raises(Invalid):
        recovery.recover_password(uow, phone=user.phone, code=code, password_hash="third")


def test_a_phone_nobody_has_recovers_nothing(uow: UnitOfWork) -> None:
    number = phone()
    code = code_for(uow, number, CodePurpose.RECOVERY)
    assert recovery.recover_password(uow, phone=number, code=code, password_hash="new") is None


def test_a_phone_is_changed_by_codes_of_both_and_the_old_one_is_told(uow: UnitOfWork) -> None:
    sent: list[tuple[str, str]] = []
    user, new = make_user(uow, Role.VETERAN), phone()
    old = user.phone
    codes_ = [code_for(uow, number, CodePurpose.PHONE_CHANGE) for number in (old, new)]
    uow.on_commit.clear()
    ports.use_gateway(lambda number, text: sent.append((number, text)))
    try:
        with pytest.raises(Invalid) as caught:
            recovery.change_phone_by_codes(uow, old_phone=old, old_code=codes_[0], new_phone=new, new_code=codes_[0])
        assert set(caught.value.fields) <= {"new_code"}
        codes_ = [code_for(uow, number, CodePurpose.PHONE_CHANGE) for number in (old, new)]
        uow.on_commit.clear()
        recovery.change_phone_by_codes(uow, old_phone=old, old_code=codes_[0], new_phone=new, new_code=codes_[1])
        for act in uow.on_commit:
            act()
    finally:
        ports.use_gateway(None)
    assert user.phone == new and notices(uow, user) == ["phone_changed"]
    assert [number for number, _text in sent] == [old]
    assert find_user_by_phone(uow.session, old) is None


def test_a_taken_phone_is_not_taken_over(uow: UnitOfWork) -> None:
    user, other = make_user(uow, Role.VETERAN), make_user(uow, Role.VETERAN)
    first, second = [code_for(uow, number, CodePurpose.PHONE_CHANGE) for number in (user.phone, other.phone)]
    with pytest.raises(Invalid) as caught:
        recovery.change_phone_by_codes(
            uow, old_phone=user.phone, old_code=first, new_phone=other.phone, new_code=second
        )
    assert set(caught.value.fields) == {"new_phone"}


def test_staff_change_a_phone_with_evidence_only(uow: UnitOfWork) -> None:
    user, new = make_user(uow, Role.VETERAN), phone()
    unit = acting(uow, make_staff(uow))
    with pytest.raises(Invalid) as caught:
        recovery.change_phone_at_window(unit, user, new_phone=new, evidence="")
    assert set(caught.value.fields) == {"evidence"}
    row = recovery.change_phone_at_window(unit, user, new_phone=new, evidence="优待证，尾号 0513")
    assert (row.kind, row.first_by_id, row.new_phone) == (AssistKind.PHONE, unit.actor.user_id, new)
    assert user.phone == new and notices(uow, user) == ["phone_changed"]
    with pytest.raises(NotAllowed):
        recovery.change_phone_at_window(
            acting(uow, actor_of(user, Role.VETERAN)), user, new_phone=phone(), evidence="优待证"
        )


def asked(uow: UnitOfWork) -> tuple[User, AssistedRecovery]:
    user = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_A), password_hash="x")
    user.totp_secret = "JBSWY3DPEHPK3PXP"
    uow.session.flush()
    token = start_session(uow, user, None, by_password=True, is_pending=True)
    row = recovery.ask_factor_reset(uow, token)
    assert row is not None and recovery.ask_factor_reset(uow, token) is row
    return user, row


def test_two_different_staff_take_a_second_factor_away(uow: UnitOfWork) -> None:
    user, row = asked(uow)
    first, second = acting(uow, make_staff(uow)), acting(uow, make_staff(uow))
    recovery.approve_factor_reset(first, row, evidence="看过工作证")
    assert row.done_at is None and user.totp_secret is not None
    with pytest.raises(NotAllowed):
        recovery.approve_factor_reset(first, row, evidence="看过工作证")
    with pytest.raises(Invalid):
        recovery.approve_factor_reset(second, row, evidence=" ")
    recovery.approve_factor_reset(second, row, evidence="认识本人")
    uow.session.refresh(row)
    assert row.done_at is not None and row.second_by_id == second.actor.user_id
    assert user.totp_secret is None and notices(uow, user) == ["help_asked", "second_factor_reset"]
    with pytest.raises(Conflict):
        recovery.approve_factor_reset(acting(uow, make_staff(uow)), row, evidence="看过工作证")


def test_the_database_refuses_one_person_as_two(uow: UnitOfWork) -> None:
    _user, row = asked(uow)
    staff = make_staff(uow)
    with pytest.raises(IntegrityError), uow.session.begin_nested():
        uow.session.execute(
            update(AssistedRecovery)
            .where(AssistedRecovery.id == row.id)
            .values(first_by_id=staff.user_id, second_by_id=staff.user_id)
        )


def test_staff_elsewhere_and_the_asker_do_not_decide(uow: UnitOfWork) -> None:
    user, row = asked(uow)
    elsewhere = acting(uow, make_staff(uow, path=PATH_OTHER))
    for unit in (elsewhere, acting(uow, actor_of(user, Role.STATION_STAFF, make_station(uow)))):
        with pytest.raises(NotAllowed):
            recovery.approve_factor_reset(unit, row, evidence="看过工作证")
        assert unit.rows(visible_recoveries(unit.actor, open_recoveries())) == []
    near = make_staff(uow)
    assert [found.id for found, _user in uow.rows(visible_recoveries(near, open_recoveries()))] == [row.id]


def test_help_is_asked_only_after_the_password(uow: UnitOfWork) -> None:
    assert recovery.ask_factor_reset(uow, "guessed") is None
    assert find_pending(uow, "") is None


# Stations and organizations


def test_stations_form_a_tree_that_staff_see_from_their_own_downwards(uow: UnitOfWork) -> None:
    county = add_station(uow, name="测试县服务中心", level="县级", region_code=COUNTY)
    town = add_station(uow, name="测试东镇服务站", level="乡镇", region_code=TOWN_A, parent=county, phone="0731-1")
    assert town.region_path == PATH_A and town.parent_id == county.id
    seen = {s.name for s in uow.rows(stations_below(make_staff(uow, path=PATH_A)))}
    assert "测试东镇服务站" in seen and "测试县服务中心" not in seen
    assert uow.rows(stations_below(actor_of(make_user(uow, Role.VETERAN), Role.VETERAN))) == []
    found = responsible_station(uow.session, PATH_A + "430382101001/")
    assert found is not None and found.id == town.id
    found = responsible_station(uow.session, PATH_B)
    assert found is not None and found.id == county.id


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"region_code": "000000"}, "region_code"),
        ({"region_code": "130102"}, "region_code"),
        ({"name": ""}, "name"),
        ({"level": "一个非常非常非常长的层级名字"}, "level"),
    ],
)
def test_a_station_is_told_what_is_wrong(uow: UnitOfWork, changed: dict[str, str], field: str) -> None:
    parent = add_station(uow, name="测试县服务中心", level="县级", region_code=COUNTY)
    given = {"name": "测试东镇服务站", "level": "乡镇", "region_code": TOWN_A} | changed
    with pytest.raises(Invalid) as caught:
        add_station(uow, parent=parent, **given)
    assert set(caught.value.fields) == {field}


def test_an_office_adds_stations_below_its_own_and_the_administrator_names_levels(uow: UnitOfWork) -> None:
    unit = acting(uow, make_staff(uow))
    assert add_station(unit, name="测试东镇服务站", level="乡镇", region_code=TOWN_A).region_code == TOWN_A
    for elsewhere in (COUNTY, "130102"):
        with pytest.raises(NotAllowed):
            add_station(unit, name="测试别处服务站", level="乡镇", region_code=elsewhere)
    with pytest.raises(NotAllowed):
        rename_level(unit, "乡镇", "镇街")


def test_levels_are_called_as_the_office_likes(uow: UnitOfWork) -> None:
    station = add_station(uow, name="测试东镇服务站", level="测试级", region_code=TOWN_A)
    assert rename_level(uow, "测试级", "镇街") == 1
    uow.session.refresh(station)
    assert station.level == "镇街"
    with pytest.raises(Invalid):
        rename_level(uow, "没有的", "镇街")


def test_the_state_of_an_organization_moves_once(uow: UnitOfWork) -> None:
    organization = uow.session.get_one(Organization, make_employer(uow, vetted=False).organization_id)
    record_organization_state(uow, organization, OrganizationState.ACTIVE)
    version = organization.version
    uow.session.flush()
    record_organization_state(uow, organization, OrganizationState.ACTIVE)
    uow.session.flush()
    assert organization.state is OrganizationState.ACTIVE and organization.version == version + 1


def test_accounts_are_made_by_the_system_only(uow: UnitOfWork) -> None:
    number = phone()
    user = make_account(uow, name="测试己", phone=number, roles=[(Role.VETERAN, None)])
    assert roles_of(uow, user) == {Role.VETERAN}
    with pytest.raises(Invalid):
        make_account(uow, name="测试己", phone=number)
    with pytest.raises(NotAllowed):
        make_account(acting(uow, make_staff(uow)), name="测试己", phone=phone())
