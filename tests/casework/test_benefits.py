"""The policy card: rules that are read against facts, what is not known, and what may never be promised."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from jobmatch.casework.benefits.conditions import TESTS, Facts, evaluate
from jobmatch.casework.benefits.models import Benefit
from jobmatch.casework.benefits.queries import (
    Line,
    card,
    counted,
    deduction,
    facts_from_answers,
    facts_of,
    in_force,
    last_day,
    versions,
)
from jobmatch.casework.benefits.services import fingerprint, save_benefit
from jobmatch.casework.benefits.states import Audience, Verdict
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.register import add_spell
from jobmatch.people.states import EvidenceKind, VerificationState
from tests.conftest import acting
from tests.factories import actor_of_person, make_person, make_staff
from tests.people.help import World, make_world, sign_in

TODAY = date(2026, 11, 21)
SOLDIER = {
    "kinds": frozenset({"TYJR"}),
    "method": "ZZJY",
    "discharged_on": date(2025, 9, 1),
    "birth_on": date(2003, 5, 1),
    "sex": "male",
}


def lines_of(uow: UnitOfWork, **facts: Any) -> dict[str, Line]:
    return {line.benefit.code: line for line in card(uow.session, Facts(TODAY, **facts))}


def test_nothing_known_is_never_a_yes(uow: UnitOfWork) -> None:
    for audience in Audience:
        assert {line.verdict for line in card(uow.session, Facts(TODAY), audience)} == {Verdict.UNKNOWN}


@given(st.sampled_from(sorted(TESTS)))
def test_each_condition_alone_is_unknown_without_its_fact(name: str) -> None:
    value = {"kinds": ["TYJR"], "methods": ["ZZJY"], "discharged_from": "2011-11-01", "discharged_within_months": 12}
    verdict, found = evaluate({name: value.get(name, True)}, Facts(TODAY), {})
    assert verdict is Verdict.UNKNOWN
    assert len(found) == 1
    assert found[0].text


def test_a_condition_nobody_can_read_is_not_met() -> None:
    assert evaluate({"nonsense": True}, Facts(TODAY, **SOLDIER), {})[0] is Verdict.UNKNOWN
    assert evaluate({}, Facts(TODAY), {})[0] is Verdict.CAN


def test_method_and_day_of_discharge_are_tested(uow: UnitOfWork) -> None:
    lines = lines_of(uow, **SOLDIER)
    assert lines["PB09"].verdict is Verdict.CAN
    placed = lines_of(uow, **{**SOLDIER, "method": "APGZ"})["PB09"]
    assert placed.verdict is Verdict.NOT
    assert placed.texts(Verdict.NOT) == ["只给安置方式是自主就业的退役军人"]
    early = lines_of(uow, **{**SOLDIER, "discharged_on": date(2011, 10, 1)})["PB09"]
    assert early.texts(Verdict.NOT) == ["只给 2011 年 11 月以后退役的"]
    assert lines_of(uow, **{**SOLDIER, "discharged_on": date(2011, 11, 1)})["PB09"].verdict is Verdict.CAN
    unsaid = lines_of(uow, **{**SOLDIER, "method": None, "discharged_on": None})["PB09"]
    assert (unsaid.verdict, len(unsaid.texts(Verdict.UNKNOWN))) == (Verdict.UNKNOWN, 2)
    wife = lines_of(uow, kinds=frozenset({"SJJS"}))
    assert (wife["PB09"].verdict, wife["PB16"].verdict) == (Verdict.NOT, Verdict.CAN)


def test_a_source_that_was_not_verified_promises_nothing(uow: UnitOfWork) -> None:
    facts = {**SOLDIER, "has_business": True, "business_on": date(2026, 1, 1)}
    tax = lines_of(uow, **facts)["PB01"]
    assert tax.verdict is Verdict.CAN
    assert not tax.is_promise
    assert tax.mark != Verdict.CAN.label
    assert tax.caution == "来源未核实，以税务部门为准"
    assert tax.until == date(2027, 12, 31)
    assert {row.code for row in versions(uow.session) if row.is_verified} == {f"PB{n:02d}" for n in (8, *range(9, 17))}
    promised = counted(list(lines_of(uow, **facts).values()))[Verdict.CAN]
    assert promised == len([line for line in lines_of(uow, **facts).values() if line.mark == "能报"])


def test_a_business_is_counted_in_months(uow: UnitOfWork) -> None:
    def of(day: date | None, code: str = "PB01", **more: Any) -> Line:
        return lines_of(uow, **{**SOLDIER, "has_business": True, "business_on": day, **more})[code]

    assert of(date(2023, 11, 22)).verdict is Verdict.CAN
    assert of(date(2023, 11, 21)).verdict is Verdict.NOT
    assert of(None).verdict is Verdict.UNKNOWN
    assert of(date(2026, 6, 1), "PB06").texts(Verdict.LACKING) == ["正常经营满 6 个月，到 2026 年 12 月 1 日满"]
    assert of(date(2026, 1, 1), "PB06").verdict is Verdict.UNKNOWN
    assert of(date(2026, 1, 1), "PB06", is_first_business=True).verdict is Verdict.CAN
    assert lines_of(uow, **SOLDIER, has_business=False)["PB01"].texts(Verdict.LACKING) == ["先办营业执照"]


def test_the_age_of_retirement_is_computed_and_doubt_stays_doubt(uow: UnitOfWork) -> None:
    def of(**facts: Any) -> Verdict:
        return lines_of(uow, **{**SOLDIER, **facts})["PB08"].verdict

    assert of() is Verdict.CAN
    assert of(birth_on=date(1963, 1, 1)) is Verdict.NOT
    assert of(birth_on=date(1975, 1, 1), sex="female") is Verdict.UNKNOWN
    assert of(birth_on=date(1975, 1, 1), sex="") is Verdict.UNKNOWN
    assert of(birth_on=None) is Verdict.UNKNOWN


def test_facts_come_from_the_file_and_unproved_work_decides_nothing(uow: UnitOfWork) -> None:
    person = make_person(uow, sex="male")

    def facts() -> Facts:
        uow.session.expire(person)
        return facts_of(uow, get_person(uow.session, person.id))

    known = facts()
    assert (known.method, known.has_business, known.is_out_of_work) == ("ZZJY", None, None)
    add_spell(uow, person, status_code="E1", started_on=date(2026, 1, 1), employer_name="测试厂")
    assert facts().is_out_of_work is None
    add_spell(
        uow,
        person,
        status_code="J",
        started_on=date(2026, 3, 1),
        employer_name="测试小店",
        evidence=EvidenceKind.LICENCE,
    )
    assert (facts().has_business, facts().business_on, facts().is_out_of_work) == (True, date(2026, 3, 1), False)
    add_spell(uow, person, status_code="L1", started_on=date(2026, 6, 1))
    assert (facts().has_business, facts().is_out_of_work) == (False, True)
    uow.session.add(PersonKind(person_id=person.id, kind_code="JYKN", valid_from=date(2026, 1, 1)))
    uow.session.flush()
    assert {line.benefit.code: line for line in card(uow.session, facts())}["PB12"].verdict is Verdict.CAN
    person.verification = VerificationState.UNVERIFIED
    uow.session.flush()
    waiting = {line.benefit.code: line for line in card(uow.session, facts())}["PB12"]
    assert waiting.texts(Verdict.LACKING) == ["先到服务站核验身份"]


def test_answers_without_a_file_leave_unsaid_things_unknown() -> None:
    facts = facts_from_answers(TODAY, kind="SJJS", method="", discharged_on=None, now="nonsense")
    assert facts.kinds == {"SJJS"}
    assert (facts.method, facts.has_business, facts.is_out_of_work, facts.has_hardship) == (None, None, None, None)
    owner = facts_from_answers(TODAY, kind="TYJR", method="ZZJY", discharged_on=TODAY, now="has_business")
    assert (owner.has_business, owner.business_on, owner.is_out_of_work) == (True, None, None)


def test_the_deduction_is_months_by_twelve_times_the_quota() -> None:
    assert deduction(6000, [12, 12, 5]) == Decimal("14500.00")
    assert deduction(6000, [1]) == Decimal("500.00")
    assert deduction(20000, [1]) == Decimal("1666.67")
    with pytest.raises(ValueError, match="12 months"):
        deduction(6000, [13])


def values(**more: Any) -> dict[str, Any]:
    good = {
        "name_zh": "测试政策",
        "audience": "person",
        "apply_at": "测试部门",
        "source": "测试文件",
        "conditions": {"kinds": ["TYJR"]},
        "is_active": True,
    }
    return {**good, **more}


def test_a_new_version_ends_the_one_before(uow: UnitOfWork) -> None:
    staff = acting(uow, make_staff(uow))
    before = next(row for row in in_force(uow.session, TODAY) if row.code == "PB02")
    save_benefit(staff, code="PB02", valid_from=date(2027, 1, 1), **values(amount_yuan=9000, audience="employer"))
    rows = versions(uow.session)
    assert last_day(before, rows) == date(2026, 12, 31)
    quotas = {
        day: next(row.amount_yuan for row in in_force(uow.session, day) if row.code == "PB02")
        for day in (TODAY, date(2027, 1, 1))
    }
    assert quotas == {TODAY: 6000, date(2027, 1, 1): 9000}
    assert [row.code for row in in_force(uow.session, date(2028, 1, 1)) if row.code == "PB01"] == []
    made = save_benefit(staff, valid_from=TODAY, **values())
    assert made.code == "LB001"
    same = save_benefit(staff, code="LB001", valid_from=TODAY, seen=fingerprint(made), **values(is_active=False))
    assert same is made
    assert "LB001" not in {row.code for row in in_force(uow.session, TODAY)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"source": ""}, "source"),
        ({"apply_at": ""}, "apply_at"),
        ({"amount_yuan": 0}, "amount_yuan"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
        ({"valid_from": None}, "valid_from"),
        ({"conditions": {"kinds": ["NOSUCH"]}}, "kinds"),
        ({"conditions": {"methods": ["NOSUCH"]}}, "methods"),
        ({"amount": "长" * 201}, "amount"),
        ({"conditions": {"business": True, "business_max_months": 9_999_999}}, "business_max_months"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused(uow: UnitOfWork, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save_benefit(uow, **{"valid_from": TODAY, **values(**wrong)})
    assert set(caught.value.fields) == {field}


def test_only_staff_change_rules_and_never_over_somebody_elses_change(uow: UnitOfWork) -> None:
    person = make_person(uow)
    with pytest.raises(NotAllowed):
        save_benefit(acting(uow, actor_of_person(uow, person)), valid_from=TODAY, **values())
    with pytest.raises(NotFound):
        save_benefit(uow, code="NOSUCH", valid_from=TODAY, **values())
    with pytest.raises(Conflict):
        save_benefit(uow, code="PB01", valid_from=TODAY, seen="stale", **values())
    with pytest.raises(Invalid):
        save_benefit(uow, code="PB01", valid_from=date(2010, 1, 1), **values())
    with pytest.raises(ValueError, match="condition"):
        save_benefit(uow, valid_from=TODAY, **values(conditions={"nonsense": 1}))


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    return make_world(sqlite_runtime)


def test_the_own_card_says_before_the_first_tap_what_can_be_had(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.user_id)
    text = client.get("/me/benefits").text
    assert re.search(r"<h1>\s*能报 \d+ 项", text)
    for words in (
        "还不知道：办没办营业执照",
        "来源未核实，以税务部门为准",
        "2027 年 12 月 31 日 止",
        "什么时候给",
        "不符合的",
    ):
        assert words in text, words
    assert client.get("/me/benefits.pdf").data[:5] == b"%PDF-"
    assert "能享受的政策" in client.get("/me").text


def test_staff_see_and_print_the_card(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    path = f"/staff/people/{world.public_id}/benefits"
    assert "能报" in client.get(path).text
    assert client.get(f"{path}.pdf").data[:5] == b"%PDF-"
    assert client.get("/staff/people/zz22zz22zz22zz22/benefits").status_code == 404


def test_four_questions_answer_without_signing_in(client: FlaskClient) -> None:
    assert "能报" not in client.get("/benefits").text
    good = "/benefits?kind=TYJR&method=ZZJY&discharged=2025&discharged=9&now=has_business"
    text = client.get(good).text
    assert "还不知道：营业执照是哪年哪月办的" in text
    assert "来源未核实" in text
    bad = client.get("/benefits?kind=TYJR&discharged=25&discharged=99&method=NOSUCH&now=x")
    assert bad.status_code == 200
    assert "请填写 4 位的年份和月份" in bad.text
    assert "还不知道：您的安置方式" in bad.text
    asked = client.get("/benefits?kind=JYKN").text
    assert "能享受" in asked
    assert "残疾" not in asked


def test_an_employer_gets_the_sum_with_its_formula_only_where_all_conditions_hold(client: FlaskClient) -> None:
    path = "/employer/benefits?hired=3&months=12、12、5&contract=yes&insured={}"
    text = client.get(path.format("yes")).text
    assert "14,500.00" in text
    assert "能不能减以税务部门为准" in text
    assert "来源未核实，以税务部门为准" in text
    for answer in ("no", ""):
        assert "14,500.00" not in client.get(path.format(answer)).text
    for bad in ("hired=-1", "hired=9999", "hired=2&months=12", "hired=1&months=13", "hired=1&months=一"):
        shown = client.get(f"/employer/benefits?{bad}&contract=yes&insured=yes")
        assert shown.status_code == 200
        assert "需要修改" in shown.text, bad


def test_staff_keep_the_rules_with_their_source(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    assert "来源未核实" in client.get("/staff/benefits").text
    shown = client.get("/staff/benefits/PB01")
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', shown.text)
    assert seen is not None
    assert re.search(r'name="methods" value="ZZJY" checked', shown.text)
    data = {
        "seen": seen[1],
        "name_zh": "个体经营减税",
        "audience": "person",
        "valid_from": "2027-01-01",
        "methods": "ZZJY",
        "business": "y",
        "business_max_months": "36",
        "apply_at": "税务部门",
        "source": "测试公告",
        "is_active": "y",
    }
    assert client.post("/staff/benefits/PB01", data={**data, "valid_from": "明年"}).status_code == 422
    assert client.post("/staff/benefits/PB01", data={**data, "business_max_months": "三年"}).status_code == 422
    assert client.post("/staff/benefits/PB01", data=data).status_code == 303
    assert client.post("/staff/benefits/PB01", data=data).status_code == 409
    assert client.post("/staff/benefits/new", data={**data, "audience": "nobody"}).status_code == 422
    assert client.post("/staff/benefits/new", data=data).status_code == 303
    assert client.get("/staff/benefits/NOSUCH").status_code == 404
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        stored = {row.code: row for row in uow.session.query(Benefit)}
        assert stored["PB01"].conditions == {"methods": ["ZZJY"], "business": True, "business_max_months": 36}
        assert set(stored) == {"PB01", "LB001"}


def test_a_person_without_a_file_is_asked_to_open_one(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person: Person = make_person(uow)
        user_id = person.user_id or 0
        person.user_id = None
    sign_in(client, user_id)
    for path in ("/me/benefits", "/me/services"):
        assert client.get(path).headers["Location"] == "/me/start"
    assert client.get("/me/benefits.pdf").status_code == 404
