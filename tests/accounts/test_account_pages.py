"""Invitations, recovery, the window and the administrators' pages through a browser."""

from __future__ import annotations

import re

from sqlalchemy import select

from jobmatch.accounts.models import AssistedRecovery, Invitation, Organization, User
from jobmatch.accounts.states import OrganizationState, Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.queue import Queue
from jobmatch.rooms import job_functions
from tests import factories
from tests.accounts.conftest import PASSWORD, STAFF_PASSWORD, Outbox, Site, totp_code

CREDIT_CODE = "91110000600037341L"


def run_jobs(site: Site) -> None:
    queue = Queue(site.runtime, job_functions(), ())
    queue.sweep()
    while (task := queue.huey.dequeue()) is not None:
        queue.huey.execute(task)


def link_on(page: str) -> str:
    found = re.search(r'value="http://localhost(/invitations/[^"]+)"', page)
    assert found, page
    return found.group(1)


def test_an_employer_hands_a_link_over_and_a_colleague_joins(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    number = factories.phone()
    answer = browser.post("/account/invitations", data={"name": "测试乙", "phone": number})
    assert answer.status_code == 303
    page = browser.get("/account/invitations").text
    link = link_on(page)
    assert "<svg" in page and link not in browser.get("/account/invitations").text
    guest = site.browser()
    assert guest.get(link).status_code == 200
    answer = guest.post(link, data={"password": "password1234"})
    assert answer.status_code == 422 and "太容易猜到" in answer.text
    assert guest.post(link, data={"password": PASSWORD}).status_code == 303
    assert site.browser().get(link).status_code == 404
    answer = guest.post("/sign-in/password", data={"phone": number, "password": PASSWORD})
    assert answer.location == "/" and guest.get("/account/invitations").status_code == 200


def test_an_invitation_is_withdrawn_by_its_own_organization_only(site: Site) -> None:
    browser, other = site.sign_in_employer(site.employer()), site.sign_in_employer(site.employer())
    browser.post("/account/invitations", data={"name": "测试乙", "phone": factories.phone()})
    link = link_on(browser.get("/account/invitations").text)
    with site.unit() as uow:
        invitation = uow.session.scalars(select(Invitation)).one()
    assert other.post(f"/account/invitations/{invitation.public_id}/withdraw").status_code == 404
    assert browser.post(f"/account/invitations/{invitation.public_id}/withdraw").status_code == 303
    assert site.browser().get(link).status_code == 404


def test_a_wrong_invitation_is_422_with_the_values_kept(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    answer = browser.post("/account/invitations", data={"name": "测试乙", "phone": "123"})
    assert answer.status_code == 422 and 'value="测试乙"' in answer.text and 'value="123"' in answer.text


def test_a_double_click_invites_once(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    data = {"name": "测试乙", "phone": factories.phone(), "form_key": "k" * 16}
    assert [browser.post("/account/invitations", data=data).status_code for _ in range(2)] == [303, 303]
    with site.unit() as uow:
        assert len(uow.session.scalars(select(Invitation)).all()) == 1


def test_staff_invite_below_and_not_elsewhere(site: Site) -> None:
    desk = site.sign_in_staff(site.staff())
    with site.unit() as uow:
        below = factories.make_station(uow, path=factories.PATH_A, name="下级站")
        elsewhere = factories.make_station(uow, path=factories.PATH_OTHER, name="外地站")
    page = desk.get("/staff/accounts/invitations").text
    assert "下级站" in page and "外地站" not in page and "system_admin" not in page
    data = {"name": "测试丙", "phone": factories.phone(), "role": "station_staff"}
    assert (
        desk.post("/staff/accounts/invitations", data=data | {"organization": elsewhere.public_id}).status_code == 404
    )
    answer = desk.post(
        "/staff/accounts/invitations", data=data | {"organization": below.public_id, "role": "system_admin"}
    )
    assert answer.status_code == 422
    answer = desk.post("/staff/accounts/invitations", data=data | {"organization": below.public_id})
    assert answer.status_code == 303
    link = link_on(desk.get("/staff/accounts/invitations").text)
    guest = site.browser()
    answer = guest.post(link, data={"password": PASSWORD})
    assert answer.status_code == 422 and "至少 14 个字符" in answer.text
    assert guest.post(link, data={"password": STAFF_PASSWORD}).status_code == 303
    assert "测试丙" in desk.get("/staff/accounts").text


def test_an_invited_account_must_sign_in_first(site: Site) -> None:
    user = site.employer()
    desk = site.sign_in_staff(site.staff(role=Role.SYSTEM_ADMIN))
    with site.unit() as uow:
        station = factories.make_station(uow)
    data = {"name": "测试丙", "phone": user.phone, "role": "mentor", "organization": station.public_id}
    desk.post("/staff/accounts/invitations", data=data)
    link = link_on(desk.get("/staff/accounts/invitations").text)
    guest = site.browser()
    assert "请先登录" in guest.get(link).text
    assert guest.post(link, data={}).status_code == 422
    site.sign_in_employer(user, guest)
    assert guest.post(link, data={}).location == "/account/role"
    assert "创业导师" in guest.get("/account/role").text


def test_a_forgotten_password_is_recovered_and_the_owner_is_told(site: Site, outbox: Outbox) -> None:
    user, browser = site.employer(), site.browser()
    old = site.sign_in_employer(user)
    browser.post("/recover/password", data={"phone": user.phone})
    assert browser.get("/recover/password/code").status_code == 200
    new = PASSWORD + "得很"
    answer = browser.post("/recover/password/code", data={"code": outbox.code(user.phone), "password": "短"})
    assert answer.status_code == 422
    answer = browser.post("/recover/password/code", data={"code": outbox.code(user.phone), "password": new})
    assert answer.location == "/sign-in/password"
    assert old.get("/account").status_code == 303
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": new})
    assert answer.location == "/"
    assert outbox.sent[-1][0] == user.phone and "密码换了" in outbox.sent[-1][1]
    run_jobs(site)
    assert "您的密码换了" in browser.get("/messages").text


def test_recovering_the_password_of_staff_still_asks_for_the_second_factor(site: Site, outbox: Outbox) -> None:
    user, browser = site.staff(), site.browser()
    browser.post("/recover/password", data={"phone": user.phone})
    new = STAFF_PASSWORD + "得很"
    browser.post("/recover/password/code", data={"code": outbox.code(user.phone), "password": new})
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": new})
    assert answer.location == "/sign-in/second-factor"


def test_a_phone_is_changed_with_two_codes(site: Site, outbox: Outbox) -> None:
    user, browser, new = site.person(), site.browser(), factories.phone()
    browser.post("/recover/phone", data={"old_phone": user.phone, "new_phone": new})
    assert browser.get("/recover/phone/codes").status_code == 200
    old_code, new_code = outbox.code(user.phone), outbox.code(new)
    answer = browser.post("/recover/phone/codes", data={"code": old_code, "new_code": "000000"})
    assert answer.status_code == (422 if new_code != "000000" else 303)
    answer = browser.post("/recover/phone/codes", data={"code": old_code, "new_code": new_code})
    assert answer.location == "/sign-in"
    with site.unit() as uow:
        moved = uow.session.get_one(User, user.id)
        assert moved.phone == new
    assert outbox.sent[-1][0] == user.phone and "手机号换了" in outbox.sent[-1][1]
    site.sign_in_person(moved, outbox)


def test_a_phone_is_changed_at_the_window(site: Site) -> None:
    user, new = site.person(), factories.phone()
    desk = site.sign_in_staff(site.staff())
    data = {"phone": user.phone, "new_phone": new, "evidence": ""}
    answer = desk.post("/staff/accounts/phone", data=data)
    assert answer.status_code == 422 and user.phone in answer.text and new in answer.text
    assert desk.post("/staff/accounts/phone", data=data | {"evidence": "优待证，尾号 0513"}).status_code == 200
    with site.unit() as uow:
        assert uow.session.get_one(User, user.id).phone == new


def test_a_lost_second_factor_takes_two_staff(site: Site) -> None:
    user = site.staff(path=factories.PATH_A)
    browser = site.browser()
    browser.post("/sign-in/password", data={"phone": user.phone, "password": STAFF_PASSWORD})
    assert "请工作人员重设" in browser.get("/recover/second-factor").text
    assert browser.post("/sign-in/help").status_code == 200
    with site.unit() as uow:
        row = uow.session.scalars(select(AssistedRecovery)).one()
    path = f"/staff/accounts/recoveries/{row.public_id}"
    first, second = site.sign_in_staff(site.staff()), site.sign_in_staff(site.staff())
    elsewhere = site.sign_in_staff(site.staff(path=factories.PATH_OTHER))
    assert elsewhere.get(path).status_code == 404
    assert row.public_id in first.get("/staff/accounts/recoveries").text
    assert first.get(path).status_code == 200
    assert first.post(path, data={"evidence": ""}).status_code == 422
    assert first.post(path, data={"evidence": "看过工作证"}).status_code == 303
    assert first.post(path, data={"evidence": "看过工作证"}).status_code == 403
    assert "还要另一位" in first.get(path).text
    assert second.post(path, data={"evidence": "认识本人"}).status_code == 303
    assert second.get(path).status_code == 404
    again = site.browser()
    again.post("/sign-in/password", data={"phone": user.phone, "password": STAFF_PASSWORD})
    assert "设置第二道验证" in again.get("/sign-in/second-factor").text
    assert browser.post("/sign-in/second-factor", data={"code": totp_code()}).status_code in {303, 422}
    assert browser.get("/staff/accounts").status_code == 303


def test_a_provider_signs_up_and_waits(site: Site, outbox: Outbox) -> None:
    with site.unit() as uow:
        factories.make_station(uow, region_code=factories.COUNTY)
    browser, number = site.browser(), factories.phone()
    data = {
        "phone": number,
        "name": "测试经办",
        "organization_name": "测试职业培训学校",
        "credit_code": CREDIT_CODE,
        "region_code": factories.COUNTY,
        "password": PASSWORD,
    }
    assert f'value="{factories.COUNTY}"' in browser.get("/sign-up/provider").text
    answer = browser.post("/sign-up/provider", data={"phone": "1", "send": "1", "name": "测试经办"})
    assert answer.status_code == 422 and 'value="测试经办"' in answer.text and not outbox.sent
    answer = browser.post("/sign-up/provider", data=data | {"send": "1"})
    assert answer.status_code == 200 and 'value="测试职业培训学校"' in answer.text and PASSWORD not in answer.text
    code = outbox.code(number)
    answer = browser.post("/sign-up/provider", data=data | {"code": code, "credit_code": "91110000600037341M"})
    assert answer.status_code == 422 and "校验位" in answer.text
    answer = browser.post("/sign-up/provider", data=data | {"code": code})
    assert answer.location == "/sign-in/password", answer.text
    with site.unit() as uow:
        made = uow.session.scalars(select(Organization).where(Organization.credit_code == CREDIT_CODE)).one()
        assert made.state is OrganizationState.PENDING
    answer = browser.post("/sign-in/password", data={"phone": number, "password": PASSWORD})
    assert answer.location == "/sign-in/second-factor"


def test_the_own_account_is_edited(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    answer = browser.post("/account", data={"name": "新名字", "locale": "fr"})
    assert answer.status_code == 422 and 'value="新名字"' in answer.text
    answer = browser.post("/account", data={"name": "新名字", "locale": "en"})
    assert answer.status_code == 303 and browser.get_cookie("locale").value == "en"  # type: ignore[union-attr]


def test_the_administrator_finds_locks_and_opens_an_account(site: Site) -> None:
    user = site.employer(name="要找的人")
    browser = site.sign_in_employer(user)
    desk = site.sign_in_staff(site.staff(role=Role.SYSTEM_ADMIN))
    for words in ("要找", user.phone):
        assert "要找的人" in desk.get("/admin/users", query_string={"q": words}).text
    assert "要找的人" not in desk.get("/admin/users?q=别人").text
    path = f"/admin/users/{user.public_id}"
    assert desk.get(path).status_code == 200 and desk.get("/admin/users/nobody").status_code == 404
    assert desk.post(f"{path}/lock").status_code == 303 and browser.get("/account").status_code == 303
    assert desk.post(f"{path}/unlock").status_code == 303
    desk.post(f"{path}/secret")
    secret = re.search(r"一次性密码：([a-z0-9-]{24})", desk.get(path).text)
    assert secret and secret.group(1) not in desk.get(path).text
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": secret.group(1)})
    assert answer.location == "/sign-in/second-factor"
    assert browser.get("/sign-in/second-factor").location == "/sign-in/new-password"
    role = re.search(rf"{path}/roles/(\d+)/end", desk.get(path).text)
    assert role and desk.post(role.group(0)).status_code == 303
    assert desk.post(f"{path}/roles/999999/end").status_code == 404


def test_an_administrator_does_not_lock_the_own_account(site: Site) -> None:
    admin = site.staff(role=Role.SYSTEM_ADMIN)
    desk = site.sign_in_staff(admin)
    assert desk.post(f"/admin/users/{admin.public_id}/lock").status_code == 403


def test_the_administrator_keeps_the_tree(site: Site) -> None:
    desk = site.sign_in_staff(site.staff(role=Role.SYSTEM_ADMIN))
    data = {"name": "测试县服务中心", "level": "县级", "region_code": factories.COUNTY}
    answer = desk.post("/admin/stations", data=data | {"region_code": "1"})
    assert answer.status_code == 422 and 'value="测试县服务中心"' in answer.text
    assert desk.post("/admin/stations", data=data).status_code == 303
    with site.unit() as uow:
        county = uow.session.scalars(select(Organization).where(Organization.name == "测试县服务中心")).one()
    town = {"name": "东镇站", "level": "乡镇", "region_code": factories.TOWN_A, "parent": county.public_id}
    assert desk.post("/admin/stations", data=town).status_code == 303
    assert desk.post("/admin/stations", data=town | {"parent": "nobody"}).status_code == 404
    path = f"/admin/stations/{county.public_id}"
    assert desk.get(path).status_code == 200
    assert desk.post(path, data={"name": ""}).status_code == 422
    assert desk.post(path, data={"name": "测试县中心", "phone": "0731-5"}).status_code == 303
    assert desk.post("/admin/levels?old=乡镇", data={"old": "乡镇", "new": "镇街"}).status_code == 303
    page = desk.get("/admin/stations").text
    assert "测试县中心" in page and "镇街" in page


def test_the_security_administrator_ends_sessions_and_the_auditor_reads_it(site: Site) -> None:
    user = site.employer()
    browser = site.sign_in_employer(user)
    guard = site.sign_in_staff(site.staff(role=Role.SECURITY_ADMIN))
    assert "测试用户" in guard.get("/admin/security").text
    assert guard.post(f"/admin/security/{user.public_id}/end-sessions").status_code == 303
    assert browser.get("/account").status_code == 303
    auditor = site.sign_in_staff(site.staff(role=Role.AUDIT_ADMIN))
    page = auditor.get("/admin/audit?q=session").text
    assert "退出所有设备" in page and "session.all_ended" not in page
    found = auditor.get("/admin/audit?q=退出所有").text
    assert "退出所有设备" in found and "登录没有通过" not in found
    auditor.set_cookie("locale", "en", domain="localhost")
    assert "Signed out everywhere" in auditor.get("/admin/audit?q=session").text
    auditor.set_cookie("locale", "zh", domain="localhost")
    assert "没有找到" in auditor.get("/admin/audit?q=nothing.such").text


def test_refusals_are_audited(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    assert browser.get("/admin/users").status_code == 403
    site.browser().post("/sign-in/password", data={"phone": factories.phone(), "password": "guess"})
    site.runtime.buffer.flush()
    with site.unit() as uow:
        found = set(uow.session.scalars(select(AuditEntry.action).where(AuditEntry.result == "refused")))
    assert {"access.refused", "session.refused"} <= found


def test_an_invitation_is_no_way_into_the_account_of_somebody_else(site: Site) -> None:
    """Whoever invites holds the link too: it must not set a password on the account behind the invited phone."""
    victim, browser = site.person(), site.sign_in_employer(site.employer(vetted=False))
    browser.post("/account/invitations", data={"name": "测试乙", "phone": victim.phone})
    link = link_on(browser.get("/account/invitations").text)
    assert site.browser().post(link, data={"password": PASSWORD}).status_code == 422
    browser.post(link, data={"password": PASSWORD})
    with site.unit() as uow:
        kept = uow.session.get_one(User, victim.id)
        assert kept.password_hash == "" and uow.session.scalars(select(Invitation)).one().used_at is None


def test_where_codes_can_be_sent_the_invited_phone_is_proven(site: Site, outbox: Outbox) -> None:
    browser, guest = site.sign_in_employer(site.employer()), site.browser()
    for number in (factories.phone(), site.person().phone):
        browser.post("/account/invitations", data={"name": "测试乙", "phone": number})
        link = link_on(browser.get("/account/invitations").text)
        wrong = guest.post(link, data={"password": PASSWORD, "code": "000000"})
        assert wrong.status_code == 422
        assert guest.post(link, data={"send": "1"}).status_code == 200
        run_jobs(site)
        assert guest.post(link, data={"password": PASSWORD, "code": outbox.code(number)}).status_code == 303
        answer = guest.post("/sign-in/password", data={"phone": number, "password": PASSWORD})
        assert answer.status_code == 303
        guest.post("/sign-out")


def test_a_person_without_password_takes_an_invitation_up_signed_in(site: Site, outbox: Outbox) -> None:
    person, browser = site.person(), site.sign_in_employer(site.employer())
    browser.post("/account/invitations", data={"name": "测试乙", "phone": person.phone})
    link = link_on(browser.get("/account/invitations").text)
    own = site.sign_in_person(person, outbox)
    assert own.get(link).status_code == 200
    assert own.post(link, data={"password": PASSWORD}).status_code == 303
