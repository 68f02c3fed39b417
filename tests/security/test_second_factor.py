"""No way into the accounts of staff, trainers and administrators without a second factor (G15)."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.roles import ROLE_TABLE
from jobmatch.accounts.services.sessions import start_session
from jobmatch.accounts.states import ADMIN_ROLES, PASSWORD_ROLES, SECOND_FACTOR_ROLES, Role
from jobmatch.core.runtime import Runtime
from tests.accounts.conftest import STAFF_PASSWORD, Outbox, Site
from tests.factories import make_user
from tests.house.test_access import _organization
from tests.house.town import SYSTEM

ROOT = Path(__file__).parents[2]
OWN = {"account.own", "public", "organization.invite", "mentor.own", "incubator.own", "fair.help"}
"""What a role may hold without a second factor: the own things of whoever signs in."""
DOORS = {
    "jobmatch/accounts/views/public.py",
    "jobmatch/accounts/views/account.py",
    "jobmatch/accounts/login.py",
    "jobmatch/people/views/sign_up.py",
    "recruiters/employers/views/public.py",
}
"""Files that put somebody into a browser's session; the test below finds a new one."""


def test_every_role_with_power_over_others_needs_one() -> None:
    wanted = {Role.STATION_STAFF, Role.SUPERIOR_READER, Role.PROVIDER_MEMBER, *ADMIN_ROLES}
    assert wanted == SECOND_FACTOR_ROLES and wanted <= PASSWORD_ROLES
    for role in Role:
        granted = ROLE_TABLE[role.value] - OWN
        of_people = {name for name in granted if name.split(".")[0] in {"person", "match", "application"}}
        of_employer = {name for name in granted if name.split(".")[0] in {"employer", "posting", "fair"}}
        if granted - of_people - of_employer or granted & {"person.read", "application.read", "employer.vet"}:
            assert role in SECOND_FACTOR_ROLES, role


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR_ROLES))
def test_a_session_that_began_without_one_opens_nothing(app: Any, sqlite_runtime: Runtime, role: Role) -> None:
    """Whatever door made it: the check stands where the session is read, for every request."""
    client = app.test_client()
    with sqlite_runtime.unit(SYSTEM) as uow:
        user = make_user(uow, role, organization=_organization(uow, role, vetted=True))
        membership = uow.session.query(Membership).filter_by(user_id=user.id).one()
        tokens = {
            factor_at: start_session(uow, user, membership, by_password=True, second_factor_at=factor_at)
            for factor_at in (None, uow.now)
        }
        by_code = start_session(uow, user, membership, by_password=False, second_factor_at=uow.now)
    for token, status in [(tokens.pop(None), 303), (by_code, 303), (*tokens.values(), 200)]:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        assert client.get("/account").status_code == status


def test_a_code_to_the_phone_opens_no_role_of_staff(site: Site, outbox: Outbox) -> None:
    user, browser = site.staff(), site.browser()
    browser.post("/sign-in", data={"phone": user.phone})
    browser.post("/sign-in/code", data={"code": outbox.code(user.phone or "")})
    assert browser.get("/staff/accounts").status_code == 303


def test_the_right_password_alone_opens_nothing_and_leads_to_the_factor(site: Site) -> None:
    user, browser = site.staff(), site.browser()
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": STAFF_PASSWORD})
    assert answer.location == "/sign-in/second-factor"
    for path in ("/", "/account", "/staff/accounts", "/account/role", "/account/recovery-codes"):
        assert browser.get(path).status_code in {200, 303}
        assert user.name not in browser.get(path).text
    assert browser.get("/account").status_code == 303


def test_a_switch_from_a_weaker_role_does_not_go_round_it(site: Site, outbox: Outbox) -> None:
    user = site.staff()
    site.also(user, Role.VETERAN)
    browser = site.sign_in_person(user, outbox)
    with site.unit() as uow:
        rows = uow.session.query(Membership).filter_by(user_id=user.id, role=Role.STATION_STAFF).one()
        staff_membership = rows.id
        assert uow.session.get_one(User, user.id).totp_secret is not None
    answer = browser.post("/account/role", data={"membership": str(staff_membership)})
    assert answer.status_code in {303, 403, 404, 422}
    assert browser.get("/staff/accounts").status_code in {303, 403}


def test_the_doors_are_known() -> None:
    """Whoever writes a new way in finds this test, and reads why the check stands in ``login._is_strong_enough``."""
    found = set()
    for package in ("jobmatch", "recruiters", "training"):
        for path in (ROOT / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(source)) if "enter(" in source or "sign_in_as(" in source else ():
                name = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
                if name in {"enter", "sign_in_as"} and "login" in ast.unparse(node.func):  # type: ignore[attr-defined]
                    found.add(path.relative_to(ROOT).as_posix())
    assert found
    assert found <= DOORS, sorted(found - DOORS)
