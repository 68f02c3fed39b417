"""Plans, recommendations, referrals, experts, and hardship behind its lock."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text

from jobmatch.casework.plans.models import Hardship, Referral, ServicePlan, Support
from jobmatch.casework.plans.queries import counts, experts, open_plan, people_with_need
from jobmatch.casework.plans.services.plans import (
    answer_recommendation,
    close_plan,
    find_expert,
    record_support,
    save_expert,
    save_plan,
)
from jobmatch.casework.plans.services.referrals import (
    end_hardship,
    look_at_hardship,
    move_referral,
    record_hardship,
    send_referral,
)
from jobmatch.casework.plans.states import REFERRAL_FLOW, Answer, NeedKind, PlanState, ReferralState
from jobmatch.casework.plans.subjects import erase_person, export_person, move_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.factories import PATH_B, PATH_OTHER, make_person, make_staff
from tests.people.help import counted, make_world, sign_in

SOON = date(2026, 12, 20)


def plan_for(uow: UnitOfWork, person: Person, **values: Any) -> ServicePlan:
    return save_plan(
        uow, person, **{"needs": ["employment", "training"], "goal": "年底前上岗", "review_on": SOON, **values}
    )


def slip_for(uow: UnitOfWork, person: Person) -> Support:
    return record_support(
        uow, person, kind="recommendation", happened_on=uow.today, employer_name="测试物流", post="司机"
    )


def referral_for(uow: UnitOfWork, person: Person) -> Referral:
    return send_referral(
        uow, person, office="human_resources", matter="申请失业登记", consent_way="paper", consented_on=uow.today
    )


def open_tasks(uow: UnitOfWork) -> list[str]:
    return [task.once.split(":")[0] for task in uow.session.scalars(select(Task).where(Task.state == TaskState.OPEN))]


@pytest.fixture
def person(uow: UnitOfWork) -> Person:
    made = make_person(uow)
    uow.actor = make_staff(uow)
    return made


def test_a_plan_is_opened_changed_and_closed(uow: UnitOfWork, person: Person) -> None:
    plan = plan_for(uow, person)
    assert open_tasks(uow) == ["plan"]
    again = plan_for(uow, person, needs=["training", "start_up"], met=["training"], review_on=SOON + timedelta(days=5))
    assert again is plan
    assert {row.kind: row.met_on for row in plan.needs} == {NeedKind.TRAINING: uow.today, NeedKind.START_UP: None}
    assert open_tasks(uow) == ["plan"]
    assert uow.rows(people_with_need(NeedKind.START_UP).execution_options(visible={"person"})) == [person]
    close_plan(uow, plan, person, result="已上岗")
    assert (plan.state, open_plan(uow.session, person.id), open_tasks(uow)) == (PlanState.CLOSED, None, [])
    assert close_plan(uow, plan, person, result="") is plan
    assert plan_for(uow, person).id != plan.id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"needs": []}, "needs"),
        ({"needs": ["money"]}, "needs"),
        ({"met": ["start_up"]}, "met"),
        ({"goal": " "}, "goal"),
        ({"goal": "回 61234 部队看看"}, "goal"),
        ({"review_on": None}, "review_on"),
        ({"review_on": date(2026, 1, 1)}, "review_on"),
        ({"review_on": date(2030, 1, 1)}, "review_on"),
    ],
)
def test_bad_plans_say_why(uow: UnitOfWork, person: Person, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan_for(uow, person, **values)
    assert field in refused.value.fields


def test_a_stale_plan_form_is_a_conflict(uow: UnitOfWork, person: Person) -> None:
    plan = plan_for(uow, person)
    old = plan.version
    plan_for(uow, person, goal="换个目标")
    with pytest.raises(Conflict):
        plan_for(uow, person, version=old)


def test_a_recommendation_waits_for_one_answer(uow: UnitOfWork, person: Person) -> None:
    slip = slip_for(uow, person)
    assert (slip.answer, counts(uow).recommendations_waiting) == (Answer.WAITING, 1)
    answer_recommendation(uow, slip, person, answer="accepted", answered_on=uow.today)
    assert answer_recommendation(uow, slip, person, answer="accepted", answered_on=uow.today) is slip
    with pytest.raises(Conflict):
        answer_recommendation(uow, slip, person, answer="refused", answered_on=uow.today)
    talk = record_support(uow, person, kind="guidance", happened_on=uow.today, text="谈面试")
    with pytest.raises(Conflict):
        answer_recommendation(uow, talk, person, answer="accepted", answered_on=uow.today)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "gift", "text": "x"}, "kind"),
        ({"kind": "guidance", "text": ""}, "text"),
        ({"kind": "recommendation"}, "employer_name"),
        ({"kind": "guidance", "text": "谈面试", "happened_on": date(2027, 1, 1)}, "happened_on"),
        ({"kind": "guidance", "text": "驻地在湘西县城东大院"}, "text"),
    ],
)
def test_bad_support_says_why(uow: UnitOfWork, person: Person, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        record_support(uow, person, **{"happened_on": uow.today, **values})
    assert field in refused.value.fields


def test_m_and_n_need_recognition_plan_and_an_act(uow: UnitOfWork, person: Person) -> None:
    record_hardship(uow, person, kind="station", valid_from=uow.today)
    assert (counts(uow).recognized, counts(uow).station_focus) == (0, 1)
    with pytest.raises(Invalid) as refused:
        record_hardship(uow, person, kind="recognized", valid_from=uow.today)
    assert set(refused.value.fields) == {"number", "valid_to"}
    row = record_hardship(
        uow, person, kind="recognized", valid_from=uow.today, valid_to=date(2027, 1, 1), number="测〔2026〕5 号"
    )
    assert (counts(uow).recognized, counts(uow).helped) == (1, 0)
    plan_for(uow, person)
    assert counts(uow).helped == 0
    slip_for(uow, person)
    assert counts(uow).helped == 1
    row.valid_from = row.valid_to = uow.today - timedelta(days=1)
    assert counts(uow).recognized == 0


def test_hardship_is_sealed_and_each_look_states_a_reason(uow: UnitOfWork, person: Person) -> None:
    record_hardship(uow, person, kind="health_limit", valid_from=uow.today, note="不能久站")
    sealed = uow.session.execute(text("SELECT note_sealed FROM hardship")).scalar_one()
    assert "不能久站".encode() not in bytes(sealed)
    with pytest.raises(Invalid):
        look_at_hardship(uow, person, reason="看")
    (row,) = look_at_hardship(uow, person, reason="办理困难认定")
    assert row.note == "不能久站"
    trace = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "hardship.read")).one()
    assert trace.reason == "办理困难认定"
    end_hardship(uow, person, row)
    assert row.valid_to == uow.today
    for actor in (
        replace(uow.actor, permissions=uow.actor.permissions - {"difficulty.read"}),
        make_staff(uow, path=PATH_OTHER),
    ):
        uow.actor = actor
        with pytest.raises(NotAllowed):
            look_at_hardship(uow, person, reason="办理困难认定")


def test_a_referral_needs_consent_and_walks_its_way(uow: UnitOfWork, person: Person) -> None:
    with pytest.raises(Invalid) as refused:
        send_referral(uow, person, office="tax", matter="咨询", consent_way="", consented_on=None)
    assert set(refused.value.fields) == {"consent_way", "consented_on"}
    row = referral_for(uow, person)
    assert row.due_on > uow.today and open_tasks(uow) == ["referral"]
    for state in ReferralState:
        for move in ("answer", "tell", "withdraw", "fly"):
            if (state, move) not in REFERRAL_FLOW and row.state is state:
                with pytest.raises(Conflict):
                    move_referral(uow, row, person, move=move, result="x")
    with pytest.raises(Invalid):
        move_referral(uow, row, person, move="answer")
    move_referral(uow, row, person, move="answer", result="已受理")
    move_referral(uow, row, person, move="tell")
    assert (row.state, row.told_on, open_tasks(uow)) == (ReferralState.TOLD, uow.today, [])


def test_experts_count_sessions(uow: UnitOfWork, person: Person) -> None:
    expert = save_expert(
        uow, None, name="测试专家", field="职业指导", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
    )
    assert find_expert(uow, expert.public_id) is expert
    for _number in range(2):
        record_support(uow, person, kind="guidance", happened_on=uow.today, text="谈面试", expert=expert)
    assert [(one.name, sessions) for one, sessions in experts(uow)] == [("测试专家", 2)]
    with pytest.raises(Invalid):
        record_support(uow, person, kind="guidance", happened_on=date(2025, 5, 1), text="谈", expert=expert)
    uow.actor = make_staff(uow, path=PATH_OTHER)
    assert experts(uow) == [] and find_expert(uow, expert.public_id) is None


def test_others_do_not_plan(uow: UnitOfWork, person: Person) -> None:
    uow.actor = make_staff(uow, path=PATH_B)
    for act in (plan_for, slip_for, referral_for):
        with pytest.raises(NotAllowed):
            act(uow, person)


def test_whole_person_acts(uow: UnitOfWork, person: Person) -> None:
    other = make_person(uow)
    plan_for(uow, person)
    slip_for(uow, person)
    referral_for(uow, person)
    record_hardship(uow, person, kind="low_income", valid_from=uow.today, note="低保户")
    assert set(export_person(uow, person.id)) == {"service_plan", "support", "referral", "hardship"}
    plan_for(uow, other)
    moved = move_person(uow, person.id, other.id)
    assert sorted(row.table for row in moved) == ["hardship", "referral", "support"]
    erase_person(uow, other.id)
    assert uow.session.scalars(select(Hardship)).all() == []
    assert uow.session.scalars(select(Support.text)).all() == [""]


def test_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    address = f"/staff/people/{world.public_id}/help"
    assert "还没有计划" in client.get(address).text
    assert client.post(f"{address}/plan", data={"goal": "上岗"}).status_code == 422
    plan = {"needs": ["employment"], "goal": "年底前上岗", "review_on": "2026-12-20"}
    assert client.post(f"{address}/plan", data=plan).status_code == 303
    slip = {"kind": "recommendation", "happened_on": "2026-11-20", "employer_name": "测试物流", "post": "司机"}
    assert client.post(f"{address}/support", data=slip).status_code == 303
    sent = {"office": "tax", "matter": "咨询", "consent_way": "voice", "consented_on": "2026-11-20"}
    assert client.post(f"{address}/referral", data=sent).status_code == 303
    fact = {"kind": "low_income", "valid_from": "2026-11-01", "note": "测试低保"}
    assert client.post(f"{address}/hardship/new", data=fact).status_code == 303
    assert "测试低保" not in client.get(address).text
    assert client.post(f"{address}/hardship", data={"reason": ""}).status_code == 422
    assert "测试低保" in client.post(f"{address}/hardship", data={"reason": "办理认定"}).text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        support_id = uow.session.scalars(select(Support.public_id)).one()
        referral_id = uow.session.scalars(select(Referral.public_id)).one()
    answer = {"answer": "accepted", "answered_on": "2026-11-21"}
    assert client.post(f"{address}/support/{support_id}", data=answer).status_code == 303
    assert client.post(f"{address}/referral/{referral_id}", data={"move": "tell"}).status_code == 409
    done = client.post(f"{address}/referral/{referral_id}", data={"move": "answer", "result": "已受理"})
    assert done.status_code == 303
    for page in ("/staff/help", "/staff/help?need=employment", "/staff/help/ledger", "/staff/help/referrals?late=1"):
        assert client.get(page).status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/staff/help/ledger.xlsx").data))
    assert rows.get_sheet_by_index(0).to_python()[1][2] == "测试物流"
    expert = {"name": "测试专家", "field": "职业指导", "valid_from": "2026-01-01"}
    assert client.post("/staff/help/experts", data=expert).status_code == 303
    assert "测试专家" in client.get("/staff/help/experts").text
    assert client.post(f"{address}/plan/close", data={"result": "已上岗"}).status_code == 303


def test_the_overview_costs_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)

    def grow(count: int) -> None:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _number in range(count):
                one = make_person(uow, with_user=False)
                plan_for(uow, one)
                slip_for(uow, one)
                referral_for(uow, one)

    pages = ("/staff/help", "/staff/help/ledger", "/staff/help/referrals")
    grow(2)
    for page in pages:
        client.get(page)
    with counted(sqlite_runtime.database.engine) as few:
        for page in pages:
            client.get(page)
    grow(16)
    with counted(sqlite_runtime.database.engine) as many:
        for page in pages:
            client.get(page)
    assert len(many) == len(few)
