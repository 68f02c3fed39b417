"""Visits: what a station has covered, trips with people, results from the device and from paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.casework.visits.models import Contact, Visit, VisitPlan
from jobmatch.casework.visits.queries.visits import candidates, coverage, first_of, visit_lines
from jobmatch.casework.visits.services.contacts import record_contact
from jobmatch.casework.visits.services.visits import cancel_visit, finish_visit, plan_visit, record_visit
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import region
from tests.casework.test_owners import Office, office
from tests.factories import COUNTY, PATH_A, PATH_OTHER, TOWN_A, TOWN_B, make_person, make_staff, make_user
from tests.matching.help import body, counted
from tests.people.help import sign_in

__all__ = ["office"]
SYSTEM = system_actor("tests")
SELF, NO_ANSWER = ContactOutcome.SELF, ContactOutcome.NO_ANSWER


def _trip(
    uow: UnitOfWork, people: list[Person], *, place: str = TOWN_A, days: int = 0
) -> tuple[VisitPlan, list[Visit]]:
    day = uow.today - timedelta(days=days)
    plan = plan_visit(uow, region_code=place, planned_on=day, people=[person.public_id for person in people])
    return plan, [line.visit for line in visit_lines(uow, plan)]


def test_a_result_is_a_row_of_the_ledger_and_covers_the_village(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    plan, (visit,) = _trip(uow, [person], days=2)
    contact = record_visit(uow, plan, visit, person, outcome=SELF, note="家里有两亩地")
    assert (contact.way, contact.done_on) == (ContactWay.HOME, uow.today - timedelta(days=2))
    assert plan.visited_on == contact.done_on and visit.contact_id == contact.id


def test_the_first_result_stands_and_the_second_is_told(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    plan, (visit,) = _trip(uow, [person])
    first = record_visit(uow, plan, visit, person, outcome=SELF, client_key="a")
    assert record_visit(uow, plan, visit, person, outcome=SELF, client_key="a") is first
    with pytest.raises(Conflict, match="本人接"):
        record_visit(uow, plan, visit, person, outcome=NO_ANSWER, client_key="b")
    assert uow.session.scalar(select(func.count(Contact.id))) == 1


def test_a_corrected_contact_is_the_result_of_the_visit(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    plan, (visit,) = _trip(uow, [person])
    wrong = record_visit(uow, plan, visit, person, outcome=SELF)
    right = record_contact(uow, person, way=ContactWay.HOME, outcome=NO_ANSWER, corrects=wrong)
    uow.session.refresh(visit)
    assert visit.contact_id == right.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"region_code": "130102"}, "region_code"),
        ({"region_code": "nothing"}, "region_code"),
        ({"region_code": COUNTY}, "region_code"),
        ({"planned_on": None}, "planned_on"),
        ({"planned_on": date(2000, 1, 1)}, "planned_on"),
        ({"planned_on": date(9999, 12, 31)}, "planned_on"),
        ({"to": "nobody"}, "to"),
        ({"people": ["nobody"]}, "people"),
    ],
)
def test_a_trip_that_cannot_be_is_refused(office: Office, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as error:
        plan_visit(office.uow, **{"region_code": TOWN_A, "planned_on": office.uow.today, **values})
    assert set(error.value.fields) == {field}


def test_people_and_trips_of_another_county_stay_theirs(office: Office) -> None:
    uow = office.uow
    far = make_person(uow, path=PATH_OTHER, living_region_code="130102")
    with pytest.raises(Invalid):
        plan_visit(uow, region_code=TOWN_A, planned_on=uow.today, people=[far.public_id])
    plan, _visits = _trip(uow, [])
    with pytest.raises(NotAllowed):
        finish_visit(office.far_uow, plan, visited_on=uow.today)
    moving = make_person(uow, path=PATH_A)
    plan, visits = _trip(uow, [moving])
    assert len(visits) == 1
    moving.region_path = PATH_OTHER
    uow.session.flush()
    assert visit_lines(uow, plan) == []


def test_a_trip_is_taken_back_until_something_came_of_it(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    plan, _visits = _trip(uow, [person])
    cancel_visit(uow, plan)
    assert uow.session.scalar(select(func.count(Visit.id))) == 0
    plan, _visits = _trip(uow, [person])
    finish_visit(uow, plan, visited_on=uow.today)
    with pytest.raises(Conflict):
        cancel_visit(uow, plan)


def test_those_with_open_tasks_stand_first(office: Office) -> None:
    uow = office.uow
    idle, busy = make_person(uow, name="闲"), make_person(uow, name="忙")
    make_person(uow, name="别处", living_region_code=TOWN_B)
    open_task(uow, once="x", kind=TaskKind.OTHER, title="办一件事", due_on=uow.today, person=busy)
    assert [(c.person.name, c.task_count) for c in candidates(uow, TOWN_A)] == [("忙", 1), ("闲", 0)]
    assert idle.name == "闲"


def test_a_village_counts_once_a_month_with_those_who_went(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    plan, (visit,) = _trip(uow, [person], days=3)
    record_visit(uow, plan, visit, person, outcome=SELF)
    again, _visits = _trip(uow, [], days=1)
    finish_visit(uow, again, visited_on=again.planned_on)
    old, _visits = _trip(uow, [], place=TOWN_B, days=40)
    finish_visit(uow, old, visited_on=old.planned_on)
    _trip(uow, [], place=TOWN_B)
    lines = {line.place.code: line for line in coverage(uow, region(uow.session, COUNTY), uow.today)}
    east, west = lines[TOWN_A], lines[TOWN_B]
    assert (east.months[0], east.met, east.who, east.last_on) == (1, 1, ["李"], again.planned_on)
    assert (west.months[:2], len(west.planned)) == ([0, 1], 1)
    assert first_of(date(2026, 1, 9), 1) == date(2025, 12, 1) and first_of(date(2026, 12, 9), -1) == date(2027, 1, 1)


# ---------- pages ----------


@pytest.fixture
def staff(client: FlaskClient, sqlite_runtime: Runtime) -> FlaskClient:
    with sqlite_runtime.unit(SYSTEM) as uow:
        user_id = make_staff(uow).user_id or 0
    sign_in(client, user_id)
    return client


def _planned(runtime: Runtime, count: int) -> tuple[str, list[str]]:
    with runtime.unit(SYSTEM) as uow:
        plan, visits = _trip(uow, [make_person(uow, name=f"测试 {n}") for n in range(count)])
        return plan.public_id, [visit.public_id for visit in visits]


def test_a_trip_is_planned_taken_along_and_written_up(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name="测试寻人").public_id
    assert "0 / " in body(staff.get("/staff/visits"))
    assert "测试寻人" in body(staff.get(f"/staff/visits/new?place={TOWN_A}"))
    assert staff.post(f"/staff/visits/new?place={TOWN_A}", data={"planned_on": ""}).status_code == 422
    assert staff.get("/staff/visits/new?place=130102").status_code == 404
    made = staff.post(f"/staff/visits/new?place={TOWN_A}", data={"planned_on": "2026-11-21", "people": person})
    assert made.status_code == 303
    path = made.headers["Location"]
    html = body(staff.get(path))
    assert "测试寻人" in html and "visits" in html and "style=" not in html
    pdf = staff.get(path + "/list.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.get_data().startswith(b"%PDF")
    with sqlite_runtime.unit(SYSTEM) as uow:
        visit = uow.session.scalars(select(Visit.public_id)).one()
    wrong = staff.post(f"{path}/people/{visit}", data={"outcome": "dead_number"})
    assert wrong.status_code == 422 and "请选结果" in wrong.get_data(as_text=True)
    assert staff.post(f"{path}/people/{visit}", data={"outcome": "self"}).status_code == 303
    html = body(staff.get(path))
    assert "见到本人" in html and "已走访" in html
    assert staff.post(f"{path}/cancel").status_code == 409


def test_a_device_sends_its_rows_and_each_gets_its_answer(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    trip, (first, second, third) = _planned(sqlite_runtime, 3)
    json = {"Accept": "application/json"}

    def send(visit: str, **fields: str) -> tuple[int, Any]:
        answer = staff.post(f"/staff/visits/{trip}/people/{visit}", data=fields, headers=json)
        return answer.status_code, answer.get_json()

    row = {"outcome": "self", "done_on": "2026-11-20", "client_key": "ab12"}
    assert send(first, **row) == (200, {"state": "saved", "message": "已登记"})
    assert send(first, **row)[0] == 200
    status, said = send(first, outcome="no_answer", client_key="cd34")
    assert status == 409 and "已登记过：本人接" in said["title"]
    status, said = send(second, outcome="self", note="在 65123 部队")
    assert status == 422 and "部队番号" in said["message"]
    assert send(third, outcome="self", done_on="2027-01-01")[0] == 422
    assert send("zz22zz22zz22zz22", outcome="self")[0] == 404
    with sqlite_runtime.unit(SYSTEM) as uow:
        (contact,) = uow.session.scalars(select(Contact)).all()
        assert contact.done_on == date(2026, 11, 20)


def test_a_trip_costs_the_same_whatever_its_length(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    costs = []
    for more in (2, 20):
        trip, _visits = _planned(sqlite_runtime, more)
        staff.get(f"/staff/visits/{trip}")
        for path in (f"/staff/visits/{trip}", "/staff/visits", f"/staff/visits/new?place={TOWN_A}"):
            with counted(sqlite_runtime.database.engine) as seen:
                body(staff.get(path))
            costs.append(len(seen))
    assert costs[:3] == costs[3:]


def test_contacts_are_written_and_corrected_on_the_tab(staff: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        public_id = make_person(uow, name="测试寻人").public_id
    path = f"/staff/people/{public_id}/contacts"
    assert "还没有联系上过" in body(staff.get(path))
    assert 'href="' + path + '"' in body(staff.get(f"/staff/people/{public_id}"))
    assert "有 2 处需要修改" in staff.post(path, data={}).get_data(as_text=True)
    assert staff.post(path, data={"way": "phone", "outcome": "self", "next_on": "2026-12-01"}).status_code == 303
    html = body(staff.get(path))
    assert "约好这天联系" in html and "本人接" in html
    with sqlite_runtime.unit(SYSTEM) as uow:
        contact = uow.session.scalars(select(Contact.public_id)).one()
    html = body(staff.get(f"{path}/{contact}/correct"))
    assert 'value="2026-12-01"' in html
    fixed = {"way": "phone", "outcome": "no_answer", "done_on": "2026-11-21"}
    assert staff.post(f"{path}/{contact}/correct", data=fixed).status_code == 303
    assert "已更正" in body(staff.get(path))
    assert staff.post(f"{path}/{contact}/correct", data=fixed).status_code == 409
    masked = staff.post(path, data={"way": "phone", "outcome": "self", "note": "在 65123 部队"})
    assert masked.status_code == 422 and "这样写就可以保存" in masked.get_data(as_text=True)
    owner = f"/staff/people/{public_id}/owner"
    assert "还没有责任人" in body(staff.get(owner))
    assert staff.post(owner, data={"to": ""}).status_code == 422


def test_a_person_asks_for_a_call_from_any_page(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        staff = make_staff(uow, path=PATH_A)
        person = make_person(uow, station_id=staff.organization_id)
        other = make_user(uow, Role.VETERAN).id
        user_id = person.user_id or 0
    assert "请给我回电话" not in client.get("/").get_data(as_text=True)
    sign_in(client, user_id)
    html = body(client.get("/me"))
    assert "您的联系人" in html and "测试服务站" in html and 'action="/me/call-back"' in html
    assert client.post("/me/call-back").status_code == 303
    client.post("/me/call-back")
    html = body(client.get("/me/call-back"))
    assert "会给您回电话" in html and "11 月 23 日前" in html
    with sqlite_runtime.unit(SYSTEM) as uow:
        (task,) = uow.session.scalars(select(Task)).all()
        assert (task.kind, task.region_path) == (TaskKind.CALL_BACK, PATH_A)
    sign_in(client, other)
    assert client.post("/me/call-back").status_code == 404
