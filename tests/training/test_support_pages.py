"""The pages of supports through the client: the office's, the founder's, everybody's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.sheets import read_lines
from jobmatch.people.models.person import Person
from tests.factories import PATH_COUNTY, PATH_OTHER, make_person
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_parks import make_venture
from tests.training.help_support import approved, make_policy, make_support, noticed
from training.incubation.support.models import SupportPaper, SupportPayment, SupportPolicy, VentureSupport
from training.incubation.support.states import SupportState

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def states(office: Office) -> list[SupportState]:
    with office.unit() as uow:
        return list(uow.session.scalars(select(VentureSupport.state).order_by(VentureSupport.id)))


def test_a_policy_is_written_and_a_support_goes_all_its_way(office: Office) -> None:
    facts = {"kind_code": "IS07", "title": "一次性创业补贴", "basis": "测试发〔2026〕1 号", "valid_from": "2026-01-01"}
    facts |= {"most_yuan": "1 万", "notice_days": "0"}
    assert office.clerk.post("/staff/supports/policies/new", data=facts).status_code == 303
    with office.unit() as uow:
        policy = uow.session.scalars(select(SupportPolicy)).one()
        assert (policy.most_yuan, policy.region_path) == (10_000, PATH_COUNTY)
        venture, chosen = make_venture(uow).public_id, policy.public_id
    url = f"/staff/ventures/{venture}/supports/new"
    assert "一次性创业补贴" in text_of(office.clerk.get(url))
    page = text_of(office.clerk.post(url, data={"policy": chosen, "yuan": ""}), 422)
    assert "请填申请的金额" in page
    answer = office.clerk.post(url, data={"policy": chosen, "yuan": "5000"})
    support = answer.headers["Location"]
    assert office.clerk.post(f"{support}/approve", data={"yuan": "6000"}).status_code == 422
    assert office.clerk.post(f"{support}/approve", data={"yuan": "5000"}).status_code == 303
    assert office.clerk.post(f"{support}/approve", data={"yuan": "5000"}).status_code in {409, 422}
    over = office.clerk.post(f"{support}/pay", data={"yuan": "5001", "on": "2026-11-21", "voucher": "记-1"})
    assert "最多再付 5000 元" in text_of(over, 422)
    paid = office.clerk.post(f"{support}/pay", data={"yuan": "5000", "on": "2026-11-21", "voucher": "记-1"})
    assert paid.status_code == 303 and states(office) == [SupportState.PAID]
    assert "已兑现" in text_of(office.clerk.get(support))


def test_a_payment_of_today_can_be_taken_back_from_the_page(office: Office) -> None:
    with office.unit() as uow:
        support = approved(uow)
        url = f"/staff/supports/{support.public_id}"
    office.clerk.post(f"{url}/pay", data={"yuan": "100", "on": "2026-11-21", "voucher": "记-1"})
    with office.unit() as uow:
        payment = uow.session.scalars(select(SupportPayment)).one().public_id
    assert office.clerk.post(f"{url}/payments/{payment}/back", data={"reason": ""}).status_code == 422
    assert office.clerk.post(f"{url}/payments/{payment}/back", data={"reason": "登记错了"}).status_code == 303
    assert office.clerk.post(f"{url}/payments/{payment}/back", data={"reason": "登记错了"}).status_code == 404


def test_a_founder_asks_hands_in_papers_and_withdraws(office: Office) -> None:
    with office.unit() as uow:
        person = make_person(uow)
        user, policy = person.user_id, make_policy(uow).public_id
    client = office.client(user)
    assert "先把想做的项目说一下" in text_of(client.get("/my/supports/new"))
    with office.unit() as uow:
        make_venture(uow, uow.session.scalars(select(Person).where(Person.user_id == user)).one())
    answer = client.post("/my/supports/new", data={"policy": policy, "yuan": "3000", "words": "买设备"})
    url = answer.headers["Location"]
    assert "等服务站审核" in text_of(client.get(url))
    file = {"file": (io.BytesIO(PDF), "证明.pdf"), "note": "营业执照"}
    assert client.post(f"{url}/papers/new", data=file, content_type="multipart/form-data").status_code == 303
    with office.unit() as uow:
        paper = uow.session.scalars(select(SupportPaper)).one().public_id
    assert client.get(f"{url}/papers/{paper}").data == PDF
    assert client.post(f"{url}/papers/new", data={"note": "没有文件"}).status_code == 422
    assert client.post(f"{url}/withdraw").status_code == 303
    assert states(office) == [SupportState.WITHDRAWN]
    assert "已撤回" in text_of(client.get("/my/supports"))


def test_others_see_nothing_of_it(office: Office) -> None:
    with office.unit() as uow:
        support = make_support(uow)
        url, stranger = support.public_id, make_person(uow).user_id
        far = make_support(uow, make_policy(uow, path=PATH_OTHER), make_venture(uow, path=PATH_OTHER)).public_id
    assert office.client(stranger).get(f"/my/supports/{url}").status_code == 404
    assert office.clerk.get(f"/staff/supports/{far}").status_code == 404
    assert office.clerk.post(f"/staff/supports/{far}/approve", data={"yuan": "1"}).status_code == 404


def test_the_public_reads_a_notice_only_while_it_lasts_and_half_a_name(office: Office) -> None:
    with office.unit() as uow:
        running, over = noticed(uow, over=False), noticed(uow, over=True)
        name = running.venture.person.name if running.venture.person else ""
        first, second = running.public_id, over.public_id
    page = text_of(office.client().get(f"/notices/support/{first}"))
    assert "5000 元" in page and name not in page
    assert office.client().get(f"/notices/support/{second}").status_code == 404


def test_the_budget_shows_what_is_left_and_what_is_too_much(office: Office) -> None:
    assert "还没有预算" in text_of(office.clerk.get("/staff/supports/budget"))
    answer = office.clerk.post("/staff/supports/budget", data={"kind_code": "IS07", "amount_yuan": "4000"})
    assert answer.status_code == 303
    with office.unit() as uow:
        approved(uow)
    page = text_of(office.clerk.get("/staff/supports/budget?year=2026"))
    assert "超 1000" in page and "批的超过预算" in page
    assert office.clerk.get("/staff/supports/budget?year=1").status_code == 404


def test_the_ledger_is_a_workbook_too(office: Office) -> None:
    with office.unit() as uow:
        approved(uow)
    rows = list(read_lines(office.clerk.get("/staff/supports.xlsx").data))
    assert len(rows) == 2 and rows[1][rows[0].index("批准金额（元）")] == 5000


def test_lists_cost_the_same_for_two_and_for_twenty(office: Office) -> None:
    costs = []
    for more in (2, 18):
        with office.unit() as uow:
            for _number in range(more):
                make_support(uow)
        for url in ("/staff/supports", "/staff/supports/policies"):
            client = office.clerk
            with counted(office.runtime.database.engine) as seen:
                client.get(url)
            costs.append(len(seen))
    assert costs[:2] == costs[2:]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "算一算"),
        ("who=person&yuan=30万&rate=3.45&months=36&way=at_end", "自己付利息 15,525.00 元"),
        ("who=person&yuan=40万&rate=3.45&months=36&way=annuity", "超过了上限"),
        ("who=x&yuan=1&rate=3&months=999&way=x", "都要填"),
        ("yuan=abc&rate=99&months=-1", "请"),
    ],
)
def test_the_loan_calculator_answers_everything(office: Office, query: str, words: str) -> None:
    assert words in text_of(office.client().get(f"/tools/loan?{query}"))


def test_the_tax_calculator_estimates_and_says_so(office: Office) -> None:
    page = text_of(office.client().get("/tools/tax?months=12&due=25000&hired=1"))
    assert "大约省 25,000 元" in page and "请以税务部门为准" in page
