"""Every form carries a token and a one-time key, and an edit of a stored row the version it saw (R7, R8)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from jobmatch.accounts.models import Organization
from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
from jobmatch.core.audit import AuditEntry
from jobmatch.core.db import Base, VersionMixin
from jobmatch.people.models.person import Person
from jobmatch.web.access import Access
from tests.house.forms import forms_of
from tests.house.test_access import table
from tests.house.town import SYSTEM, Town, address, reader

READERS = ("veteran", "employer")
"""Whose walk is short; ``JOBMATCH_SECURITY=all`` walks everybody's."""
EVERYBODY = os.environ.get("JOBMATCH_SECURITY") == "all"
FORM = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
POSTING = re.compile(r'<form[^>]*method="post"(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>', re.DOTALL)
WITHOUT_KEY = {
    "/postings/<public_id>/apply/check": "shows what would be sent, for reading once more; it changes nothing",
}
VERSIONED = {
    # Rows with a version that a page offers for correction: the version the page showed comes back with them.
    "/account",
    "/admin/stations/<public_id>",
    "/employer/postings/<public_id>/edit/<part>",
    "/employer/profile",
    "/me/basics",
    "/me/education",
    "/me/intention",
    "/me/kinds",
    "/me/papers",
    "/me/service",
    "/me/service/work",
    "/me/skills",
    "/me/skills/levels",
    "/me/strengths",
    "/me/work/<public_id>",
    "/my/school",
    "/staff/agreements/<public_id>",
    "/staff/campaigns/<public_id>/edit",
    "/staff/checklists/<public_id>/edit",
    "/staff/classes/<public_id>/edit",
    "/staff/complaints/<public_id>/step",
    "/staff/employers/<public_id>/liaison",
    "/staff/fairs/<public_id>/edit",
    "/staff/fairs/<public_id>/exhibitors/<exhibitor_id>/coming",
    "/staff/filings/<public_id>",
    "/staff/incubators/<public_id>/edit",
    "/staff/intake/counts/<public_id>",
    "/staff/intake/receipts/<public_id>/grant",
    "/staff/intake/roster/<public_id>",
    "/staff/people/<public_id>/basics",
    "/staff/people/<public_id>/fill",
    "/staff/people/<public_id>/help/plan",
    "/staff/people/<public_id>/register/<spell_id>/correct",
    "/staff/people/<public_id>/register/<spell_id>/end",
    "/staff/people/<public_id>/school",
    "/staff/people/<public_id>/service",
    "/staff/postings/<public_id>/edit/<part>",
    "/staff/practice-bases/<public_id>/edit",
    "/staff/providers/<public_id>/edit",
    "/staff/stations/<public_id>/contact",
    "/staff/supports/policies/<public_id>",
    "/staff/verification/appeals/<public_id>",
}
UNVERSIONED = {
    # Tables with a version whose rows no page offers for correction as they stand, and why a press needs none.
    "user": "an administrator's acts on accounts are single presses; the own name goes by /account",
    "bulletin": "lines are chosen one by one; an issue is closed by its state",
    "paper_order": "ordering again sets the day; the last word of its one owner counts",
    "superior_form": "cells are bound one by one, each binding posts the version of the form",
    "table_export": "made and deleted by background work",
    "table_import": "steps are taken from a state; a second press finds the next state",
    "people_import": "steps are taken from a state; a second press finds the next state",
    "posting_import": "steps are taken from a state; a second press finds the next state",
    "campaign_task": "done once, with its day; doing it again corrects the only field",
    "webhook": "switched by its state; secrets are made anew, never edited",
    "station_check": "answers are kept line by line; freezing goes by the state",
    "exhibitor": "decided by its state; who comes goes by the version",
    "referral": "each move posts the version",
    "support": "one outcome, given once",
    "service_request": "each move posts the version",
    "placement": "each step posts the version",
    "enrollment": "moved by its state under the guard of the class's seats",
    "fair_posting": "vacancies go by guarded updates",
    "pay_sheet": "moved by its state",
    "tenancy": "moved by its state",
    "venture": "moved by its state; founders and workers are rows of their own",
    "venture_support": "moved by its state",
    "application": "each move posts the version",
    "fair_registration": "moved by its state and by the key of the ticket",
    "intention": "recorded at the booth by one press, corrected by another",
    "intake": "the file follows; only the grant is edited, and posts the version",
}


def pages(app: Any, town: Town, name: str) -> dict[str, str]:
    """The pages that the reader may open, by address; fragments and files are left out."""
    client = reader(app, town, name)
    granted = permissions_of(town.roles[name], organization_is_active=name != "newcomer") | ROLE_TABLE["anonymous"]
    found = {}
    for rule in app.url_map.iter_rules():
        mark: Access = app.view_functions[rule.endpoint].access
        if "GET" not in (rule.methods or ()) or table()[("GET", rule.rule)]["permission"] not in granted:
            continue
        if mark.slow and "POST" not in (rule.methods or ()):
            continue
        path = address(rule.rule, rule.arguments, town.near)
        answer = client.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[path] = answer.get_data(as_text=True)
    return found


def faults(app: Any, path: str, html: str) -> tuple[list[str], set[str]]:
    """What the forms of a page lack, and the rules that its forms with a version lead to."""
    adapter, wrong, versioned = app.url_map.bind("localhost"), [], set()
    for form, text in zip((f for f in forms_of(html, path) if f.method == "post"), FORM.findall(html), strict=True):
        try:
            target = str(adapter.match(form.action, method="POST", return_rule=True)[0].rule)
        except HTTPException:
            wrong.append(f"{form.action} answers no POST")
            continue
        if 'name="csrf_token"' not in text:
            wrong.append(f"{target} on {path} has no token")
        if 'name="form_key"' not in text and target not in WITHOUT_KEY:
            wrong.append(f"{target} on {path} has no one-time key")
        if {"version", "versions"} & form.names:
            versioned.add(target)
        elif target in VERSIONED:
            wrong.append(f"{target} on {path} has no version")
    return wrong, versioned


