"""The own file in the browser: every question, right and wrong, and what strangers get."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person, WorkHistory
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.grants import record_grant
from jobmatch.people.services.resume import save_work
from jobmatch.people.states import GrantField, GrantPurpose, JobSearchState, VerificationState
from tests.factories import COUNTY, TOWN_A, make_employer, make_person
from tests.people.help import World, counted, make_world, sign_in

PAGES = [
    "/me",
    "/me/welcome",
    "/me/basics",
    "/me/kinds",
    "/me/verification",
    "/me/privacy",
    "/me/service",
    "/me/service/work",
    "/me/service/civil?specialties=SP11&specialties=SP12",
    "/me/find/specialties?words=驾驶",
    "/me/find/skills?words=电",
    "/me/find/certificates?words=电工&certificates=CE002",
    "/me/education",
    "/me/skills",
    "/me/skills/levels",
    "/me/papers",
    "/me/work",
    "/me/work/new",
    "/me/intention",
    "/me/find-occupations?words=司机",
]


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    sign_in(client, made.user_id)
    return made


def file_of(runtime: Runtime, world: World) -> Person:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return get_person(uow.session, world.person_id)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_is_small(client: FlaskClient, world: World, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.data) < 60_000
    assert "style=" not in answer.text
    assert "onclick" not in answer.text


@pytest.mark.parametrize("path", [path for path in PAGES if "find" not in path])
def test_strangers_sign_in_first_and_staff_are_refused(client: FlaskClient, world: World, path: str) -> None:
    client.delete_cookie("session")
    assert client.get(path).status_code == 303
    sign_in(client, world.staff_id)
    assert client.get(path).status_code == 403


def test_the_title_counts_what_is_missing(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    assert "我的简历，还差 1 项" in client.get("/me").text
    client.post("/me/service/work", data={"specialties": ["SP11"], "specialties-SP11": "8"})
    assert "我的简历，都填好了" in client.get("/me").text


def test_a_family_is_not_asked_about_service(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        from jobmatch.people.services.people import register_person
        from tests.factories import phone

        person = register_person(
            uow, name="测试家属", phone=phone(), kinds=["SJJS"], region_code=TOWN_A, birth_on=date(1992, 1, 1)
        )
        user_id = person.user_id
    assert user_id is not None
    sign_in(client, user_id)
    text = client.get("/me").text
    assert "服役经历" not in text
    assert "想找什么工作" in text


def test_specialties_lead_to_civil_work_and_on_to_the_dates(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    table = client.get("/me/service/civil?specialties=SP11&specialties-SP11=8").text
    assert "道路货运汽车驾驶员" in table
    answer = client.post(
        "/me/service/work", data={"specialties": ["SP11", "SP12"], "specialties-SP11": "８", "specialties-SP12": ""}
    )
    assert (answer.status_code, answer.location) == (303, "/me/service")
    service = file_of(sqlite_runtime, world).service
    assert service is not None
    assert {line.specialty_code: line.years for line in service.specialties} == {"SP11": 8.0, "SP12": 0.0}


def test_the_search_button_saves_nothing_and_keeps_what_was_ticked(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    for path, name, code in (
        ("/me/service/work", "specialties", "SP48"),
        ("/me/skills", "skills", "SK007"),
        ("/me/papers", "certificates", "CE006"),
        ("/me/intention", "occupation_codes", "4-07-05-01"),
    ):
        answer = client.post(path, data={name: [code], "words": "电工", "find": "1"})
        assert answer.status_code == 200
        assert f'value="{code}" checked' in answer.text
        assert "电工" in answer.text
    stored = file_of(sqlite_runtime, world)
    assert [row.skill_code for row in stored.skills] == ["SK002"]


def test_wrong_service_comes_back_with_its_values_and_a_masked_offer(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    data = {
        "enlisted_on": ["2012", "13"],
        "discharged_on": ["", ""],
        "branch_code": "HJ",
        "leadership": "1",
        "posts_held": "在66336部队开车",
        "honours": "三等功 1 次",
    }
    answer = client.post("/me/service", data=data)
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert "<title>\n有错误：" in text or "<title>有错误：" in text
    assert "有 1 处需要修改" in text
    assert 'value="2012"' in text
    assert 'value="13"' in text
    answer = client.post("/me/service", data=data | {"enlisted_on": ["2012", "12"]})
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert "可以改成：在某部开车" in text
    assert "用系统改好的文字保存" in text
    answer = client.post("/me/service", data=data | {"enlisted_on": ["２０１２", "12"], "accept_masked": "y"})
    assert answer.status_code == 303
    service = file_of(sqlite_runtime, world).service
    assert service is not None
    assert (service.posts_held, service.enlisted_on, service.branch_code) == ("在某部开车", date(2012, 12, 1), "HJ")


def test_skills_then_levels_then_papers(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    answer = client.post("/me/skills", data={"skills": ["SK002", "SK007"]})
    assert answer.location == "/me/skills/levels"
    answer = client.post(
        "/me/skills/levels", data={"levels": ["SK002", "SK007"], "levels-SK002": "4", "levels-SK007": "0"}
    )
    assert answer.location == "/me/papers"
    assert "机动车驾驶证" not in client.get("/me/papers").text
    answer = client.post("/me/papers", data={"licences": ["B2"], "certificates": ["CE006"]})
    assert answer.status_code == 303
    stored = file_of(sqlite_runtime, world)
    assert {row.skill_code: row.level for row in stored.skills} == {"SK002": 4, "SK007": 0}
    assert [row.certificate_code for row in stored.certificates] == ["CE006"]
    assert client.post("/me/skills", data={"skills": ["NOPE"]}).status_code == 422
    assert client.post("/me/papers", data={"licences": ["NOPE"]}).status_code == 422
    assert client.post("/me/skills/levels", data={"levels": ["SK002"], "levels-SK002": "x"}).status_code == 422


def test_education_is_asked_again_when_it_is_missing(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        get_person(uow.session, world.person_id).education_code = None
    answer = client.post("/me/education", data={"major": "汽修"})
    assert answer.status_code == 422
    assert 'value="汽修"' in answer.text
    assert client.post("/me/education", data={"education_code": "31", "major": "汽修"}).status_code == 303
    assert file_of(sqlite_runtime, world).education_code == "31"


def test_work_is_added_changed_and_removed_after_asking(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    data = {"employer_name": "测试厂", "title": "司机", "started_on": ["2019", "3"], "ended_on": ["2018", "1"]}
    answer = client.post("/me/work/new", data=data)
    assert answer.status_code == 422
    assert 'value="测试厂"' in answer.text
    assert client.post("/me/work/new", data=data | {"ended_on": ["", ""]}).location == "/me/work"
    line = file_of(sqlite_runtime, world).work_history[0]
    assert "测试厂" in client.get("/me/work").text
    edit = f"/me/work/{line.public_id}"
    assert 'value="2019"' in client.get(edit).text
    assert client.post(edit, data=data | {"title": "队长", "ended_on": ["2020", "1"]}).status_code == 303
    assert "删除“队长”这份工作？" in client.get(f"{edit}/remove").text
    assert client.post(f"{edit}/remove").status_code == 303
    assert file_of(sqlite_runtime, world).work_history == []
    assert client.post(f"{edit}/remove").status_code == 404


def test_the_title_of_past_work_suggests_an_occupation_which_the_person_ticks(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    found = client.get("/me/find-work-occupations?title=快递员").text
    assert 'value="4-02-07-08"' in found
    assert "checked" not in found
    assert "按上面写的查找" in client.get("/me/find-work-occupations?title=").text
    data = {"employer_name": "测试厂", "title": "快递员", "started_on": ["2019", "3"]}
    asked = client.post("/me/work/new", data=data | {"find": "1"})
    assert asked.status_code == 200
    assert 'value="4-02-07-08"' in asked.text
    assert client.post("/me/work/new", data=data | {"occupation_code": "nonsense"}).status_code == 422
    assert client.post("/me/work/new", data=data | {"occupation_code": "4-02-07-08"}).status_code == 303
    (line,) = file_of(sqlite_runtime, world).work_history
    assert line.occupation_code == "4-02-07-08"
    assert "checked" in client.get(f"/me/work/{line.public_id}").text


def test_other_peoples_work_is_not_there(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        other = make_person(uow)
        line = save_work(uow, other, None, employer_name="甲", title="乙", started_on=date(2019, 1, 1))
        public_id = line.public_id
    data = {"employer_name": "改", "title": "改", "started_on": ["2019", "3"]}
    assert client.get(f"/me/work/{public_id}").status_code == 404
    assert client.post(f"/me/work/{public_id}", data=data).status_code == 404
    assert client.post(f"/me/work/{public_id}/remove").status_code == 404


def test_a_resent_form_adds_one_line(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    data = {"employer_name": "测试厂", "title": "司机", "started_on": ["2019", "3"], "form_key": "k" * 16}
    answers = [client.post("/me/work/new", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert len(uow.session.scalars(select(WorkHistory).where(WorkHistory.person_id == world.person_id)).all()) == 1


@pytest.mark.parametrize("typed", ["６，０００ 元", "6千", "0.6 万"])
def test_words_find_occupations_and_the_wish_is_kept(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, typed: str
) -> None:
    assert "驾驶员" in client.get("/me/find-occupations?words=货车司机").text
    answer = client.post(
        "/me/intention",
        data={
            "words": "开货车",
            "occupation_codes": ["4-02-02-02"],
            "region_codes": [COUNTY],
            "other_place": "湖南省长沙市",
            "pay_floor_yuan": typed,
            "max_distance_km": "",
            "shifts": ["day"],
        },
    )
    assert answer.status_code == 303
    wish = file_of(sqlite_runtime, world).intention
    assert wish is not None
    assert (wish.pay_floor_yuan, wish.region_codes, wish.shifts) == (6000, [COUNTY, "4301"], ["day"])
    answer = client.post("/me/intention", data={"pay_floor_yuan": "很多", "words": "开车"})
    assert answer.status_code == 422
    assert 'value="很多"' in answer.text


def test_basics_are_saved_and_a_wrong_place_is_said(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    data = {
        "name": "测试甲",
        "birth_on": ["1990", "5"],
        "region_code": TOWN_A,
        "registered_place": "湖南省湘潭市韶山市",
    }
    assert client.post("/me/basics", data=data).status_code == 303
    stored = file_of(sqlite_runtime, world)
    assert stored.registered_region_code == COUNTY
    assert "湖南省湘潭市韶山市" in client.get("/me/basics").text
    answer = client.post("/me/basics", data=data | {"place": "月球背面", "name": ""})
    assert answer.status_code == 422
    assert "请填写姓名" in answer.text
    assert "请选到县或乡镇" in answer.text
    assert 'value="月球背面"' in answer.text


def test_a_stale_form_is_answered_with_409(client: FlaskClient, world: World) -> None:
    data = {"education_code": "31", "version": "1"}
    assert client.post("/me/education", data=data).status_code == 303
    assert client.post("/me/education", data=data).status_code == 409


def test_kinds_and_search_state(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    assert client.post("/me/kinds", data={"kinds": ["TYJR", "JS_PO"]}).status_code == 303
    assert {k.kind_code for k in file_of(sqlite_runtime, world).kinds} == {"TYJR", "JS_PO"}
    assert client.post("/me/kinds", data={}).status_code == 422
    assert client.post("/me/search-state", data={"state": "not_looking"}).status_code == 303
    assert file_of(sqlite_runtime, world).search_state is JobSearchState.NOT_LOOKING
    assert client.post("/me/search-state", data={"state": "maybe"}).status_code == 422


def test_the_identity_number_is_stored_sealed_and_shown_masked(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    answer = client.post("/me/verification", data={"id_number": "123"})
    assert answer.status_code == 422
    assert client.post("/me/verification", data={"id_number": "11010519491231002x"}).status_code == 303
    text = client.get("/me/verification").text
    assert "110105********002X" in text
    assert "11010519491231002X" not in text
    assert file_of(sqlite_runtime, world).verification is VerificationState.UNVERIFIED


def test_who_sees_me_is_listed_once_and_can_be_stopped(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        employer = make_employer(uow, name="测试恒通公司")
        person = get_person(uow.session, world.person_id)
        for purpose in (GrantPurpose.APPLICATION, GrantPurpose.BOOTH_SCAN):
            record_grant(
                uow,
                person,
                organization_id=employer.organization_id,
                purpose=purpose,
                fields=[GrantField.NAME],
                valid_until=uow.today,
                notice="",
            )
        public_id = employer.organization.public_id
    text = client.get("/me/privacy").text
    assert "1 家单位能看到我的简历" in text
    assert text.count("测试恒通公司") == 1
    assert "停止公开" in client.get(f"/me/privacy/{public_id}/hide").text
    assert client.post(f"/me/privacy/{public_id}/hide").status_code == 303
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        assert all(grant.revoked_at for grant in uow.session.scalars(select(Grant)))
    assert client.get(f"/me/privacy/{public_id}/hide").status_code == 404
    assert client.post("/me/privacy/nobody/hide").status_code == 404


def test_opening_to_employers_is_a_press_and_can_be_taken_back(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    assert client.post("/me/privacy/open", data={"is_open": "1"}).status_code == 303
    assert file_of(sqlite_runtime, world).is_open_to_employers
    assert client.post("/me/privacy/open", data={"is_open": "0"}).status_code == 303
    assert not file_of(sqlite_runtime, world).is_open_to_employers


def test_an_account_without_a_file_makes_one(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    from jobmatch.accounts.states import Role
    from tests.factories import make_user

    with sqlite_runtime.unit(system_actor("tests")) as uow:
        user_id = make_user(uow, Role.VETERAN).id
    sign_in(client, user_id)
    assert client.get("/me").location == "/me/start"
    assert client.get("/me/basics").status_code == 404
    assert client.post("/me/start", data={"name": "测试"}).status_code == 422
    data = {"name": "测试", "kinds": ["TYJR"], "birth_on": ["1990", "5"], "region_code": TOWN_A, "agreed": "y"}
    assert client.post("/me/start", data=data).status_code == 303
    assert "测试" in client.get("/me").text
    assert client.post("/me/start", data=data).status_code == 409


def test_the_overview_costs_the_same_whatever_stands_in_it(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    counts = []
    for lines in (2, 18):
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            person = get_person(uow.session, world.person_id)
            for number in range(lines):
                save_work(uow, person, None, employer_name=f"厂 {number}", title="司机", started_on=date(2019, 1, 1))
        client.get("/me")
        with counted(sqlite_runtime.database.engine) as seen:
            client.get("/me")
        counts.append(len(seen))
    assert counts[0] == counts[1]
