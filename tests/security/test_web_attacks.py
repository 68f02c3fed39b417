"""What people send to the pages of the house by hand: other hosts, other targets, more fields, the same field twice."""

from __future__ import annotations

import ast
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.states import Role
from jobmatch.core.errors import AppError
from jobmatch.web.pages import local_path
from tests import factories
from tests.accounts.conftest import PASSWORD, Outbox, Site
from tests.house.town import Town, reader

ROOT = Path(__file__).parents[2]
PACKAGES = ("jobmatch", "recruiters", "training", "ml")
SOURCES = [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py")) if "versions" not in p.parts]

TARGETS = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\tevil.example",
    "/\n/evil.example",
    "///evil.example",
    "http:evil.example",
    " //evil.example",
    "/%5cevil.example/..//evil",
    "data:text/html,x",
)


@pytest.mark.parametrize("target", TARGETS, ids=repr)
def test_no_target_leads_out_of_the_house(target: str) -> None:
    kept = local_path(target)
    assert kept == "" or (kept.startswith("/") and not kept.startswith(("//", "/\\")))


@pytest.mark.parametrize("target", TARGETS[:6], ids=repr)
def test_signing_in_and_switching_lead_nowhere_else(site: Site, target: str) -> None:
    browser, user = site.browser(), site.employer()
    answer = browser.post("/sign-in/password", data={"phone": user.phone, "password": PASSWORD, "next": target})
    assert answer.status_code == 303 and "evil" not in answer.location
    assert browser.get("/account/role", query_string={"next": target}).headers.get("Location", "/").startswith("/")


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"])
def test_a_message_never_carries_the_host_of_the_asker(site: Site, outbox: Outbox, name: str) -> None:
    """A poisoned reset: what goes out to the phone names no address that the asker chose."""
    user = site.employer()
    value = "host=evil.example" if name == "Forwarded" else "/admin/users" if "URL" in name else "evil.example"
    answer = site.browser().post("/recover/password", data={"phone": user.phone}, headers={name: value})
    assert answer.status_code == 303
    assert outbox.sent and not [text for _phone, text in outbox.sent if "evil" in text or "http" in text]
    assert "evil" not in answer.location


def test_an_address_in_a_header_is_not_a_way_to_another_page(app: Any, town: Town) -> None:
    client = reader(app, town, "veteran")
    plain = client.get("/me")
    for headers in ({"X-Original-URL": "/admin/users"}, {"X-HTTP-Method-Override": "DELETE"}):
        assert client.get("/me", headers=headers).status_code == plain.status_code


def test_a_method_in_a_form_is_no_method(app: Any, town: Town) -> None:
    client = reader(app, town, "veteran")
    assert client.post("/me", data={"_method": "DELETE"}).status_code == 405


def test_fields_that_no_form_has_change_nothing(site: Site) -> None:
    """Mass assignment: what a form does not name is not written, whatever the row has."""
    user = site.employer()
    browser = site.sign_in_employer(user)
    more = {
        "is_active": "0",
        "role": "system_admin",
        "must_change_password": "0",
        "password_hash": "x",
        "public_id": "zz22zz22zz22zz22",
        "id": "1",
        "phone": "19900009999",
        "totp_secret_sealed": "x",
        "organization_id": "1",
        "memberships-0-role": "system_admin",
    }
    with site.unit() as uow:
        before = {c.key: getattr(uow.session.get_one(User, user.id), c.key) for c in User.__table__.columns}
    assert browser.post("/account", data={"name": "测试新名", **more}).status_code in {303, 200}
    with site.unit() as uow:
        row = uow.session.get_one(User, user.id)
        after = {c.key: getattr(row, c.key) for c in User.__table__.columns}
        roles = {m.role for m in uow.session.query(Membership).filter_by(user_id=user.id)}
    changed = {key for key in before if before[key] != after[key]}
    assert "name" in changed and changed <= {"name", "version"}
    assert roles == {Role.EMPLOYER_MEMBER}


def test_signing_up_gives_the_role_of_the_page_and_no_other(site: Site, outbox: Outbox) -> None:
    with site.unit() as uow:
        factories.make_station(uow, path=factories.PATH_A, region_code=factories.TOWN_A)
    phone, browser = factories.phone(), site.browser()
    facts = {"kinds": ["TYJR"], "name": "测试新人", "birth_on": ["1988", "4"], "region_code": factories.TOWN_A}
    more = {"role": "station_staff", "is_active": "1", "verification": "verified", "organization_id": "1"}
    browser.post("/sign-up/person", data=facts | more | {"phone": phone, "agreed": "y", "send": "1"})
    data = facts | more | {"phone": phone, "agreed": "y", "code": outbox.code(phone)}
    assert browser.post("/sign-up/person", data=data).status_code == 303
    with site.unit() as uow:
        user = uow.session.query(User).order_by(User.id.desc()).first()
        assert user is not None
        roles = {m.role for m in uow.session.query(Membership).filter_by(user_id=user.id)}
    assert roles == {Role.VETERAN}


