"""Nonsense in every form and address: an answer that says no, never a fault, and nothing half-saved.

Every reader walks the pages they may see, takes the forms as they stand and spoils them: one field at a time and all at
once. ``JOBMATCH_GARBAGE=all`` tries every nonsense in every field (minutes); without it each field gets a few.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
from jobmatch.app import create_app
from jobmatch.core.runtime import Runtime
from tests.house.forms import PageForm, forms_of
from tests.house.test_access import table
from tests.house.town import Town, address, build, reader

NONSENSE = (
    "甲\x00乙",
    "长" * 10_000,
    "9" * 25,
    "-1",
    "0001-01-01",
    "9999-12-31",
    "%_\\'\"; --",
    "<img src=x onerror=alert(1)>{{7*7}}",
    "\u202e\u200b\x1b\x07\r\n",
    "²½四Ⅷ１２",
    "1e309",
    "nan",
    "9999-12-31T23:59",
    "0" * 30 + ".5",
    "a,b;c|d\t\x0b\u2028",
)
EVERYTHING = os.environ.get("JOBMATCH_GARBAGE") == "all"
A_FEW = 1
READERS = ["anonymous", "veteran", "employer", "newcomer", "staff", "reader", "system_admin", "security_admin"]
LAST = (
    "end",
    "lock",
    "close",
    "withdraw",
    "remove",
    "reject",
    "hide",
    "move",
    "secret",
    "role",
    "sign-out",
    "password",
)
ASKED = (
    "q",
    "page",
    "sort",
    "state",
    "town",
    "stale",
    "work",
    "path",
    "rate",
    "next",
    "tab",
    "group",
    "words",
    "within",
    "pay",
    "region",
    "distance",
    "kind",
    "verification",
    "posting",
    "specialty",
    "licence",
    "old",
    "queue",
    "late",
    "near",
    "trade",
    "shift",
    "education",
    "radius",
    "min_pay",
    "lat",
    "lng",
    "specialties",
    "skills",
)
GENERIC = ("name", "note", "reason", "action", "decision", "version", "chosen", "personal", "evidence", "phone", "code")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> tuple[Runtime, Town]:
    """The town on each database."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_runtime"), request.getfixturevalue("town")
    runtime: Runtime = request.getfixturevalue("postgres_runtime")
    return runtime, build(runtime)


class Walker:
    """One reader sending nonsense; keeps what went wrong."""

    def __init__(self, app: Any, client: FlaskClient, log: pytest.LogCaptureFixture) -> None:
        self.app, self.client, self.log = app, client, log
        self.wrong: list[Any] = []
        self.sent = 0
        self.commits: list[int] = []
        self.thread = threading.get_ident()
        event.listen(app.runtime.database.engine, "commit", self._committed)

    def _committed(self, connection: Any) -> None:
        # The buffer of small facts commits in a thread of its own, whatever the request does.
        if connection.get_execution_options().get("unit") == "write" and threading.get_ident() == self.thread:
            self.commits.append(1)

    def ask(self, path: str, method: str, *, slow: bool, what: str, **body: Any) -> TestResponse:
        self.log.clear()
        self.commits.clear()
        answer = self.client.open(path, method=method, **body)
        self.sent += 1
        if answer.status_code >= 500:
            self.wrong.append((method, path, what, answer.status_code, self.log.text[-300:]))
        elif method == "POST" and answer.status_code >= 400 and not slow and self.commits:
            self.wrong.append((method, path, what, answer.status_code, "half-saved"))
        if b"<img src=x" in answer.get_data():
            self.wrong.append((method, path, what, "markup"))
        return answer


def spoiled(form: PageForm, turn: Iterator[int]) -> Iterator[tuple[str, MultiDict[str, str]]]:
    """Bodies: all fields spoiled alike, then each field alone while the others stay as they are."""
    fields = sorted(form.names - {"version"})
    kept = [(name, value) for name, value in form.pairs if name != "version"]
    whole = NONSENSE if EVERYTHING else [NONSENSE[next(turn) % len(NONSENSE)] for _n in range(A_FEW)]
    for bad in whole:
        yield f"all={bad[:12]!r}", MultiDict([(name, bad) for name in (*fields, "version")])
    for name in [*fields, *(["version"] if "version" in form.names else [])]:
        tried = NONSENSE if EVERYTHING else [NONSENSE[next(turn) % len(NONSENSE)] for _n in range(A_FEW)]
        for bad in tried:
            others = [(other, value) for other, value in kept if other != name]
            yield f"{name}={bad[:12]!r}", MultiDict([*others, (name, bad)])
            yield f"{name} twice", MultiDict([*kept, (name, bad), (name, bad)])


