"""The pages of the room in the browser of each audience."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.casework.plans.services.referrals import record_hardship
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.job_rows import Job
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.consents import Consent
from jobmatch.people.models.person import Person
from jobmatch.people.services.people import record_read
from jobmatch.people.states import ClaimState
from jobmatch.privacy.models import Breach, ImpactAssessment, Merge, NoticeAcceptance, RightsRequest
from jobmatch.privacy.services.rights import ask
from jobmatch.privacy.states import RequestKind
from tests.conftest import acting
from tests.factories import (
    PATH_COUNTY,
    PATH_OTHER,
    actor_of_employer,
    make_person,
    make_posting,
    make_staff,
    make_station,
    make_user,
)
from tests.people.help import World, counted, make_world, sign_in

SYSTEM = system_actor("tests")
NOTICE = "本平台由测试县退役军人事务局运营，收集姓名、手机号、服役经历，用于就业服务。您可以查阅、更正、注销。" * 2


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    return make_world(sqlite_runtime)


def as_role(client: FlaskClient, runtime: Runtime, role: Role) -> int:
    with runtime.unit(SYSTEM) as uow:
        organization = make_station(uow) if role is Role.STATION_STAFF else None
        user_id = make_user(uow, role, organization=organization).id
    sign_in(client, user_id)
    return user_id


def row(runtime: Runtime, model: type) -> object:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.scalars(select(model)).first()


MINE = ("rights", "consents", "seen", "correct", "erase")


def test_own_pages_open_and_are_linked(client: FlaskClient, world: World) -> None:
    sign_in(client, world.user_id)
    assert "/me/privacy/rights" in client.get("/me").text
    for name in MINE:
        answer = client.get(f"/me/privacy/{name}")
        assert answer.status_code == 200, name
        assert len(answer.data) < 40_000


def test_requests_about_a_file_that_has_to_be_claimed_are_hidden(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.user_id)
    client.post("/me/privacy/correct", data={"field": "name", "words": "名字写错了一个字"})
    with sqlite_runtime.unit(SYSTEM) as uow:
        asked = uow.session.scalars(select(RightsRequest.public_id)).one()
        uow.session.scalars(select(Person).where(Person.user_id == world.user_id)).one().claim_state = ClaimState.DUE
    for name in (*MINE, "export"):
        assert client.get(f"/me/privacy/{name}").status_code == 404, name
    assert client.post(f"/me/privacy/requests/{asked}/withdraw").status_code == 404


def test_own_export_is_a_file_in_both_forms(client: FlaskClient, world: World) -> None:
    sign_in(client, world.user_id)
    answer = client.get("/me/privacy/export?as=json")
    assert answer.json is not None
    assert answer.json["person"] == world.public_id
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    printed = client.get("/me/privacy/export")
    assert printed.data.startswith(b"%PDF")


def test_withdrawing_takes_effect_with_the_answer(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        posting = make_posting(uow)
        employer, posting_id = actor_of_employer(uow, posting.employer), posting.public_id
    page = f"/employer/postings/{posting_id}/people"
    for given in ("1", "0"):
        sign_in(client, world.user_id)
        answer = client.post("/me/privacy/consents/employers", data={"given": given}, follow_redirects=True)
        assert ("已同意" if given == "1" else "已撤回") in answer.text
        sign_in(client, employer.user_id or 0)
        assert (world.public_id in client.get(page).text) is (given == "1")
    sign_in(client, world.user_id)
    sqlite_runtime.buffer.flush()
    assert "测试物流" in client.get("/me/privacy/seen").text
    for purpose in ("policy_messages", "research", "recommendation"):
        client.post(f"/me/privacy/consents/{purpose}", data={"given": "1"})
    assert client.post("/me/privacy/consents/nonsense").status_code == 404
    client.post("/me/privacy/consents/file", data={"given": "1"})
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        lines = uow.session.scalars(select(Consent.purpose).order_by(Consent.id)).all()
    assert lines == ["employers", "employers", "policy_messages", "research", "recommendation"]


def test_a_person_sees_who_looked_and_not_who_it_was(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        record_read(acting(uow, make_staff(uow)), person)
    sign_in(client, world.user_id)
    text = client.get("/me/privacy/seen").text
    assert "测试服务站" in text
    assert "查看个人档案" in text
    assert "测试用户" not in text.split("<main")[1].split("</main")[0]
    with sqlite_runtime.unit(SYSTEM) as uow:
        for _n in range(20):
            record_read(acting(uow, make_staff(uow)), uow.session.get_one(Person, world.person_id))
    client.get("/me/privacy/seen")
    with counted(sqlite_runtime.database.engine) as seen:
        client.get("/me/privacy/seen")
    assert len(seen) < 14


def test_a_correction_goes_round(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.user_id)
    assert client.post("/me/privacy/correct", data={"field": "", "words": ""}).status_code == 422
    assert client.post("/me/privacy/correct", data={"field": "name", "words": "短"}).status_code == 422
    words = "名字里的字写错了"
    assert client.post("/me/privacy/correct", data={"field": "name", "words": words}).status_code == 303
    found = row(sqlite_runtime, RightsRequest)
    assert isinstance(found, RightsRequest)
    sign_in(client, world.staff_id)
    assert "更正个人信息" in client.get("/staff/rights").text
    page = f"/staff/rights/{found.public_id}"
    assert words in client.get(page).text
    assert client.post(page, data={"decision": "no", "answer": ""}).status_code == 422
    assert client.post(page, data={"decision": "no", "answer": "身份证上就是这个字"}).status_code == 303
    sign_in(client, world.user_id)
    assert "身份证上就是这个字" in client.get("/me/privacy/rights").text


def test_erasing_goes_round(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.user_id)
    assert "封存 3 年" in client.get("/me/privacy/erase").text
    client.post("/me/privacy/erase")
    found = row(sqlite_runtime, RightsRequest)
    assert isinstance(found, RightsRequest)
    withdrawn = client.post(f"/me/privacy/requests/{found.public_id}/withdraw", follow_redirects=True)
    assert "已撤回" in withdrawn.text
    sign_in(client, world.staff_id)
    assert client.get(f"/staff/people/{world.public_id}/rights").status_code == 200
    there = client.post(f"/staff/people/{world.public_id}/rights", data={"kind": "erase"}).headers["Location"]
    assert client.post(there, data={"decision": "yes"}).status_code == 303
    assert client.get(f"/staff/people/{world.public_id}").status_code == 404
    assert "测试甲" not in client.get(there).text
    assert "已注销" in client.get("/staff/rights").text
    assert client.post(f"{there}/frozen", data={"reason": ""}).status_code == 422
    opened = client.post(f"{there}/frozen", data={"reason": "劳动监察依法调取"}).text
    assert "测试甲" in opened
    assert "封存到" in opened


def test_an_access_request_is_printed_at_the_window(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    sign_in(client, world.staff_id)
    there = client.post(f"/staff/people/{world.public_id}/rights", data={"kind": "access"}).headers["Location"]
    assert client.get(f"{there}/export").data.startswith(b"%PDF")
    answer = client.get(f"{there}/export?as=json")
    assert answer.json is not None
    assert answer.json["person"] == world.public_id


def test_hardship_is_in_a_copy_from_the_window_only_with_a_reason_that_is_kept(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        record_hardship(uow, person, kind="low_income", valid_from=uow.today, note="KANARI-HARDSHIP")
    sign_in(client, world.staff_id)
    there = client.post(f"/staff/people/{world.public_id}/rights", data={"kind": "access"}).headers["Location"]
    assert "KANARI-HARDSHIP" not in client.get(f"{there}/export?as=json").text
    assert "里面不带困难情况" in client.get(there).text
    wrong = client.post(f"{there}/export", data={"reason": "看看"})
    assert (wrong.status_code, "至少 4 个字" in wrong.text) == (422, True)
    whole = client.post(f"{there}/export", data={"reason": "本人要求全部打印", "as": "json"})
    assert "KANARI-HARDSHIP" in whole.text
    assert client.post(f"{there}/export", data={"reason": "本人要求全部打印"}).data.startswith(b"%PDF")
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        query = select(AuditEntry.action, AuditEntry.reason).where(
            AuditEntry.action.in_(("person.export", "hardship.read"))
        )
        kept = [tuple(row) for row in uow.session.execute(query.order_by(AuditEntry.id))]
    both = [("person.export", "本人要求全部打印"), ("hardship.read", "本人要求全部打印")]
    assert kept == [("person.export", ""), *both, *both]
    sign_in(client, world.user_id)
    assert "KANARI-HARDSHIP" in client.get("/me/privacy/export?as=json").text


def test_the_list_of_requests_costs_the_same_for_two_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    sign_in(client, world.staff_id)
    counts = []
    for more in (2, 16):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for _n in range(more):
                ask(uow, make_person(uow), RequestKind.ACCESS)
        client.get("/staff/rights")
        with counted(sqlite_runtime.database.engine) as seen:
            client.get("/staff/rights")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_two_files_are_joined_and_come_apart_again(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        other = make_person(uow, name="测试同人", with_user=False, phone="19900099999").public_id
        far = make_person(uow, path=PATH_OTHER, living_region_code="130102").public_id
    sign_in(client, world.staff_id)
    page = f"/staff/people/{world.public_id}/merge/{other}"
    text = client.get(page).text
    assert "测试同人" in text
    assert "19900099999" not in text
    assert "两份一样的" in text
    assert client.get(f"/staff/people/{world.public_id}/merge/{far}").status_code == 404
    versions = text.split('name="versions" value="')[1].split('"')[0]
    given = {"versions": versions, "pick_name": "source", "reason": "本人带身份证来窗口确认"}
    assert client.post(page, data={**given, "reason": ""}).status_code == 422
    assert client.post(page, data={**given, "versions": "9,9"}).status_code == 409
    assert client.post(page, data={**given, "versions": "x"}).status_code == 409
    done = client.post(page, data=given)
    assert done.status_code == 303
    assert client.get(f"/staff/people/{other}").status_code == 404
    assert "测试同人" in client.get(f"/staff/people/{world.public_id}").text
    assert "已合并" in client.get("/staff/merges").text
    undone = client.post(done.headers["Location"], follow_redirects=True)
    assert "两份档案都恢复了" in undone.text
    assert client.get(f"/staff/people/{other}").status_code == 200
    merge = row(sqlite_runtime, Merge)
    assert isinstance(merge, Merge)
    assert merge.undone_at is not None


def test_a_notice_has_versions_and_each_is_accepted(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    assert client.get("/privacy-notice").status_code == 200
    as_role(client, sqlite_runtime, Role.SECURITY_ADMIN)
    page = "/admin/privacy/notices"
    for version, changes in ((1, ""), (2, "增加了合并档案的说明")):
        data = {"body": NOTICE, "changes": changes, "valid_from": "2026-11-21"}
        assert client.post(page, data=data).status_code == 303, version
    assert client.post(page, data={"body": "短", "changes": "", "valid_from": "2020-01-01"}).status_code == 422
    sign_in(client, world.user_id)
    assert "增加了合并档案的说明" in client.get("/me").text
    assert client.post("/privacy-notice/accept").status_code == 303
    client.post("/privacy-notice/accept")
    assert "隐私说明有新的一版" not in client.get("/me").text
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(NoticeAcceptance.user_id)).all() == [world.user_id]
    client.post("/me/privacy/consents/research", data={"given": "1"})
    found = row(sqlite_runtime, Consent)
    assert isinstance(found, Consent)
    assert found.notice_version == 2


def test_an_assessment_is_kept_and_printed(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    as_role(client, sqlite_runtime, Role.SECURITY_ADMIN)
    page = "/admin/privacy/assessments"
    data = {
        "title": "推荐岗位的自动化决策",
        "purpose": "按简历给岗位排序",
        "necessity": "帮助就业，属于法定职责",
        "risks": "排序不公平｜中｜不看性别和年龄\n看到别人的信息|高|加密和权限",
        "conclusion": "可以处理",
        "author": "测试员",
        "assessed_on": "2026-11-20",
    }
    for version in (1, 2):
        there = client.post(page, data=data).headers["Location"]
        assert f"第 {version} 版" in client.get(there).text
    assert client.post(page, data={**data, "risks": "没有分开"}).status_code == 422
    assert client.post(page, data={**data, "assessed_on": "2999-01-01"}).status_code == 422
    assert client.get(f"{there}/print").data.startswith(b"%PDF")
    found = row(sqlite_runtime, ImpactAssessment)
    assert isinstance(found, ImpactAssessment)
    assert len(found.risks) == 2


def test_an_incident_gives_counts_to_the_admin_and_names_to_the_station(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        thief = make_staff(uow)
        record_read(acting(uow, thief), uow.session.get_one(Person, world.person_id))
        make_person(uow, name="测试无关")
        login = thief.public_id
    as_role(client, sqlite_runtime, Role.SECURITY_ADMIN)
    page = "/admin/privacy/breaches"
    data = {
        "title": "账号外借",
        "what": "有人借用账号看档案",
        "starts_at": "2026-11-20T08:00",
        "ends_at": "2026-11-21T10:00",
    }
    assert client.post(page, data=data).status_code == 422
    assert client.post(page, data={**data, "login": "nobody"}).status_code == 422
    there = client.post(page, data={**data, "login": login}).headers["Location"]
    text = client.get(there).text
    assert "1 人" in text
    assert "测试甲" not in text
    for act in ("stop", "evidence", "scope", "authority", "people", "repair", "review"):
        assert client.get(there).text.count("做完了") > 0
        client.post(f"{there}/{act}", data={"note": "已办"})
    found = row(sqlite_runtime, Breach)
    assert isinstance(found, Breach)
    assert found.closed_at is not None
    assert client.get(f"/staff/breaches/{found.public_id}").status_code == 403
    sign_in(client, world.staff_id)
    names = client.get(f"/staff/breaches/{found.public_id}").data.decode("utf-8-sig")
    assert "测试甲" in names
    assert "测试无关" not in names
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER).user_id
        assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "privacy.breach_names")).one()
    sign_in(client, far or 0)
    assert client.get(f"/staff/breaches/{found.public_id}").status_code == 404


def test_rotation_is_asked_for_once(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    as_role(client, sqlite_runtime, Role.SECURITY_ADMIN)
    assert "只能打开旧的内容" not in client.get("/admin/privacy/keys").text
    client.post("/admin/privacy/keys")
    client.post("/admin/privacy/keys")
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert len(uow.session.scalars(select(Job).where(Job.name == "privacy.rotate_keys")).all()) == 1


def test_the_operator_is_public(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        make_station(uow, path=PATH_COUNTY, name="测试县服务中心", phone="0731-1234567")
    text = client.get("/operator").text
    assert "测试县服务中心" in text
    assert "0731-1234567" in text
