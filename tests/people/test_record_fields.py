"""The table of the personal file against the columns, the cards that leave the room, and the pages written from it."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

import jobmatch.tables  # noqa: F401
from jobmatch.core.db import Base
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import PersonCard
from jobmatch.people.queries.people import card, get_person
from jobmatch.people.record_fields import FIELDS, FORBIDDEN_WORDS, Seer, Where
from jobmatch.people.states import PoliticalStatus
from tests.factories import make_person
from tests.people.help import make_world, sign_in

# What a card says besides the lines of the table: how it is to be read, and facts that are nobody's secret.
BESIDES = {"public_id", "is_masked", "is_verified", "group", "leadership", "work", "about"}
KANARI = "KANARI"


def column(at: str) -> Any:
    table, name = at.split(".")
    return Base.metadata.tables[table].columns[name]


def test_the_table_has_the_lines_of_the_record() -> None:
    assert len(FIELDS) == 98
    assert sum(line.where is Where.NEVER for line in FIELDS) == 8


@pytest.mark.parametrize("line", [line for line in FIELDS if line.where is Where.COLUMN], ids=lambda line: line.at)
def test_a_line_names_a_column_of_its_class(line: Any) -> None:
    assert column(line.at).info.get("data", "") == line.data


def test_nothing_that_must_not_be_collected_has_a_column() -> None:
    names = {f"{table.name}.{one.name}" for table in Base.metadata.tables.values() for one in table.columns}
    assert sorted(name for name in names if any(word in name for word in FORBIDDEN_WORDS)) == []
    assert all(line.at == "" and line.seers == () for line in FIELDS if line.where is Where.NEVER)


def test_sensitive_lines_are_for_the_person_and_the_service_only() -> None:
    open_to = {Seer.SELF, Seer.STATION, Seer.CASE}
    assert [line.name for line in FIELDS if line.data == "sensitive" and not set(line.seers) <= open_to] == []


def test_a_card_gives_out_what_the_table_lets_employers_see_and_nothing_else() -> None:
    told = {line.card for line in FIELDS if {Seer.EMPLOYER, Seer.GRANTED} & set(line.seers)}
    assert told == {one.name for one in dataclasses.fields(PersonCard)} - BESIDES
    assert {line.card for line in FIELDS if line.card} == told


def test_no_field_for_the_service_alone_is_on_a_card(uow: UnitOfWork) -> None:
    person = get_person(uow.session, make_person(uow, name="王建国").id)
    assert person.service is not None
    person.school = person.languages = person.strengths = person.fitness_note = KANARI
    person.political_status = PoliticalStatus.MEMBER
    person.card_tail = person.service.card_tail = "Z9Z9"
    person.service.posts_held = person.service.honours = person.service.military_skill = KANARI
    person.service.was_in_combat = person.service.was_in_hardship = True
    person.service.honour_codes = ["merit_1"]
    for row in person.certificates:
        row.number = KANARI
    uow.session.flush()
    text = repr(dataclasses.asdict(card(uow, person)))
    for word in (KANARI, "Z9Z9", "王建国", "merit_1", "member", str(person.birth_on), str(person.phone)):
        assert word not in text, word
    assert card(uow, person).name == "王**"
    assert person.birth_on == date(1990, 5, 1)


def test_the_pages_list_every_line(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    for user, path in ((world.user_id, "/me/privacy/fields"), (world.staff_id, "/staff/people/fields")):
        sign_in(client, user)
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.text.count('<th scope="row">') == 98
        assert "宗教信仰" in answer.text
        assert len(answer.data) < 60_000
