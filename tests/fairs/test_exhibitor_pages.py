"""Pages: the office invites, phones and decides; an employer answers, signs up and changes; a link needs no account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Attempt
from jobmatch.core.job_rows import Job
from jobmatch.core.jobs import JobContext
from jobmatch.demo.employers import synthetic_credit_code
from jobmatch.fairs.exhibitors.jobs import clock, rank
from jobmatch.fairs.exhibitors.models import Exhibitor, ExhibitorAbsence, FairInvitation, FairPosting
from jobmatch.fairs.exhibitors.services import absences
from jobmatch.fairs.exhibitors.services.inviting import invite_employers
from jobmatch.fairs.exhibitors.services.ranking import last_ranking
from jobmatch.fairs.exhibitors.states import AbsenceKind, ExhibitorState, InvitationReply
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.queries import get_employer
from tests.factories import make_employer, make_person, make_posting
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting, make_registration
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of


@pytest.fixture
def office(sqlite_runtime: Any, app: Any) -> Iterator[Office]:
    yield open_office(sqlite_runtime, app)


def held(office: Office, **values: Any) -> str:
    """The public id of a fair of the county."""
    with office.unit() as uow:
        return make_fair(uow, **values).public_id


def fair_of(uow: Any, public_id: str) -> JobFair:
    found: JobFair = uow.session.scalars(select(JobFair).where(JobFair.public_id == public_id)).one()
    return found


def one(office: Office, model: Any) -> Any:
    with office.unit() as uow:
        return uow.session.scalars(select(model).order_by(model.id.desc())).first()


def press(client: Any, url: str, **values: Any) -> str:
    """Press a button and read the page it leads back to."""
    answer = client.post(url, data=values)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:400]
    return text_of(client.get(answer.headers["Location"]))


# ---------- an employer ----------


def test_an_employer_signs_up_changes_and_cancels(office: Office) -> None:
    posting, fair, member = office.posting(vacancy_count=4), held(office), office.member
    assert "报名参会" in text_of(member.get("/employer/fairs"))
    page = text_of(member.get(f"/employer/fairs/{fair}/sign-up"))
    assert f'value="{posting}" checked' in page
    given = {"postings": posting, f"postings-{posting}": "9", "attendees": "测试经理", "needs_power": "y"}
    shown = press(member, f"/employer/fairs/{fair}/sign-up", **given)
    assert "等审核" in shown
    row, brought = one(office, Exhibitor), one(office, FairPosting)
    assert (row.attendees, row.needs_power, brought.vacancy_count) == ("测试经理", True, 9)
    url = f"/employer/fairs/{fair}/postings"
    shown = press(member, url, action="change", posting=brought.public_id, vacancies="12", words="夜班加补贴")
    assert "夜班加补贴" in shown
    assert "请填整数" in press(member, url, action="change", posting=brought.public_id, vacancies="很多")
    assert "人数请填" in press(member, url, action="change", posting=brought.public_id, vacancies="0")
    assert "撤下了" in press(member, url, action="withdraw", posting=brought.public_id)
    assert "岗位恢复了" in press(member, url, action="return", posting=brought.public_id)
    assert member.post(url, data={"action": "sell", "posting": brought.public_id}).status_code == 404
    assert member.post(url, data={"action": "change", "posting": "zz"}).status_code == 404
    assert "已取消" in press(member, f"/employer/fairs/{fair}/cancel")
    assert one(office, FairPosting).vacancy_count == 12


def test_signing_up_says_what_is_missing(office: Office) -> None:
    fair, member = held(office), office.member
    assert "现在没有在招的岗位" in text_of(member.get(f"/employer/fairs/{fair}/sign-up"))
    assert member.post(f"/employer/fairs/{fair}/cancel").status_code == 404
    posting = office.posting()
    url = f"/employer/fairs/{fair}/sign-up"
    assert "请选至少一个" in text_of(member.post(url, data={}), 422)
    assert "年数请只填数字" not in text_of(member.post(url, data={"postings": "zz"}), 422)
    too_many = {"postings": posting, f"postings-{posting}": "9999999"}
    text_of(member.post(url, data=too_many), 422)
    with office.unit() as uow:
        fair_of(uow, fair).sign_up_until = uow.now
    assert "现在不接受单位报名" in text_of(member.post(url, data={"postings": posting}), 422)
    assert one(office, Exhibitor) is None


def test_an_invited_employer_answers_in_the_app(office: Office) -> None:
    fair, member = held(office, state=FairState.DRAFT), office.member
    assert member.get(f"/employer/fairs/{fair}").status_code == 404
    with office.unit() as uow:
        invite_employers(uow, fair_of(uow, fair), [office.employer_id])
    assert "交回执" in text_of(member.get(f"/employer/fairs/{fair}"))
    assert "请选一个" in text_of(member.post(f"/employer/fairs/{fair}/reply", data={"reply": "x"}), 422)
    shown = press(member, f"/employer/fairs/{fair}/reply", reply="coming", attendees="测试甲", needs_power="y")
    assert "回执收到了：参会" in shown
    assert one(office, FairInvitation).reply is InvitationReply.COMING


def test_an_accepted_employer_reads_its_six_digits_and_a_waiting_one_its_number(office: Office) -> None:
    fair = held(office, booth_capacity=1)
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id)
        row = make_exhibitor(uow, fair_of(uow, fair), employer=employer)
        code = row.sign_code
    assert code in text_of(office.member.get(f"/employer/fairs/{fair}"))
    with office.unit() as uow:
        row = uow.session.get_one(Exhibitor, row.id)
        row.state, row.waiting_number = ExhibitorState.WAITING, 3
    assert "您排第 3 号" in text_of(office.member.get(f"/employer/fairs/{fair}"))


# ---------- by link ----------


def test_a_link_shows_on_get_and_answers_on_post(office: Office) -> None:
    fair = held(office)
    with office.unit() as uow:
        [answer] = invite_employers(uow, fair_of(uow, fair), [make_employer(uow, name="测试无号公司").id])
    guest, url = office.client(), f"/fairs/reply/{answer.token}"
    for _n in range(2):
        assert "测试无号公司" in text_of(guest.get(url))
    assert one(office, FairInvitation).reply is InvitationReply.NONE
    assert "请选一个" in text_of(guest.post(url, data={}), 422)
    assert "已经回了：待定" in press(guest, url, reply="maybe", attendees="两个人")
    assert one(office, Attempt) is None
    assert guest.get("/fairs/reply/unknown").status_code == 404
    assert guest.post("/fairs/reply/unknown", data={"reply": "coming"}).status_code == 404
    assert one(office, Attempt) is not None
    answers = [guest.post(f"/fairs/reply/guess{n}", data={"reply": "coming"}).status_code for n in range(40)]
    assert set(answers) == {404, 429}
    assert "已经回了：参会" in press(guest, url, reply="coming")
    with office.unit() as uow:
        fair_of(uow, fair).opens_at = uow.now - timedelta(minutes=1)
    assert "已经不收回执" in text_of(guest.post(url, data={"reply": "maybe"}), 422)


# ---------- the office ----------


def test_the_office_invites_by_list_and_shows_links_once(office: Office) -> None:
    fair, clerk = held(office), office.clerk
    with office.unit() as uow:
        alone = make_employer(uow, name="测试无号公司").public_id
        known = get_employer(uow.session, office.employer_id).public_id
    url = f"/staff/fairs/{fair}/invitations/new"
    assert "测试无号公司" in text_of(clerk.get(url))
    assert "测试无号公司" not in text_of(clerk.get(f"{url}?hiring=y&kind=state_owned&industry=A&place=%2F43%2F&q=x"))
    assert "请先勾选单位" in text_of(clerk.post(url, data={}), 422)
    page = text_of(clerk.post(url, data={"employers": [alone, known, "zz"]}))
    [token] = re.findall(r"/fairs/reply/([\w-]+)", page)
    assert "测试无号公司" in text_of(office.client().get(f"/fairs/reply/{token}"))
    assert token not in text_of(clerk.get(f"/staff/fairs/{fair}/invitations"))
    assert "没有邀请" in text_of(clerk.post(url, data={"employers": [alone]}))


def test_the_office_phones_gives_links_and_signs_up(office: Office) -> None:
    fair, clerk = held(office), office.clerk
    office.posting()
    with office.unit() as uow:
        invite_employers(uow, fair_of(uow, fair), [office.employer_id])
        row = uow.session.scalars(select(FairInvitation)).one()
        row.created_at = uow.now - timedelta(days=5)
        invitation = row.public_id
    base = f"/staff/fairs/{fair}/invitations"
    assert "要打电话的单位，1 家" in text_of(clerk.get(f"{base}/calls"))
    assert "没打通" in press(clerk, f"{base}/{invitation}/call", said="not_reached")
    assert "请选一个" in press(clerk, f"{base}/{invitation}/call", said="perhaps")
    assert "说来，还没报名" in press(clerk, f"{base}/{invitation}/call", said="coming", note="来一个人")
    url = f"{base}/{invitation}/reply"
    assert "替测试物流" in text_of(clerk.get(url))
    assert "请填 1 到 50 的整数" in text_of(clerk.post(url, data={"reply": "coming", "attendee_count": "80"}), 422)
    assert "请选一个" in text_of(clerk.post(url, data={"reply": ""}), 422)
    given = {"reply": "coming", "attendees": "测试甲", "attendee_count": "2", "car": "湘A00000", "needs_power": "y"}
    press(clerk, url, **given)
    assert "测试甲，共 2 人，车牌 湘A00000" in text_of(clerk.get(base))
    assert "/fairs/reply/" in text_of(clerk.post(f"{base}/{invitation}/link"))
    assert "替它报名" in text_of(clerk.get(f"{base}?reply=coming"))
    assert "已报名" in press(clerk, f"{base}/{invitation}/sign-up")
    assert "已经报过名" in press(clerk, f"{base}/{invitation}/sign-up")
    assert "要取消报名" in text_of(clerk.post(url, data={"reply": "not_coming"}), 422)
    assert one(office, Exhibitor).car == "湘A00000"
    assert "要打电话的单位，0 家" in text_of(clerk.get(f"{base}/calls"))


def test_the_office_signs_up_an_employer_that_nobody_invited(office: Office) -> None:
    fair, clerk = held(office), office.clerk
    url = f"/staff/fairs/{fair}/exhibitors/new"
    assert "登记来报名的单位" in text_of(clerk.get(url))
    page = text_of(clerk.post(url, data={}), 422)
    assert "请填单位名称" in page and "请填统一社会信用代码" in page
    given = {"name": "测试来电有限公司", "credit_code": synthetic_credit_code("91", 7003), "needs_power": "y"}
    assert "手机号" in text_of(clerk.post(url, data=given), 422)
    shown = press(clerk, url, **given, contact_name="测试经理", contact_phone="0731-5550123")
    assert "资质现在是" in shown and "替它录岗位" in shown
    assert "已经报过名" in text_of(clerk.post(url, data={**given, "contact_phone": "0731-5550123"}), 422)
    assert "没说谁来" in text_of(clerk.get(f"/staff/fairs/{fair}/invitations/calls"))
    to = f"/staff/fairs/{fair}/exhibitors/{one(office, Exhibitor).public_id}/coming"
    assert "测试经理" in text_of(clerk.get(to))
    assert "请填整数" in text_of(clerk.post(to, data={"attendee_count": "两个"}), 422)
    shown = press(clerk, to, attendees="测试丁", attendee_count="3", contact_name="测试经理", contact_phone="1")
    assert "测试丁，共 3 人" in shown
    assert "要打电话的单位，0 家" in text_of(clerk.get(f"/staff/fairs/{fair}/invitations/calls"))


def test_the_office_ranks_employers_in_the_background(office: Office) -> None:
    fair, clerk = held(office), office.clerk
    office.posting()
    with office.unit() as uow:
        other = make_employer(uow, name="测试无岗公司")
        make_person(uow)
        make_person(uow, with_user=False)
        assert other.id
    assert "正在算" in press(clerk, f"/staff/fairs/{fair}/invitations/rank")
    press(clerk, f"/staff/fairs/{fair}/invitations/rank")
    with office.unit() as uow:
        [job] = uow.session.scalars(select(Job).where(Job.name == "exhibitors.rank"))
    found = rank(JobContext(office.runtime.database, job.id, job.name), **job.arguments)
    assert found == {"people": 2, "registered": False, "employers": [[office.employer_id, 2, 1.0]]}
    with office.unit() as uow:
        person = make_person(uow)
        make_registration(uow, fair_of(uow, fair), person_id=person.id)
    found = rank(JobContext(office.runtime.database, job.id, job.name), **job.arguments)
    assert (found["people"], found["registered"]) == (1, True)
    with office.unit() as uow:
        row = uow.session.get_one(Job, job.id)
        row.state, row.result, row.finished_at = "done", found, uow.now
    with office.unit() as uow:
        assert last_ranking(uow.session, fair_of(uow, fair)).proposals[0].fitting == 1
        name = get_employer(uow.session, office.employer_id)
        public_id = name.public_id
    url = f"/staff/fairs/{fair}/invitations/new?by=fit"
    page = text_of(clerk.get(url))
    assert "按这场报名的 1 人算" in page
    assert "测试无岗公司" not in page
    text_of(clerk.post(url, data={"employers": [public_id]}))
    assert one(office, FairInvitation).score == 1.0


def test_the_office_decides_in_place_and_checks_in(office: Office) -> None:
    fair, clerk = held(office, booth_capacity=1), office.clerk
    with office.unit() as uow:
        rows = [make_exhibitor(uow, fair_of(uow, fair), state=ExhibitorState.APPLIED) for _n in range(4)]
        for row in rows[:3]:
            make_fair_posting(uow, row)
        ids = [row.public_id for row in rows]
    base = f"/staff/fairs/{fair}/exhibitors"
    page = text_of(clerk.get(base))
    assert page.count("同意参会</button>") == 4
    assert "已同意参会" in press(clerk, f"{base}/{ids[0]}/decide", action="accept")
    assert "候补" in press(clerk, f"{base}/{ids[1]}/decide", action="accept")
    assert "没有一个在招" in press(clerk, f"{base}/{ids[3]}/decide", action="accept")
    assert "请选一个原因" in press(clerk, f"{base}/{ids[2]}/decide", action="refuse")
    shown = press(clerk, f"{base}/{ids[2]}/decide", action="refuse", reason_code="fr_theme", tab="refused")
    assert "岗位和这场主题不合" in shown
    assert clerk.post(f"{base}/{ids[0]}/decide", data={"action": "sell"}).status_code == 404
    assert "没有开场" in press(clerk, f"{base}/{ids[0]}/decide", action="came", back="one")
    press(clerk, f"{base}/{ids[0]}/decide", action="cancel", back="one")
    with office.unit() as uow:
        row = uow.session.scalars(select(Exhibitor).where(Exhibitor.public_id == ids[1])).one()
        assert row.state is ExhibitorState.ACCEPTED
        held_fair = fair_of(uow, fair)
        held_fair.state, held_fair.opened_at, held_fair.opens_at = FairState.RUNNING, uow.now, uow.now
    assert "已到场" in press(clerk, f"{base}/{ids[1]}/decide", action="came", tab="accepted")
    assert "提前离场" in press(clerk, f"{base}/{ids[1]}/decide", action="left", note="有会", back="one")


def test_the_office_changes_postings_on_the_spot_and_reads_the_log(office: Office) -> None:
    fair = held(office, state=FairState.RUNNING)
    with office.unit() as uow:
        row = make_exhibitor(uow, fair_of(uow, fair), came=True)
        brought, more = make_fair_posting(uow, row), make_posting(uow, row.employer, title="测试仓管员")
        ids = (row.public_id, brought.public_id, more.public_id)
    url = f"/staff/fairs/{fair}/exhibitors/{ids[0]}"
    assert "测试仓管员" in text_of(office.clerk.get(url))
    press(office.clerk, f"{url}/postings", action="add", posting=ids[2])
    shown = press(office.clerk, f"{url}/postings", action="change", posting=ids[1], vacancies="30", words="")
    assert "改了招聘人数" in shown
    assert "3 → 30" in shown


def test_the_clock_enters_absences_and_the_register_waives_them(office: Office) -> None:
    fair = held(office, state=FairState.RUNNING)
    with office.unit() as uow:
        row = make_exhibitor(uow, fair_of(uow, fair))
        exhibitor, employer_id = row.public_id, row.employer_id
    assert clock(JobContext(office.runtime.database, 1, "exhibitors.clock")) == {"absent": 1, "promoted": 0}
    assert clock(JobContext(office.runtime.database, 1, "exhibitors.clock")) == {"absent": 0, "promoted": 0}
    with office.unit() as uow:
        other = make_exhibitor(
            uow, make_fair(uow, state=FairState.CLOSED), employer=get_employer(uow.session, employer_id)
        )
        absences.record_absence(uow, other, AbsenceKind.LATE_CANCEL, uow.today)
    assert "停订到" in text_of(office.clerk.get("/staff/fairs/absences"))
    url = f"/staff/fairs/absences/{exhibitor}/waive"
    assert "请写明" in text_of(office.clerk.post(url, data={"note": " "}), 422)
    shown = press(office.clerk, url, note="高速封路")
    assert "高速封路" in shown
    assert "停订到" not in shown
    assert office.clerk.post("/staff/fairs/absences/zz/waive", data={"note": "x"}).status_code == 404
    assert one(office, ExhibitorAbsence) is not None


def test_lists_cost_the_same_with_twenty_rows(office: Office) -> None:
    fair = held(office)
    base = f"/staff/fairs/{fair}"
    readers = {
        f"{base}/exhibitors": office.clerk,
        f"{base}/invitations": office.clerk,
        f"{base}/invitations/calls": office.clerk,
        f"{base}/invitations/new": office.clerk,
        "/staff/fairs/absences": office.clerk,
        "/employer/fairs": office.member,
    }

    def add(count: int) -> None:
        with office.unit() as uow:
            here, own = fair_of(uow, fair), get_employer(uow.session, office.employer_id)
            for _n in range(count):
                row = make_exhibitor(uow, here, state=ExhibitorState.APPLIED)
                make_fair_posting(uow, row)
                absences.record_absence(uow, row, AbsenceKind.NO_SHOW, uow.today)
                make_exhibitor(uow, make_fair(uow), employer=own)
                make_fair(uow)
                asked = make_employer(uow)
                invite_employers(uow, here, [asked.id])
                invited = uow.session.scalars(
                    select(FairInvitation).where(FairInvitation.employer_id == asked.id)
                ).one()
                invited.created_at = uow.now - timedelta(days=9)
                make_posting(uow, make_employer(uow))

    def cost(path: str) -> int:
        readers[path].get(path)
        with counted(office.runtime.database.engine) as statements:
            assert readers[path].get(path).status_code == 200
        return len(statements)

    add(2)
    few = {path: cost(path) for path in readers}
    add(18)
    assert {path: cost(path) for path in readers} == few
