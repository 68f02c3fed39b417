"""What tests of accounts share: rows in the running installation, and signing in as a browser does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from jobmatch.accounts import passwords, ports
from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.services.users import record_membership
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import utcnow
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from tests import factories

PASSWORD = "橘子树下第三条板凳很凉快"
STAFF_PASSWORD = "橘子树下第三条板凳夏天很凉快"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Outbox:
    """A gateway that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def __call__(self, phone: str, text: str) -> None:
        self.sent.append((phone, text))

    def code(self, phone: str) -> str:
        """The newest code that went to ``phone``."""
        texts = [text for number, text in self.sent if number == phone and re.match(r"\d{6} ", text)]
        return texts[-1][:6]


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    """A gateway for the duration of a test; ask for it after ``client``, which starts without one."""
    box = Outbox()
    ports.use_gateway(box)
    yield box
    ports.use_gateway(None)


@pytest.fixture(scope="session")
def hashed() -> dict[str, str]:
    """The two passwords of these tests, hashed once."""
    return {text: passwords.hash_password(text) for text in (PASSWORD, STAFF_PASSWORD)}


class Site:
    """The running site: makes accounts in it and signs browsers in."""

    def __init__(self, app: Any, runtime: Runtime, hashed: dict[str, str]) -> None:
        self.app = app
        self.runtime = runtime
        self.hashed = hashed

    @contextmanager
    def unit(self) -> Iterator[UnitOfWork]:
        with self.runtime.unit(system_actor("tests")) as uow:
            yield uow

    def person(self, **values: Any) -> User:
        with self.unit() as uow:
            return factories.make_user(uow, Role.VETERAN, **values)

    def employer(self, *, vetted: bool = True, **values: Any) -> User:
        with self.unit() as uow:
            employer = factories.make_employer(uow, vetted=vetted)
            organization = uow.session.get_one(Organization, employer.organization_id)
            return factories.make_user(
                uow,
                Role.EMPLOYER_MEMBER,
                organization=organization,
                password_hash=self.hashed[PASSWORD],
                **values,
            )

    def staff(self, path: str = factories.PATH_COUNTY, role: Role = Role.STATION_STAFF, **values: Any) -> User:
        """Staff with an enrolled second factor."""
        with self.unit() as uow:
            station = factories.make_station(uow, path=path) if role is Role.STATION_STAFF else None
            user = factories.make_user(
                uow, role, organization=station, password_hash=self.hashed[STAFF_PASSWORD], **values
            )
            user.totp_secret = SECRET
            return user

    def also(self, user: User, role: Role, organization: Organization | None = None) -> None:
        with self.unit() as uow:
            record_membership(uow, uow.session.get_one(User, user.id), role, organization)

    def browser(self) -> FlaskClient:
        return self.app.test_client()

    def sign_in_staff(self, user: User) -> FlaskClient:
        """A browser signed in with password and second factor."""
        browser = self.browser()
        browser.post("/sign-in/password", data={"phone": user.phone or user.public_id, "password": STAFF_PASSWORD})
        with self.unit() as uow:
            uow.session.get_one(User, user.id).totp_last_step = 0
        answer = browser.post("/sign-in/second-factor", data={"code": totp_code()})
        assert answer.status_code == 303, answer.text
        return browser

    def sign_in_employer(self, user: User, browser: FlaskClient | None = None) -> FlaskClient:
        browser = browser or self.browser()
        answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser

    def sign_in_person(self, user: User, outbox: Outbox, browser: FlaskClient | None = None) -> FlaskClient:
        browser = browser or self.browser()
        browser.post("/sign-in", data={"phone": user.phone})
        answer = browser.post("/sign-in/code", data={"code": outbox.code(user.phone)})
        assert answer.status_code == 303, answer.text
        return browser


def totp_code(*, steps: int = 0) -> str:
    """The authenticator's code for ``SECRET``, so many steps from now."""
    return pyotp.TOTP(SECRET).generate_otp(int(utcnow().timestamp()) // 30 + steps)


@pytest.fixture
def site(app: Any, sqlite_runtime: Runtime, hashed: dict[str, str]) -> Site:
    return Site(app, sqlite_runtime, hashed)
