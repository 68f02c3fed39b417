"""Every page of the room answers for those it is for."""

from __future__ import annotations

import pytest

from jobmatch.accounts.states import Role
from tests.accounts.conftest import Outbox, Site

PUBLIC = [
    "/sign-in",
    "/sign-in/password",
    "/sign-in/once/x.y",
    "/sign-in/recovery-code",
    "/sign-up",
    "/sign-up/provider",
    "/recover",
    "/recover/password",
    "/recover/phone",
    "/recover/second-factor",
]
OWN = ["/account", "/account/sessions", "/account/password", "/account/recovery-codes", "/account/role"]
STAFF = [
    "/staff/accounts",
    "/staff/accounts/codes",
    "/staff/accounts/invitations",
    "/staff/accounts/recoveries",
    "/staff/accounts/phone",
]
ADMIN = ["/admin/users", "/admin/stations", "/admin/levels?old=x"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open_for_strangers(site: Site, path: str) -> None:
    answer = site.browser().get(path)
    assert answer.status_code == 200
    assert "<h1" in answer.text


def test_own_pages_open_for_everybody_who_signed_in(site: Site, outbox: Outbox) -> None:
    browser = site.sign_in_person(site.person(), outbox)
    for path in OWN:
        assert browser.get(path).status_code == 200, path
    for path in [*STAFF, *ADMIN, "/admin/security", "/admin/audit", "/account/invitations"]:
        assert browser.get(path).status_code == 403, path


def test_strangers_are_sent_to_sign_in(site: Site) -> None:
    for path in [*OWN, *STAFF, *ADMIN]:
        answer = site.browser().get(path)
        assert answer.status_code == 303, path
        assert answer.location.startswith("/sign-in?next=/"), path


def test_staff_pages_open_for_staff(site: Site) -> None:
    browser = site.sign_in_staff(site.staff())
    for path in [*OWN, *STAFF]:
        assert browser.get(path).status_code == 200, path
    for path in ADMIN:
        assert browser.get(path).status_code == 403, path


def test_each_administrator_sees_the_own_pages_only(site: Site) -> None:
    own = {
        Role.SYSTEM_ADMIN: {*ADMIN, "/staff/accounts", "/staff/accounts/invitations"},
        Role.SECURITY_ADMIN: {"/admin/security", "/staff/accounts/recoveries", "/staff/accounts/phone"},
        Role.AUDIT_ADMIN: {"/admin/audit"},
    }
    for role, allowed in own.items():
        browser = site.sign_in_staff(site.staff(role=role))
        for path in {*ADMIN, *STAFF, "/admin/security", "/admin/audit"}:
            assert browser.get(path).status_code == (200 if path in allowed else 403), (role, path)