def rules_for(app: Any, town: Town, name: str) -> list[tuple[Any, str]]:
    """Rules and methods that the reader may use, with what ends things at the end."""
    granted = {"public"}
    if name != "anonymous":
        granted |= permissions_of(town.roles[name], organization_is_active=name != "newcomer")
    else:
        granted |= ROLE_TABLE["anonymous"]
    found = [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if table()[(method, rule.rule)]["permission"] in granted and rule.endpoint != "web.static"
    ]
    return sorted(found, key=lambda one: (any(word in one[0].rule for word in LAST), one[0].rule, one[1]))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", READERS)
def test_nonsense_is_answered_and_never_a_fault(
    place: tuple[Runtime, Town], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    runtime, town = place
    app = create_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    walker = Walker(app, reader(app, town, name), caplog)
    rules, turn = rules_for(app, town, name), itertools.count(len(name))
    forms: dict[str, PageForm] = {}
    for rule, method in rules:
        path = address(rule.rule, rule.arguments, town.near)
        if method == "GET":
            page = walker.ask(path, "GET", slow=True, what="as it is")
            for form in forms_of(page.get_data().decode(errors="replace"), path):
                if form.method == "post":
                    known = forms.setdefault(form.action, form)
                    known.names |= form.names
            for bad in NONSENSE if EVERYTHING else [NONSENSE[next(turn) % len(NONSENSE)]]:
                asked = dict.fromkeys(ASKED, bad)
                walker.ask(path, "GET", slow=True, what=f"query {bad[:12]!r}", query_string=asked)
    for rule, method in rules:
        path = address(rule.rule, rule.arguments, town.near)
        if method != "POST" or rule.endpoint == "accounts.end_own_sessions":
            continue
        slow = app.view_functions[rule.endpoint].access.slow
        form = forms.get(path) or PageForm(path, "post", [(n, "") for n in GENERIC], set(GENERIC))
        for what, body in spoiled(form, turn):
            if "end_session" in rule.endpoint or rule.endpoint in {"accounts.sign_out", "accounts.switch"}:
                break
            walker.ask(path, "POST", slow=slow, what=what, data=body)
        walker.ask(path, "POST", slow=slow, what="json", json=[{"a": [1]}])
        walker.ask(path, "POST", slow=slow, what="bytes", data=b"\xff\xfe=\xed\xa0\xbd&%zz", content_type=URLENCODED)
    for rule, method in rules:
        if method == "GET":
            walker.ask(address(rule.rule, rule.arguments, town.near), "GET", slow=True, what="afterwards")
    assert walker.wrong == []
    assert walker.sent > 50


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.timeout(300)
def test_bodies_too_large_and_paths_of_nonsense(app: Any) -> None:
    wrong = []
    client = app.test_client()
    many = "&".join(f"f{n}=1" for n in range(1000))
    for rule in app.url_map.iter_rules():
        path = address(rule.rule, rule.arguments, {})
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if method == "POST":
                # A view that takes files has more room; the guard at the door sends an unknown caller to sign in.
                view = app.view_functions[rule.endpoint]
                too_large = {413, 303, 400, 401, 404} if view.access.upload else {413}
                for body, allowed in ((b"a=" + b"x" * 300_000, too_large), (many.encode(), set(range(200, 500)))):
                    answer = client.post(path, data=body, content_type=URLENCODED)
                    if answer.status_code not in allowed:
                        wrong.append((path, answer.status_code))
            for piece in ("%00", "%ed%a0%bd", "9" * 30, "..%2f", "%F0%9F%98%80", "a" * 3000) if rule.arguments else ():
                spoiled_path = path
                for argument in sorted(rule.arguments):
                    spoiled_path = rule.rule.replace(f"<{argument}>", piece).replace(f"<int:{argument}>", "9" * 30)
                answer = client.open(spoiled_path.replace("<", "").replace(">", ""), method=method)
                if answer.status_code >= 500:
                    wrong.append((spoiled_path[:80], answer.status_code))
    assert wrong == []
