"""Tasks: whose they are, settling with words, giving them on, and what the list costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Membership, User
from jobmatch.accounts.queries import actor_for
from jobmatch.casework.tasks import queries, services
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from tests.casework.test_owners import Office, office
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_station
from tests.matching.help import body, counted
from tests.people.help import sign_in

__all__ = ["office"]
SYSTEM = system_actor("tests")


def _open(uow: UnitOfWork, once: str = "t", days: int = 1, **values: object) -> Task:
    given = {"kind": TaskKind.OTHER, "title": f"办一件事 {once}", "region_path": PATH_COUNTY, **values}
    return services.open_task(uow, once=once, due_on=uow.today + timedelta(days=days), **given)  # type: ignore[arg-type]


def _mine(uow: UnitOfWork, **filters: str) -> list[str]:
    return [task.once for task in uow.rows(queries.tasks(uow, filters))]


def test_mine_are_those_given_to_me_and_those_of_my_people(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    _open(uow, "given", assignee_id=office.li.id)
    _open(uow, "of my person", days=-2, person=person)
    _open(uow, "given on", person=person, assignee_id=office.zhao.id)
    _open(uow, "of nobody")
    assert _mine(uow) == ["given"]
    services.set_owner(uow, person, to=office.li.public_id)
    assert _mine(uow) == ["of my person", "given"]
    assert queries.open_count(uow.session, uow.actor, uow.today) == 2
    assert queries.task_counts(uow) == queries.Counts(mine=2, late=1, station=4, below=4)
    services.hand_over(uow, person, to=office.zhao.public_id, until=uow.today)
    assert _mine(uow) == ["given"]


def test_a_station_sees_its_own_and_what_is_below(office: Office) -> None:
    uow = office.uow
    for path in (PATH_A, PATH_B):
        _open(uow, path, region_path=path)
    _open(uow, "here")
    assert _mine(uow, scope="station") == ["here"]
    assert len(_mine(uow, scope="below")) == 3
    assert list(office.far_uow.rows(queries.tasks(office.far_uow, {"scope": "below"}))) == []


def test_tasks_are_found_by_kind_and_by_name(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow, name="测试寻人")
    _open(uow, "call", kind=TaskKind.CALL_BACK, person=person)
    _open(uow, "other")
    assert _mine(uow, scope="below", kind="call_back") == ["call"]
    assert _mine(uow, scope="below", q="寻人") == ["call"]
    assert _mine(uow, scope="below", q="事 other") == ["other"]
    assert _mine(uow, scope="below", state="done") == []


def test_settling_needs_words_that_may_be_kept(office: Office) -> None:
    uow = office.uow
    task = _open(uow)
    for words in ("", "  ", "他在 65123 部队"):
        with pytest.raises(Invalid) as error:
            services.settle_task(uow, task, outcome=words)
        assert set(error.value.fields) == {"outcome"}
    with pytest.raises(NotAllowed):
        services.settle_task(office.far_uow, task, outcome="好")
    services.settle_task(uow, task, outcome="电话里说好了")
    assert task.state is TaskState.DONE and task.closed_by_id == office.li.id and task.outcome == "电话里说好了"
    with pytest.raises(Conflict):
        services.settle_task(uow, task, outcome="不用了", is_dropped=True)


def test_many_are_settled_and_those_already_settled_are_counted_apart(office: Office) -> None:
    uow = office.uow
    found = [_open(uow, str(n)) for n in range(3)]
    services.settle_task(uow, found[0], outcome="先办了")
    assert services.settle_tasks(uow, found, outcome="一起办了") == (2, 1)
    assert [task.outcome for task in found] == ["先办了", "一起办了", "一起办了"]


def test_a_task_is_given_to_a_colleague_and_back(office: Office) -> None:
    uow = office.uow
    task = _open(uow)
    services.assign_task(uow, task, to=office.zhao.public_id)
    assert task.assignee_id == office.zhao.id
    with pytest.raises(Invalid):
        services.assign_task(uow, task, to=office.far.public_id)
    services.assign_task(uow, task, to="")
    assert task.assignee_id is None
    services.settle_task(uow, task, outcome="好")
    with pytest.raises(Conflict):
        services.assign_task(uow, task, to=office.zhao.public_id)


def test_a_year_without_its_calendar_is_called_an_estimate(office: Office) -> None:
    uow = office.uow
    rows = queries.task_rows(uow, [_open(uow, "now"), _open(uow, "far", days=800)])
    assert [row.is_estimated for row in rows] == [False, True]


# ---------- pages ----------


@pytest.fixture
def staff(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    with sqlite_runtime.unit(SYSTEM) as uow:
        user_id = make_staff(uow).user_id or 0
    sign_in(client, user_id)
    return client


def test_a_task_is_settled_on_its_row(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name="测试寻人")
        public_id = _open(uow, days=-3, person=person).public_id
    html = body(staff.get("/staff/tasks?scope=below"))
    assert "测试寻人" in html and "过期 3 天" in html and "<html" in html
    row = body(staff.get(f"/staff/tasks/{public_id}?next=/staff/tasks", headers={"HX-Request": "true"}))
    assert row.startswith("<tr") and "/settle" in row
    wrong = staff.post(f"/staff/tasks/{public_id}/settle", data={"result": "done"})
    assert wrong.status_code == 422 and "请写一句办得怎么样" in wrong.get_data(as_text=True)
    done = staff.post(
        f"/staff/tasks/{public_id}/settle", data={"outcome": "说好了", "next": "/staff/tasks?scope=below"}
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/staff/tasks?scope=below")
    assert "测试寻人" in body(staff.get("/staff/tasks?scope=below&state=done"))
    again = staff.post(f"/staff/tasks/{public_id}/settle", data={"outcome": "不", "result": "dropped"})
    assert again.status_code == 409


def test_ticked_tasks_are_settled_or_given_on(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        chosen = [_open(uow, str(n)).public_id for n in range(3)]
        far = _open(uow, "far", region_path="/13/1301/130102/").public_id
        clerk = uow.session.scalars(select(User.public_id).order_by(User.id.desc())).first()
    assert staff.post("/staff/tasks/batch", data={"outcome": "好"}).status_code == 422
    assert staff.post("/staff/tasks/batch", data={"chosen": chosen, "act": "settle"}).status_code == 422
    given = staff.post("/staff/tasks/batch", data={"chosen": chosen, "act": "assign", "to": clerk})
    assert given.status_code == 303
    assert "待办 3 件" in body(staff.get("/staff/tasks"))
    staff.post("/staff/tasks/batch", data={"chosen": [*chosen, far], "act": "settle", "outcome": "一起办了"})
    with sqlite_runtime.unit(SYSTEM) as uow:
        states = {task.once: task.state.value for task in uow.session.scalars(select(Task))}
    assert states == {"0": "done", "1": "done", "2": "done", "far": "open"}


def test_the_menu_counts_what_waits_for_the_reader(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    assert 'class="badge"' not in body(staff.get("/staff/people"))
    with sqlite_runtime.unit(SYSTEM) as uow:
        clerk = uow.session.scalars(select(Membership.user_id)).first()
        for n in range(4):
            _open(uow, str(n), assignee_id=clerk)
    assert '<span class="badge">4</span>' in body(staff.get("/staff/people"))


@pytest.mark.parametrize("path", ["/staff/tasks?scope=below", "/staff/owners", "/staff/silent?days=30"])
def test_lists_cost_the_same_whatever_their_length(staff: FlaskClient, sqlite_runtime: Runtime, path: str) -> None:
    costs = []
    for more in (2, 18):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for n in range(more):
                person = make_person(uow)
                person.created_at -= timedelta(days=200)
                _open(uow, f"{more}-{n}", person=person)
        staff.get(path)
        with counted(sqlite_runtime.database.engine) as seen:
            body(staff.get(path))
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_people_are_moved_in_two_steps(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        for _ in range(2):
            make_person(uow)
        membership = uow.session.scalars(select(Membership)).first()
        assert membership is not None
        user = uow.session.get_one(User, membership.user_id)
        assert actor_for(uow.session, user, membership).region_path == PATH_COUNTY
        make_station(uow, path=PATH_A)
        to = user.public_id
    assert "没有责任人 2 人" in body(staff.get("/staff/owners"))
    wanted = {"path": "", "owner": "none", "to": to}
    assert "会交接 2 人" in body(staff.post("/staff/owners", data=wanted))
    assert staff.post("/staff/owners", data={**wanted, "expected": "1"}).status_code == 409
    done = staff.post("/staff/owners", data={**wanted, "expected": "2"})
    assert done.status_code == 303
    assert "2 人由测试用户负责" in body(staff.get(done.headers["Location"]))
    assert staff.post(done.headers["Location"] + "/undo").status_code == 303
    assert "没有责任人 2 人" in body(staff.get("/staff/owners"))
    wrong = staff.post("/staff/owners", data={"path": "", "owner": "", "to": "", "expected": "2"})
    assert wrong.status_code == 422
