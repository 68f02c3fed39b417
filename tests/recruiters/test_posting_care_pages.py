"""Pages of 代录入, links on phones, the queue in place, 专岗 papers, templates and the count."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.accounts.models import Membership, Organization, User
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.jobs import JobContext
from recruiters.employers.queries import get_employer
from recruiters.postings.jobs import JOBS
from recruiters.postings.models import Posting, PostingTemplate
from recruiters.postings.queries import get_posting
from recruiters.postings.services.entries import make_link
from recruiters.postings.services.templates import save_template
from recruiters.postings.states import LinkPurpose, PostingState
from tests.conftest import NOW, acting
from tests.core.test_uploads import pdf
from tests.factories import actor_of, make_posting
from tests.recruiters.help import Office, text_of
from tests.recruiters.test_posting_pages import NEEDS, PAY, PLACE, WORK

HTMX = {"HX-Request": "true"}


def _stored(office: Office, public_id: str) -> Posting:
    with office.unit() as uow:
        posting_id = uow.session.scalars(select(Posting.id).where(Posting.public_id == public_id)).one()
        return get_posting(uow.session, posting_id)


def _entered(office: Office) -> str:
    """A complete posting that the clerk entered and sent to review."""
    with office.unit() as uow:
        employer = get_employer(uow.session, office.employer_id).public_id
    clerk = office.clerk
    text_of(clerk.get(f"/staff/employers/{employer}/postings/new"))
    answer = clerk.post(f"/staff/employers/{employer}/postings/new", data={"title": "货车司机"})
    public_id = answer.headers["Location"].rsplit("/", 1)[1]
    for part, values in (("work", WORK), ("needs", NEEDS), ("pay", PAY), ("place", PLACE)):
        version = str(_stored(office, public_id).version)
        answer = clerk.post(f"/staff/postings/{public_id}/edit/{part}", data={"version": version, **values})
        assert answer.status_code == 303
    clerk.post(f"/staff/postings/{public_id}/move", data={"action": "submit"})
    assert _stored(office, public_id).state is PostingState.IN_REVIEW
    return public_id


def _version_on(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def _yes(page: str) -> dict[str, str]:
    return {"said": "yes", "version": _version_on(page)}


def test_the_employer_reads_and_answers_what_was_entered_for_it(office: Office) -> None:
    public_id, member = _entered(office), office.member
    assert "服务站代录入，等您核对" in text_of(member.get("/employer/postings?tab=review"))
    page = text_of(member.get(f"/employer/postings/{public_id}"))
    assert "同意发布" in page
    with office.unit() as uow:
        uow.session.scalars(select(Posting).where(Posting.public_id == public_id)).one().duties = "改过的内容"
    stale = {"said": "yes", "version": _version_on(page)}
    page = text_of(member.post(f"/employer/postings/{public_id}/answer", data=stale, follow_redirects=True))
    assert "请看一遍改过的内容" in page
    assert "改过的内容" in page.replace("请看一遍改过的内容", "")
    assert member.post(f"/employer/postings/{public_id}/answer", data={"said": "maybe"}).status_code == 404
    assert member.post(f"/employer/postings/{public_id}/answer", data=_yes(page)).status_code == 303
    assert "同意发布" not in text_of(member.get(f"/employer/postings/{public_id}"))
    review = text_of(office.clerk.get(f"/staff/postings/{public_id}"))
    assert "代录入，单位已同意" in review
    assert "在平台上答复" in review


def test_staff_write_down_a_call_and_wrong_facts_come_back(office: Office) -> None:
    public_id, clerk = _entered(office), office.clerk
    moment = NOW.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    given = {"said": "yes", "said_by": "王经理", "said_at": moment, "phone_tail": "1234"}
    answer = clerk.post(f"/staff/postings/{public_id}/answer", data={**given, "phone_tail": "12"})
    assert "请填所打号码的后四位" in text_of(answer, 422)
    assert clerk.post(f"/staff/postings/{public_id}/answer", data=given).status_code == 303
    page = text_of(clerk.get(f"/staff/postings/{public_id}"))
    assert "尾号 1234" in page
    assert "王经理" in page


@pytest.mark.parametrize(("said", "state"), [("yes", PostingState.IN_REVIEW), ("no", PostingState.DRAFT)])
def test_a_link_on_a_phone_shows_the_posting_and_takes_one_answer(
    office: Office, said: str, state: PostingState
) -> None:
    public_id, phone = _entered(office), office.client()
    page = text_of(office.clerk.post(f"/staff/postings/{public_id}/link", data={"purpose": "agree"}))
    token = re.search(r"/p/([\w-]+)", page)
    assert token is not None
    address = f"/p/{token[1]}"
    shown = phone.get(address)
    assert "6000–8000 元/月" in text_of(shown)
    assert (shown.headers["Referrer-Policy"], shown.headers["X-Robots-Tag"]) == ("same-origin", "noindex")
    assert "请选一个答复" in text_of(phone.post(address, data={"said": "x"}), 422)
    stale = _version_on(text_of(shown))
    with office.unit() as uow:
        uow.session.scalars(select(Posting).where(Posting.public_id == public_id)).one().pay_low_yuan = 4000
    again = text_of(phone.post(address, data={"said": said, "version": stale}), 409)
    assert "请看一遍改过的内容" in again
    assert "4000–8000 元/月" in again
    assert phone.post(address, data={"said": said}).status_code == 409
    assert _stored(office, public_id).agreed_at is None
    answer = phone.post(address, data={"said": said, "version": _version_on(again), "note": "工资不对"})
    assert answer.status_code == 303
    assert "已经记下" in text_of(phone.get(address))
    posting = _stored(office, public_id)
    assert (posting.state, posting.agreed_at is not None) == (state, said == "yes")
    assert phone.get("/p/unknown").status_code == 404
    assert office.clerk.post(f"/staff/postings/{public_id}/link", data={"purpose": "x"}).status_code == 404


def test_still_hiring_in_one_tap_in_the_app_and_by_link(office: Office) -> None:
    public_id = office.posting(published_at=NOW - timedelta(days=60), valid_through=local_day(NOW) + timedelta(days=20))
    for _day in range(2):
        JOBS["postings.clock"](JobContext(office.runtime.database, 0, "postings.clock"))
    assert "还在招" in text_of(office.member.get("/employer/postings"))
    assert office.member.post(f"/employer/postings/{public_id}/confirm").status_code == 303
    assert _stored(office, public_id).confirmed_at == NOW
    posting_id = _stored(office, public_id).id
    with office.unit() as uow:
        token = make_link(uow, get_posting(uow.session, posting_id), LinkPurpose.CONFIRM)
    phone = office.client()
    text_of(phone.get(f"/p/{token}"))
    assert phone.post(f"/p/{token}", data={"said": "no"}).status_code == 303
    assert _stored(office, public_id).state is PostingState.PAUSED
    assert phone.post(f"/p/{token}", data={"said": "yes"}).status_code == 303
    assert _stored(office, public_id).state is PostingState.OPEN


def test_the_queue_decides_in_place_and_the_next_one_slides_up(office: Office) -> None:
    first = office.posting(state=PostingState.IN_REVIEW, title="保安", submitted_at=NOW - timedelta(days=3))
    office.posting(state=PostingState.IN_REVIEW, title="厨师", submitted_at=NOW - timedelta(days=1))
    overdue = local_day(NOW) - timedelta(days=2)
    with office.unit() as uow:
        uow.session.scalars(select(Posting).where(Posting.public_id == first)).one().review_due_on = overdue
    clerk = office.clerk
    page = text_of(clerk.get("/staff/postings"))
    assert page.index("保安") < page.index("厨师")
    assert "超期 2 天" in page
    assert "2 条岗位等审核" in page
    assert "共招 4 人" in page
    url = f"/staff/postings/{first}"
    refused = text_of(clerk.post(url, data={f"{first}-action": "return"}, headers=HTMX), 422)
    assert "请选一个退回原因" in refused
    assert "厨师" in refused
    assert "<html" not in refused
    done = clerk.post(url, data={f"{first}-action": "publish"}, headers=HTMX, follow_redirects=True)
    after = text_of(done)
    assert "<html" not in after
    assert "1 条岗位等审核" in after
    assert after.index("保安：招聘中") < after.index("厨师")
    assert "请选一个退回原因" in text_of(clerk.post(f"/staff/postings/{_waiting(office)}", data=_return(office)), 422)


def _waiting(office: Office) -> str:
    with office.unit() as uow:
        query = select(Posting.public_id).where(Posting.state == PostingState.IN_REVIEW)
        return uow.session.scalars(query).one()


def _return(office: Office) -> dict[str, str]:
    return {f"{_waiting(office)}-action": "return"}


def test_a_reserved_post_is_refused_with_its_rules_until_the_papers_are_there(office: Office) -> None:
    public_id = office.posting(state=PostingState.IN_REVIEW, is_reserved=True)
    clerk = office.clerk
    assert "ZG01" in text_of(clerk.get("/staff/postings"))
    assert "ZG01" in text_of(clerk.post(f"/staff/postings/{public_id}", data={f"{public_id}-action": "publish"}), 422)
    url = f"/staff/postings/{public_id}/reserved"
    text_of(clerk.get(url))
    given: dict[str, Any] = {"kind": "community", "organ": "测试县委组织部", "paper_number": "测组 1 号", "quota": "3"}
    given |= {"notice_from": "2026-11-09", "notice_to": "2026-11-13", "result": "clear"}
    bad = clerk.post(url, data={**given, "file": (io.BytesIO(b"MZ"), "a.exe")}, content_type="multipart/form-data")
    assert "这种文件收不了" in text_of(bad, 422)
    good = clerk.post(url, data={**given, "file": (io.BytesIO(pdf()), "a.pdf")}, content_type="multipart/form-data")
    assert good.status_code == 303
    page = text_of(clerk.get(url))
    assert "ZG02" in page
    assert "ZG05" not in page
    paper = clerk.get(f"{url}/paper")
    assert (paper.status_code, paper.get_data()) == (200, pdf())


def test_templates_are_kept_used_and_dropped(office: Office) -> None:
    member, clerk, public_id = office.member, office.clerk, office.posting()
    assert member.post(f"/employer/postings/{public_id}/template", data={"name": "司机模板"}).status_code == 303
    assert clerk.post(f"/staff/postings/{public_id}/template", data={"name": "县里的司机"}).status_code == 303
    page = text_of(member.get("/employer/postings/new"))
    assert "司机模板" in page
    assert "县里的司机" in page
    assert "从以前的岗位开始" in page
    with office.unit() as uow:
        ids = {row.name: row.public_id for row in uow.session.scalars(select(PostingTemplate))}
    made = member.post("/employer/postings/new", data={"template": ids["县里的司机"]})
    assert _stored(office, made.headers["Location"].rsplit("/", 1)[1]).title == "货车司机"
    assert "县里的司机" in text_of(clerk.get("/staff/postings/templates"))
    assert member.post(f"/employer/postings/templates/{ids['司机模板']}/drop").status_code == 303
    assert member.post(f"/employer/postings/templates/{ids['县里的司机']}/drop").status_code == 403
    assert clerk.post(f"/staff/postings/templates/{ids['县里的司机']}/drop").status_code == 303
    assert "还没有模板" in text_of(clerk.get("/staff/postings/templates"))


def test_the_count_answers_with_a_sentence_or_a_page_and_saves_nothing(office: Office) -> None:
    public_id, member = office.posting(state=PostingState.DRAFT), office.member
    before = _stored(office, public_id).version
    url = f"/employer/postings/{public_id}/count"
    assert f'hx-get="{url}"' in text_of(member.get(f"/employer/postings/{public_id}/edit/needs"))
    sentence = text_of(member.get(url, query_string=NEEDS, headers=HTMX))
    assert "现在不到 10 人符合" in sentence
    assert "<html" not in sentence
    assert "按浏览器的“后退”" in text_of(member.post(url, data=NEEDS))
    text_of(member.get(url))
    assert text_of(office.clerk.get(f"/staff/postings/{public_id}/count", headers=HTMX)) != ""
    assert _stored(office, public_id).version == before


def _grow(office: Office, numbers: range) -> None:
    """One more posting that waits, one more template of the office and of the employer, for each number."""
    with office.unit() as uow:
        membership = uow.session.scalars(select(Membership).where(Membership.user_id == office.clerk_id)).one()
        station = uow.session.get_one(Organization, membership.organization_id)
        clerk = actor_of(uow.session.get_one(User, office.clerk_id), membership.role, station)
        employer = get_employer(uow.session, office.employer_id)
        for number in numbers:
            posting = make_posting(uow, employer, state=PostingState.IN_REVIEW, submitted_at=NOW, is_reserved=True)
            save_template(acting(uow, clerk), posting, name=f"模板 {number}", for_office=True)
            save_template(uow, posting, name=f"模板 {number}")


def _statements(office: Office, client: Any, path: str) -> int:
    seen: list[str] = []

    def listen(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    engine = office.runtime.database.engine
    event.listen(engine, "before_cursor_execute", listen)
    text_of(client.get(path))
    event.remove(engine, "before_cursor_execute", listen)
    return len(seen)


@pytest.mark.parametrize("path", ["/staff/postings", "/staff/postings/templates", "/employer/postings/new"])
def test_lists_cost_the_same_number_of_statements(office: Office, path: str) -> None:
    client = office.clerk if path.startswith("/staff") else office.member
    _grow(office, range(2))
    _statements(office, client, path)
    few = _statements(office, client, path)
    _grow(office, range(2, 20))
    assert _statements(office, client, path) == few
