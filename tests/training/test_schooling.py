"""Going on with school: plans, proof, columns B and C of the register, reminders, and the pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

import jobmatch.rooms  # noqa: F401 - ties the rooms together, as the running product does
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.jobs import JobContext
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.people import current_spell
from tests.conftest import acting
from tests.factories import PATH_B, PATH_OTHER, make_person, make_staff
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from training.courses.schooling import subjects
from training.courses.schooling.jobs import tend
from training.courses.schooling.models import SchoolPlan
from training.courses.schooling.queries import window_end
from training.courses.schooling.services import (
    PlanFacts,
    ask_for_aid,
    ask_who_is_over,
    end_school,
    hand_in_proof,
    refer_for_aid,
    remind_of_places,
    save_plan,
    start_school,
)
from training.courses.schooling.states import SchoolState, SchoolWay
from training.courses.schooling.windows import BY_WAY, WINDOWS

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SCAN = Upload(content=PDF, name="学籍证明.pdf", kind=Kind.PDF)


@pytest.fixture(autouse=True)
def _folder(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Papers go to a folder of the test."""
    if "uow" in request.fixturenames:
        request.getfixturevalue("uow").session.info["data_dir"] = str(tmp_path)


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def returned(uow: UnitOfWork, day: date = date(2025, 9, 1), **values: Any) -> Person:
    person = make_person(uow, **values)
    uow.session.execute(update(ServiceRecord).where(ServiceRecord.person_id == person.id).values(discharged_on=day))
    return person


def planned(uow: UnitOfWork, person: Person | None = None, way: str = "return", *, proved: bool = True) -> SchoolPlan:
    plan = save_plan(uow, person or returned(uow), PlanFacts(way, "测试理工学院", "机械", True))
    return hand_in_proof(uow, plan, upload=SCAN) if proved else plan


def column(uow: UnitOfWork, plan: SchoolPlan) -> str:
    spell = current_spell(uow.session, plan.person_id)
    return spell.status_code if spell else ""


@pytest.mark.parametrize(("way", "code"), [("return", "B"), ("enrol", "B"), ("top_up", "C"), ("adult", "C")])
def test_proof_puts_somebody_into_their_column_and_leaving_takes_them_out(uow: UnitOfWork, way: str, code: str) -> None:
    plan = planned(uow, way=way)
    start_school(uow, plan, started_on=date(2026, 9, 1), ends_on=date(2028, 6, 30))
    assert (plan.state, column(uow, plan)) == (SchoolState.STUDYING, code)
    end_school(uow, plan, act="graduate", on=uow.today)
    assert (plan.state, column(uow, plan)) == (SchoolState.GRADUATED, "")
    tasks = uow.session.scalars(
        select(Task).where(Task.kind == TaskKind.SCHOOL_RETURN, Task.person_id == plan.person_id)
    )
    assert {task.once.split(":")[0] for task in tasks} == {"school-proof", "school-back"}


def test_without_a_paper_nobody_is_at_school(uow: UnitOfWork) -> None:
    plan = planned(uow, proved=False)
    with pytest.raises(Invalid) as caught:
        start_school(uow, plan, started_on=date(2026, 9, 1), ends_on=None)
    assert "学籍证明" in caught.value.fields["started_on"]
    assert column(uow, plan) == ""


def test_a_kept_place_ends_two_years_after_discharge(uow: UnitOfWork) -> None:
    person = returned(uow, date(2024, 2, 29))
    assert window_end(uow.session, person.id, uow.today) == date(2026, 2, 28)
    plan = planned(uow, person)
    with pytest.raises(Invalid) as caught:
        start_school(uow, plan, started_on=date(2026, 3, 1), ends_on=None)
    assert "保障法第三十五条" in caught.value.fields["started_on"]
    other = planned(uow, returned(uow, date(2020, 9, 1)), way="adult")
    start_school(uow, other, started_on=date(2026, 3, 1), ends_on=None)
    assert other.due_on is None


