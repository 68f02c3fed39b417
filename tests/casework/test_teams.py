"""Being called on: tags, team search by skill and place, counts, lists."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.casework.teams.models import PersonTag
from jobmatch.casework.teams.queries import tag_counts, tags_of, team
from jobmatch.casework.teams.services import save_tags
from jobmatch.casework.teams.states import TalentTag
from jobmatch.casework.teams.subjects import erase_person, export_person, move_person
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Invalid
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.factories import PATH_A, PATH_B, PATH_OTHER, TOWN_A, make_person, make_staff, phone
from tests.people.help import counted, make_world, sign_in


def names(uow: UnitOfWork, **asked: str) -> list[str]:
    return [person.name for person in uow.rows(team(uow, **asked))]


def test_a_team_is_found_by_tag_skill_and_place(uow: UnitOfWork) -> None:
    rescuer = make_person(uow, name="测试抢险", path=PATH_A)
    other = make_person(uow, name="测试志愿", path=PATH_B)
    make_person(uow, name="测试无意")
    save_tags(uow, rescuer, ["emergency_rescue"])
    save_tags(uow, other, ["volunteering"])
    assert names(uow) == ["测试抢险", "测试志愿"]
    assert names(uow, tag="emergency_rescue") == ["测试抢险"]
    assert names(uow, town=TOWN_A) == ["测试抢险"]
    assert names(uow, words="b2") == ["测试抢险", "测试志愿"]
    assert names(uow, words="没有这种技能") == []


def test_tags_keep_their_day_and_go_when_unticked(uow: UnitOfWork) -> None:
    person = make_person(uow)
    save_tags(uow, person, ["volunteering", "public_service"])
    first = uow.session.scalars(select(PersonTag.id).where(PersonTag.tag == TalentTag.VOLUNTEERING)).one()
    save_tags(uow, person, ["volunteering"])
    assert uow.session.scalars(select(PersonTag.id)).all() == [first]
    with pytest.raises(Invalid):
        save_tags(uow, person, ["flying"])


def test_others_subtrees_are_not_searched(uow: UnitOfWork) -> None:
    save_tags(uow, make_person(uow), ["volunteering"])
    uow.actor = make_staff(uow, path=PATH_OTHER)
    assert names(uow) == []
    assert all(line.people == 0 for line in tag_counts(uow))


def test_whole_person_acts(uow: UnitOfWork) -> None:
    one, two = make_person(uow), make_person(uow)
    save_tags(uow, one, ["volunteering", "public_service"])
    save_tags(uow, two, ["volunteering"])
    assert len(export_person(uow, one.id)["person_tag"]) == 2
    assert len(move_person(uow, one.id, two.id)) == 1
    assert set(tags_of(uow.session, [two.id])[two.id]) == {TalentTag.VOLUNTEERING, TalentTag.PUBLIC_SERVICE}
    assert erase_person(uow, two.id) == {"person_tag": 2}


def test_people_tick_and_staff_take_a_list_with_a_purpose(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.user_id)
    assert client.post("/me/tags", data={"tags": ["emergency_rescue"]}).status_code == 303
    assert client.post("/me/tags", data={"tags": ["flying"]}).status_code == 422
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = uow.session.get_one(Person, world.person_id)
        person.name = "=测试"
        guest = make_person(uow, path=PATH_OTHER, resettled_region_code=TOWN_A, name="测试外地")
        save_tags(uow, guest, ["emergency_rescue"])
    text = client.get("/staff/teams?tag=emergency_rescue").text
    assert "应急抢险" in text and "共 2 人" in text
    assert client.post("/staff/teams.xlsx", data={"tag": "emergency_rescue"}).status_code == 422
    answer = client.post("/staff/teams.xlsx", data={"tag": "emergency_rescue", "reason": "防汛演练集结"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [line[0] for line in rows[2:]] == ["'=测试"]
    assert rows[2][0] == "'=测试" and str(rows[2][1]).startswith("199")
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        trace = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "teams.list_taken")).one()
        assert trace.reason == "防汛演练集结"
    assert client.post(f"/staff/people/{world.public_id}/tags", data={}).status_code == 303
    assert "测试外地" in client.get("/staff/teams").text


def test_the_search_costs_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)

    def grow(count: int) -> None:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _number in range(count):
                save_tags(uow, make_person(uow, phone=phone(), with_user=False), ["volunteering"])

    grow(2)
    client.get("/staff/teams")
    with counted(sqlite_runtime.database.engine) as few:
        client.get("/staff/teams")
    grow(16)
    with counted(sqlite_runtime.database.engine) as many:
        client.get("/staff/teams")
    assert len(many) == len(few)
