"""The desk in the browser: the person's pages, the window, the queue, the receipt and the public page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.casework.desk.jobs import escalate
from jobmatch.casework.desk.models import Rating, ServiceItem, ServiceRequest
from jobmatch.casework.desk.services.requests import Arrival, take_request
from jobmatch.casework.desk.states import RequestState
from jobmatch.core.actors import system_actor
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.factories import PATH_OTHER, make_person, make_station, make_user
from tests.people.help import World, counted, make_world, sign_in

SYSTEM = system_actor("tests")


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    return make_world(sqlite_runtime)


def one(runtime: Runtime) -> ServiceRequest:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id.desc())).first()


def take(runtime: Runtime, person_id: int, **values: Any) -> str:
    with runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, person_id)
        return take_request(uow, item_code="TJGZ", person=person, arrival=Arrival(), **values).public_id


def test_a_person_asks_in_two_taps_follows_and_withdraws(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.user_id)
    text = client.get("/me/services").text
    assert "请服务站推荐工作" in text
    assert "军属就业诉求" not in text
    assert "7 个工作日" in client.get("/me/services/new/TJGZ").text
    assert client.get("/me/services/new/JSJY").status_code == 404
    assert client.post("/me/services/new/TJGZ", data={"note": "73111 部队"}).status_code == 422
    answer = client.post("/me/services/new/TJGZ", data={"note": "想在县城上班"}, follow_redirects=True)
    assert "请服务站推荐工作：已提出" in answer.text
    request = one(sqlite_runtime)
    assert "正在办" in client.get("/me/services/new/TJGZ").text
    assert client.post("/me/services/new/TJGZ").status_code == 409
    path = f"/me/services/{request.public_id}"
    assert client.post(f"{path}/note", data={"note": ""}).status_code == 422
    assert "夜班也可以" in client.post(f"{path}/note", data={"note": "夜班也可以"}, follow_redirects=True).text
    receipt = client.get(f"{path}/receipt.pdf")
    assert (receipt.status_code, receipt.data[:5]) == (200, b"%PDF-")
    assert "撤回“请服务站推荐工作”吗？" in client.get(f"{path}/withdraw").text
    assert "已撤回" in client.post(f"{path}/withdraw", follow_redirects=True).text
    assert one(sqlite_runtime).state is RequestState.WITHDRAWN
    assert "办事" in client.get("/me").text


def test_the_window_takes_a_request_and_finishes_it_in_the_queue(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.staff_id)
    found = client.get("/staff/desk/new?q=测试甲").text
    assert f"person={world.public_id}" in found
    path = f"/staff/desk/new?person={world.public_id}"
    assert "为 测试甲 办理" in client.get(path).text
    wrong = client.post(path, data={"item_code": "", "way": "window"})
    assert wrong.status_code == 422
    assert "有错误：" in wrong.text
    assert client.post(path, data={"item_code": "TJGZ", "way": "nonsense"}).status_code == 422
    assert client.post(path, data={"item_code": "NOSUCH", "way": "window"}).status_code == 404
    bad = client.post(path, data={"item_code": "TJGZ", "way": "door", "door_on": "昨天", "door_place": "一村 3 号"})
    assert bad.status_code == 422
    assert "请按 2026-11-22 的样子填日期" in bad.text
    assert client.post(path, data={"item_code": "TJGZ", "way": "window"}).status_code == 303
    request = one(sqlite_runtime)
    queue = client.get("/staff/desk").text
    assert request.number in queue
    fragment = client.get("/staff/desk?state=overdue", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "没有符合的件" in fragment
    move = f"/staff/desk/{request.public_id}/move"
    assert client.post(move, data={"action": "explode"}).status_code == 422
    assert client.post(move, data={"action": "finish", "version": request.version}).status_code == 422
    stale = client.post(move, data={"action": "finish", "note": "办好了", "version": "999"})
    assert stale.status_code == 409
    done = client.post(
        move,
        data={"action": "finish", "note": "推荐到测试厂", "version": request.version, "next": "/staff/desk?page=1"},
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/staff/desk?page=1")
    shown = client.get(f"/staff/desk/{request.public_id}").text
    assert "推荐到测试厂" in shown
    assert "本人还没有评价" in shown
    client.post(f"/staff/desk/{request.public_id}/rating", data={"level": "5"})
    assert "电话代填：很满意" in client.get(f"/staff/desk/{request.public_id}").text
    tab = client.get(f"/staff/people/{world.public_id}/services").text
    assert "请服务站推荐工作" in tab


def test_the_person_rates_without_a_choice_made_beforehand(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    take(sqlite_runtime, world.person_id, result="办好了")
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        path = f"/me/ratings/{uow.session.scalars(select(Rating.public_id)).one()}"
    sign_in(client, world.user_id)
    assert "checked" not in client.get(path).text
    assert client.post(path).status_code == 422
    assert client.post(path, data={"level": "9"}).status_code == 422
    assert client.post(path, data={"level": "4"}).status_code == 303
    assert "您的评价：满意" in client.get(path).text
    assert client.post(path, data={"level": "1"}).status_code == 409


def test_notes_visits_and_handing_over(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    path = f"/staff/desk/{take(sqlite_runtime, world.person_id)}"
    sign_in(client, world.staff_id)
    assert client.post(f"{path}/note", data={"note": " "}).status_code == 422
    assert "打过电话" in client.post(f"{path}/note", data={"note": "打过电话"}, follow_redirects=True).text
    assert client.post(f"{path}/door", data={"door_on": "2030-01-01"}).status_code == 422
    visit = {"door_on": "2026年11月20日", "door_place": "东镇一村", "door_by": "测试干部"}
    assert "东镇一村" in client.post(f"{path}/door", data=visit, follow_redirects=True).text
    text = client.get(path).text
    station = re.findall(r'<option[^>]*value="([a-z0-9]{16})"', text)[0]
    assert client.post(f"{path}/hand-over", data={"station": "zz22zz22zz22zz22", "reason": "x"}).status_code == 404
    assert client.post(f"{path}/hand-over", data={"station": station, "reason": ""}).status_code == 422
    assert client.get(f"{path}/receipt.pdf").data[:5] == b"%PDF-"


def test_strangers_find_nothing_and_the_public_page_shows_state_and_days_only(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    public_id = take(sqlite_runtime, world.person_id, note="很私人的情况")
    request = one(sqlite_runtime)
    text = client.get(f"/services/status/{request.token}").text
    assert "已受理" in text
    assert not any(word in text for word in ("测试甲", "推荐工作", "很私人的情况", public_id))
    assert client.get(f"/services/status/{public_id}").status_code == 404
    with sqlite_runtime.unit(SYSTEM) as uow:
        other = make_person(uow, path=PATH_OTHER)
        other_user = other.user_id
    sign_in(client, other_user or 0)
    assert client.get(f"/me/services/{public_id}").status_code == 404
    assert client.post(f"/me/services/{public_id}/withdraw").status_code == 404


def test_the_public_list_names_papers_and_limits(client: FlaskClient) -> None:
    text = client.get("/services").text
    assert "能办的事，14 项" in text
    assert "受理后 7 个工作日内" in text


def test_staff_keep_items_and_read_figures(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    take(sqlite_runtime, world.person_id, result="办好了")
    sign_in(client, world.staff_id)
    assert "压缩率" in client.get("/staff/desk/figures").text
    for asked in ("since=abc&until=2020-01-01", "since=0001-01-01&until=0001-01-01", "since=9999-12-31"):
        assert client.get(f"/staff/desk/figures?{asked}").status_code == 200
    listed = client.get("/staff/desk/items")
    assert listed.status_code == 200
    assert "就业创业建档" in listed.text
    shown = client.get("/staff/desk/items/TJGZ").text
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', shown)
    assert seen is not None
    data = {"seen": seen[1], "name_zh": "推荐工作", "limit_days": "９", "source": "测试文件", "is_active": "y"}
    half = client.post("/staff/desk/items/TJGZ", data={**data, "old_limit_days": "15"})
    assert half.status_code == 422
    assert "原时限和规定它的文件要一起填" in half.text
    paper = {"old_limit_days": "15", "old_limit_paper": "测试办发〔2025〕1 号"}
    assert client.post("/staff/desk/items/TJGZ", data={**data, **paper}).status_code == 303
    assert client.post("/staff/desk/items/TJGZ", data={**data, **paper}).status_code == 409
    assert client.post("/staff/desk/items/new", data={**data, "limit_days": "两天"}).status_code == 422
    assert client.post("/staff/desk/items/new", data=data).status_code == 303
    assert client.get("/staff/desk/items/NOSUCH").status_code == 404
    assert "40.0%" in client.get("/staff/desk/figures").text
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert {row.code: row.limit_days for row in uow.session.scalars(select(ServiceItem))} == {"TJGZ": 9, "LI001": 9}


def test_a_superior_reads_no_small_count(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        reader = make_user(uow, Role.SUPERIOR_READER, organization=make_station(uow)).id
        for _n in range(3):
            take_request(uow, item_code="ZCZX", person=person, arrival=Arrival(), result="测试答复")
    sign_in(client, world.staff_id)
    assert "办事 3 件，办结 3 件" in client.get("/staff/desk/figures").text
    sign_in(client, reader)
    text = client.get("/staff/desk/figures").text
    assert "办事 &lt;5 件，办结 &lt;5 件" in text
    assert ' class="num">3</td>' not in text and "窗口 &lt;5 件" in text
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        for _n in range(3):
            take_request(uow, item_code="ZCZX", person=person, arrival=Arrival(), result="测试答复")
    assert "办事 6 件，办结 6 件" in client.get("/staff/desk/figures").text


def test_lists_cost_the_same_for_two_requests_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.staff_id)
    for path in ("/staff/desk", "/staff/desk/figures"):
        counts = []
        for extra in (1, 18):
            for _ in range(extra):
                with sqlite_runtime.unit(SYSTEM) as uow:
                    person_id = make_person(uow).id
                take(sqlite_runtime, person_id)
            client.get(path)
            with counted(sqlite_runtime.database.engine) as seen:
                assert client.get(path).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1], path


def test_the_timed_job_runs_until_nothing_is_left(sqlite_runtime: Runtime, world: World) -> None:
    take(sqlite_runtime, world.person_id)
    with sqlite_runtime.unit(SYSTEM) as uow:
        request = uow.session.scalars(select(ServiceRequest)).one()
        request.due_on = uow.today.replace(day=2)
    context = JobContext(sqlite_runtime.database, 1, "desk.escalate")
    assert escalate(context) == {"escalated": 1}
    assert escalate(context) == {"escalated": 0}
