"""Passwords, second factors, sessions and their brakes, on the database."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from jobmatch.accounts import passwords
from jobmatch.accounts.models import SignInSession, User
from jobmatch.accounts.queries import actor_for, signed_in, usable_memberships
from jobmatch.accounts.services import second_factor as factors
from jobmatch.accounts.services import sessions, throttles
from jobmatch.accounts.services import sign_in as signing
from jobmatch.accounts.services.users import create_admin, deactivate_user, record_membership
from jobmatch.accounts.states import OrganizationState, Role
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Limited, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from tests.accounts.conftest import PASSWORD, SECRET
from tests.conftest import acting
from tests.factories import actor_of, make_employer, make_station, make_user, phone


@pytest.fixture
def stored(hashed: dict[str, str]) -> str:
    return hashed[PASSWORD]


def stranger(uow: UnitOfWork, ip: str = "10.0.0.1") -> UnitOfWork:
    return acting(uow, Actor(ip=ip))


def enter(uow: UnitOfWork, user: User, *, is_right: bool = True, **options: bool) -> signing.SignedIn | None:
    tried = signing.begin_password_sign_in(uow, user.phone or user.public_id)
    return signing.finish_password_sign_in(uow, tried, is_right=is_right, **options)


def employer_user(uow: UnitOfWork, stored: str, *, vetted: bool = True) -> User:
    from jobmatch.accounts.models import Organization

    employer = make_employer(uow, vetted=vetted)
    organization = uow.session.get_one(Organization, employer.organization_id)
    return make_user(uow, Role.EMPLOYER_MEMBER, organization=organization, password_hash=stored)


def staff_user(uow: UnitOfWork, stored: str) -> User:
    return make_user(uow, Role.STATION_STAFF, organization=make_station(uow), password_hash=stored)


def test_a_right_password_opens_a_session_whose_token_is_stored_hashed(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    signed = enter(uow, user)
    assert signed and not signed.is_pending
    row = uow.session.scalars(select(SignInSession).where(SignInSession.user_id == user.id)).one()
    assert row.token_sha256 == sessions.token_hash(signed.token)
    assert signed.token.encode() not in row.token_sha256
    assert row.expires_at - row.created_at == timedelta(days=30)


def test_an_unknown_login_is_compared_with_a_hash_all_the_same(uow: UnitOfWork) -> None:
    tried = signing.begin_password_sign_in(stranger(uow), phone())
    assert tried.user_id is None and tried.stored == ""
    assert not passwords.verify(tried.stored, PASSWORD)
    assert signing.finish_password_sign_in(uow, tried, is_right=True) is None


def test_the_eleventh_wrong_password_of_an_account_is_not_looked_at(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    for number in range(10):
        assert enter(stranger(uow, f"10.0.1.{number}"), user, is_right=False) is None
    with pytest.raises(Limited):
        enter(stranger(uow, "10.0.2.1"), user)


def test_right_passwords_are_not_counted(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    for _ in range(12):
        assert enter(stranger(uow), user)


def test_the_thirty_first_wrong_password_of_an_address_is_not_looked_at(uow: UnitOfWork) -> None:
    for _ in range(30):
        signing.begin_password_sign_in(stranger(uow, "10.0.3.1"), phone())
    with pytest.raises(Limited):
        signing.begin_password_sign_in(stranger(uow, "10.0.3.1"), phone())
    signing.begin_password_sign_in(stranger(uow, "10.0.3.2"), phone())


def test_addresses_of_one_ipv6_network_count_as_one(uow: UnitOfWork) -> None:
    for number in range(30):
        signing.begin_password_sign_in(stranger(uow, f"2001:db8::{number:x}"), phone())
    with pytest.raises(Limited):
        signing.begin_password_sign_in(stranger(uow, "2001:db8::ffff:1"), phone())


def test_a_spray_over_many_accounts_and_addresses_meets_the_brake_of_the_site(uow: UnitOfWork) -> None:
    for number in range(throttles.SITE_LIMIT):
        throttles.reserve(stranger(uow, f"10.1.{number // 200}.{number % 200}"), f"someone {number}")
    with pytest.raises(Limited):
        throttles.reserve(stranger(uow, "10.2.0.1"), "someone else")


def test_the_owner_on_a_known_device_gets_in_while_others_are_braked(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    for number in range(10):
        enter(stranger(uow, f"10.0.4.{number}"), user, is_right=False)
    device = throttles.KnownDevice("mine", frozenset({user.public_id}))
    tried = signing.begin_password_sign_in(stranger(uow, "10.0.5.1"), user.phone, device=device)
    assert signing.finish_password_sign_in(uow, tried, is_right=True)
    other = throttles.KnownDevice("theirs", frozenset({"somebody"}))
    with pytest.raises(Limited):
        signing.begin_password_sign_in(stranger(uow, "10.0.5.2"), user.phone, device=other)


def test_a_known_device_has_a_brake_of_its_own(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    device = throttles.KnownDevice("mine", frozenset({user.public_id}))
    for number in range(10):
        signing.begin_password_sign_in(stranger(uow, f"10.0.6.{number}"), user.phone, device=device)
    with pytest.raises(Limited):
        signing.begin_password_sign_in(stranger(uow, "10.0.7.1"), user.phone, device=device)


def test_the_brake_comes_off_after_fifteen_minutes(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    for number in range(10):
        enter(stranger(uow, f"10.0.8.{number}"), user, is_right=False)
    uow.now += timedelta(minutes=15)
    assert enter(stranger(uow), user)
    assert throttles.drop_old_attempts(uow) >= 20


def test_a_password_changed_while_it_was_compared_opens_nothing(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    tried = signing.begin_password_sign_in(stranger(uow), user.phone)
    user.password_hash = "another"
    uow.session.flush()
    assert signing.finish_password_sign_in(uow, tried, is_right=True) is None


@pytest.mark.parametrize("role", [Role.STATION_STAFF, Role.SUPERIOR_READER, Role.SYSTEM_ADMIN, Role.PROVIDER_MEMBER])
def test_roles_that_must_are_asked_for_a_second_factor(uow: UnitOfWork, stored: str, role: Role) -> None:
    user = make_user(uow, role, organization=make_station(uow), password_hash=stored)
    signed = enter(uow, user)
    assert signed and signed.is_pending
    assert uow.session.execute(signed_in(sessions.token_hash(signed.token))).one()[0].is_pending


def test_the_demo_county_asks_for_none(uow: UnitOfWork, stored: str) -> None:
    signed = enter(uow, staff_user(uow, stored), second_factor_on=False)
    assert signed and not signed.is_pending


def enrolled(uow: UnitOfWork, stored: str) -> tuple[User, str]:
    user = staff_user(uow, stored)
    user.totp_secret = SECRET
    uow.session.flush()
    signed = enter(uow, user)
    assert signed
    return user, signed.token


def code_at(uow: UnitOfWork, steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(int(uow.now.timestamp()) // 30 + steps)


def test_a_code_of_the_authenticator_works_once(uow: UnitOfWork, stored: str) -> None:
    user, token = enrolled(uow, stored)
    first = factors.confirm_second_factor(uow, token, code_at(uow))
    assert first and first.signed_in and not first.signed_in.is_pending
    again = enter(uow, user)
    assert again
    replayed = factors.confirm_second_factor(uow, again.token, code_at(uow))
    assert replayed and not replayed.is_right
    earlier = factors.confirm_second_factor(uow, again.token, code_at(uow, -1))
    assert earlier and not earlier.is_right
    later = factors.confirm_second_factor(uow, again.token, code_at(uow, 1))
    assert later and later.is_right


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_two_steps_away_is_wrong(uow: UnitOfWork, stored: str, steps: int) -> None:
    _user, token = enrolled(uow, stored)
    result = factors.confirm_second_factor(uow, token, code_at(uow, steps))
    assert result and not result.is_right


def test_guessing_the_second_factor_is_braked(uow: UnitOfWork, stored: str) -> None:
    _user, token = enrolled(uow, stored)
    for _ in range(10):
        factors.confirm_second_factor(uow, token, "000000" if code_at(uow) != "000000" else "000001")
    with pytest.raises(Limited):
        factors.confirm_second_factor(uow, token, code_at(uow))


def test_a_pending_sign_in_ends_after_ten_minutes_and_after_use(uow: UnitOfWork, stored: str) -> None:
    _user, token = enrolled(uow, stored)
    result = factors.confirm_second_factor(uow, token, code_at(uow))
    assert result and result.signed_in and result.signed_in.token != token
    assert signing.find_pending(uow, token) is None
    _user, token = enrolled(uow, stored)
    uow.now += timedelta(minutes=10)
    assert factors.confirm_second_factor(uow, token, code_at(uow)) is None


def test_enrolment_stores_the_secret_only_once_confirmed(uow: UnitOfWork, stored: str) -> None:
    user = staff_user(uow, stored)
    signed = enter(uow, user)
    assert signed
    secret = factors.enrolment_secret(user, signed.token)
    assert len(secret) == 32 and user.totp_secret is None
    code = pyotp.TOTP(secret).generate_otp(int(uow.now.timestamp()) // 30)
    result = factors.confirm_second_factor(uow, signed.token, code)
    assert result and result.signed_in and len(set(result.recovery_codes)) == 10
    assert user.totp_secret == secret
    assert factors.recovery_codes_left(uow, user.id) == 10


def test_a_recovery_code_works_once(uow: UnitOfWork, stored: str) -> None:
    user, token = enrolled(uow, stored)
    codes = factors.renew_recovery_codes(acting(uow, actor_of(user, Role.STATION_STAFF)), user)
    used = factors.use_recovery_code(uow, token, codes[0].upper().replace("-", " "))
    assert used and used.signed_in
    again = enter(uow, user)
    assert again
    replayed = factors.use_recovery_code(uow, again.token, codes[0])
    assert replayed and not replayed.is_right
    assert factors.recovery_codes_left(uow, user.id) == 9


def test_the_first_administrator_must_choose_a_password_and_the_secret_ends(uow: UnitOfWork, stored: str) -> None:
    made = create_admin(uow)
    assert made
    login, secret = made
    tried = signing.begin_password_sign_in(stranger(uow), login)
    assert passwords.verify(tried.stored, secret)
    signed = signing.finish_password_sign_in(uow, tried, is_right=True, second_factor_on=False)
    assert signed and signed.is_pending
    assert signing.finish_pending(uow, *signing.find_pending(uow, signed.token)) is None
    fresh = create_admin(uow)
    assert fresh and fresh[1] != secret
    again = signing.begin_password_sign_in(stranger(uow), login)
    waiting = signing.finish_password_sign_in(uow, again, is_right=True, second_factor_on=False)
    done = signing.replace_password(uow, waiting.token, password_hash=stored, second_factor_on=False)
    assert done and not done.is_pending
    assert create_admin(uow) is None


def test_an_unused_one_time_secret_ends_after_a_day(uow: UnitOfWork) -> None:
    made = create_admin(uow)
    assert made
    uow.now += timedelta(hours=24)
    assert signing.begin_password_sign_in(stranger(uow), made[0]).user_id is None


def test_a_new_password_alone_does_not_replace_the_second_factor(uow: UnitOfWork, stored: str) -> None:
    create_admin(uow)
    tried = signing.begin_password_sign_in(stranger(uow), "admin")
    signed = signing.finish_password_sign_in(uow, tried, is_right=True)
    assert signed and signing.replace_password(uow, signed.token, password_hash=stored) is None


def test_nobody_holds_two_of_the_three_posts(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.SYSTEM_ADMIN)
    with pytest.raises(Conflict):
        record_membership(uow, user, Role.AUDIT_ADMIN)


def test_a_code_opens_no_role_that_asks_for_a_password(uow: UnitOfWork) -> None:
    user = make_user(uow, Role.VETERAN)
    record_membership(uow, user, Role.STATION_STAFF, make_station(uow))
    by_code = usable_memberships(uow.session, user.id, by_password=False, now=uow.now)
    assert [m.role for m, _o in by_code] == [Role.VETERAN]
    signed = signing.open_session(uow, user, by_password=False)
    row = uow.session.execute(signed_in(sessions.token_hash(signed.token))).one()
    actor = dataclasses.replace(actor_for(uow.session, user, row[2]), session_id=row[0].id)
    staff = next(
        m for m, _o in usable_memberships(uow.session, user.id, by_password=True, now=uow.now) if m.role != "veteran"
    )
    with pytest.raises(NotAllowed):
        sessions.switch_membership(acting(uow, actor), staff.id, second_factor_on=False)
    with pytest.raises(NotFound):
        sessions.switch_membership(acting(uow, actor), staff.id + 1000, second_factor_on=False)


def test_several_roles_are_asked_for_and_the_last_one_is_remembered(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    veteran = record_membership(uow, user, Role.VETERAN)
    first = signing.open_session(uow, user, by_password=True)
    assert (first.choice_count, first.has_role) == (2, False)
    row = uow.session.execute(signed_in(sessions.token_hash(first.token))).one()[0]
    actor = dataclasses.replace(actor_for(uow.session, user, None), session_id=row.id)
    sessions.switch_membership(acting(uow, actor), veteran.id, second_factor_on=True)
    assert signing.open_session(uow, user, by_password=True).has_role
    assert row.revoked_at is not None


def test_limits_of_sessions_follow_the_role(uow: UnitOfWork, stored: str) -> None:
    staff = staff_user(uow, stored)
    signed = enter(uow, staff, second_factor_on=False)
    assert signed
    row, _user, membership, _organization = uow.session.execute(signed_in(sessions.token_hash(signed.token))).one()
    assert row.expires_at - uow.now == timedelta(hours=12)
    assert sessions.is_alive(row, membership, uow.now + timedelta(minutes=29))
    assert not sessions.is_alive(row, membership, uow.now + timedelta(minutes=30))
    person = make_user(uow, Role.VETERAN)
    token = signing.open_session(uow, person, by_password=False).token
    row, _user, membership, _organization = uow.session.execute(signed_in(sessions.token_hash(token))).one()
    assert sessions.is_alive(row, membership, uow.now + timedelta(days=6, hours=23))
    assert not sessions.is_alive(row, membership, uow.now + timedelta(days=7))
    row.last_seen_at = uow.now + timedelta(days=29)
    assert not sessions.is_alive(row, membership, uow.now + timedelta(days=30))


def test_a_locked_account_loses_its_sessions(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored)
    signed = enter(uow, user)
    assert signed
    deactivate_user(uow, user)
    assert uow.session.execute(signed_in(sessions.token_hash(signed.token))).one_or_none() is None
    assert signing.begin_password_sign_in(stranger(uow), user.phone).user_id is None


def test_rights_follow_organization_and_membership(uow: UnitOfWork, stored: str) -> None:
    user = employer_user(uow, stored, vetted=False)
    [(membership, organization)] = usable_memberships(uow.session, user.id, by_password=True, now=uow.now)
    assert not actor_for(uow.session, user, membership).can("posting.submit")
    assert organization is not None
    organization.state = OrganizationState.ACTIVE
    assert actor_for(uow.session, user, membership).can("posting.submit")
    staff = staff_user(uow, stored)
    [(membership, station)] = usable_memberships(uow.session, staff.id, by_password=True, now=uow.now)
    assert station is not None and actor_for(uow.session, staff, membership).region_path == station.region_path
    station.state = OrganizationState.SUSPENDED
    assert not actor_for(uow.session, staff, membership).can("staff.home")
    membership.valid_until = uow.now
    uow.session.flush()
    assert usable_memberships(uow.session, staff.id, by_password=True, now=uow.now) == []


def test_only_own_sessions_are_ended(uow: UnitOfWork) -> None:
    user, other = make_user(uow, Role.VETERAN), make_user(uow, Role.VETERAN)
    signing.open_session(uow, user, by_password=False)
    row = uow.session.scalars(select(SignInSession).where(SignInSession.user_id == user.id)).one()
    with pytest.raises(NotFound):
        sessions.end_session(acting(uow, actor_of(other, Role.VETERAN)), row.id)
    with pytest.raises(NotAllowed):
        sessions.end_all_sessions(acting(uow, actor_of(other, Role.VETERAN)), user)
    sessions.end_session(acting(uow, actor_of(user, Role.VETERAN)), row.id)
    assert row.revoked_at is not None
