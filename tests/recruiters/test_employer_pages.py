"""Pages of employers: signing up, the profile, vetting, and what everybody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.privacy.queries.organizations import employer_twins
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer, load_full
from recruiters.employers.services.employers import EmployerInput, import_employers, record_hired
from recruiters.employers.services.reputation import record_reputation
from recruiters.employers.states import EmployerKind, VettingState
from recruiters.postings.states import PostingState
from tests.factories import COUNTY, make_paper, make_posting, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.recruiters.test_employer_services import credit_code

CODE = credit_code("N2430382MF1234567")


@pytest.fixture
def outbox() -> Iterator[list[str]]:
    sent: list[str] = []
    ports.use_gateway(lambda _phone, text: sent.append(text))
    yield sent
    ports.use_gateway(None)


def _given(**changes: str) -> dict[str, str]:
    return {
        "organization_name": "测试村集体经济合作社",
        "credit_code": f"{CODE[:8]} {CODE[8:].lower()}",
        "region_code": COUNTY,
        "name": "测试经办人",
        "phone": "199 0000 9001",
        "password": "橘子树下第三条板凳很凉快",
    } | changes


def _stations(runtime: Runtime) -> None:
    with runtime.unit(system_actor("tests")) as uow:
        make_station(uow, region_code=COUNTY)


def _code(client: Any, outbox: list[str], **changes: str) -> str:
    text_of(client.post("/sign-up/employer", data=_given(send="1", **changes)))
    found = re.search(r"\d{6}", outbox[-1])
    assert found
    return found.group()


def test_an_employer_signs_up_and_lands_on_its_profile(sqlite_runtime: Runtime, app: Any, outbox: list[str]) -> None:
    _stations(sqlite_runtime)
    client = app.test_client()
    text_of(client.get("/sign-up/employer"))
    code = _code(client, outbox)
    answer = client.post("/sign-up/employer", data=_given(code=code))
    assert answer.status_code == 303
    page = text_of(client.get(answer.headers["Location"]))
    assert "单位资料，还差 5 项" in page
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        employer = uow.session.scalars(select(Employer)).one()
        assert (employer.kind, employer.vetting) == (EmployerKind.RURAL_COLLECTIVE, VettingState.DRAFT)
        assert uow.session.get_one(Organization, employer.organization_id).credit_code == CODE
        user = uow.session.scalars(select(User)).one()
        assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"credit_code": "914303820000000000"}, "校验位对不上"),
        ({"credit_code": ""}, "请填写 18 位代码"),
        ({"organization_name": ""}, "请填单位的全称"),
        ({"organization_name": "腾讯АБ有限公司"}, "不能用的字符"),
        ({"region_code": ""}, "请选单位所在的地区"),
        ({"password": "123"}, "12"),
        ({"code": "000000"}, "验证码"),
    ],
)
def test_a_wrong_sign_up_keeps_what_was_typed_and_makes_nothing(
    sqlite_runtime: Runtime, app: Any, outbox: list[str], changes: dict[str, str], words: str
) -> None:
    _stations(sqlite_runtime)
    client = app.test_client()
    code = _code(client, outbox)
    page = text_of(client.post("/sign-up/employer", data=_given(code=code) | changes), 422)
    assert words in page
    assert "测试经办人" in page
    assert "橘子树下" not in page
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        assert uow.session.scalars(select(Employer)).all() == []
        assert uow.session.scalars(select(User)).all() == []


def test_a_registered_credit_code_is_told(sqlite_runtime: Runtime, app: Any, outbox: list[str]) -> None:
    _stations(sqlite_runtime)
    first, second = app.test_client(), app.test_client()
    assert first.post("/sign-up/employer", data=_given(code=_code(first, outbox))).status_code == 303
    other = {"phone": "19900009002"}
    code = _code(second, outbox, **other)
    page = text_of(second.post("/sign-up/employer", data=_given(code=code, **other)), 422)
    assert "这个代码已经登记过" in page


def _imported(runtime: Runtime, **changes: Any) -> int:
    """An employer of an import with the code of ``_given``, and what was stored about it."""
    given = _given(code="")
    with runtime.unit(system_actor("tests")) as uow:
        wanted = EmployerInput(
            given["organization_name"], "1", EmployerKind.PRIVATE, None, CODE, "王联系", "19900008888"
        )
        (employer,) = import_employers(uow, "测试来源", [wanted])
        assert isinstance(employer, Employer)
        for name, value in changes.items():
            setattr(employer, name, value)
        make_posting(uow, employer, title="导入的岗位", state=PostingState.IMPORTED)
        return employer.id


def test_an_imported_employer_nobody_joined_is_claimed_once_and_shows_nothing_stored(
    sqlite_runtime: Runtime, app: Any, outbox: list[str]
) -> None:
    _stations(sqlite_runtime)
    imported_id = _imported(sqlite_runtime)
    first, second = app.test_client(), app.test_client()
    assert first.post("/sign-up/employer", data=_given(code=_code(first, outbox))).status_code == 303
    for path in ("/employer/profile", "/employer/postings", "/employer/postings?tab=all", "/"):
        page = text_of(first.get(path))
        assert not any(words in page for words in ("王联系", "19900008888", "导入的岗位"))
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        old, new = uow.session.scalars(load_full(select(Employer).order_by(Employer.id))).all()
        assert (old.id, old.organization.credit_code) == (imported_id, None)
        assert (new.vetting, new.organization.credit_code) == (VettingState.DRAFT, CODE)
        # The office sees the pair, and joins it once it has vetted the newcomer.
        assert [(row[0].id, row[1].id) for row in uow.session.execute(employer_twins())] == [(old.id, new.id)]
    other = {"phone": "19900009002"}
    page = text_of(second.post("/sign-up/employer", data=_given(code=_code(second, outbox, **other), **other)), 422)
    assert "这个代码已经登记过" in page


@pytest.mark.parametrize("why", ["vetted", "refused", "joined", "another name"])
def test_what_is_not_free_is_not_claimed(sqlite_runtime: Runtime, app: Any, outbox: list[str], why: str) -> None:
    _stations(sqlite_runtime)
    state = {"vetted": VettingState.VETTED, "refused": VettingState.REFUSED}.get(why, VettingState.DRAFT)
    employer_id = _imported(sqlite_runtime, vetting=state)
    if why == "joined":
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            organization = get_employer(uow.session, employer_id).organization
            make_user(uow, Role.EMPLOYER_MEMBER, organization=organization)
    client = app.test_client()
    changes = {"organization_name": "测试别的名字合作社"} if why == "another name" else {}
    page = text_of(client.post("/sign-up/employer", data=_given(code=_code(client, outbox), **changes)), 422)
    assert "这个代码已经登记过" in page


def _profile(office: Office, **changes: str) -> dict[str, str]:
    with office.unit() as uow:
        version = str(get_employer(uow.session, office.employer_id).version)
    return {
        "version": version,
        "kind": "private",
        "industry_code": "G",
        "staff_count": "２６",
        "intro": "从事县内配送。",
        "region_code": COUNTY,
        "address": "物流园 3 号",
        "contact_name": "测试联系人",
        "contact_phone": "0731-5555 5555",
        "permit_number": "",
    } | changes


def _employer(office: Office) -> Employer:
    with office.unit() as uow:
        return get_employer(uow.session, office.employer_id)


@pytest.fixture
def fresh(sqlite_runtime: Runtime, app: Any) -> Office:
    """An employer whose papers are not handed in."""
    office = open_office(sqlite_runtime, app, vetted=False)
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id)
        employer.vetting = VettingState.DRAFT
        employer.organization.credit_code = credit_code("91430382MA1234567")
    return office


def test_a_profile_is_saved_submitted_and_approved(fresh: Office) -> None:
    member = fresh.member
    assert member.post("/employer/profile/submit").status_code == 303
    assert "还没有填" in text_of(member.get("/employer/profile"))
    assert member.post("/employer/profile", data=_profile(fresh)).status_code == 303
    employer = _employer(fresh)
    assert (employer.staff_count, employer.industry_code) == (26, "G")
    assert "营业执照或登记证书的照片" in text_of(member.get("/employer/profile"))
    with fresh.unit() as uow:
        make_paper(uow, get_employer(uow.session, fresh.employer_id))
    assert member.post("/employer/profile/submit").status_code == 303
    assert _employer(fresh).vetting is VettingState.WAITING
    assert member.post("/employer/profile/submit").status_code == 409
    public_id = employer.public_id
    assert fresh.client().get(f"/employers/{public_id}").status_code == 404
    assert "1 家单位等审核" in text_of(fresh.clerk.get("/staff/employers"))
    answer = fresh.clerk.post(f"/staff/employers/{public_id}", data={f"{public_id}-action": "approve"})
    assert answer.status_code == 303
    assert _employer(fresh).vetting is VettingState.VETTED
    assert "资质已审核" in text_of(fresh.client().get(f"/employers/{public_id}"))


def test_a_wrong_profile_keeps_what_was_typed(fresh: Office) -> None:
    wrong = _profile(fresh, contact_phone="12", is_agency="y", intro="新介绍")
    page = text_of(fresh.member.post("/employer/profile", data=wrong), 422)
    assert "手机号" in page
    assert "新介绍" in page
    page = text_of(fresh.member.post("/employer/profile", data=_profile(fresh, is_agency="y")), 422)
    assert "请填人力资源服务许可证编号" in page
    stale = _profile(fresh, version="99")
    assert fresh.member.post("/employer/profile", data=stale).status_code == 409
    assert _employer(fresh).intro == ""


def test_refusing_in_the_queue_needs_a_reason_and_is_told_to_the_employer(sqlite_runtime: Runtime, app: Any) -> None:
    office = open_office(sqlite_runtime, app, vetted=False)
    public_id = _employer(office).public_id
    data = {f"{public_id}-action": "refuse", f"{public_id}-note": "请带原件"}
    page = text_of(office.clerk.post(f"/staff/employers/{public_id}", data=data), 422)
    assert "请选一个原因" in page
    assert "请选审核结果" in text_of(office.clerk.post(f"/staff/employers/{public_id}"), 422)
    for action in ("submit", "restore", "nothing"):
        answer = office.clerk.post(f"/staff/employers/{public_id}", data={f"{public_id}-action": action})
        assert answer.status_code == 409
    data[f"{public_id}-reason_code"] = "er_identity"
    assert office.clerk.post(f"/staff/employers/{public_id}", data=data).status_code == 303
    page = text_of(office.member.get("/employer/profile"))
    assert "单位名称和证照不一致" in page
    assert "请带原件" in page
    again = office.clerk.post(f"/staff/employers/{public_id}", data=data)
    assert again.status_code == 409


def test_every_button_of_the_queue_says_what_it_does(sqlite_runtime: Runtime, app: Any) -> None:
    office = open_office(sqlite_runtime, app, vetted=False)
    for path in ("/staff/employers", f"/staff/employers/{_employer(office).public_id}"):
        page = text_of(office.clerk.get(path))
        decisions = re.findall(r'<button type="submit"[^>]* name="[^"]*-action" value="(\w+)">([^<]+)</button>', page)
        assert decisions == [("approve", "通过"), ("ask_more", "请单位补材料"), ("refuse", "不通过"), ("defer", "暂缓")]
        assert "确定" not in page


def test_whoever_registered_an_employer_is_asked_to_leave_it_to_another(sqlite_runtime: Runtime, app: Any) -> None:
    office = open_office(sqlite_runtime, app, vetted=False)
    with office.unit() as uow:
        get_employer(uow.session, office.employer_id).created_by_id = office.clerk_id
    public_id = _employer(office).public_id
    assert "请另一位同事审核" in text_of(office.clerk.get("/staff/employers"))
    answer = office.clerk.post(f"/staff/employers/{public_id}", data={f"{public_id}-action": "approve"})
    assert answer.status_code == 403


def test_staff_elsewhere_and_strangers_see_nothing(sqlite_runtime: Runtime, app: Any) -> None:
    office = open_office(sqlite_runtime, app, vetted=False)
    public_id = _employer(office).public_id
    assert office.client().get(f"/employers/{public_id}").status_code == 404
    assert office.client().get("/employers/zz22zz22zz22zz22").status_code == 404
    assert office.member.get("/staff/employers").status_code == 403
    with office.unit() as uow:
        get_employer(uow.session, office.employer_id).region_path = "/13/1301/130102/"
    assert office.clerk.get(f"/staff/employers/{public_id}").status_code == 404


def test_the_public_page_shows_only_real_numbers(office: Office) -> None:
    public_id = _employer(office).public_id
    page = text_of(office.client().get(f"/employers/{public_id}"))
    assert "回复率" not in page
    assert "用人单位自主招聘" in page
    with office.unit() as uow:
        record_hired(uow, office.employer_id, 2)
        counts = {"due_count": 12, "answered_count": 9, "answer_days": 2.4}
        window = (uow.today, uow.today)
        record_reputation(uow, office.employer_id, window=window, shrunk_rate=0.75, counts=counts)
    page = text_of(office.client().get(f"/employers/{public_id}"))
    assert "近半年收到 12 份，回复了 75%" in page
    assert "一般 2 天内回复" in page
    assert "2 人" in page


def test_searching_all_employers(office: Office) -> None:
    name = _employer(office).organization.name
    assert name in text_of(office.clerk.get("/staff/employer-base?q=物流"))
    assert "没有符合的单位" in text_of(office.clerk.get("/staff/employer-base?q=没有"))
    assert "没有到期要复核的单位" in text_of(office.clerk.get("/staff/employers?queue=recheck"))