@pytest.mark.timeout(900)
def test_every_form_carries_token_and_key_and_every_edit_its_version(app: Any, town: Town) -> None:
    wrong, versioned, seen = [], set(), 0
    for name in sorted(town.readers) if EVERYBODY else READERS:
        for html in pages(app, town, name).items():
            found, some = faults(app, *html)
            wrong += found
            versioned |= some
            seen += len(FORM.findall(html[1]))
    assert wrong == []
    assert seen > 100
    if EVERYBODY:
        assert versioned >= VERSIONED


def test_no_template_opens_a_posting_form_without_a_key() -> None:
    """Pages that no walk reaches: what every template writes after the tag."""
    bare = set()
    for folder in ("jobmatch", "recruiters", "training"):
        for template in Path(folder).rglob("*.html"):
            for match in POSTING.finditer(template.read_text(encoding="utf-8")):
                if not re.match(r"\s*\{\{-?\s*(ui\.)?hidden\(\)", match.string[match.end() :]):
                    bare.add(template.name)
    assert bare == {"apply.html", "check.html"}, "only the preview of an application, which changes nothing, has no key"


def test_a_form_without_key_or_version_is_found(app: Any) -> None:
    """The control."""
    html = (
        '<form method="post" action="/me/basics"><input name="name"></form><form method="post" action="/gone"></form>'
    )
    wrong, _versioned = faults(app, "/planted", html)
    assert [words.partition(" ")[2] for words in wrong] == [
        "on /planted has no token",
        "on /planted has no one-time key",
        "on /planted has no version",
        "answers no POST",
    ]


def test_every_table_with_a_version_is_edited_by_it_or_says_why_not() -> None:
    edited = {
        "agreement", "base_count", "campaign", "checklist", "complaint", "course_session", "employer",
        "employment_spell", "incubator", "job_fair", "liaison", "organization", "person", "posting", "practice_base",
        "provider", "roster_entry", "school_plan", "service_plan", "submission", "support_policy",
        "verification_appeal",
    }  # fmt: skip
    known = {one.class_.__tablename__ for one in Base.registry.mappers if issubclass(one.class_, VersionMixin)}
    assert known - edited - set(UNVERSIONED) == set()
    assert (edited | set(UNVERSIONED)) - known == set()


EDITS = {
    "staff basics": ("staff", "/staff/people/<public_id>/basics"),
    "staff station": ("staff", "/staff/stations/<public_id>/contact"),
    "own account": ("veteran", "/account"),
    "employer profile": ("employer", "/employer/profile"),
    "fair": ("staff", "/staff/fairs/<public_id>/edit"),
    "incubator": ("staff", "/staff/incubators/<public_id>/edit"),
    "campaign": ("staff", "/staff/campaigns/<public_id>/edit"),
}
ON = {"/staff/stations/<public_id>/contact": "/staff/stations/<public_id>"}


def _filled(app: Any, town: Town, name: str, rule: str) -> tuple[Any, str, dict[str, list[str]]]:
    client = reader(app, town, name)
    arguments = re.findall(r"<(?:\w+:)?(\w+)>", rule)
    path = address(rule, arguments, town.near)
    shown = address(ON.get(rule, rule), arguments, town.near)
    form = next(f for f in forms_of(client.get(shown).get_data(as_text=True), shown) if f.action == path)
    body: dict[str, list[str]] = {}
    for key, value in form.pairs:
        body.setdefault(key, []).append(value)
    return client, path, body


@pytest.mark.parametrize("edit", list(EDITS))
def test_a_stale_edit_is_409_and_shows_both_values(app: Any, town: Town, edit: str) -> None:
    client, path, body = _filled(app, town, *EDITS[edit])
    typed = next(n for n in ("name", "intro", "title", "lead") if n in body)
    first = client.post(path, data=body | {typed: ["先存的一个"]})
    assert first.status_code in {200, 303}, first.get_data(as_text=True)[-3000:]
    second = client.post(path, data=body | {typed: ["后来的一个"]})
    assert second.status_code == 409
    shown = second.get_data(as_text=True)
    assert "后来的一个" in shown and "先存的一个" in shown and "现在存的是" in shown
    # Whoever sends what they see now has seen both, and it is stored.
    form = next(f for f in forms_of(shown, path) if f.action == path)
    again: dict[str, list[str]] = {}
    for key, value in form.pairs:
        again.setdefault(key, []).append(value)
    assert client.post(path, data=again).status_code in {200, 303}


def _rows(app: Any) -> dict[str, int]:
    with app.runtime.unit(SYSTEM, writing=False) as uow:
        counted = (Person, Organization, AuditEntry)
        return {one.__tablename__: uow.session.scalar(select(func.count()).select_from(one)) for one in counted}


@pytest.mark.parametrize("edit", list(EDITS))
def test_the_same_form_sent_again_answers_the_same_and_changes_nothing(app: Any, town: Town, edit: str) -> None:
    client, path, body = _filled(app, town, *EDITS[edit])
    key = {"form_key": ["k" * 16]}
    first = client.post(path, data=body | key)
    assert first.status_code == 303
    app.runtime.buffer.flush()
    before = _rows(app)
    second = client.post(path, data=body | key)
    app.runtime.buffer.flush()
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert _rows(app) == before
    typed = next(n for n in ("name", "intro", "title", "lead") if n in body)
    assert client.post(path, data=body | key | {typed: ["另一个"]}).status_code == 422
    assert _rows(app) == before
