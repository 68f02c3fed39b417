"""The office's pages about people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.people import save_identity
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind, JobSearchState, VerificationState
from tests.factories import PATH_B, PATH_OTHER, TOWN_A, make_person, make_station, phone
from tests.people.help import World, counted, make_world, sign_in

LIST = "/staff/people"


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_station(uow, region_code=TOWN_A, path="/43/4303/430382/430382101/")
    sign_in(client, made.staff_id)
    return made


def stored(runtime: Runtime, world: World) -> Person:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return get_person(uow.session, world.person_id)


def test_the_list_shows_the_subtree_and_no_full_phone(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        number = phone()
        make_person(uow, name="测试近处", path=PATH_B, phone=number, with_user=False)
        make_person(uow, name="测试远处", path=PATH_OTHER)
    text = client.get(LIST).text
    assert "测试近处" in text
    assert "测试远处" not in text
    assert number not in text
    assert f"199****{number[-4:]}" in text


def test_filters_narrow_and_htmx_gets_the_table_only(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        number = phone()
        one = make_person(
            uow,
            name="测试找到",
            path=PATH_B,
            phone=number,
            with_user=False,
            search_state=JobSearchState.NOT_LOOKING,
            verification=VerificationState.REFUSED,
        )
        save_identity(uow, one, id_number="11010519491231002X")
        add_spell(
            uow,
            one,
            status_code="E1",
            started_on=date(2026, 1, 1),
            employer_name="测试厂",
            evidence=EvidenceKind.CONTRACT,
        )
        one.changed_at = uow.now - timedelta(days=100)
    for query in (
        "q=找到",
        f"q={number}",
        "q=11010519491231002x",
        "state=not_looking",
        "verification=refused",
        "work=employed",
        "stale=90",
        "town=430382102",
        "kind=TYJR&q=找到",
    ):
        text = client.get(f"{LIST}?{query}").text
        assert "测试找到" in text, query
        assert "测试甲" not in text, query
    assert "测试甲" in client.get(f"{LIST}?work=unknown&sort=name").text
    assert "没有符合的人" in client.get(f"{LIST}?q=没有这个人").text
    assert "测试甲" in client.get(f"{LIST}?state=nonsense&sort=nonsense&page=-3&stale=x").text
    fragment = client.get(LIST, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "测试甲" in fragment


def test_the_list_costs_the_same_for_two_people_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    counts = []
    for extra in (1, 18):
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _ in range(extra):
                add_spell(uow, make_person(uow), status_code="L", started_on=date(2026, 1, 1))
        client.get(LIST)
        with counted(sqlite_runtime.database.engine) as seen:
            text = client.get(LIST).text
        counts.append(len(seen))
    assert f"共 {20} 人" in text
    assert counts[0] == counts[1]


def test_a_person_is_registered_at_the_window(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    number = phone()
    data = {
        "name": "测试窗口",
        "phone": number,
        "birth_on": ["1980", "2"],
        "kinds": ["TYJR"],
        "region_code": TOWN_A,
        "agreed": "y",
    }
    answer = client.post(f"{LIST}/new", data=data | {"agreed": "", "name": ""})
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.text
    answer = client.post(f"{LIST}/new", data=data)
    assert answer.status_code == 303
    assert "测试窗口" in client.get(answer.location).text
    answer = client.post(f"{LIST}/new", data=data | {"name": "测试同号"})
    assert answer.status_code == 422
    assert "可能已经建过档" in answer.text
    assert "测试窗口" in answer.text
    assert client.post(f"{LIST}/new", data=data | {"name": "测试同号", "is_other_person": "y"}).status_code == 303


def test_a_file_elsewhere_is_named_as_a_fact_without_whose(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    number = phone()
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_person(uow, name="测试远处", path=PATH_OTHER, phone=number, with_user=False)
    data = {
        "name": "测试",
        "phone": number,
        "birth_on": ["1980", "2"],
        "kinds": ["TYJR"],
        "region_code": TOWN_A,
        "agreed": "y",
    }
    answer = client.post(f"{LIST}/new", data=data)
    assert answer.status_code == 422
    assert "别的服务站有一份" in answer.text
    assert "测试远处" not in answer.text


def test_opening_a_file_leaves_a_trace_and_masks_what_is_secret(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        save_identity(uow, get_person(uow.session, world.person_id), id_number="11010519491231002X")
    text = client.get(f"{LIST}/{world.public_id}").text
    assert "110105********002X" in text
    assert "11010519491231002X" not in text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        trace = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.read")).one()
        assert (trace.actor_user_id, trace.object_id) == (world.staff_id, world.public_id)


def test_full_numbers_are_shown_once_for_a_reason(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        save_identity(uow, get_person(uow.session, world.person_id), id_number="11010519491231002X")
    url = f"{LIST}/{world.public_id}/reveal"
    assert client.post(url, data={"reason": ""}).status_code == 422
    answer = client.post(url, data={"reason": "电话核实就业情况"})
    assert answer.status_code == 200
    assert "11010519491231002X" in answer.text
    assert "11010519491231002X" not in client.get(f"{LIST}/{world.public_id}").text


def test_verification_from_the_page(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    url = f"{LIST}/{world.public_id}/verify"
    assert client.post(url, data={}).status_code == 422
    answer = client.post(url, data={"decision": "ask", "note": ""})
    assert answer.status_code == 422
    assert "请写明还差什么" in answer.text
    assert client.post(url, data={"decision": "ask", "note": "请带退役证"}).status_code == 303
    assert stored(sqlite_runtime, world).verification_note == "请带退役证"
    assert client.post(url, data={"decision": "approve", "seen": ["licence:B2"]}).status_code == 303
    person = stored(sqlite_runtime, world)
    assert person.verification is VerificationState.VERIFIED
    assert person.licences[0].is_verified


def test_the_register_from_the_page(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    url = f"{LIST}/{world.public_id}/register"
    data = {"status_code": "E1", "started_on": "2026-05-01", "employer_name": "测试厂", "evidence": "none"}
    assert client.post(url, data=data | {"status_code": "", "employer_name": ""}).status_code == 422
    answer = client.post(url, data=data | {"started_on": "2030-01-01"})
    assert answer.status_code == 422
    assert 'value="测试厂"' in answer.text
    assert client.post(url, data=data).status_code == 303
    page = client.get(f"{LIST}/{world.public_id}").text
    assert "测试厂" in page
    assert "报表栏 L" in page
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        spell = uow.session.scalars(select(EmploymentSpell)).one()
        public_id = spell.public_id
    end = f"{url}/{public_id}/end"
    assert client.get(end).status_code == 200
    assert client.post(end, data={"ended_on": "2026-04-01"}).status_code == 422
    assert client.post(end, data={"ended_on": "2026-06-01"}).status_code == 303
    assert client.post(end, data={"ended_on": "2026-06-01"}).status_code == 303
    assert client.post(end, data={"ended_on": "2026-06-02"}).status_code == 409


def test_staff_correct_basics_and_service(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    basics = {"name": "测试改名", "birth_on": ["1990", "5"], "region_code": TOWN_A}
    assert client.post(f"{LIST}/{world.public_id}/basics", data=basics).status_code == 303
    answer = client.post(f"{LIST}/{world.public_id}/basics", data=basics | {"about": "驻守西藏阿里"})
    assert answer.status_code == 422
    service = {"enlisted_on": ["2010", "12"], "discharged_on": ["2018", "12"], "resettlement_code": "ZZJY"}
    assert client.post(f"{LIST}/{world.public_id}/service", data=service).status_code == 303
    person = stored(sqlite_runtime, world)
    assert person.name == "测试改名"
    assert person.verification is VerificationState.VERIFIED


@pytest.mark.parametrize("tail", ["", "/basics", "/service", "/verify", "/reveal", "/register", "/register/x/end"])
def test_files_elsewhere_are_not_there(client: FlaskClient, sqlite_runtime: Runtime, world: World, tail: str) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        far = make_person(uow, path=PATH_OTHER).public_id
    for public_id in (far, "nobody"):
        url = f"{LIST}/{public_id}{tail}"
        answer = client.post(url, data={"reason": "电话核实情况"}) if tail else client.get(url)
        assert answer.status_code == 404


def test_people_and_strangers_do_not_get_in(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.user_id)
    for url in (LIST, f"{LIST}/new", f"{LIST}/{world.public_id}"):
        assert client.get(url).status_code == 403
    client.delete_cookie("session")
    assert client.get(LIST).status_code == 303
