"""One-time codes: one use, ten minutes, five tries, one purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jobmatch.accounts import ports
from jobmatch.accounts.models import OneTimeCode, User
from jobmatch.accounts.services import codes, throttles
from jobmatch.accounts.services.sign_in import sign_in_with_code, sign_in_with_link
from jobmatch.accounts.states import CodePurpose, Role
from jobmatch.core.errors import Invalid, Limited, NotAllowed
from jobmatch.core.uow import UnitOfWork
from tests.conftest import acting
from tests.factories import PATH_COUNTY, PATH_OTHER, actor_of, make_staff, make_station, make_user, phone

SIGN_IN, SIGN_UP, RECOVERY = CodePurpose.SIGN_IN, CodePurpose.SIGN_UP, CodePurpose.RECOVERY


@pytest.fixture(autouse=True)
def _no_gateway() -> Iterator[None]:
    ports.use_gateway(None)
    yield
    ports.use_gateway(None)


def fresh(uow: UnitOfWork, number: str, purpose: CodePurpose = SIGN_IN) -> str:
    issued = codes.request_code(uow, number, purpose, shown=True)
    assert issued is not None
    return issued.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_works_once(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number)
    assert codes.try_code(uow, number, code, SIGN_IN)
    codes.spend_code(uow, number, code, SIGN_IN)
    assert not codes.try_code(uow, number, code, SIGN_IN)
    with pytest.raises(Invalid) as caught:
        codes.spend_code(uow, number, code, SIGN_IN)
    assert set(caught.value.fields) == {"code"}


def test_a_code_is_read_with_spaces_and_full_width_digits(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert codes.try_code(uow, number, f" {wide[:3]} {wide[3:]} ", SIGN_IN)


def test_a_code_ends_after_ten_minutes(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number)
    uow.now += timedelta(minutes=9, seconds=59)
    assert codes.try_code(uow, number, code, SIGN_IN)
    uow.now += timedelta(seconds=1)
    assert not codes.try_code(uow, number, code, SIGN_IN)


def test_a_code_opens_only_what_it_was_made_for(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number, SIGN_UP)
    assert not codes.try_code(uow, number, code, SIGN_IN)
    assert not codes.try_code(uow, number, code, RECOVERY)
    assert codes.try_code(uow, number, code, SIGN_UP)


def test_a_code_belongs_to_one_phone(uow: UnitOfWork) -> None:
    code = fresh(uow, phone())
    assert not codes.try_code(uow, phone(), code, SIGN_IN)


def test_five_wrong_tries_end_a_code(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number)
    for _ in range(5):
        assert not codes.try_code(uow, number, wrong(code), SIGN_IN)
    assert not codes.try_code(uow, number, code, SIGN_IN)


def test_a_newer_code_replaces_the_older_one(uow: UnitOfWork) -> None:
    number = phone()
    old, new = fresh(uow, number), fresh(uow, number)
    assert codes.try_code(uow, number, new, SIGN_IN)
    assert old == new or not codes.try_code(uow, number, old, SIGN_IN)


def test_codes_are_stored_hashed(uow: UnitOfWork) -> None:
    number = phone()
    code = fresh(uow, number)
    rows = uow.session.query(OneTimeCode).filter_by(used_at=None).all()
    assert all(code.encode() not in row.code_hash and number.encode() not in row.subject for row in rows)


def test_without_a_gateway_no_code_is_made(uow: UnitOfWork) -> None:
    assert codes.request_code(uow, phone(), SIGN_IN) is None


def test_a_code_leaves_for_the_phone_after_the_commit(uow: UnitOfWork) -> None:
    sent: list[tuple[str, str]] = []
    ports.use_gateway(lambda number, text: sent.append((number, text)))
    number = phone()
    issued = codes.request_code(uow, number, SIGN_IN)
    assert issued and not sent
    for act in uow.on_commit:
        act()
    assert sent == [(number, f"{issued.code} 是您的登录验证码，10 分钟内有效。不要告诉别人。")]


def test_asking_for_codes_is_limited_by_phone(uow: UnitOfWork) -> None:
    number = phone()
    for _ in range(throttles.CODES_PER_PHONE):
        fresh(uow, number)
    with pytest.raises(Limited):
        fresh(uow, number)
    fresh(uow, phone())


def person(uow: UnitOfWork) -> User:
    return make_user(uow, Role.VETERAN)


def test_staff_give_a_code_and_a_link_of_which_one_works_once(uow: UnitOfWork) -> None:
    user = person(uow)
    staff = acting(uow, make_staff(uow))
    issued = codes.issue_window_code(staff, user, purpose=SIGN_IN, evidence="优待证")
    signed = sign_in_with_link(uow, issued.token)
    assert not isinstance(signed, str) and signed.user_id == user.public_id
    assert sign_in_with_link(uow, issued.token) == "wrong"
    assert sign_in_with_code(uow, user.phone, issued.code) == "wrong"


def test_a_code_from_the_window_survives_a_request_online(uow: UnitOfWork) -> None:
    user = person(uow)
    issued = codes.issue_window_code(acting(uow, make_staff(uow)), user, purpose=SIGN_IN, evidence="优待证")
    fresh(uow, user.phone)
    assert not isinstance(sign_in_with_code(uow, user.phone, issued.code), str)


def test_a_window_code_needs_evidence_and_the_right_to_give_it(uow: UnitOfWork) -> None:
    user = person(uow)
    with pytest.raises(Invalid) as caught:
        codes.issue_window_code(acting(uow, make_staff(uow)), user, purpose=SIGN_IN, evidence=" ")
    assert set(caught.value.fields) == {"evidence"}
    with pytest.raises(NotAllowed):
        codes.issue_window_code(
            acting(uow, actor_of(person(uow), Role.VETERAN)), user, purpose=SIGN_IN, evidence="优待证"
        )


def test_window_codes_open_no_account_of_staff_elsewhere(uow: UnitOfWork) -> None:
    clerk = acting(uow, make_staff(uow, path=PATH_COUNTY))
    elsewhere = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER))
    below = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_COUNTY + "430382101/"))
    admin = make_user(uow, Role.SYSTEM_ADMIN)
    for user in (elsewhere, admin):
        for purpose in (SIGN_IN, RECOVERY):
            with pytest.raises(NotAllowed):
                codes.issue_window_code(clerk, user, purpose=purpose, evidence="工作证")
    with pytest.raises(NotAllowed):
        codes.issue_window_code(clerk, below, purpose=SIGN_IN, evidence="工作证")
    assert codes.issue_window_code(clerk, below, purpose=RECOVERY, evidence="工作证").token == ""


def test_staff_give_themselves_nothing(uow: UnitOfWork) -> None:
    actor = make_staff(uow)
    own = uow.session.get_one(User, actor.user_id)
    with pytest.raises(NotAllowed):
        codes.issue_window_code(acting(uow, actor), own, purpose=RECOVERY, evidence="工作证")


def test_old_codes_are_dropped(uow: UnitOfWork) -> None:
    fresh(uow, phone())
    uow.now += timedelta(days=2)
    assert codes.drop_old_codes(uow) >= 1