@pytest.mark.parametrize(
    ("started", "ends", "field"),
    [
        (None, None, "started_on"),
        (date(2027, 1, 1), None, "started_on"),
        (date(2026, 9, 1), date(2026, 8, 1), "ends_on"),
    ],
)
def test_days_that_cannot_be_are_refused(uow: UnitOfWork, started: date | None, ends: date | None, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        start_school(uow, planned(uow), started_on=started, ends_on=ends)
    assert field in caught.value.fields


def test_there_is_one_living_plan_and_a_second_word_changes_it(uow: UnitOfWork) -> None:
    person = returned(uow)
    first = save_plan(uow, person, PlanFacts("return", "甲校"))
    second = save_plan(uow, person, PlanFacts("adult", "乙校", has_applied=True))
    assert first.id == second.id and second.state is SchoolState.APPLIED and second.due_on is None
    with pytest.raises(Invalid):
        save_plan(uow, person, PlanFacts("wrong"))
    hand_in_proof(uow, second, upload=SCAN)
    start_school(uow, second, started_on=date(2026, 9, 1), ends_on=None)
    with pytest.raises(Conflict):
        save_plan(uow, person, PlanFacts("return"))
    with pytest.raises(Conflict):
        start_school(uow, second, started_on=date(2026, 9, 1), ends_on=None)


def test_other_offices_and_the_person_alone_confirm_nothing(uow: UnitOfWork) -> None:
    plan = planned(uow)
    person = uow.session.get_one(Person, plan.person_id)
    for actor in (make_staff(uow, path=PATH_B), make_staff(uow, path=PATH_OTHER)):
        with pytest.raises(NotAllowed):
            start_school(acting(uow, actor), plan, started_on=date(2026, 9, 1), ends_on=None)
    assert person.user_id is not None


def test_reminders_come_at_eighteen_and_twenty_three_months_and_once(uow: UnitOfWork) -> None:
    late = save_plan(uow, returned(uow, date(2024, 12, 15)), PlanFacts("return", "甲校"))
    middle = save_plan(uow, returned(uow, date(2025, 5, 1)), PlanFacts("enrol", "乙校"))
    save_plan(uow, returned(uow, date(2025, 9, 1)), PlanFacts("return", "丙校"))
    save_plan(uow, returned(uow, date(2024, 12, 15)), PlanFacts("adult", "丁校"))
    gone = save_plan(uow, returned(uow, date(2024, 12, 15)), PlanFacts("return", "戊校"))
    end_school(uow, gone, act="drop", on=None)
    assert [remind_of_places(uow, "first"), remind_of_places(uow, "last")] == [2, 1]
    assert [remind_of_places(uow, "first"), remind_of_places(uow, "last")] == [0, 0]
    onces = set(uow.session.scalars(select(Task.once).where(Task.once.like("school-%"))))
    ids = (late.public_id, middle.public_id, late.public_id)
    assert onces == {f"school-{which}:{one}" for which, one in zip(("first", "first", "last"), ids, strict=True)}


def test_who_should_have_left_school_is_asked_about(uow: UnitOfWork) -> None:
    plan = planned(uow)
    start_school(uow, plan, started_on=date(2026, 3, 1), ends_on=uow.today)
    assert (ask_who_is_over(uow), ask_who_is_over(uow)) == (1, 0)


def test_aid_is_asked_for_once_and_noted(uow: UnitOfWork) -> None:
    plan = planned(uow)
    ask_for_aid(uow, plan)
    ask_for_aid(uow, plan)
    refer_for_aid(uow, plan)
    refer_for_aid(uow, plan)
    assert plan.aid_referred_on == uow.today
    with pytest.raises(Conflict):
        ask_for_aid(uow, plan)


def test_a_plan_belongs_to_its_person(uow: UnitOfWork) -> None:
    plan = planned(uow)
    person_id, other = plan.person_id, make_person(uow)
    assert subjects.export_person(uow, person_id)["school_plan"][0]["school"] == "测试理工学院"
    assert [row.table for row in subjects.move_person(uow, person_id, other.id)] == ["school_plan"]
    assert subjects.erase_person(uow, other.id) == {"school_plan": 1}


def test_every_way_has_its_window() -> None:
    assert set(BY_WAY) == set(SchoolWay)
    top_up = BY_WAY[SchoolWay.TOP_UP]
    assert [top_up.is_open(date(2026, month, 1)) for month in (11, 12, 3, 4)] == [False, True, True, False]
    assert all(one.words and one.advantage for one in WINDOWS)


# ---------- pages ----------


def test_a_person_says_hands_in_and_gives_up(office: Office) -> None:
    with office.unit() as uow:
        user = returned(uow).user_id
    client = office.client(user)
    assert "复学、入学还剩" in text_of(client.get("/my/school"))
    assert client.post("/my/school", data={"way": ""}).status_code == 422
    assert client.post("/my/school", data={"way": "return", "school": "测试理工学院"}).status_code == 303
    with office.unit() as uow:
        plan = uow.session.scalars(select(SchoolPlan)).one().public_id
    url = f"/my/school/{plan}"
    assert client.get(f"{url}/proof/file").status_code == 404
    assert client.post(f"{url}/proof", data={}).status_code == 422
    file = {"file": (io.BytesIO(PDF), "证明.pdf")}
    assert client.post(f"{url}/proof", data=file, content_type="multipart/form-data").status_code == 303
    assert client.get(f"{url}/proof/file").data == PDF
    assert "等服务站核实" in text_of(client.get("/my/school"))
    assert client.post(f"{url}/aid").status_code == 303
    assert client.post(f"{url}/drop").status_code == 303
    assert "以前的打算" in text_of(client.get("/my/school"))
    with office.unit() as uow:
        stranger = make_person(uow).user_id
    assert office.client(stranger).get(f"{url}/proof").status_code == 404


def test_the_office_confirms_on_one_page_and_has_a_list(office: Office) -> None:
    assert "没有这样的人" in text_of(office.clerk.get("/staff/school-plans"))
    with office.unit() as uow:
        uow.session.info.setdefault("data_dir", str(office.runtime.settings.data_dir))
        plan = planned(uow)
        person = uow.session.get_one(Person, plan.person_id).public_id
        url = f"/staff/school-plans/{plan.public_id}"
    assert "待核实" in text_of(office.clerk.get("/staff/school-plans"))
    assert "记复学（B）" in text_of(office.clerk.get(url))
    assert office.clerk.post(f"{url}/start", data={"started_on": ""}).status_code == 422
    days = {"started_on": "2026-09-01", "ends_on": "2028-06-30"}
    assert office.clerk.post(f"{url}/start", data=days).status_code == 303
    assert "毕业了" in text_of(office.clerk.get(url))
    assert "在读" in text_of(office.clerk.get(f"/staff/people/{person}/school"))
    assert office.clerk.post(f"{url}/end/nothing", data={}).status_code == 404
    assert office.clerk.post(f"{url}/end/graduate", data={"on": "2026-11-20"}).status_code == 303
    assert office.clerk.get("/staff/school-plans.xlsx").status_code == 200
    with office.unit() as uow:
        assert uow.session.scalars(select(EmploymentSpell.ended_on)).one() == date(2026, 11, 20)


def test_the_list_costs_the_same_for_two_and_for_twenty(office: Office) -> None:
    costs = []
    for more in (2, 18):
        with office.unit() as uow:
            for _number in range(more):
                planned(uow, proved=False)
        client = office.clerk
        with counted(office.runtime.database.engine) as seen:
            client.get("/staff/school-plans")
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_the_timed_work_runs_twice_without_doing_twice(office: Office) -> None:
    with office.unit() as uow:
        save_plan(uow, returned(uow, uow.today - timedelta(days=715)), PlanFacts("return", "甲校"))
    context = JobContext(office.runtime.database, 1, "tests")
    assert tend(context) == {"first": 1, "last": 1, "over": 0}
    assert tend(context) == {"first": 0, "last": 0, "over": 0}
