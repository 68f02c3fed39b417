"""Pages: reporting without an account, looking at the state, the office, the employer, and files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Attempt
from jobmatch.accounts.states import Role
from jobmatch.complaints.jobs import clock
from jobmatch.complaints.models import Complaint, ComplaintPaper
from jobmatch.complaints.states import ComplaintAction, ComplaintState
from jobmatch.core.audit import AuditEntry
from jobmatch.core.jobs import JobContext
from jobmatch.core.replay import FormKey
from recruiters.employers.queries import get_employer
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.complaints.help import WORDS, go, open_posting, report
from tests.factories import make_person, make_station, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.recruiters.test_vetting import picture

A = ComplaintAction


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def complaint(office: Office) -> Complaint:
    with office.unit() as uow:
        found = uow.session.scalars(select(Complaint).order_by(Complaint.id.desc())).first()
        assert found is not None
        return found


def send(client: FlaskClient, public_id: str, status: int = 303, **values: Any) -> Any:
    data = {"kind": "ck_fake", "words": WORDS} | values
    answer = client.post(f"/complaints/new/posting/{public_id}", data=data)
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    return answer


def filed(office: Office, kind: str = "ck_fake", *actions: ComplaintAction, **values: Any) -> str:
    with office.unit() as uow:
        posting = open_posting(uow, get_employer(uow.session, office.employer_id))
        return go(uow, report(uow, posting, kind, **values).complaint, *actions).public_id


def test_every_posting_and_employer_page_leads_to_the_form(office: Office) -> None:
    posting, guest = office.posting(state=PostingState.OPEN), office.client()
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id).public_id
    for page, form in (
        (f"/postings/{posting}", f"/complaints/new/posting/{posting}"),
        (f"/employers/{employer}", f"/complaints/new/employer/{employer}"),
    ):
        assert form in text_of(guest.get(page))
        shown = text_of(guest.get(form))
        assert "收费：报名费" in shown and "班次造假" not in shown and "匿名：不和我的账号" not in shown


def test_an_anonymous_report_gives_number_and_code_once_and_the_code_shows_the_state(office: Office) -> None:
    posting, guest = office.posting(state=PostingState.OPEN), office.client()
    answer = send(guest, posting, kind="ck_fee", phone="19900000012")
    assert answer.headers["Location"] == "/complaints/done"
    done = text_of(guest.get("/complaints/done"))
    number = re.search(r"<b>(\d{8}-\d{5})</b>", done)
    code = re.search(r"<h2>查询码 ([0-9a-z]{4}-[0-9a-z]{4})</h2>", done)
    assert number and code
    assert office.client().get("/complaints/done").status_code == 303
    other = office.client()
    shown = text_of(other.post("/complaints/status", data={"number": number[1], "code": code[1]}))
    assert "等受理" in shown and "最晚" in shown and WORDS not in shown and "19900000012" not in shown
    wrong = text_of(other.post("/complaints/status", data={"number": number[1], "code": "2222-2222"}), 422)
    assert "编号或查询码不对" in wrong
    for _n in range(9):
        other.post("/complaints/status", data={"number": number[1], "code": "2222-2222"})
    assert other.post("/complaints/status", data={"number": number[1], "code": code[1]}).status_code == 429
    assert "这个岗位" not in text_of(guest.get("/complaints/status"))
    assert office.client().get(f"/postings/{posting}").status_code == 404


def test_somebody_signed_in_reports_with_their_account_or_without_a_trace(office: Office) -> None:
    posting = office.posting(state=PostingState.OPEN)
    with office.unit() as uow:
        person = make_person(uow)
        user_id = person.user_id or 0
    client = office.client(user_id)
    assert "匿名：不和我的账号" in text_of(client.get(f"/complaints/new/posting/{posting}"))
    answer = send(client, posting)
    assert "/me/complaints/" in answer.headers["Location"]
    assert WORDS in text_of(client.get(answer.headers["Location"]))
    assert "我反映过 1 件事" in text_of(client.get("/me/complaints"))
    answer = send(client, posting, kind="ck_bias", is_anonymous="y", form_key="aaaa2222bbbb3333")
    assert answer.headers["Location"] == "/complaints/done"
    assert "我反映过 1 件事" in text_of(client.get("/me/complaints"))
    row = complaint(office)
    with office.unit() as uow:
        entries = uow.session.scalars(select(AuditEntry).where(AuditEntry.object_id == row.public_id)).all()
        assert [(entry.actor_user_id, entry.ip) for entry in entries] == [(None, "")]
        keys = uow.session.scalars(select(FormKey.actor_key).where(FormKey.location == "/complaints/done")).all()
        assert keys and not any(key.startswith("user:") for key in keys)
    # Pressing twice gives one report and leads to the same page.
    again = send(client, posting, kind="ck_bias", is_anonymous="y", form_key="aaaa2222bbbb3333")
    assert again.headers["Location"] == "/complaints/done"
    assert complaint(office).id == row.id


def test_files_are_checked_redrawn_and_opened_with_a_trace(office: Office) -> None:
    posting, guest = office.posting(state=PostingState.OPEN), office.client()

    def files(*pairs: tuple[bytes, str]) -> list[Any]:
        return [(io.BytesIO(content), name) for content, name in pairs]

    answer = send(guest, posting, 422, files=files((b"MZ not a picture", "截图.png")))
    assert "扩展名对不上" in answer.get_data(as_text=True)
    answer = send(guest, posting, 422, files=files(*[(picture(), f"{n}.png") for n in range(4)]))
    assert "最多 3 个文件" in answer.get_data(as_text=True)
    send(guest, posting, files=files((picture(), "张三的截图.png"), (picture(), "二.png")))
    row = complaint(office)
    page = text_of(office.clerk.get(f"/staff/complaints/{row.public_id}"))
    assert "附件 1.jpg" in page and "附件 2.jpg" in page and "张三" not in page
    with office.unit() as uow:
        paper = uow.session.scalars(select(ComplaintPaper)).first()
        assert paper is not None
        address = f"/staff/complaints/{row.public_id}/papers/{paper.public_id}"
    answer = office.clerk.get(address)
    assert answer.status_code == 200 and answer.get_data()[:3] == b"\xff\xd8\xff"
    assert office.clerk.get(f"/staff/complaints/{row.public_id}/papers/zz22zz22zz22zz22").status_code == 404
    with office.unit() as uow:
        assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "complaint.paper_read")).one()


def test_one_address_can_report_ten_times_a_day(office: Office) -> None:
    guest = office.client()
    for _n in range(10):
        send(guest, office.posting(state=PostingState.OPEN))
    send(guest, office.posting(state=PostingState.OPEN), 429)
    with office.unit() as uow:
        assert uow.session.scalars(select(Attempt)).all() == []


def test_the_office_takes_every_step_and_the_second_colleague_reads_the_present_state(office: Office) -> None:
    public_id, clerk = filed(office), office.clerk
    url = f"/staff/complaints/{public_id}"
    assert "等受理 <span>1</span>" in text_of(clerk.get("/staff/complaints"))
    version = re.search(r'name="version"[^>]*value="(\d+)"', text_of(clerk.get(url)))
    assert version
    refused = text_of(clerk.post(f"{url}/step", data={"action": "refuse", "version": version[1]}), 422)
    assert "请选一个原因" in refused
    assert clerk.post(f"{url}/step", data={"action": "accept", "version": version[1]}).status_code == 303
    late = clerk.post(f"{url}/step", data={"action": "refuse", "version": version[1], "told": "写好的话"})
    page = text_of(late, 409)
    assert "现在的状态是“已受理”" in page and "写好的话" in page
    assert clerk.post(f"{url}/step", data={"action": "nonsense"}).status_code == 409
    assert clerk.post(f"{url}/step", data={"action": "investigate"}).status_code == 303
    assert "请写明告诉举报人的话" in text_of(clerk.post(f"{url}/step", data={"action": "found"}), 422)
    assert clerk.post(f"{url}/ask", data={"question": "工资怎么算的"}).status_code == 303
    assert clerk.post(f"{url}/step", data={"action": "found", "told": "单位已退钱"}).status_code == 303
    assert clerk.post(f"{url}/ask", data={"question": "工资怎么算的"}).status_code == 409
    assert clerk.post(f"{url}/step", data={"action": "close"}).status_code == 303
    assert complaint(office).state is ComplaintState.CLOSED
    for tab in ("waiting", "working", "decided", "ended", "nonsense"):
        assert clerk.get(f"/staff/complaints?tab={tab}").status_code == 200
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id).public_id
    assert "complaints-card" in text_of(clerk.get(f"/staff/employers/{employer}"))
    card = text_of(clerk.get(f"/staff/employers/{employer}/complaints-card"))
    assert "<dt>属实</dt><dd>1 件</dd>" in card


def test_the_office_pauses_postings_from_the_page(office: Office) -> None:
    public_id, clerk = filed(office, "ck_fake"), office.clerk
    url = f"/staff/complaints/{public_id}"
    assert "先暂停这个岗位" in text_of(clerk.get(url))
    assert clerk.post(f"{url}/hold").status_code == 303
    page = text_of(clerk.get(url))
    assert "查完以后才能解除" in page and "先暂停这个岗位" not in page
    with office.unit() as uow:
        assert uow.session.scalars(select(Posting.state)).all() == [PostingState.PAUSED]


def test_held_postings_are_released_from_the_page(office: Office) -> None:
    public_id, clerk = filed(office, "ck_fee"), office.clerk
    url = f"/staff/complaints/{public_id}"
    assert clerk.post(f"{url}/release").status_code == 409
    with office.unit() as uow:
        posting = uow.session.scalars(select(Posting.public_id)).one()
    assert "服务站在核实" in text_of(office.member.get(f"/employer/postings/{posting}"))
    assert "恢复招聘</button>" not in text_of(office.member.get("/employer/postings?tab=stopped"))
    assert "查完以后才能解除" in text_of(clerk.get(url))
    assert clerk.post(f"{url}/step", data={"action": "refuse", "reason_code": "cr_vague"}).status_code == 303
    assert "解除暂停，恢复 1 个岗位" in text_of(clerk.get(url))
    assert clerk.post(f"{url}/release").status_code == 303
    with office.unit() as uow:
        assert uow.session.scalars(select(Posting.state)).all() == [PostingState.OPEN]


def test_the_reporter_is_shown_to_the_named_colleague_only(office: Office) -> None:
    with office.unit() as uow:
        person = make_person(uow, name="测试举报人", phone="19900000091")
        posting = open_posting(uow, get_employer(uow.session, office.employer_id))
        public_id = report(uow, posting, "ck_fake", person=person).complaint.public_id
        user_id = person.user_id or 0
        colleague = make_user(uow, Role.STATION_STAFF, organization=make_station(uow))
        other_id, other_public = colleague.id, colleague.public_id
    clerk, url = office.clerk, f"/staff/complaints/{public_id}"
    assert clerk.post(f"{url}/reporter", data={"reason": "电话核实"}).status_code == 403
    clerk.post(f"{url}/step", data={"action": "accept"})
    assert "请写明为什么要看" in text_of(clerk.post(f"{url}/reporter", data={}), 422)
    page = text_of(clerk.post(f"{url}/reporter", data={"reason": "电话核实"}))
    assert "测试举报人" in page and "19900000091" in page
    assert "测试举报人" not in text_of(clerk.get(url))
    assert office.client(other_id).post(f"{url}/reporter", data={"reason": "电话核实"}).status_code == 403
    assert clerk.post(f"{url}/assign", data={"to": ""}).status_code == 422
    assert clerk.post(f"{url}/assign", data={"to": other_public}).status_code == 303
    assert clerk.post(f"{url}/reporter", data={"reason": "电话核实"}).status_code == 403
    assert "查看举报人" in text_of(office.client(user_id).get("/me/privacy/seen"))


def test_the_employer_reads_the_question_and_answers(office: Office) -> None:
    public_id = filed(office, "ck_fake", A.ACCEPT, A.INVESTIGATE)
    member = office.member
    assert "没有需要说明的情况" in text_of(member.get("/employer/complaints"))
    assert member.get(f"/employer/complaints/{public_id}").status_code == 404
    office.clerk.post(f"/staff/complaints/{public_id}/ask", data={"question": "工资怎么算的"})
    assert "等您说明" in text_of(member.get("/employer/complaints"))
    page = text_of(member.get(f"/employer/complaints/{public_id}"))
    assert "工资怎么算的" in page and WORDS not in page
    assert member.post(f"/employer/complaints/{public_id}", data={"words": ""}).status_code == 422
    assert member.post(f"/employer/complaints/{public_id}", data={"words": "按合同发的"}).status_code == 303
    assert "按合同发的" in text_of(office.clerk.get(f"/staff/complaints/{public_id}"))


def test_a_wage_dispute_is_referred_with_a_note_that_names_nobody(office: Office) -> None:
    public_id = filed(office, "ck_wages", phone="19900000044")
    clerk, url = office.clerk, f"/staff/complaints/{public_id}"
    assert clerk.get(f"{url}/referral.pdf").status_code == 404
    clerk.post(f"{url}/step", data={"action": "accept"})
    assert "归劳动监察管" in text_of(clerk.get(url))
    given = {"action": "refer", "told": "由劳动监察处理", "referred_to": "县劳动保障监察大队"}
    assert clerk.post(f"{url}/step", data=given).status_code == 303
    answer = clerk.get(f"{url}/referral.pdf")
    assert answer.mimetype == "application/pdf" and answer.get_data().startswith(b"%PDF")


def test_figures_hide_small_counts_from_readers_and_come_as_a_workbook(office: Office) -> None:
    filed(office)
    with office.unit() as uow:
        station = make_station(uow)
        reader_id = make_user(uow, Role.SUPERIOR_READER, organization=station).id
    assert "投诉举报 1 件，有结果 0 件" in text_of(office.clerk.get("/staff/complaints/figures"))
    assert "投诉举报 &lt;5 件" in text_of(office.client(reader_id).get("/staff/complaints/figures"))
    for client in (office.clerk, office.client(reader_id)):
        assert client.get("/staff/complaints/figures.xlsx?since=2026-01-01").get_data().startswith(b"PK")
    assert office.client(reader_id).get("/staff/complaints").status_code == 403
    assert "这段时间没有" in text_of(office.clerk.get("/staff/complaints/figures?since=2020-01-01&until=2020-02-01"))


def test_lists_cost_the_same_with_twenty_rows(office: Office) -> None:
    with office.unit() as uow:
        person = make_person(uow)
        user_id = person.user_id or 0
    readers = {
        "/staff/complaints": office.clerk,
        "/staff/complaints/figures": office.clerk,
        "/me/complaints": office.client(user_id),
        "/employer/complaints": office.member,
    }

    def add(count: int) -> None:
        with office.unit() as uow:
            owner = uow.session.get_one(type(person), person.id)
            employer = get_employer(uow.session, office.employer_id)
            for _n in range(count):
                row = report(uow, open_posting(uow, employer), "ck_silent", person=owner).complaint
                row.asked_at = uow.now

    def cost(path: str) -> int:
        readers[path].get(path)
        with counted(office.runtime.database.engine) as statements:
            assert readers[path].get(path).status_code == 200
        return len(statements)

    add(2)
    few = {path: cost(path) for path in readers}
    add(18)
    assert {path: cost(path) for path in readers} == few


def test_the_job_may_run_twice(office: Office) -> None:
    filed(office)
    context = JobContext(office.runtime.database, 1, "tests")
    assert clock(context) == clock(context) == {"escalated": 0, "told": 0, "sources": 0, "forgotten": 0}
