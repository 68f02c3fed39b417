"""Every form with a free text refuses a unit number, offers the version without it, and keeps that one."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.people.queries.people import get_person
from tests.factories import TOWN_A
from tests.people.help import World, make_world, sign_in

SECRET = "91234部队"
TEXT = f"在{SECRET}做过"
BASICS = {"name": "测试甲", "birth_on": ["1990", "5"], "region_code": TOWN_A}
SERVICE = {"enlisted_on": ["2010", "12"], "discharged_on": ["2018", "12"], "leadership": "0"}
WORK = {"employer_name": "测试厂", "title": "司机", "started_on": ["2019", "1"]}

FORMS: list[tuple[str, str, dict[str, Any]]] = [
    ("/me/basics", "about", BASICS),
    ("/me/service", "posts_held", SERVICE),
    ("/me/service", "honours", SERVICE),
    ("/me/service", "military_skill", SERVICE),
    ("/me/strengths", "languages", {}),
    ("/me/strengths", "strengths", {}),
    ("/me/strengths", "fitness_note", {}),
    ("/me/work/new", "duties", WORK),
    ("/me/work/new", "employer_name", WORK),
    ("staff/basics", "about", BASICS),
    ("staff/service", "posts_held", SERVICE),
]


@pytest.fixture
def world(sqlite_runtime: Runtime) -> World:
    return make_world(sqlite_runtime)


@pytest.mark.parametrize(("path", "field", "rest"), FORMS)
def test_a_text_with_a_unit_number_is_kept_without_it(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, path: str, field: str, rest: dict[str, Any]
) -> None:
    is_staff = path.startswith("staff/")
    sign_in(client, world.staff_id if is_staff else world.user_id)
    url = f"/staff/people/{world.public_id}/{path.removeprefix('staff/')}" if is_staff else path
    answer = client.post(url, data=rest | {field: TEXT})
    assert answer.status_code == 422
    assert "在某部做过" in answer.text
    assert "用系统改好的文字保存" in answer.text
    assert client.post(url, data=rest | {field: TEXT, "accept_masked": "y"}).status_code == 303
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        person = get_person(uow.session, world.person_id)
        rows = [person, person.service, *person.work_history]
        texts = [str(getattr(row, field)) for row in rows if hasattr(row, field)]
    assert "在某部做过" in texts
    assert not any(SECRET in text for text in texts)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/me/education", {"education_code": "31", "school": TEXT}),
        ("/me/intention", {"words": TEXT}),
    ],
)
def test_a_line_of_a_few_words_is_refused(client: FlaskClient, world: World, path: str, data: dict[str, str]) -> None:
    sign_in(client, world.user_id)
    answer = client.post(path, data=data)
    assert answer.status_code == 422
    assert "部队番号" in answer.text
