"""Acting in somebody's place with consent, claiming the file later, and organizations that are shut out."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.applications.models import Application
from jobmatch.applications.services.submitting import submit_application
from jobmatch.core.actors import Actor, system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.i18n import day_words
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.inviting import invite_person
from jobmatch.matching.policies import visible_open_people
from jobmatch.matching.services import recommend_people
from jobmatch.people.models.person import Person
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import current_kinds, get_person, person_of
from jobmatch.people.queries.proxies import has_proxy_consent, proxy_lines
from jobmatch.people.services.blocks import block_organization, unblock_organization
from jobmatch.people.services.claims import ask_claims, claim_file, release_claim
from jobmatch.people.services.filling import Filled, fill_file
from jobmatch.people.services.grants import record_grant
from jobmatch.people.services.people import KindClaim, register_person, save_basics, save_kinds
from jobmatch.people.services.proxies import end_consent, record_consent
from jobmatch.people.services.resume import save_education
from jobmatch.people.states import ClaimState, GrantField, GrantPurpose, ProxyScope
from tests.conftest import acting
from tests.factories import (
    COUNTY,
    PATH_OTHER,
    TOWN_A,
    actor_of_employer,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    phone,
)
from tests.people.help import make_world, sign_in

ID = "11010519491231002X"
SCAN = b"%PDF-1.7 synthetic " + b"x" * 300_000 + b" %%EOF"


def consent(uow: UnitOfWork, person: Person, clerk: Actor, *scopes: str, **values: Any) -> Any:
    given = {
        "way": "screen",
        "given_on": uow.today,
        "valid_until": uow.today + timedelta(days=90),
        "scopes": scopes or ("file",),
    } | values
    return record_consent(acting(uow, clerk), person, **given)


# ---------- consent ----------


def test_a_consent_is_for_one_clerk_one_thing_and_a_time(uow: UnitOfWork) -> None:
    person, clerk, other = make_person(uow), make_staff(uow), make_staff(uow)
    rows = consent(uow, person, clerk, "file", "apply", way="paper", note="原件在站里文件柜")
    assert [row.scope for row in rows] == [ProxyScope.FILE, ProxyScope.APPLY]
    assert has_proxy_consent(uow.session, person, clerk, ProxyScope.APPLY)
    assert not has_proxy_consent(uow.session, person, clerk, ProxyScope.DESK)
    assert not has_proxy_consent(uow.session, person, other, ProxyScope.APPLY)
    end_consent(acting(uow, actor_of_person(uow, person)), person, rows[1])
    end_consent(acting(uow, actor_of_person(uow, person)), person, rows[1])
    assert not has_proxy_consent(uow.session, person, clerk, ProxyScope.APPLY)
    line = next(one for one in proxy_lines(uow.session, person, uow.today) if one.consent.scope is ProxyScope.FILE)
    assert line.words == f"由 测试用户（测试服务站）代填，{day_words(uow.today)}，纸质同意书"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("scopes", {"scopes": ()}),
        ("scopes", {"scopes": ("all",)}),
        ("scopes", {"scopes": ("file", "nonsense")}),
        ("way", {"way": None}),
        ("given_on", {"given_on": None}),
        ("valid_until", {"valid_until": None}),
        ("note", {"way": "paper"}),
        ("note", {"way": "screen", "note": "在91234部队服役"}),
    ],
)
def test_a_consent_that_will_not_do(uow: UnitOfWork, field: str, values: dict[str, Any]) -> None:
    person, clerk = make_person(uow), make_staff(uow)
    with pytest.raises(Invalid) as caught:
        consent(uow, person, clerk, **values)
    assert set(caught.value.fields) == {field}
    with pytest.raises(Invalid):
        consent(uow, person, clerk, valid_until=uow.today + timedelta(days=800))
    with pytest.raises(NotAllowed):
        consent(uow, person, make_staff(uow, path=PATH_OTHER))


def test_writes_in_somebodys_place_carry_the_consent(uow: UnitOfWork) -> None:
    person, clerk = make_person(uow), make_staff(uow)
    with pytest.raises(Invalid):
        fill_file(acting(uow, clerk), get_person(uow.session, person.id), facts=Filled(is_told=True))
    (row,) = consent(uow, person, clerk)
    own = acting(uow, clerk)
    full = get_person(uow.session, person.id)
    with pytest.raises(Invalid) as caught:
        fill_file(own, full, facts=Filled(education_code="31"))
    assert set(caught.value.fields) == {"told"}
    facts = Filled(
        education_code="31", school="测试学院", skills=["SK002"], languages="英语", words="司机", is_told=True
    )
    fill_file(own, full, facts=facts)
    person = get_person(uow.session, person.id)
    assert (person.school, person.languages, person.skills[0].level) == ("测试学院", "英语", 3)
    save_education(acting(uow, actor_of_person(uow, person)), person, education_code="31")
    uow.session.flush()
    found = {
        entry.action: entry.detail.get("on_behalf")
        for entry in uow.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    }
    assert found["person.skills"] == found["person.strengths"] == row.public_id
    assert found["person.education"] is None
    assert proxy_lines(uow.session, person, uow.today)[0].used_at is not None


# ---------- applying ----------


def test_staff_apply_with_consent_and_the_person_sees_who(uow: UnitOfWork) -> None:
    person, clerk, posting = get_person(uow.session, make_person(uow).id), make_staff(uow), make_posting(uow)
    own = acting(uow, clerk)
    with pytest.raises(NotAllowed):
        submit_application(own, posting, person, consent=True)
    consent(uow, person, clerk, "apply")
    with pytest.raises(Invalid):
        submit_application(own, posting, person)
    sent = submit_application(own, posting, person, consent=True)
    assert sent.applied_by_id == clerk.user_id
    mine = submit_application(acting(uow, actor_of_person(uow, person)), make_posting(uow), person, consent=True)
    assert mine.applied_by_id is None
    with pytest.raises(NotAllowed):
        submit_application(acting(uow, make_staff(uow, path=PATH_OTHER)), make_posting(uow), person, consent=True)


# ---------- claiming ----------


def test_a_file_that_staff_filled_in_is_claimed_by_name_and_last_four(uow: UnitOfWork) -> None:
    make_station(uow)
    clerk = make_staff(uow)
    person = register_person(
        acting(uow, clerk), name="测试乙", phone=phone(), kinds=["TYJR"], region_code=TOWN_A, id_number=ID
    )
    assert person.claim_state is ClaimState.NONE
    consent(uow, person, clerk)
    assert person.claim_state is ClaimState.DUE
    own = acting(uow, actor_of_person(uow, person))
    assert not own.rows(visible_people(own.actor, select(Person)))
    assert person_of(uow.session, person.user_id or 0) is None
    with pytest.raises(NotAllowed):
        save_education(own, person, education_code="31")
    assert claim_file(own, person, name="测试丙", tail="002X") is ClaimState.DUE
    assert claim_file(own, person, name="测试乙", tail="002x") is ClaimState.NONE
    assert claim_file(own, person, name="", tail="") is ClaimState.NONE
    assert [one.id for one in own.rows(visible_people(own.actor, select(Person)))] == [person.id]


def test_three_wrong_answers_lock_until_the_station_looks(uow: UnitOfWork) -> None:
    person, clerk = make_person(uow, claim_state=ClaimState.DUE), make_staff(uow)
    person.id_number = ID
    own = acting(uow, actor_of_person(uow, person))
    states = [claim_file(own, person, name="测试甲", tail="1234") for _ in range(3)]
    assert states == [ClaimState.DUE, ClaimState.DUE, ClaimState.LOCKED]
    with pytest.raises(Conflict):
        claim_file(own, person, name="测试甲", tail="002X")
    for stranger in (own, acting(uow, make_staff(uow, path=PATH_OTHER))):
        with pytest.raises(NotAllowed):
            release_claim(stranger, person)
    release_claim(acting(uow, clerk), person)
    assert (person.claim_state, person.claim_tries) == (ClaimState.NONE, 0)


def test_a_number_unused_for_six_months_is_asked_again(uow: UnitOfWork) -> None:
    old, fresh, bare = (make_person(uow) for _ in range(3))
    old.id_number, fresh.id_number = ID, "110105199001010016"
    for person, days in ((old, 200), (fresh, 100), (bare, 200)):
        user = uow.session.get_one(User, person.user_id)
        user.created_at = person.created_at = uow.now - timedelta(days=400)
        user.last_sign_in_at = uow.now - timedelta(days=days)
    uow.session.flush()
    assert (ask_claims(uow), ask_claims(uow)) == (1, 0)
    assert [one.claim_state for one in (old, fresh, bare)] == [ClaimState.DUE, ClaimState.NONE, ClaimState.NONE]


# ---------- shut out ----------


def test_a_shut_out_employer_meets_the_person_nowhere(uow: UnitOfWork) -> None:
    person, other = make_person(uow, is_open_to_employers=True), make_person(uow, is_open_to_employers=True)
    employer = make_employer(uow)
    posting, member = make_posting(uow, employer), actor_of_employer(uow, employer)
    organization = uow.session.get_one(Organization, employer.organization_id)
    record_grant(
        uow,
        person,
        organization_id=organization.id,
        purpose=GrantPurpose.INVITATION,
        fields=[GrantField.NAME],
        valid_until=uow.today + timedelta(days=30),
        notice="同意",
    )
    own, theirs = acting(uow, actor_of_person(uow, person)), acting(uow, member)
    assert {one.person_id for one in recommend_people(theirs, posting)} == {person.id, other.id}
    block_organization(own, person, organization)
    block_organization(own, person, organization)
    assert {one.person_id for one in recommend_people(theirs, posting)} == {other.id}
    assert [one.id for one in theirs.rows(visible_open_people(member, select(Person)))] == [other.id]
    assert not theirs.rows(visible_people(member, select(Person)))
    with pytest.raises(Conflict):
        invite_person(theirs, posting, person)
    unblock_organization(own, person, organization)
    assert invite_person(theirs, posting, person)


# ---------- places ----------


def test_of_a_serving_soldiers_family_only_the_county_is_stored(uow: UnitOfWork) -> None:
    make_station(uow)
    clerk = make_staff(uow)
    family = register_person(
        acting(uow, clerk),
        name="测试丁",
        phone=phone(),
        kinds=["JS_PO"],
        region_code=TOWN_A,
        birth_on=uow.today.replace(1990),
    )
    assert (family.living_region_code, family.latitude) == (COUNTY, None)
    veteran = make_person(uow, living_region_code=TOWN_A, latitude=27.9, longitude=112.5)
    save_kinds(uow, veteran, claims=[KindClaim("TYJR", uow.today), KindClaim("SJJS", uow.today)])
    assert (veteran.living_region_code, veteran.latitude) == (COUNTY, None)
    point = {"latitude": 27.9, "longitude": 112.5}
    facts = {"name": "测试丁", "birth_on": None, "region_code": TOWN_A}
    save_basics(acting(uow, clerk), family, **facts, **point)  # type: ignore[arg-type]
    assert (family.living_region_code, family.latitude) == (COUNTY, None)
    save_basics(acting(uow, actor_of_person(uow, family)), family, **facts, **point)  # type: ignore[arg-type]
    assert (family.living_region_code, family.latitude) == (COUNTY, 27.9)
    assert current_kinds(get_person(uow.session, family.id), uow.today)


def test_the_office_of_resettlement_reads_and_does_not_write(uow: UnitOfWork) -> None:
    person = make_person(uow, path=PATH_OTHER, living_region_code="130102", resettled_region_code=TOWN_A)
    clerk = make_staff(uow)
    own = acting(uow, clerk)
    assert [one.id for one in own.rows(visible_people(clerk, select(Person)))] == [person.id]
    with pytest.raises(NotAllowed):
        save_education(own, person, education_code="31")
    with pytest.raises(NotAllowed):
        consent(uow, person, clerk)


# ---------- pages ----------


def test_consent_filling_and_applying_from_the_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        posting_id = make_posting(uow).public_id
        day, until = uow.today.isoformat(), (uow.today + timedelta(days=60)).isoformat()
    sign_in(client, world.staff_id)
    base = f"/staff/people/{world.public_id}"
    assert "先记下同意" in client.get(f"{base}/apply").text
    data = {"scopes": ["file", "apply"], "way": "paper", "given_on": day, "valid_until": until}
    assert client.post(f"{base}/proxies", data=data).status_code == 422
    script = b"%PDF-1.7 /OpenAction << /S /JavaScript /JS (1) >> %%EOF"
    for name, content in (("x.pdf", b"MZ renamed program"), ("x.pdf", script), ("x.exe", SCAN)):
        wrong = client.post(f"{base}/proxies", data={**data, "paper": (io.BytesIO(content), name)})
        assert (wrong.status_code, "paper-err" in wrong.text) == (422, True), name
    data["paper"] = (io.BytesIO(SCAN), "同意书.pdf")  # type: ignore[assignment]
    assert client.post(f"{base}/proxies", data=data, content_type="multipart/form-data").status_code == 303
    text = client.get(f"{base}/proxies").text
    assert "纸质同意书" in text
    assert "代报培训" in text
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        line = proxy_lines(uow.session, get_person(uow.session, world.person_id), uow.today)[0].consent.public_id
    paper = client.get(f"{base}/proxies/{line}/paper")
    assert paper.data == SCAN
    assert "attachment" in paper.headers["Content-Disposition"]
    assert client.get(f"{base}/proxies/{line}/receipt.pdf").data.startswith(b"%PDF")
    assert client.get(f"{base}/fill").status_code == 200
    filled = {"education_code": "31", "licences": ["B2"], "strengths": "在91234部队打篮球", "told": "y"}
    answer = client.post(f"{base}/fill", data=filled)
    assert answer.status_code == 422
    assert "用系统改好的文字保存" in answer.text
    assert client.post(f"{base}/fill", data=filled | {"accept_masked": "y"}).status_code == 303
    assert "代投" in client.get(f"{base}/apply").text
    url = f"{base}/apply/{posting_id}"
    assert client.get(url).status_code == 200
    assert client.post(url, data={"contact_time": "any"}).status_code == 422
    sent = client.post(url, data={"contact_time": "any", "consent": "y"})
    assert sent.status_code == 303
    sign_in(client, world.user_id)
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        application = uow.session.scalars(select(Application.public_id)).one()
    assert "测试用户（服务站）代投" in client.get(f"/me/applications/{application}").text
    assert "代填" in client.get("/me").text
    assert client.get(f"/me/proxies/{line}/receipt.pdf").data.startswith(b"%PDF")
    assert client.post(f"/me/proxies/{line}/end").status_code == 303
    assert "已停止或到期" in client.get("/me/proxies").text


def test_the_claim_page_counts_wrong_answers(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = get_person(uow.session, world.person_id)
        person.id_number, person.claim_state = ID, ClaimState.DUE
    sign_in(client, world.user_id)
    for path in ("/me", "/me/start"):
        assert client.get(path).location == "/me/claim"
    assert client.get("/me/basics").status_code == 404
    assert client.get("/me/applications").status_code == 200
    assert "还可以试 3 次" in client.get("/me/claim").text
    for _ in range(2):
        assert client.post("/me/claim", data={"name": "测试甲", "tail": "1111"}).location == "/me/claim"
    assert "还可以试 1 次" in client.get("/me/claim").text
    client.post("/me/claim", data={"name": "测试甲", "tail": "1111"})
    assert "到服务站核对" in client.get("/me/claim").text
    sign_in(client, world.staff_id)
    assert client.post(f"/staff/people/{world.public_id}/release-claim").status_code == 303
    sign_in(client, world.user_id)
    assert client.get("/me").status_code == 200


def test_shutting_an_employer_out_on_the_page(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        employer = make_employer(uow, name="测试机械厂")
        public_id = uow.session.get_one(Organization, employer.organization_id).public_id
    sign_in(client, world.user_id)
    assert "测试机械厂" in client.get("/me/privacy/blocks?q=机械").text
    assert "测试机械厂" not in client.get("/me/privacy/blocks?q=机").text
    assert client.post(f"/me/privacy/blocks/{public_id}/add").status_code == 303
    assert "1 家单位看不到我" in client.get("/me/privacy/blocks").text
    assert "测试机械厂" in client.get("/me/privacy").text
    assert client.post(f"/me/privacy/blocks/{public_id}/remove").status_code == 303
    client.get("/me/privacy")
    assert "测试机械厂" not in client.get("/me/privacy").text
