"""No view reads a scoped table past its policy: a listener stands at every statement of a request (R2, G11).

What is checked: an ORM ``SELECT`` whose FROM holds a scoped table and that was *issued by a view* (the innermost frame
of the house above the doors of ``core`` lies in a file of views, an ``api`` or ``jobmatch/web``) must come through
``uow.rows``, ``uow.one`` or ``uow.each``, which refuse what no policy narrowed. Services and queries see all rows by
the architecture and are not checked: they return what was asked of them, by a view that passed a door before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from flask import Response
from sqlalchemy import Select, event, select
from sqlalchemy.orm import ORMExecuteState, Session

from jobmatch.accounts.roles import ROLE_TABLE, permissions_of
from jobmatch.core.uow import _scoped_tables
from jobmatch.people.models.person import Person
from jobmatch.web.access import access
from jobmatch.web.edge import current_uow
from tests.house.test_access import table
from tests.house.town import Town, address, reader

HOUSE = Path(__file__).parents[2]
ROOTS = tuple(str(HOUSE / name) + "/" for name in ("jobmatch", "recruiters", "training"))
DOORS = {"rows", "one", "each"}
REACHED = {
    who: frozenset(tables.split())
    for who, tables in {
        # The person of an intake, an application for money or a school plan that the clerk's policy let through.
        "jobmatch/casework/intake/views/intakes.py:_receipt_page": "person",
        "training/courses/schooling/views/staff.py:_page": "person",
        "training/incubation/support/views/staff.py:_page": "person",
        # The fair and the postings of an exhibitor that was let through, by its employer or by the office.
        "jobmatch/fairs/exhibitors/views/common.py:press_posting": "posting",
        "jobmatch/fairs/exhibitors/views/employer.py:_page": "posting",
        "jobmatch/fairs/exhibitors/views/employer.py:sign_up": "posting",
        "jobmatch/fairs/exhibitors/views/invitations.py:invitations": "exhibitor",
        "jobmatch/fairs/exhibitors/views/staff.py:staff_exhibitor": "posting",
        "jobmatch/fairs/day/views/counters.py:booths": "employer exhibitor",
        # The fair of a follow-up that is the reader's own.
        "jobmatch/fairs/outcomes/views/answers.py:own_list": "job_fair",
        # What the secret code of a ticket, a booth's link or a screen's address opens, to whoever holds it.
        "jobmatch/fairs/day/views/board.py:booth_screen": "employer exhibitor job_fair",
        "jobmatch/fairs/day/views/booth.py:_show": "job_fair posting",
        "jobmatch/fairs/day/views/links.py:_wanted": "employer exhibitor",
        "jobmatch/fairs/day/views/visitor.py:_show": "job_fair person",
        "jobmatch/fairs/day/views/visitor.py:visit": "fair_registration",
        "jobmatch/fairs/visitors/views/public.py:ticket": "person",
    }.items()
}
"""Views that fetch a row by the key of another that a policy or a secret link admitted: each was read and is right."""
READERS = ("anonymous", "employer")
"""Whose walk is short; ``JOBMATCH_SECURITY=all`` walks everybody's."""
EVERYBODY = os.environ.get("JOBMATCH_SECURITY") == "all"


def issuer(frame: FrameType | None) -> str:
    """The view that issued a statement, as ``file:function``; empty where a door or a lower floor did."""
    while frame is not None:
        path, name = frame.f_code.co_filename, frame.f_code.co_name
        if path.startswith(ROOTS):
            inner = path[len(str(HOUSE)) + 1 :]
            if inner == "jobmatch/core/uow.py" and name in DOORS:
                return ""
            if not inner.startswith("jobmatch/core/"):
                is_view = (
                    "/views/" in inner or inner.endswith(("/views.py", "/api.py")) or inner.startswith("jobmatch/web/")
                )
                return f"{inner}:{name}" if is_view else ""
        frame = frame.f_back
    return ""


@contextmanager
def watched() -> Iterator[dict[str, set[str]]]:
    """What views read past the doors while the block runs: which scoped tables, by view."""
    found: dict[str, set[str]] = {}

    def look(state: ORMExecuteState) -> None:
        if not state.is_select or state.is_relationship_load or state.is_column_load:
            return
        if isinstance(state.statement, Select) and (tables := _scoped_tables(state.statement)):
            who = issuer(sys._getframe(1))
            if who:
                found.setdefault(who, set()).update(tables)

    event.listen(Session, "do_orm_execute", look)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", look)


def walk(app: Any, town: Town, name: str) -> int:
    """Ask for every page the reader may see, and press every button with an empty form; returns how many answered."""
    client = reader(app, town, name)
    granted = set(ROLE_TABLE["anonymous"])
    if name != "anonymous":
        granted |= permissions_of(town.roles[name], organization_is_active=name != "newcomer")
    answered = 0
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            ends = any(word in rule.endpoint for word in ("end_session", "sign_out", "switch", "end_own"))
            if table()[(method, rule.rule)]["permission"] in granted and not (ends and method == "POST"):
                answered += client.open(address(rule.rule, rule.arguments, town.near), method=method).status_code < 500
    return answered


@pytest.mark.timeout(900)
def test_no_view_reads_a_scoped_table_past_its_policy(app: Any, town: Town) -> None:
    readers = [*sorted(town.readers), "anonymous"] if EVERYBODY else READERS
    with watched() as found:
        answered = sum(walk(app, town, name) for name in readers)
    assert {who: tables for who, tables in found.items() if tables - REACHED.get(who, frozenset())} == {}
    assert answered > 100
    if EVERYBODY:
        assert set(found) == set(REACHED)


PLANTED = """
def planted():
    people = current_uow().session.scalars(select(Person)).all()
    return Response(str(len(people)))

def through_the_door():
    return Response(str(len(current_uow().rows(select(Person)))))
"""


def test_a_planted_view_is_found_and_the_door_refuses_the_other(app: Any, town: Town) -> None:
    """The control: the listener sees what a careless view does, and the door raises where no policy narrowed."""
    known: dict[str, Any] = {"current_uow": current_uow, "select": select, "Person": Person, "Response": Response}
    exec(compile(PLANTED, str(HOUSE / "jobmatch/planted/views/staff.py"), "exec"), known)
    for name in ("planted", "through_the_door"):
        app.add_url_rule(f"/{name}", name, access("person.read")(known[name]))
    client = reader(app, town, "staff")
    with watched() as found:
        assert client.get("/planted").status_code == 200
        assert client.get("/through_the_door").status_code == 500
    assert found == {"jobmatch/planted/views/staff.py:planted": {"person"}}
