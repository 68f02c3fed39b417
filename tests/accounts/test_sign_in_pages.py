"""Signing in through a browser: the happy ways, the refused and the wrong ones."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from jobmatch.accounts.models import Membership, Organization, SignInSession, User
from jobmatch.accounts.services.users import create_admin, deactivate_user
from jobmatch.accounts.states import OrganizationState, Role
from jobmatch.core import clock
from jobmatch.core.clock import utcnow
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from tests import factories
from tests.accounts.conftest import PASSWORD, STAFF_PASSWORD, Outbox, Site, totp_code


def token_in(browser: FlaskClient) -> str:
    with browser.session_transaction() as cookie:
        return cookie.get("_user_id", "")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


# People: phone and code


def test_a_person_signs_in_and_lands_where_they_wanted(site: Site, outbox: Outbox) -> None:
    user, browser = site.person(), site.browser()
    answer = browser.get("/account/sessions")
    assert answer.location == "/sign-in?next=/account/sessions"
    browser.post("/sign-in", data={"phone": user.phone, "next": "/account/sessions"})
    answer = browser.post("/sign-in/code", data={"code": outbox.code(user.phone)})
    assert (answer.status_code, answer.location) == (303, "/account/sessions")
    assert browser.get("/account/sessions").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_redirect_leaves_the_house(site: Site, outbox: Outbox, target: str) -> None:
    user, browser = site.person(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone, "next": target})
    assert browser.post("/sign-in/code", data={"code": outbox.code(user.phone)}).location == "/"


def test_a_wrong_code_is_422_and_says_what_to_do(site: Site, outbox: Outbox) -> None:
    user, browser = site.person(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    for code, words in ((wrong(outbox.code(user.phone)), "验证码不对"), ("12", "6 位数字"), ("", "请填写")):
        answer = browser.post("/sign-in/code", data={"code": code})
        assert answer.status_code == 422 and words in answer.text and "有 1 处需要修改" in answer.text
        assert not code or f'value="{code}"' in answer.text


def test_five_wrong_codes_end_the_code_although_each_answer_is_an_error(site: Site, outbox: Outbox) -> None:
    user, browser = site.person(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    code = outbox.code(user.phone)
    for _ in range(5):
        assert browser.post("/sign-in/code", data={"code": wrong(code)}).status_code == 422
    assert browser.post("/sign-in/code", data={"code": code}).status_code == 422


def test_a_wrong_phone_is_422_with_the_value_kept(site: Site) -> None:
    answer = site.browser().post("/sign-in", data={"phone": "12345²"})
    assert answer.status_code == 422 and 'value="12345²"' in answer.text


def test_a_code_signs_in_once(site: Site, outbox: Outbox) -> None:
    user = site.person()
    site.sign_in_person(user, outbox)
    other = site.browser()
    with other.session_transaction() as cookie:
        cookie["asked"] = {"phone": user.phone, "shown": ""}
    assert other.post("/sign-in/code", data={"code": outbox.code(user.phone)}).status_code == 422


def test_an_unknown_phone_learns_so_only_with_the_right_code(site: Site, outbox: Outbox) -> None:
    browser, number = site.browser(), factories.phone()
    browser.post("/sign-in", data={"phone": number})
    answer = browser.post("/sign-in/code", data={"code": outbox.code(number)})
    assert answer.status_code == 200 and "还没有账号" in answer.text and "/sign-up" in answer.text
    assert token_in(browser) == ""


def test_roles_with_password_are_sent_there(site: Site, outbox: Outbox) -> None:
    user, browser = site.employer(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    answer = browser.post("/sign-in/code", data={"code": outbox.code(user.phone)})
    assert answer.location == "/sign-in/password" and token_in(browser) == ""


def test_without_a_gateway_the_page_names_the_window(site: Site) -> None:
    browser = site.browser()
    assert "服务站窗口" in browser.get("/sign-in").text
    assert browser.post("/sign-in", data={"phone": factories.phone()}).status_code == 303
    assert "服务站窗口" in browser.get("/sign-in/code").text


def test_outside_of_the_demo_no_page_shows_a_code(site: Site, outbox: Outbox) -> None:
    user, browser = site.person(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    assert outbox.code(user.phone) not in browser.get("/sign-in/code").text


def test_in_the_demo_the_page_shows_the_code_and_no_second_factor_is_asked(site: Site) -> None:
    site.runtime.settings.__dict__["is_demo"] = True
    user, browser = site.person(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    found = re.search(r"<b class=\"strong\">(\d{6})</b>", browser.get("/sign-in/code").text)
    assert found and browser.post("/sign-in/code", data={"code": found.group(1)}).status_code == 303
    staff, desk = site.staff(), site.browser()
    answer = desk.post("/sign-in/password", data={"phone": staff.phone, "password": STAFF_PASSWORD})
    assert answer.location == "/" and desk.get("/staff/accounts").status_code == 200


def test_a_receipt_signs_in_on_a_press_only_and_once(site: Site) -> None:
    person, desk = site.person(), site.sign_in_staff(site.staff())
    answer = desk.post(
        "/staff/accounts/codes", data={"phone": person.phone, "purpose": "sign_in", "evidence": "优待证"}
    )
    assert answer.location == "/staff/accounts/codes/shown"
    shown = desk.get(answer.location)
    assert "<svg" in shown.text and re.search(r"<b>\d{6}</b>", shown.text)
    assert desk.get(answer.location).status_code == 303
    desk.post("/staff/accounts/codes", data={"phone": person.phone, "purpose": "sign_in", "evidence": "优待证"})
    with desk.session_transaction() as cookie:
        link = "/sign-in/once/" + cookie["once"]["code"]["token"]
    browser = site.browser()
    assert browser.get(link).status_code == 200 and token_in(browser) == ""
    assert browser.post(link).status_code == 303 and token_in(browser)
    assert site.browser().post(link).status_code == 422


def test_the_window_says_what_is_wrong_and_keeps_the_values(site: Site) -> None:
    desk = site.sign_in_staff(site.staff())
    person = site.person()
    cases: list[tuple[dict[str, str], str]] = [
        ({"phone": factories.phone(), "purpose": "sign_in", "evidence": "优待证"}, "没有这个手机号的账号"),
        ({"phone": person.phone, "purpose": "sign_in"}, "请选看过哪种证件"),
        ({"phone": person.phone, "purpose": "x", "evidence": "优待证"}, "请选一项"),
    ]
    for data, words in cases:
        answer = desk.post("/staff/accounts/codes", data=data)
        assert answer.status_code == 422 and words in answer.text and f'value="{data["phone"]}"' in answer.text


# Password and second factor


def test_an_employer_signs_in_with_a_password(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    assert browser.get("/account/invitations").status_code == 200


def test_a_wrong_password_is_422_with_the_phone_kept_and_the_password_not(site: Site) -> None:
    user = site.employer()
    answer = site.browser().post("/sign-in/password", data={"phone": user.phone, "password": "wrong words here"})
    assert answer.status_code == 422 and user.phone in answer.text and "wrong words here" not in answer.text


def test_the_eleventh_wrong_password_is_429_and_a_known_device_still_gets_in(site: Site) -> None:
    user = site.employer()
    owner = site.sign_in_employer(user)
    owner.post("/sign-out")
    attacker = site.browser()
    for _ in range(10):
        assert attacker.post("/sign-in/password", data={"phone": user.phone, "password": "guess"}).status_code == 422
    answer = attacker.post("/sign-in/password", data={"phone": user.phone, "password": PASSWORD})
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "900"
    site.sign_in_employer(user, owner)


def test_staff_sign_in_with_a_second_factor_and_a_new_session_each_time(site: Site) -> None:
    user = site.staff()
    browser = site.browser()
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": STAFF_PASSWORD})
    assert answer.location == "/sign-in/second-factor"
    assert browser.get("/staff/accounts").status_code == 303
    assert "第二道验证" in browser.get("/sign-in/second-factor").text
    answer = browser.post("/sign-in/second-factor", data={"code": totp_code(steps=3)})
    assert answer.status_code == 422
    answer = browser.post("/sign-in/second-factor", data={"code": totp_code()})
    assert answer.status_code == 303 and browser.get("/staff/accounts").status_code == 200
    replay = site.browser()
    replay.post("/sign-in/password", data={"phone": user.phone, "password": STAFF_PASSWORD})
    assert replay.post("/sign-in/second-factor", data={"code": totp_code()}).status_code == 422


def test_the_first_administrator_enrols_and_chooses_a_password(site: Site) -> None:
    with site.unit() as uow:
        made = create_admin(uow)
    assert made
    browser = site.browser()
    answer = browser.post("/sign-in/password", data={"phone": made[0], "password": made[1]})
    assert answer.location == "/sign-in/second-factor"
    page = browser.get("/sign-in/second-factor").text
    assert "<svg" in page
    secret = re.search(r'<span class="strong">([A-Z2-7]{32})</span>', page)
    assert secret
    code = pyotp.TOTP(secret.group(1)).generate_otp(int(utcnow().timestamp()) // 30)
    answer = browser.post("/sign-in/second-factor", data={"code": code})
    assert answer.location == "/sign-in/new-password" and browser.get("/admin/users").status_code == 303
    answer = browser.post("/sign-in/new-password", data={"password": "短"})
    assert answer.status_code == 422 and "至少 14 个字符" in answer.text
    answer = browser.post("/sign-in/new-password", data={"password": STAFF_PASSWORD})
    assert answer.location == "/account/recovery-codes"
    codes = re.findall(r'<li class="strong">([0-9a-z]{5}-[0-9a-z]{5})</li>', browser.get(answer.location).text)
    assert len(codes) == 10 and browser.get("/admin/users").status_code == 200
    assert codes[0] not in browser.get("/account/recovery-codes").text
    other = site.browser()
    other.post("/sign-in/password", data={"phone": made[0], "password": STAFF_PASSWORD})
    assert other.post("/sign-in/recovery-code", data={"code": codes[0]}).status_code == 303
    assert other.get("/admin/users").status_code == 200


def test_an_abandoned_second_factor_leads_back_to_the_password(site: Site) -> None:
    browser = site.browser()
    assert browser.get("/sign-in/second-factor").location == "/sign-in/password"
    assert browser.get("/sign-in/new-password").location == "/sign-in/password"
    assert browser.post("/sign-in/help").location == "/sign-in/password"
    assert browser.post("/sign-in/recovery-code", data={"code": "x"}).status_code == 422


def test_the_header_of_the_stored_hash_is_renewed_at_sign_in(site: Site) -> None:
    from argon2 import PasswordHasher

    user = site.employer()
    with site.unit() as uow:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        uow.session.get_one(User, user.id).password_hash = weak
    site.sign_in_employer(user)
    with site.unit() as uow:
        assert uow.session.get_one(User, user.id).password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


# Whether an account exists


def answers(site: Site, path: str, data: dict[str, str], *, steps: int = 1) -> tuple[int, int, float]:
    browser = site.browser()
    best = 1e9
    for _ in range(steps):
        started = time.perf_counter()
        answer = browser.post(path, data=data)
        best = min(best, time.perf_counter() - started)
    return answer.status_code, len(answer.data), best


@pytest.mark.parametrize("path", ["/sign-in", "/recover/password"])
def test_asking_for_a_code_does_not_say_whether_the_account_exists(site: Site, outbox: Outbox, path: str) -> None:
    known, unknown = site.person().phone, factories.phone()
    first, second = (answers(site, path, {"phone": number}) for number in (known, unknown))
    assert first[0] == second[0] == 303 and abs(first[1] - second[1]) <= 40
    assert [number for number, _text in outbox.sent] == [known, unknown]


def test_a_wrong_code_does_not_say_whether_the_account_exists(site: Site, outbox: Outbox) -> None:
    lengths = []
    for number in (site.person().phone, site.staff().phone, factories.phone()):
        browser = site.browser()
        browser.post("/sign-in", data={"phone": number})
        answer = browser.post("/sign-in/code", data={"code": wrong(outbox.code(number))})
        lengths.append((answer.status_code, len(answer.data)))
    assert {status for status, _length in lengths} == {422}
    assert max(length for _s, length in lengths) - min(length for _s, length in lengths) <= 40


def test_a_wrong_password_does_not_say_whether_the_account_exists(site: Site) -> None:
    phones = (site.employer().phone, site.person().phone, factories.phone())
    found = [answers(site, "/sign-in/password", {"phone": p, "password": "guess guess"}, steps=2) for p in phones]
    assert {status for status, _length, _best in found} == {422}
    assert max(length for _s, length, _b in found) - min(length for _s, length, _b in found) <= 40


def test_recovering_with_a_wrong_code_does_not_say_whether_the_account_exists(site: Site, outbox: Outbox) -> None:
    found = []
    for number in (site.employer().phone, factories.phone()):
        browser = site.browser()
        browser.post("/recover/password", data={"phone": number})
        data = {"code": wrong(outbox.code(number)), "password": PASSWORD}
        answer = browser.post("/recover/password/code", data=data)
        found.append((answer.status_code, len(answer.data)))
    assert found[0][0] == found[1][0] == 422 and abs(found[0][1] - found[1][1]) <= 40


# Sessions


def test_a_session_does_not_survive_signing_out_even_with_its_old_cookie(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    old = browser.get_cookie("session")
    assert old
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/account").status_code == 303
    browser.set_cookie("session", old.value)
    assert browser.get("/account").status_code == 303


def test_every_sign_in_gives_a_new_session_id_and_drops_what_was_planted(site: Site) -> None:
    user, browser = site.employer(), site.browser()
    with browser.session_transaction() as cookie:
        cookie["planted"] = "x"
    site.sign_in_employer(user, browser)
    first = token_in(browser)
    with browser.session_transaction() as cookie:
        assert "planted" not in cookie
    browser.post("/sign-out")
    site.sign_in_employer(user, browser)
    assert first and token_in(browser) not in {"", first}


def test_changing_the_password_ends_the_other_sessions_and_renews_this_one(site: Site) -> None:
    user = site.employer()
    here, there = site.sign_in_employer(user), site.sign_in_employer(user)
    before = token_in(here)
    new = PASSWORD + "得很"
    answer = here.post("/account/password", data={"current": "wrong", "password": new})
    assert answer.status_code == 422 and "现在的密码不对" in answer.text
    answer = here.post("/account/password", data={"current": PASSWORD, "password": "短"})
    assert answer.status_code == 422 and "至少 12 个字符" in answer.text
    assert here.post("/account/password", data={"current": PASSWORD, "password": new}).status_code == 303
    assert here.get("/account").status_code == 200 and token_in(here) != before
    assert there.get("/account").status_code == 303


def test_a_person_may_set_a_first_password(site: Site, outbox: Outbox) -> None:
    user = site.person()
    browser = site.sign_in_person(user, outbox)
    assert browser.post("/account/password", data={"password": PASSWORD}).status_code == 303
    assert site.sign_in_employer(user).get("/account").status_code == 200


def test_a_locked_account_is_out_with_the_next_request(site: Site) -> None:
    user = site.employer()
    browser = site.sign_in_employer(user)
    with site.unit() as uow:
        deactivate_user(uow, uow.session.get_one(User, user.id))
    assert browser.get("/account").status_code == 303


def test_changed_rights_count_with_the_next_request(site: Site) -> None:
    user = site.staff()
    browser = site.sign_in_staff(user)
    assert browser.get("/staff/accounts").status_code == 200
    with site.unit() as uow:
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        uow.session.get_one(Organization, membership.organization_id).state = OrganizationState.SUSPENDED
    assert browser.get("/staff/accounts").status_code == 403
    with site.unit() as uow:
        uow.session.get_one(Membership, membership.id).is_active = False
    assert browser.get("/staff/accounts").status_code == 403
    assert browser.get("/account").status_code == 200


def test_idle_sessions_end_and_used_ones_are_kept_without_writing_in_a_get(site: Site) -> None:
    user = site.staff()
    browser = site.sign_in_staff(user)
    start = utcnow()
    with clock.frozen(start + timedelta(minutes=20)):
        assert browser.get("/account").status_code == 200
        site.runtime.buffer.flush()
    with clock.frozen(start + timedelta(minutes=49)):
        assert browser.get("/account").status_code == 200
    with clock.frozen(start + timedelta(minutes=51)):
        assert browser.get("/account").status_code == 303


def test_one_device_is_signed_out_from_another(site: Site) -> None:
    user = site.employer()
    here, there = site.sign_in_employer(user), site.sign_in_employer(user)
    stranger = site.sign_in_employer(site.employer())
    with site.unit() as uow:
        rows = list(uow.session.scalars(select(SignInSession).where(SignInSession.user_id == user.id)))
    page = here.get("/account/sessions").text
    assert "2 台设备" in page
    assert stranger.post(f"/account/sessions/{rows[1].id}/end").status_code == 404
    assert here.post(f"/account/sessions/{rows[1].id}/end").status_code == 303
    assert there.get("/account").status_code == 303 and here.get("/account").status_code == 200
    assert here.post("/account/sessions/end-all").status_code == 303
    assert here.get("/account").status_code == 303


def statements(site: Site, browser: FlaskClient, path: str) -> int:
    """How many statements a page costs."""
    seen: list[str] = []

    def listen(*args: Any) -> None:
        seen.append(args[2])

    event.listen(site.runtime.database.engine, "before_cursor_execute", listen)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(site.runtime.database.engine, "before_cursor_execute", listen)
    return len(seen)


def test_lists_cost_the_same_statements_for_two_rows_and_twenty(site: Site) -> None:
    user = site.employer()
    here, admin = site.sign_in_employer(user), site.sign_in_staff(site.staff(role=Role.SYSTEM_ADMIN))
    guard = site.sign_in_staff(site.staff(role=Role.SECURITY_ADMIN))
    auditor = site.sign_in_staff(site.staff(role=Role.AUDIT_ADMIN))
    desk = site.sign_in_staff(site.staff())
    pages = [
        (here, "/account/sessions"),
        (here, "/account/invitations"),
        (here, "/messages"),
        (admin, "/admin/users"),
        (admin, "/admin/stations"),
        (guard, "/admin/security"),
        (auditor, "/admin/audit"),
        (desk, "/staff/accounts"),
        (desk, "/staff/accounts/invitations"),
    ]

    with site.unit() as uow:
        station = factories.make_station(uow, path=factories.PATH_A).public_id

    def grow(first: int, count: int) -> list[int]:
        """What every page costs once each list has ``count`` rows more."""
        for number in range(first, first + count):
            site.sign_in_employer(user)
            site.staff()
            data = {"name": "测试乙", "phone": factories.phone()}
            assert here.post("/account/invitations", data=data).status_code == 303
            data |= {"role": "station_staff", "organization": station}
            assert desk.post("/staff/accounts/invitations", data=data).status_code == 303
            with site.unit() as uow:
                send(uow, uow.session.get_one(User, user.id), group=MessageGroup.FAIR, title="x", once=str(number))
        return [statements(site, browser, path) for browser, path in pages]

    # Two rows first: an empty list costs one statement less, as nothing is read where nothing was counted.
    assert grow(0, 2) == grow(2, 18)


def test_a_user_with_several_roles_chooses_and_switches(site: Site) -> None:
    user = site.employer()
    site.also(user, Role.VETERAN)
    browser = site.browser()
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": PASSWORD})
    assert answer.location == "/account/role"
    page = browser.get("/account/role").text
    ids = re.findall(r'name="membership" value="(\d+)"', page)
    assert len(ids) == 2
    before = token_in(browser)
    assert browser.post("/account/role", data={"membership": ids[0]}).status_code == 303
    assert token_in(browser) != before
    assert browser.get("/account/invitations").status_code == 200
    assert browser.post("/account/role", data={"membership": ids[1]}).status_code == 303
    assert browser.get("/account/invitations").status_code == 403
    assert browser.post("/account/role", data={"membership": "999999"}).status_code == 404


def test_messages_wait_in_the_inbox(site: Site, outbox: Outbox) -> None:
    user, other = site.person(), site.person()
    with site.unit() as uow:
        person = uow.session.get_one(User, user.id)
        message = send(
            uow, person, group=MessageGroup.APPLICATION, title="约您面试", body="周三\n九点", link="/account", once="a"
        )
        assert message
    browser, stranger = site.sign_in_person(user, outbox), site.sign_in_person(other, outbox)
    assert "约您面试" in browser.get("/messages").text and "约您面试" not in stranger.get("/messages").text
    assert "约您面试" not in browser.get("/messages?group=fair").text
    assert browser.get("/messages?group=nonsense").status_code == 200
    path = f"/messages/{message.public_id}"
    assert "九点" in browser.get(path).text and stranger.get(path).status_code == 404
    assert stranger.post(f"{path}/open").status_code == 404
    assert browser.post(f"{path}/open").location == "/account"
    assert "消息都看过了" in browser.get("/messages").text
    answer = browser.post("/messages/preferences", data={"in_app": ["fair"]})
    assert answer.status_code == 303
    with site.unit() as uow:
        person = uow.session.get_one(User, user.id)
        assert send(uow, person, group=MessageGroup.APPLICATION, title="x", once="b") is None
    assert browser.post("/messages/read").status_code == 303
