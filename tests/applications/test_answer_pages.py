"""Pages around interviews, documents and hires; refusals with a way on; two colleagues at once; links on phones."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest

from jobmatch.applications.models import Application, ApplicationDocument, Interview, InterviewSlot, RetentionCheck
from jobmatch.applications.services.documents import ask_documents
from jobmatch.applications.services.retention import ask_employers
from jobmatch.applications.states import ApplicationState, Move
from jobmatch.core import clock
from jobmatch.people.models.person import Person
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.applications.browser import SYSTEM, Browser, words
from tests.applications.conftest import World
from tests.applications.samples import apply, go, make_slot
from tests.applications.test_pages import SENT, statements
from tests.conftest import NOW
from tests.factories import make_person

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"


def change(world: World, **values: Any) -> None:
    """Give the posting other values."""
    with world.app.runtime.unit(SYSTEM) as uow:
        posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
        for name, value in values.items():
            setattr(posting, name, value)


def of(world: World, model: Any) -> Any:
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.query(model).order_by(model.id.desc()).first()


# ---------- refused with a way on ----------


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": PostingState.PAUSED}, "单位暂停了这个岗位"),
        ({"state": PostingState.EXPIRED}, "有效期已经过了"),
        ({"valid_through": (NOW - timedelta(days=1)).date()}, "有效期已经过了"),
        ({"state": PostingState.FILLED}, "已经招满了"),
        ({"filled_count": 3}, "已经招满了"),
        ({"state": PostingState.CLOSED}, "不招了"),
    ],
)
def test_a_posting_that_takes_nobody_says_why_and_leads_on(world: World, values: dict[str, Any], reason: str) -> None:
    change(world, **values)
    for answer in (
        world.person.get("apply", public_id=world.posting),
        world.person.post("check", SENT, public_id=world.posting),
        world.person.post("apply", SENT, public_id=world.posting),
    ):
        assert answer.status_code == 409
        assert reason in words(answer)
        assert "找类似的岗位" in words(answer)
    assert world.count() == 0


@pytest.mark.parametrize("state", [PostingState.DRAFT, PostingState.IN_REVIEW, None])
def test_withdrawn_and_vanished_postings_look_the_same_and_lead_on(world: World, state: PostingState | None) -> None:
    if state is not None:
        change(world, state=state)
    answer = world.person.get("apply", public_id=world.posting if state is not None else "x" * 16)
    assert answer.status_code == 404
    assert "已经撤下，或者地址不对" in words(answer)
    assert "货车司机" not in words(answer)
    assert "看推荐岗位" in words(answer)


def test_applying_again_says_from_which_day(world: World) -> None:
    world.applied(Move.WITHDRAW)
    answer = world.person.get("apply", public_id=world.posting)
    assert answer.status_code == 409
    assert "2027 年 2 月 19 日起可以再投" in words(answer)


# ---------- two at once ----------


def test_the_second_colleague_gets_the_present_state_and_keeps_the_note(world: World) -> None:
    public_id = world.applied()
    seen = world.row(public_id).version
    with world.app.runtime.unit(SYSTEM) as uow:
        go(uow, uow.session.query(Application).filter_by(public_id=public_id).one(), Move.INVITE)
    said = {"version": seen, "reason_code": "ar_skill", "note": "这句话不能丢"}
    answer = world.employer.post("reject", said, public_id=public_id)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "现在是“约了面试”" in page
    assert "这句话不能丢" in page
    assert world.row(public_id).state is ApplicationState.INTERVIEW
    now = re.search(r'name="version"[^>]*value="(\d+)"', page) or re.search(r'value="(\d+)"[^>]*name="version"', page)
    assert now
    again = world.employer.post("reject", {**said, "version": now[1]}, public_id=public_id)
    assert again.status_code == 303
    assert world.row(public_id).state is ApplicationState.REJECTED


def test_the_reason_is_shown_with_its_group_a_hint_and_a_link(world: World) -> None:
    public_id = world.applied()
    form = world.employer.get("reject", public_id=public_id).get_data(as_text=True)
    assert "<optgroup" in form
    assert "条件还差一点" in form
    world.employer.post("reject", {"reason_code": "ar_skill"}, public_id=public_id)
    page = world.person.get("application", public_id=public_id)
    assert "条件还差一点：岗位要用的技能和您的不太一样" in words(page)
    assert "/me/jobs/gaps" in page.get_data(as_text=True)


# ---------- times, the day before, results ----------


def test_times_are_set_offered_and_chosen(world: World) -> None:
    public_id = world.applied()
    assert "还没有排面试时间" in words(world.employer.get("slots_page", public_id=world.posting))
    facts = {"starts_at": "2026-11-24T09:00", "place": "一楼", "minutes": "30", "capacity": "1", "rounds": "2"}
    wrong = world.employer.post("slots_page", {**facts, "starts_at": "2026-11-01T09:00"}, public_id=world.posting)
    assert wrong.status_code == 422
    assert world.employer.post("slots_page", facts, public_id=world.posting).status_code == 303
    assert world.employer.post("offer_slots", public_id=public_id).status_code == 303
    page = world.person.get("pick_slot", public_id=public_id)
    found = re.findall(r'name="slot" value="(\w+)"', page.get_data(as_text=True))
    assert len(found) == 2
    assert world.person.post("pick_slot", public_id=public_id).status_code == 422
    version = world.row(public_id).version
    done = world.person.post("pick_slot", {"slot": found[1], "version": version}, public_id=public_id)
    assert done.status_code == 303
    assert world.row(public_id).interview_place == "一楼"
    assert "测试王建国" in words(world.employer.get("slots_page", public_id=world.posting))
    slot = of(world, InterviewSlot)
    busy = world.employer.post("close_slot", public_id=world.posting, slot_id=slot.public_id)
    assert busy.status_code == 409
    assert world.rival.get("slots_page", public_id=world.posting).status_code == 404


def test_coming_or_not_is_one_press_and_the_result_another(world: World) -> None:
    public_id = world.applied(Move.INVITE)
    page = words(world.person.get("application", public_id=public_id))
    assert "我去" in page
    assert "去不了" in page
    world.person.post("coming", {"attendance": "coming"}, public_id=public_id)
    assert of(world, Interview).attendance == "coming"
    early = world.employer.post("result", {"result": "passed"}, public_id=public_id)
    assert "面试还没有开始" in words(world.employer.client.get(early.location))
    with clock.frozen(NOW + timedelta(days=3)):
        person, employer = (Browser(world.app, user) for user in _users(world, public_id))
        assert "没有来" in words(employer.get("received_one", public_id=public_id))
        employer.post("result", {"result": "absent"}, public_id=public_id)
        assert of(world, Interview).is_no_show
        assert "我要说明" in words(person.get("application", public_id=public_id))
        assert person.post("objection", {"words": "我到了"}, public_id=public_id).status_code == 303
        staff = Browser(world.app, world.staff_id)
        assert "本人说：我到了" in words(staff.get("staff_one", public_id=public_id))
        assert staff.post("no_show", {"is_right": "yes"}, public_id=public_id).status_code == 303
        assert "不算爽约" in words(person.get("application", public_id=public_id))


def _users(world: World, public_id: str) -> list[int]:
    with world.app.runtime.unit(SYSTEM, writing=False) as uow:
        row = uow.session.query(Application).filter_by(public_id=public_id).one()
        person = uow.session.get_one(Person, row.person_id)
        assert person.user_id is not None
        return [person.user_id, world.employer_id]


def test_a_link_shows_on_reading_and_acts_on_pressing(world: World) -> None:
    public_id = world.applied(Move.INVITE)
    for browser, endpoint, said in ((world.staff, "person_link", "coming"), (world.employer, "interviewer_link", "")):
        shown = browser.post(endpoint, public_id=public_id).get_data(as_text=True)
        [address] = re.findall(r'value="(http[^"]+/i/[^"]+)"', shown)
        assert "<svg" in shown
        path = address.split("localhost", 1)[1]
        page = world.nobody.client.get(path)
        assert page.status_code == 200
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert of(world, Interview).attendance == (None if said else "coming")
        if said:
            assert world.nobody.client.post(path, data={"said": said}).status_code == 303
            assert "已经记下：我去" in words(world.nobody.client.get(path))
        else:
            assert world.nobody.client.post(path, data={"said": "passed"}).status_code == 422
    for _n in range(12):
        wrong = world.nobody.client.post("/i/nobody", data={"said": "coming"})
    assert wrong.status_code == 429
    assert world.nobody.client.get("/i/nobody").status_code == 404


# ---------- documents, more places, hires, undoing ----------


def test_documents_are_asked_for_handed_in_and_looked_at(world: World) -> None:
    asked = world.employer.post("posting_documents", {"dk_health": "interview"}, public_id=world.posting)
    assert asked.status_code == 303
    public_id = world.applied()
    assert "现在没有要交的" in words(world.person.get("application", public_id=public_id))
    with world.app.runtime.unit(SYSTEM) as uow:
        go(uow, uow.session.query(Application).filter_by(public_id=public_id).one(), Move.INVITE)
    wrong = {"kind_code": "dk_health", "file": (io.BytesIO(b"MZ"), "证.pdf")}
    assert world.person.post("my_documents", wrong, public_id=public_id).status_code == 422
    right = {"kind_code": "dk_health", "file": (io.BytesIO(PDF), "健康证.pdf")}
    assert world.person.post("my_documents", right, public_id=public_id).status_code == 303
    key = of(world, ApplicationDocument).public_id
    look = world.employer.get("see_document", public_id=public_id, document_id=key)
    assert (look.status_code, look.get_data(), look.headers["Cache-Control"]) == (200, PDF, "no-store")
    assert "单位看过 1 次" in words(world.person.get("my_documents", public_id=public_id))
    for browser in (world.rival, world.stranger, world.staff):
        assert browser.get("see_document", public_id=public_id, document_id=key).status_code in {403, 404}
    world.employer.post("offer", {"offer_pay": "6000", "offer_start_on": "2026-12-01"}, public_id=public_id)
    assert world.employer.get("see_document", public_id=public_id, document_id=key).status_code == 404
    gone = world.person.post("remove_document", public_id=public_id, document_id=key)
    assert gone.status_code == 303
    assert of(world, ApplicationDocument) is None


def test_more_places_open_a_full_posting_again(world: World) -> None:
    change(world, vacancy_count=1)
    world.applied(Move.OFFER, Move.ACCEPT)
    assert of(world, Posting).state is PostingState.FILLED
    assert world.employer.post("more_places", {"count": "2"}, public_id=world.posting).status_code == 303
    posting = of(world, Posting)
    assert (posting.vacancy_count, posting.filled_count, posting.state) == (3, 1, PostingState.OPEN)
    change(world, valid_through=(NOW - timedelta(days=1)).date())
    world.employer.post("more_places", {"count": "2"}, public_id=world.posting)
    assert of(world, Posting).vacancy_count == 3


def test_who_is_still_there_is_one_press(world: World) -> None:
    world.applied(Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)
    with clock.frozen(NOW + timedelta(days=32)):
        with world.app.runtime.unit(SYSTEM) as uow:
            ask_employers(uow)
        employer = Browser(world.app, world.employer_id)
        page = employer.get("hires")
        assert "测试王建国" in words(page)
        key = of(world, RetentionCheck).public_id
        assert employer.post("hire", {"answer": "left"}, public_id=key).status_code == 422
        assert employer.post("hire", {"answer": "stayed"}, public_id=key).status_code == 303
        assert "已经回答：还在" in words(employer.get("hire", public_id=key))
        assert Browser(world.app, world.rival_id).get("hire", public_id=key).status_code == 404


def test_a_start_is_taken_back_on_a_page_that_says_what_came_back(world: World) -> None:
    with world.app.runtime.unit(SYSTEM) as uow:
        other = apply(uow, uow.session.get_one(Person, world.person_id)).public_id
    public_id = world.applied(Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)
    assert world.row(other).state is ApplicationState.SUPERSEDED
    assert "撤销入职确认" in words(world.person.get("application", public_id=public_id))
    assert world.person.get("undo", public_id=public_id).status_code == 200
    assert world.person.post("undo", {"reason": ""}, public_id=public_id).status_code == 422
    done = world.person.post("undo", {"reason": "按错了"}, public_id=public_id)
    assert done.status_code == 200
    assert "这些投递恢复了" in words(done)
    assert world.row(other).state is ApplicationState.SUBMITTED
    assert world.person.post("undo", {"reason": "按错了"}, public_id=public_id).status_code == 409


@pytest.mark.parametrize("name", ["slots_page", "hires", "my_documents"])
def test_these_lists_cost_the_same_for_two_rows_and_twenty(world: World, name: str) -> None:
    public_id = world.applied(Move.INVITE)
    kinds = ("dk_discharge", "dk_education", "dk_identity", "dk_health", "dk_licence", "dk_record", "dk_skill")

    def grow(n: int, turn: int) -> None:
        with world.app.runtime.unit(SYSTEM) as uow:
            posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
            if name == "my_documents":
                ask_documents(uow, posting, wanted=dict.fromkeys(kinds[: 2 if n == 2 else 7], "interview"))
                return
            posting.vacancy_count = 40
            uow.session.flush()
            for number in range(n):
                if name == "slots_page":
                    make_slot(uow, posting, days=2 + turn * 20 + number)
                    sent = go(uow, apply(uow, make_person(uow), posting), Move.OFFER_SLOTS, Move.PICK_SLOT)
                else:
                    sent = go(uow, apply(uow, make_person(uow), posting), Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)
                assert sent.id

    costs = []
    browser, rule = (world.employer, {"public_id": world.posting}) if name != "my_documents" else (world.person, {})
    rule = {"public_id": public_id} if name == "my_documents" else rule if name == "slots_page" else {}
    for turn, more in enumerate((2, 18)):
        grow(more, turn)
        if name == "hires":
            with clock.frozen(NOW + timedelta(days=32)), world.app.runtime.unit(SYSTEM) as uow:
                ask_employers(uow)
        browser.get(name, **rule)
        with statements(world.app) as seen:
            assert browser.get(name, **rule).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]
