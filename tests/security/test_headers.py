"""Headers of every answer: a walk of the whole address table, and refusals and faults of every kind (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from jobmatch.app import create_app
from jobmatch.core.db import Database
from jobmatch.core.runtime import Runtime
from jobmatch.core.settings import Settings
from jobmatch.web.answers import CSP
from tests.accounts.conftest import Site
from tests.conftest import KEYS
from tests.house.headers import wrong_with
from tests.house.town import Town, address, reader


def test_the_policy_lets_nothing_in_that_is_not_ours() -> None:
    parts = dict(part.strip().split(" ", 1) for part in CSP.split(";"))
    assert parts["default-src"] == "'none'" and parts["script-src"] == "'self'" and parts["style-src"] == "'self'"
    assert parts["frame-ancestors"] == "'none'" and parts["base-uri"] == "'none'" and parts["form-action"] == "'self'"
    assert "unsafe" not in CSP and "*" not in CSP and "http" not in CSP


def test_every_page_carries_the_strict_headers_for_a_stranger_too(app: Any, town: Town) -> None:
    """Refusals and ways to sign in; what each role may open is walked in ``tests/house/test_canaries.py``."""
    client = reader(app, town, "anonymous")
    wrong, asked = [], 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()):
            continue
        path = address(rule.rule, rule.arguments, town.near)
        answer = client.get(path)
        asked += 1
        mark = app.view_functions[rule.endpoint].access
        wrong += [(path, fault) for fault in wrong_with(answer, mark)]
    assert wrong == []
    assert asked > 300


def test_refusals_of_every_kind_carry_them_too(app: Any, town: Town) -> None:
    client = reader(app, town, "veteran")
    answers = {
        "400": client.get("/", headers={"Host": "elsewhere.example"}),
        "403": client.get("/admin/users"),
        "404": client.get("/nowhere"),
        "405": client.put("/jobs"),
        "413": client.post("/account", data=b"x", environ_overrides={"CONTENT_LENGTH": "300000"}),
    }
    assert {wanted: answer.status_code for wanted, answer in answers.items()} == {w: int(w) for w in answers}
    assert [(wanted, fault) for wanted, answer in answers.items() for fault in wrong_with(answer)] == []


def test_a_fault_tells_its_number_and_nothing_else(app: Any, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from jobmatch.matching.views import public

    def broken(*_args: Any, **_more: Any) -> Any:
        raise RuntimeError("secret-of-the-inside")

    broken.access = app.view_functions["matching.search"].access  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "matching.search", broken)
    answer = reader(app, town, "anonymous").get("/jobs")
    assert public and answer.status_code == 500
    assert "secret-of-the-inside" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert list(wrong_with(answer)) == []


def test_over_https_browsers_are_told_to_stay_there(sqlite_runtime: Runtime) -> None:
    settings = Settings(data_dir=sqlite_runtime.settings.data_dir, https=True)  # type: ignore[call-arg]
    runtime = Runtime(settings, KEYS, Database(settings.url))
    try:
        app = create_app(runtime)
        client = app.test_client()
        for path in ("/", "/sign-in", "/nowhere", "/healthz"):
            kept = client.get(path, base_url="https://localhost").headers["Strict-Transport-Security"]
            assert kept == "max-age=31536000; includeSubDomains"
        sent = app.test_client().get("/sign-in", base_url="https://localhost").headers.getlist("Set-Cookie")
        named = next(cookie for cookie in sent if cookie.startswith("__Host-session="))
        assert all(flag in named for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/")), named
        assert "Domain" not in named
    finally:
        runtime.database.engine.dispose()


def test_every_cookie_of_ours_is_out_of_reach_of_scripts(site: Site) -> None:
    browser = site.browser()
    answers = [browser.get("/sign-in")]
    user = site.employer()
    answers.append(
        browser.post("/sign-in/password", data={"phone": user.phone, "password": "橘子树下第三条板凳很凉快"})
    )
    assert answers[-1].status_code == 303
    sent = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert any(cookie.startswith("device=") for cookie in sent)
    assert [c for c in sent if "HttpOnly" not in c or "SameSite=Lax" not in c] == []


def test_signing_out_empties_what_the_browser_kept(site: Site) -> None:
    browser = site.sign_in_employer(site.employer())
    answer = browser.post("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in browser.get("/sign-in").headers


def test_no_page_of_another_origin_is_let_in(app: Any, town: Town) -> None:
    client = reader(app, town, "veteran")
    for path in ("/", "/me", "/api/v1/openapi.json"):
        answer = client.get(path, headers={"Origin": "https://evil.example"})
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control")]  # noqa: SIM118
