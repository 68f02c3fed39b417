"""Verification as a staff act with a history: papers, expiry, appeal to the station above, the queue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import Verification, VerificationAppeal
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_appeals, visible_people
from jobmatch.people.queries.people import get_person
from jobmatch.people.queries.verification import open_appeals, verification_history, waiting_people
from jobmatch.people.services.people import save_basics
from jobmatch.people.services.verification import (
    appeal_verification,
    decide_appeal,
    expire_verifications,
    verify_person,
)
from jobmatch.people.states import AppealState, VerificationAct, VerificationState
from tests.conftest import acting
from tests.factories import (
    PATH_A,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of,
    actor_of_person,
    make_person,
    make_staff,
    make_station,
    make_user,
)
from tests.people.help import counted, make_world, sign_in

WORDS = "我有退役证，服务站说照片看不清，其实看得清"


def town_and_county(uow: UnitOfWork) -> tuple[Person, Actor, Actor]:
    """A person of a town station below a county station, with a clerk of each."""
    county = make_station(uow)
    town = make_station(uow, path=PATH_A, parent=county)
    person = make_person(uow, verification=VerificationState.UNVERIFIED, station_id=town.id)
    clerks = [
        actor_of(make_user(uow, Role.STATION_STAFF, organization=one), Role.STATION_STAFF, one)
        for one in (town, county)
    ]
    return person, clerks[0], clerks[1]


def refused(uow: UnitOfWork) -> tuple[Person, Actor, Actor]:
    person, clerk, above = town_and_county(uow)
    verify_person(acting(uow, clerk), person, approved=False, note="退役证照片看不清")
    return person, clerk, above


def test_every_act_adds_a_line_and_none_is_changed(uow: UnitOfWork) -> None:
    person, clerk, _above = refused(uow)
    verify_person(acting(uow, clerk), person, approved=True, paper="preferential_card", tail="88 1x", seen_on=uow.today)
    save_basics(acting(uow, actor_of_person(uow, person)), person, name="测试改名", birth_on=None, region_code=TOWN_A)
    acts = [line.row.act for line in verification_history(uow.session, person.id)]
    assert acts == [VerificationAct.CHANGED, VerificationAct.APPROVED, VerificationAct.REFUSED]
    approved = verification_history(uow.session, person.id)[1]
    assert (approved.row.paper, approved.row.tail, approved.row.seen_on) == ("preferential_card", "881X", uow.today)
    assert (approved.row.by_id, approved.who) == (clerk.user_id, "测试用户")
    assert person.card_tail == "881X"
    assert person.verification is VerificationState.UNVERIFIED


def test_bad_input_is_refused_and_a_whole_number_never_stored(uow: UnitOfWork) -> None:
    person, clerk, _above = town_and_county(uow)
    own = acting(uow, clerk)
    for field, values in {
        "tail": {"tail": "军退字第20181234号"},
        "paper": {"paper": "passport"},
        "seen_on": {"seen_on": uow.today + timedelta(days=1)},
        "note": {"note": "在 91234 部队服役"},
    }.items():
        with pytest.raises(Invalid) as caught:
            verify_person(own, person, approved=True, **values)  # type: ignore[arg-type]
        assert set(caught.value.fields) == {field}
    uow.session.flush()
    with pytest.raises(IntegrityError), uow.session.begin_nested():
        uow.session.add(Verification(person_id=person.id, act=VerificationAct.APPROVED, tail="号12", at=uow.now))
        uow.session.flush()


def test_a_paper_that_ends_brings_the_person_back_into_the_queue(uow: UnitOfWork) -> None:
    person, clerk, _above = town_and_county(uow)
    verify_person(acting(uow, clerk), person, approved=True, paper="discharge")
    assert person.verified_until is None
    verify_person(acting(uow, clerk), person, approved=True, paper="marriage", seen_on=date(2025, 8, 31))
    assert person.verified_until == date(2026, 8, 28)
    assert expire_verifications(uow) == 1
    assert expire_verifications(uow) == 0
    assert person.verification is VerificationState.UNVERIFIED
    assert verification_history(uow.session, person.id)[0].row.act is VerificationAct.EXPIRED
    with pytest.raises(NotAllowed):
        expire_verifications(acting(uow, clerk))


def test_the_queue_is_oldest_first_and_of_the_serving_office(uow: UnitOfWork) -> None:
    _person, clerk, _above = town_and_county(uow)
    waiting = VerificationState.UNVERIFIED
    late = make_person(uow, verification=waiting, name="测试后来")
    early = make_person(uow, verification=waiting, verification_since=uow.now - timedelta(days=9), name="测试先来")
    make_person(uow, path=PATH_OTHER, verification=waiting, resettled_region_code=TOWN_A, name="测试外地")
    found = uow_rows(uow, clerk)
    assert found[0].id == early.id
    assert late in found
    assert "测试外地" not in {person.name for person in found}


def uow_rows(uow: UnitOfWork, clerk: Actor) -> list[Person]:
    own = acting(uow, clerk)
    return list(own.rows(visible_people(own.actor, waiting_people(own))))


def test_an_appeal_goes_to_the_station_above(uow: UnitOfWork) -> None:
    person, clerk, above = refused(uow)
    own = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Invalid):
        appeal_verification(own, person, text="不服")
    with pytest.raises(Invalid) as caught:
        appeal_verification(own, person, text="我在91234部队服役八年，证件是真的")
    assert "某部" in caught.value.fields["text"]
    kept = appeal_verification(own, person, text="我在91234部队服役八年，证件是真的", accept_masked=True)
    assert "91234" not in kept.text
    assert appeal_verification(own, person, text=WORDS).id == kept.id
    assert kept.region_path == PATH_COUNTY
    assert not uow.rows(visible_appeals(clerk, open_appeals()))
    assert [one.id for one in uow.rows(visible_appeals(above, open_appeals()))] == [kept.id]
    for stranger in (clerk, make_staff(uow, path=PATH_OTHER)):
        with pytest.raises(NotAllowed):
            decide_appeal(acting(uow, stranger), kept, upheld=True, reason="看过了，证件清楚")
    with pytest.raises(Invalid):
        decide_appeal(acting(uow, above), kept, upheld=True, reason=" ")
    decide_appeal(acting(uow, above), kept, upheld=True, reason="照片看得清，请重新核验")
    assert (kept.state, kept.decided_by_id) == (AppealState.UPHELD, above.user_id)
    assert person.verification is VerificationState.UNVERIFIED
    assert verification_history(uow.session, person.id)[0].row.act is VerificationAct.REOPENED
    with pytest.raises(Conflict):
        decide_appeal(acting(uow, above), kept, upheld=False, reason="又看了一遍，还是这样")
    with pytest.raises(Conflict):
        appeal_verification(own, person, text=WORDS)


def test_nobody_decides_on_the_own_file(uow: UnitOfWork) -> None:
    person, clerk, above = town_and_county(uow)
    verify_person(acting(uow, clerk), person, approved=False, note="退役证照片看不清")
    kept = appeal_verification(acting(uow, actor_of_person(uow, person)), person, text=WORDS)
    person.user_id = above.user_id
    uow.session.flush()
    with pytest.raises(NotAllowed):
        decide_appeal(acting(uow, above), kept, upheld=True, reason="照片看得清，请重新核验")


def test_nobody_decides_on_the_own_refusal_and_a_dismissal_leaves_the_state(uow: UnitOfWork) -> None:
    person, _clerk, above = town_and_county(uow)
    verify_person(acting(uow, above), person, approved=False, note="退役证照片看不清")
    kept = appeal_verification(acting(uow, actor_of_person(uow, person)), person, text=WORDS)
    with pytest.raises(NotAllowed):
        decide_appeal(acting(uow, above), kept, upheld=False, reason="维持原来的结果")
    decide_appeal(acting(uow, make_staff(uow)), kept, upheld=False, reason="确实看不清，请带原件")
    assert person.verification is VerificationState.REFUSED


def test_the_queue_page_decides_in_place(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        get_person(uow.session, world.person_id).verification = VerificationState.UNVERIFIED
    sign_in(client, world.staff_id)
    assert "1 人等核验" in client.get("/staff/verification").text
    url = f"/staff/verification/{world.public_id}"
    answer = client.post(url, data={"decision": "ask"})
    assert answer.status_code == 422
    assert "请写明还差什么" in answer.text
    answer = client.post(url, data={"decision": "approve", "paper": "discharge", "tail": "1234", "seen": ["kind:TYJR"]})
    assert answer.status_code == 303
    assert "没有人等核验" in client.get("/staff/verification").text
    assert "尾号 1234" in client.get(f"/staff/people/{world.public_id}").text


def test_appeal_and_decision_on_the_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        verify_person(uow, get_person(uow.session, world.person_id), approved=False, note="请带退役证")
    sign_in(client, world.user_id)
    assert "申诉" in client.get("/me/verification").text
    assert client.post("/me/verification/appeal", data={"text": "不服"}).status_code == 422
    offer = client.post("/me/verification/appeal", data={"text": "我在91234部队服役八年，证件是真的"})
    assert "用系统改好的文字保存" in offer.text
    assert client.post("/me/verification/appeal", data={"text": WORDS}).status_code == 303
    assert "等上级处理" in client.get("/me/verification").text
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        public_id = uow.session.scalars(select(VerificationAppeal.public_id)).one()
    assert WORDS in client.get("/staff/verification/appeals").text
    url = f"/staff/verification/appeals/{public_id}"
    assert client.post(url, data={"decision": "dismiss", "reason": ""}).status_code == 422
    assert client.post(url, data={"decision": "dismiss", "reason": "原件确实看不清"}).status_code == 303
    sign_in(client, world.user_id)
    assert "原件确实看不清" in client.get("/me/verification").text


def test_the_queue_costs_the_same_for_two_and_for_nine(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    counts = []
    for extra in (2, 7):
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _ in range(extra):
                make_person(uow, verification=VerificationState.UNVERIFIED)
        client.get("/staff/verification")
        with counted(sqlite_runtime.database.engine) as seen:
            client.get("/staff/verification")
        counts.append(len(seen))
    assert counts[0] == counts[1]
