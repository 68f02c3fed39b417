"""Private words of one person on every page that anybody else can open: none outside their audience (G9)."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
from jobmatch.core.audit import AuditEntry
from jobmatch.core.jobs import Job
from tests.house.headers import wrong_with
from tests.house.test_access import table
from tests.house.town import CANARIES, PHONE, SYSTEM, Town, address, reader
from tests.house.town_words import words_of

# What staff noted about the person: no page of theirs shows it, only the export that the law gives them (PIPL 45).
NOTED = {"contact", "task"}
EXPORT = "/me/privacy/export"
# What each reader may see of the near person; everybody else sees nothing. The clerk opens phone and identity number
# only by asking with a reason, which is a form of its own.
AUDIENCE = {
    "veteran": set(CANARIES) - {"staff note", "fair visitor", *NOTED},
    "staff": set(CANARIES) - {"phone", "identity", "document", "search"},
    "employer": {"phone", "about", "letter", "workplace"},
}
SEARCHES = (
    "/jobs?q=KANARI",
    f"/staff/people?q={PHONE}",
    "/staff/people?q=测试近人",
    "/staff/applications?q=测试近人",
    f"/admin/users?q={PHONE}",
    "/admin/users?q=测试近人",
    "/admin/audit?q=person",
    "/employer/applications?tab=interview",
    "/staff/rates/registered-seekers/denominator",
    "/staff/rates/new-returnees/excluded",
)


def seen_by(app: Any, town: Town, name: str) -> dict[str, set[str]]:
    """Addresses that show a canary to the reader ``name``, with which; pages, fragments and answers to machines.

    The walk opens every page of the reader, so it looks at the headers of each, too.
    """
    client = reader(app, town, name)
    known = name != "anonymous"
    granted = permissions_of(town.roles[name], organization_is_active=name != "newcomer") if known else set()
    found: dict[str, set[str]] = {}
    paths = {
        address(rule.rule, rule.arguments, town.near)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and table()[("GET", rule.rule)]["permission"] in granted | ROLE_TABLE["anonymous"]
    }
    for path in sorted(paths | set(SEARCHES)):
        for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
            answer = client.get(path, headers=headers)
            endpoint, _values = app.url_map.bind("localhost").match(path.partition("?")[0])
            assert list(wrong_with(answer, app.view_functions[endpoint].access)) == [], path
            body = words_of(answer) + str(answer.headers)
            asked = path.partition("?")[2]
            shown = {kind for kind, words in CANARIES.items() if any(w in body and w not in asked for w in words)}
            if path == EXPORT and name == "veteran":
                shown -= NOTED
            if shown:
                found.setdefault(path, set()).update(shown)
    return found


READERS = [
    "anonymous",
    "veteran",
    "employer",
    "staff",
    "other veteran",
    "dependant",
    "rival",
    "newcomer",
    "far staff",
    "reader",
    "provider_member",
    "mentor",
    "fair_helper",
    "incubator_operator",
    "system_admin",
    "security_admin",
    "audit_admin",
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", READERS)
def test_private_words_stay_with_their_audience(app: Any, town: Town, name: str) -> None:
    allowed = AUDIENCE.get(name, set())
    wrong = {path: kinds - allowed for path, kinds in seen_by(app, town, name).items() if kinds - allowed}
    assert wrong == {}


def test_the_canaries_sing_where_they_may(app: Any, town: Town) -> None:
    """The control: every canary is on some page of its audience, else the test above proves nothing."""
    assert set.union(*seen_by(app, town, "veteran").values()) >= {"about", "letter", "workplace"}
    assert set.union(*seen_by(app, town, "staff").values()) >= {"staff note", "register", "verification", "about"}
    assert set.union(*seen_by(app, town, "employer").values()) == AUDIENCE["employer"]
    sheet = reader(app, town, "employer").get(f"/employer/applications/{town.near['application']}")
    assert "测试近人" in sheet.text and "残疾" not in sheet.text
    clerk = reader(app, town, "staff")
    page = clerk.post(f"/staff/people/{town.near['person']}/reveal", data={"reason": "核对本人证件"})
    assert any(word in page.text for word in CANARIES["phone"]) and CANARIES["identity"][0] in page.text


def test_a_person_who_takes_the_application_back_is_gone_from_the_employer(app: Any, town: Town) -> None:
    veteran, employer = reader(app, town, "veteran"), reader(app, town, "employer")
    path = f"/employer/applications/{town.near['application']}"
    assert "KANARI-ABOUT" in employer.get(path).text
    assert veteran.post(f"/me/applications/{town.near['application']}/withdraw", data={}).status_code == 303
    shown = seen_by(app, town, "employer")
    assert shown == {}, shown


@pytest.mark.parametrize("act", ["reveal", "sign in", "fault"])
def test_logs_audit_and_jobs_hold_no_private_word(
    app: Any, town: Town, act: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    clerk = reader(app, town, "staff")
    if act == "reveal":
        clerk.post(f"/staff/people/{town.near['person']}/reveal", data={"reason": "核对本人证件"})
    elif act == "sign in":
        clerk.get("/staff/people", query_string={"q": PHONE})
        guest = app.test_client()
        guest.post("/sign-in", data={"phone": PHONE})
        guest.post("/sign-in/code", data={"code": "123456"})
        guest.post("/sign-in/password", data={"phone": PHONE, "password": "KANARI-ABOUT"})
    else:
        # A constraint that breaks puts the values of its row into the driver's message, which must not be logged.
        from jobmatch.people.services import resume

        def broken(uow: Any, person: Any, *_rest: Any, **_facts: Any) -> None:
            person.about, person.search_state_since = "KANARI-ABOUT 2", None
            uow.session.flush()

        monkeypatch.setattr(resume, "save_education", broken)
        veteran = reader(app, town, "veteran")
        answer = veteran.post("/me/education", data={"education_code": "61", "major": "KANARI-ABOUT"})
        assert answer.status_code == 500
        assert not any(word in answer.text for words in CANARIES.values() for word in words)
    app.runtime.buffer.flush()
    with app.runtime.unit(SYSTEM, writing=False) as uow:
        kept = [str(vars(row)) for model in (AuditEntry, Job) for row in uow.session.query(model)]
    text = caplog.text + "\n".join(kept)
    assert [word for words in CANARIES.values() for word in words if word in text] == []
