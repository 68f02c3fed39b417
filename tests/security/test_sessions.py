"""What is left of sessions, signed cookies and the trail that no room's own test shows (G10, G16, G24)."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from itsdangerous import BadSignature, URLSafeSerializer

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.accounts.services.sessions import STAFF_LONGEST
from jobmatch.accounts.services.users import set_password
from jobmatch.accounts.states import OrganizationState
from jobmatch.core import clock
from jobmatch.core.audit import AuditEntry
from tests.accounts.conftest import PASSWORD, Outbox, Site
from tests.conftest import KEYS

ROOT = Path(__file__).parents[2]


def test_a_session_in_use_ends_at_its_longest(site: Site) -> None:
    """Staff who never pause sign in anew after twelve hours."""
    browser, start = site.sign_in_staff(site.staff()), clock.utcnow()
    at = start
    while at < start + STAFF_LONGEST - timedelta(minutes=20):
        at += timedelta(minutes=20)
        with clock.frozen(at):
            assert browser.get("/account").status_code == 200, at
            site.runtime.buffer.flush()
    with clock.frozen(start + STAFF_LONGEST):
        assert browser.get("/account").status_code == 303


def test_a_password_changed_elsewhere_ends_every_session_at_once(site: Site, outbox: Outbox) -> None:
    user = site.employer()
    browsers = [site.sign_in_employer(user) for _ in range(3)]
    with site.unit() as uow:
        set_password(uow, uow.session.get_one(User, user.id), password_hash=site.hashed[PASSWORD])
    assert {browser.get("/account").status_code for browser in browsers} == {303}


def test_a_suspended_employer_and_an_ended_membership_count_with_the_next_request(site: Site) -> None:
    user = site.employer()
    browser = site.sign_in_employer(user)
    path = "/employer/applications"
    assert browser.get(path).status_code == 200
    with site.unit() as uow:
        membership = uow.session.query(Membership).filter_by(user_id=user.id).one()
        uow.session.get_one(Organization, membership.organization_id).state = OrganizationState.SUSPENDED
    assert browser.get(path).status_code == 403
    with site.unit() as uow:
        uow.session.query(Membership).filter_by(user_id=user.id).one().is_active = False
    assert browser.get("/employer").status_code in {303, 403, 404}


def test_a_signed_cookie_opens_for_its_own_purpose_only(site: Site) -> None:
    """What was signed as a session is no device, and what another key signed is nothing."""
    other = URLSafeSerializer(b"x" * 32, salt="device").dumps({"n": "x", "u": ["x"]})
    wrong_salt = URLSafeSerializer(KEYS.cookie, salt="session").dumps({"n": "x", "u": ["x"]})
    for value in (other, wrong_salt):
        with pytest.raises(BadSignature):
            URLSafeSerializer(KEYS.cookie, salt="device").loads(value)
        browser = site.browser()
        browser.set_cookie("session", str(value))
        browser.set_cookie("device", str(value))
        assert browser.get("/account").status_code == 303


def test_the_trail_keeps_time_in_utc(site: Site) -> None:
    site.sign_in_employer(site.employer())
    with site.unit() as uow:
        rows = uow.session.query(AuditEntry).all()
        assert rows
        assert {row.at.tzinfo for row in rows} == {UTC}


def test_no_code_changes_or_removes_the_trail() -> None:
    pattern = re.compile(r"(?:update|delete)\(AuditEntry\)|session\.delete\(\w*(?:audit|entry)\w*\)")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in ("jobmatch", "recruiters", "training")
        for path in (ROOT / package).rglob("*.py")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
