"""Pages of applications for the three sides: happy, refused, wrong, foreign, and the same cost for 2 rows and 20."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.applications.states import ApplicationState, Move
from jobmatch.core.audit import AuditEntry
from jobmatch.inbox.models import Message
from jobmatch.matching.models import PairFact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from tests.applications.browser import SYSTEM, Browser, words
from tests.applications.conftest import World
from tests.applications.samples import apply
from tests.factories import make_person, make_posting

SENT = {"contact_time": "evening", "note": "下周就能上班", "consent": "y"}
TO_HIRED = (Move.OFFER, Move.ACCEPT)


# ---------- the posting ----------


def test_everybody_reads_a_posting_with_its_requirements(world: World) -> None:
    text = words(world.nobody.get("posting", public_id=world.posting))
    for expected in (
        "货车司机",
        "测试恒通物流公司",
        "6000–8000",
        "B2 驾驶证",
        "大型货车驾驶（有更好）",
        "投递简历",
        "资质已审核",
    ):
        assert expected in text
    assert "您的情况" not in text


def test_a_person_is_compared_row_by_row_and_the_opening_is_noted(world: World) -> None:
    answer = world.person.get("posting", public_id=world.posting)
    text = words(answer)
    assert "岗位要求和您的情况" in text
    assert "驾驶证 B2，符合要求" in text
    world.app.runtime.buffer.flush()
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        kinds = uow.session.scalars(select(PairFact.kind).where(PairFact.person_id == world.person_id)).all()
    assert FactKind.OPENED in kinds
    assert len(answer.get_data()) < 60_000


def test_an_unknown_posting_is_not_found(world: World) -> None:
    assert world.nobody.get("posting", public_id="x" * 16).status_code == 404


# ---------- applying ----------


def test_applying_takes_two_steps_and_ends_with_dates(world: World) -> None:
    assert world.person.get("apply", public_id=world.posting).status_code == 200
    checked = world.person.post("check", {**SENT, "step": "check"}, public_id=world.posting)
    assert "核对一下再投" in words(checked)
    assert "晚上 8 点前" in words(checked)
    assert world.count() == 0
    edited = world.person.post("check", {**SENT, "step": "edit"}, public_id=world.posting)
    assert edited.status_code == 200
    assert "下周就能上班" in edited.get_data(as_text=True)
    done = world.person.post("apply", SENT, public_id=world.posting)
    assert done.status_code == 303
    page = words(world.person.client.get(done.location))
    assert "投递好了" in page
    assert "最晚 11 月 25 日" in page
    assert world.count() == 1


@pytest.mark.parametrize("endpoint", ["check", "apply"])
def test_without_consent_the_form_comes_back_with_everything_typed(world: World, endpoint: str) -> None:
    answer = world.person.post(endpoint, {"note": "下周就能上班"}, public_id=world.posting)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "有错误：" in text
    assert text.count("需要您同意，单位才能看到简历") == 2
    assert text.count("请选择方便接电话的时间") == 2
    assert "下周就能上班" in text
    assert world.count() == 0


def test_sending_the_same_form_twice_applies_once_and_leads_to_the_same_page(world: World) -> None:
    form = {**SENT, "form_key": "k" * 16}
    first = world.person.post("apply", form, public_id=world.posting)
    second = world.person.post("apply", form, public_id=world.posting)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert world.count() == 1


def test_who_applied_already_is_led_to_the_progress(world: World) -> None:
    public_id = world.applied()
    for answer in (
        world.person.get("apply", public_id=world.posting),
        world.person.post("apply", SENT, public_id=world.posting),
    ):
        assert answer.status_code == 303
        assert answer.location == world.person.url("application", public_id=public_id)
    assert "您已经投递过这个岗位" in words(world.person.client.get(answer.location))
    assert "已投递，看进度" in words(world.person.get("posting", public_id=world.posting))


def test_strangers_sign_in_first_and_employers_do_not_apply(world: World) -> None:
    assert "/sign-in" in world.nobody.get("apply", public_id=world.posting).location
    assert world.employer.get("apply", public_id=world.posting).status_code == 403


# ---------- the person ----------


def test_my_applications_say_where_each_stands_and_what_is_next(world: World) -> None:
    assert "两步就能投" in words(world.person.get("mine"))
    world.applied(Move.INVITE)
    text = words(world.person.get("mine"))
    assert "我的投递，1 份" in text
    assert "去面试，11 月 23 日" in text


def test_a_person_confirms_an_interview_or_asks_for_another_time(world: World) -> None:
    public_id = world.applied(Move.INVITE)
    assert "我去" in words(world.person.get("application", public_id=public_id))
    world.person.post("coming", {"attendance": "coming"}, public_id=public_id)
    assert world.row(public_id).interview_confirmed_at is not None
    assert world.person.post("other_time", {"interview_wish": ""}, public_id=public_id).status_code == 422
    world.person.post("other_time", {"interview_wish": "周三下午"}, public_id=public_id)
    assert world.row(public_id).interview_wish == "周三下午"
    assert "周三下午" in words(world.employer.get("received", tab="interview"))


def test_accepting_asks_which_others_to_keep(world: World) -> None:

    public_id = world.applied(Move.OFFER)
    with world.app.runtime.unit(SYSTEM) as uow:
        person = uow.session.get_one(Person, world.person_id)
        kept, left = (apply(uow, person).public_id for _n in range(2))
    accepted = world.person.post("accept", {"version": world.row(public_id).version}, public_id=public_id)
    assert accepted.location == world.person.url("keep", public_id=public_id)
    assert "去哪家？" in words(world.person.client.get(accepted.location))
    world.person.post("keep", {"keep": [kept]}, public_id=public_id)
    assert [world.row(one).state for one in (public_id, kept, left)] == [
        ApplicationState.HIRED,
        ApplicationState.SUBMITTED,
        ApplicationState.WITHDRAWN,
    ]


def test_accepting_where_all_places_are_taken_says_so_kindly(world: World) -> None:
    public_id = world.applied(Move.OFFER)
    with world.app.runtime.unit(SYSTEM) as uow:
        uow.session.query(Posting).update({"filled_count": 3})
    answer = world.person.post("accept", public_id=public_id)
    assert answer.status_code == 409
    assert "录用通知还给您留着" in words(answer)
    assert world.row(public_id).state is ApplicationState.OFFERED


def test_a_person_confirms_the_start_and_withdraws_on_a_page_of_its_own(world: World) -> None:
    public_id = world.applied(*TO_HIRED)
    answer = world.person.post("start", {"start_on": "2026-12-24"}, public_id=public_id)
    assert answer.status_code == 422
    assert "2026-12-24" in answer.get_data(as_text=True)
    world.person.post("start", {"start_on": "2026-11-21"}, public_id=public_id)
    assert world.row(public_id).state is ApplicationState.STARTED
    again = world.person.post("start", {"start_on": "2026-11-21"}, public_id=public_id)
    assert again.status_code == 303
    assert "确认已入职" in words(world.person.get("application", public_id=public_id))


def test_withdrawing_is_asked_first_and_needs_no_reason(world: World) -> None:
    public_id = world.applied()
    assert "撤回这份投递吗？" in words(world.person.get("withdraw", public_id=public_id))
    world.person.post("withdraw", {"version": world.row(public_id).version}, public_id=public_id)
    assert world.row(public_id).state is ApplicationState.WITHDRAWN
    assert "简历已收回" in words(world.employer.get("received_one", public_id=public_id))
    assert "测试王建国" not in words(world.employer.get("received", tab="gone"))


# ---------- the employer ----------


def test_an_employer_sees_cards_counts_and_what_waits(world: World) -> None:
    world.applied(count=2)
    text = words(world.employer.get("received", posting=world.posting))
    for expected in (
        "货车司机：2 份简历",
        "待处理 2",
        "测试王建国",
        "身份已核实",
        "驾驶证 B2，符合要求",
        "约面试",
        "直接录用",
    ):
        assert expected in text


def test_an_employer_reads_one_resume_and_the_reading_is_noted(world: World) -> None:
    public_id = world.applied()
    text = words(world.employer.get("received_one", public_id=public_id))
    for expected in ("测试王建国，货车司机", "本人情况", "驾驶证 B2，符合要求", "先看着"):
        assert expected in text
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        actions = uow.session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == public_id)).all()
    assert "application.read" in actions


def test_an_employer_invites_offers_and_reports_the_start(world: World) -> None:
    public_id = world.applied()
    wrong = world.employer.post(
        "invite", {"interview_at": "2026-11-20T09:00", "interview_place": "二楼"}, public_id=public_id
    )
    assert wrong.status_code == 422
    assert "面试时间要晚于现在" in words(wrong)
    assert "二楼" in wrong.get_data(as_text=True)
    data = {"interview_at": "2026-11-28T09:00", "interview_place": "二楼", "version": world.row(public_id).version}
    assert world.employer.post("invite", data, public_id=public_id).status_code == 303
    assert world.row(public_id).interview_at.isoformat() == "2026-11-28T01:00:00+00:00"
    assert "11 月 28 日 9:00" in words(world.person.get("application", public_id=public_id))
    offer = {"offer_pay": "6500 元/月", "offer_start_on": "2026-12-01"}
    assert world.employer.post("offer", offer, public_id=public_id).status_code == 303
    world.person.post("accept", public_id=public_id)
    assert world.employer.post("report_start", {"start_on": "2026-11-21"}, public_id=public_id).status_code == 303
    assert "单位登记的入职日期是 11 月 21 日" in words(world.person.get("application", public_id=public_id))


def test_a_stale_form_of_an_employer_is_refused(world: World) -> None:
    public_id = world.applied()
    shown = world.row(public_id).version
    world.employer.post("screen", {"version": shown}, public_id=public_id)
    answer = world.employer.post(
        "offer", {"offer_pay": "6500", "offer_start_on": "2026-12-01", "version": shown}, public_id=public_id
    )
    assert answer.status_code == 409
    assert world.row(public_id).state is ApplicationState.SCREENING


def test_rejecting_needs_a_coded_reason_alone_and_together(world: World) -> None:
    public_id = world.applied(count=3)
    assert world.employer.post("reject", {"note": "谢谢"}, public_id=public_id).status_code == 422
    nobody = world.employer.post("reject_many", {"reason_code": "ar_filled"})
    assert nobody.status_code == 422
    assert "请先勾选要回复的人" in words(nobody)
    done = world.employer.post("reject_many", {"reason_code": "ar_filled", "chosen": [public_id, "y" * 16]})
    assert done.status_code == 303
    assert "已回复 1 人" in words(world.employer.client.get(done.location))
    assert world.row(public_id).reason_code == "ar_filled"


# ---------- the office, and others ----------


def test_staff_read_their_subtree_and_keep_notes_that_nobody_else_reads(world: World) -> None:
    public_id = world.applied()
    assert "测试王建国" in words(world.staff.get("staff_list", q="王建国", state="submitted"))
    assert "没有符合的投递" in words(world.staff.get("staff_list", late="1"))
    assert world.staff.post("staff_one", {"note": " "}, public_id=public_id).status_code == 422
    world.staff.post("staff_one", {"note": "已电话提醒单位"}, public_id=public_id)
    assert "已电话提醒单位" in words(world.staff.get("staff_one", public_id=public_id))
    for browser, endpoint in ((world.person, "application"), (world.employer, "received_one")):
        assert "已电话提醒单位" not in words(browser.get(endpoint, public_id=public_id))


def test_other_peoples_applications_are_not_found(world: World) -> None:
    public_id = world.applied(Move.OFFER)
    asked: list[tuple[Browser, str]] = [
        *((world.stranger, name) for name in ("application", "sent", "withdraw", "start", "keep", "other_time")),
        *((world.rival, name) for name in ("received_one", "invite", "offer", "reject", "report_start")),
        (world.far_staff, "staff_one"),
    ]
    assert [(name, browser.get(name, public_id=public_id).status_code) for browser, name in asked] == [
        (name, 404) for _browser, name in asked
    ]
    for browser, name in ((world.stranger, "accept"), (world.stranger, "coming"), (world.rival, "screen")):
        assert browser.post(name, public_id=public_id).status_code == 404
    assert "测试王建国" not in words(world.far_staff.get("staff_list"))
    assert "测试王建国" not in words(world.rival.get("received"))
    assert world.rival.get("received", posting=world.posting).status_code == 404
    done = world.rival.post("reject_many", {"reason_code": "ar_filled", "chosen": [public_id]})
    assert "已回复 0 人" in words(world.rival.client.get(done.location))
    assert world.row(public_id).state is ApplicationState.OFFERED


def test_messages_lead_to_pages_that_their_readers_may_open(world: World) -> None:
    world.applied(Move.INVITE)
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        links = {message.link for message in uow.session.scalars(select(Message))}
    opened = {link: browser.client.get(link).status_code for link in links for browser in _readers(world, link)}
    assert len(opened) == 2
    assert set(opened.values()) == {200}


def _readers(world: World, link: str) -> list[Browser]:
    return [world.employer] if link.startswith("/employer") else [world.person]


@contextmanager
def statements(app: Any) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(app.runtime.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(app.runtime.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("name", ["mine", "received", "staff_list"])
def test_a_list_costs_the_same_for_two_rows_and_twenty(world: World, name: str) -> None:

    browser = {"mine": world.person, "received": world.employer, "staff_list": world.staff}[name]

    def grow(n: int) -> None:
        with world.app.runtime.unit(SYSTEM) as uow:
            for _n in range(n):
                if name == "mine":
                    apply(uow, uow.session.get_one(Person, world.person_id), make_posting(uow))
                else:
                    posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
                    apply(uow, make_person(uow), posting)

    costs = []
    for more in (2, 18):
        grow(more)
        browser.get(name)
        with statements(world.app) as seen:
            assert browser.get(name).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