def test_nobody_writes_rows_from_whatever_came_in() -> None:
    pattern = re.compile(
        r"populate_obj|\*\*request\.|\*\*dict\(request\.|setattr\([^,]+, *(?:name|key|field), *request\."
    )
    assert {p.name for p in SOURCES if pattern.search(p.read_text(encoding="utf-8"))} <= {"formats.py"}


def test_the_first_of_two_values_counts_for_check_and_act_alike(site: Site) -> None:
    user, other = site.employer(), site.employer()
    browser = site.browser()
    twice = MultiDict([("phone", user.phone or ""), ("phone", other.phone or ""), ("password", PASSWORD)])
    assert browser.post("/sign-in/password", data=twice).status_code == 303
    assert user.phone and user.phone[-4:] in browser.get("/account").text


def test_the_same_field_twice_is_no_fault_on_any_search(app: Any, town: Town) -> None:
    client = reader(app, town, "staff")
    for path in ("/jobs", "/staff/people", "/staff/postings", "/staff/applications"):
        answer = client.get(path, query_string=MultiDict([("q", "a"), ("q", "b"), ("page", "1"), ("page", "x")]))
        assert answer.status_code == 200


SEARCHES = (
    "' OR 1=1 --",
    "%' UNION SELECT 1,2,3 --",
    '" OR ""="',
    "1); DROP TABLE person; --",
    "%",
    "_",
    "\\",
    "测试'甲",
)


def test_a_search_is_words_and_no_statement(app: Any, town: Town) -> None:
    client = reader(app, town, "staff")
    nothing = client.get("/staff/people", query_string={"q": "没有这样的人没有这样的人"}).text
    for words in SEARCHES:
        for path in ("/staff/people", "/jobs", "/staff/postings", "/employers"):
            answer = client.get(path, query_string={"q": words})
            assert answer.status_code in {200, 404}, (path, words)
        page = client.get("/staff/people", query_string={"q": words}).text
        assert "KANARI" not in page
    assert nothing
    assert client.get("/staff/people").status_code == 200


HOSTILE = (
    *("a" * 50_000, " " * 50_000, "1" * 50_000, "\n" * 50_000, "甲" * 50_000, "/" * 50_000),
    *("（" * 25_000 + "）" * 25_000, "2018.09-" * 6_250, "年月" * 25_000, "a1" * 25_000 + "!"),
    *("<" * 25_000 + ">" * 25_000, "-," * 25_000),
)
SECONDS = 0.1
IN_A_CHILD = ("jobmatch/people/reading/",)
"""Expressions of the résumé reader, which runs in a child process with a limit of processor time (R10)."""


def expressions() -> Iterator[tuple[str, Callable[[str | bytes], object], bool]]:
    """Every regular expression written in the code: where, the way it is asked, whether it reads bytes."""
    for path in SOURCES:
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if "re." not in source or name.startswith(IN_A_CHILD):
            continue
        for node in ast.walk(ast.parse(source)):
            call = node if isinstance(node, ast.Call) and node.args else None
            if call is None or not re.fullmatch(
                r"re\.(?:compile|search|match|fullmatch|sub|split|find\w+)", ast.unparse(call.func)
            ):
                continue
            try:
                pattern = ast.literal_eval(call.args[0])
            except ValueError:
                continue
            made = re.compile(pattern, re.DOTALL if isinstance(pattern, bytes) else 0)
            way = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            yield (
                f"{name}:{call.lineno}",
                getattr(made, way if way in {"match", "fullmatch"} else "search"),
                isinstance(pattern, bytes),
            )


class _TooSlow(Exception):
    """The alarm rang; the engine of expressions listens to signals."""


def test_no_expression_hangs_on_50_kb() -> None:
    def ring(*_: object) -> None:
        raise _TooSlow

    before, slow, asked = signal.signal(signal.SIGVTALRM, ring), [], 0
    try:
        for where, ask, is_bytes in expressions():
            asked += 1
            for text in HOSTILE:
                # Time of the processor, so that a busy machine does not count; a slow expression stays slow.
                if not any(_in_time(ask, text.encode() if is_bytes else text) for _ in range(3)):
                    slow.append((where, text[:8]))
                    break
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == []
    assert asked > 150


def _in_time(ask: Callable[[str | bytes], object], text: str | bytes) -> bool:
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        ask(text)
    except _TooSlow:
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def test_refusals_of_the_core_are_words_and_no_inside() -> None:
    """What a service raises on purpose has a status below 500 but for ‘not now’, which is 503."""
    statuses = {kind.__name__: kind.status for kind in AppError.__subclasses__()}
    assert statuses and all(400 <= status < 500 or status == 503 for status in statuses.values())
