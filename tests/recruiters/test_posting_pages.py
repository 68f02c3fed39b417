"""Pages of postings: writing four pages, sending to review, deciding, keeping fresh."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.core.clock import local_day
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from recruiters.postings.jobs import JOBS
from recruiters.postings.models import Posting
from recruiters.postings.queries import get_posting
from recruiters.postings.states import PostingState
from tests.conftest import NOW
from tests.factories import PATH_OTHER, TOWN_A, make_posting
from tests.recruiters.help import Office, open_office, text_of

TODAY = local_day(NOW)
AD = """诚聘货车司机 5 名
岗位职责：驾驶货车在县内送货。
任职要求：持 B2 及以上驾驶证，限男性。
薪资待遇：月薪 7000-9000 元，包吃住，五险。
工作地点：物流园 3 号"""
WORK = {
    "title": "货车司机",
    "occupation_code": "4-02-02-02",
    "kind": "regular",
    "vacancy_count": "２",
    "duties": "送货。",
}
NEEDS = {
    "education": "61",
    "education_weight": "nice",
    "years": "3",
    "years_weight": "must",
    "leadership": "",
    "need-licence-B2": "must",
    "need-skill-SK002": "nice",
    "level-skill-SK002": "4",
    "requirement_text": "没有特别要求",
}
PAY = {
    "employment_type": "contract",
    "contract_party": "本单位",
    "pay_unit": "month",
    "pay_kind": "composite",
    "pay_low_yuan": "6,000",
    "pay_high_yuan": "８０００",
    "pay_base_yuan": "3500",
    "pay_basis": "gross",
    "shift": "day",
    "meals": "included",
    "housing": "none",
    "social_insurance": "five",
}
PLACE = {
    "region_code": TOWN_A,
    "address": "物流园 3 号",
    "valid_through": (TODAY + timedelta(days=60)).isoformat(),
    "is_veterans_first": "y",
}


def _stored(office: Office, public_id: str) -> Posting:
    with office.unit() as uow:
        posting_id = uow.session.scalar(select(Posting.id).where(Posting.public_id == public_id))
        assert posting_id is not None
        return get_posting(uow.session, posting_id)


def _begin(client: Any, **values: str) -> str:
    answer = client.post("/employer/postings/new", data=values)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:300]
    return answer.headers["Location"].split("/postings/")[1].split("/")[0]


def _save(office: Office, client: Any, public_id: str, part: str, values: dict[str, str], status: int = 303) -> Any:
    version = str(_stored(office, public_id).version)
    answer = client.post(f"/employer/postings/{public_id}/edit/{part}", data={"version": version, **values})
    assert answer.status_code == status, answer.get_data(as_text=True)[:300]
    return answer


def test_four_pages_make_a_posting_that_is_reviewed_and_published(office: Office) -> None:
    member, clerk = office.member, office.clerk
    public_id = _begin(member, title="货车司机")
    for part, values in (("work", WORK), ("needs", NEEDS), ("pay", PAY), ("place", PLACE)):
        text_of(member.get(f"/employer/postings/{public_id}/edit/{part}"))
        _save(office, member, public_id, part, values)
    page = text_of(member.get(f"/employer/postings/{public_id}"))
    assert "4 页都填好了" in page
    assert "6000–8000 元/月（综合收入，其中固定 3500 元，应发）" in page
    assert member.post(f"/employer/postings/{public_id}/move", data={"action": "submit"}).status_code == 303
    queue = text_of(clerk.get("/staff/postings"))
    assert "1 条岗位等审核" in queue
    assert "必须 B2 驾驶证" in queue
    answer = clerk.post(f"/staff/postings/{public_id}", data={f"{public_id}-action": "publish"})
    assert answer.status_code == 303
    posting = _stored(office, public_id)
    assert posting.state is PostingState.OPEN
    assert [(n.kind.value, n.code, n.level, n.is_must) for n in posting.requirements] == [
        ("education", "61", 0, False),
        ("years", "", 0, True),
        ("licence", "B2", 0, True),
        ("skill", "SK002", 4, False),
    ]
    assert "货车司机" in text_of(office.client().get(f"/employers/{posting.employer.public_id}"))


def test_an_advertisement_fills_the_form_and_is_quoted(office: Office) -> None:
    member = office.member
    public_id = _begin(member, advertisement=AD)
    posting = _stored(office, public_id)
    assert (posting.title, posting.vacancy_count, posting.pay_low_yuan) == ("货车司机", 5, 7000)
    assert posting.pay_basis is None
    page = text_of(member.get(f"/employer/postings/{public_id}/edit/pay"))
    assert "月薪 7000-9000 元”" in page
    page = text_of(member.get(f"/employer/postings/{public_id}"))
    assert "<mark" in page
    assert "限男性</mark>" in page
    assert "妇女权益保障法" in page


def test_an_advertisement_without_a_title_asks_for_one_and_is_kept(office: Office) -> None:
    page = text_of(office.member.post("/employer/postings/new", data={"advertisement": "月薪 6000 元，包吃住。"}), 422)
    assert "有 1 处需要修改" in page
    assert "月薪 6000 元，包吃住。" in page


def test_a_wrong_value_answers_422_and_keeps_what_was_typed(office: Office) -> None:
    public_id = _begin(office.member, title="货车司机")
    wrong = PAY | {"pay_high_yuan": "500", "contract_party": "某某公司"}
    page = text_of(_save(office, office.member, public_id, "pay", wrong, 422), 422)
    assert "工资上限不能低于下限" in page
    assert 'value="某某公司"' in page
    assert page.startswith("<!doctype html>")
    assert "<title>有错误：" in page
    assert _stored(office, public_id).contract_party == ""
    text_of(_save(office, office.member, public_id, "pay", PAY | {"pay_low_yuan": "面议"}, 422), 422)


def test_a_stale_form_is_refused(office: Office) -> None:
    public_id = _begin(office.member, title="货车司机")
    version = str(_stored(office, public_id).version)
    _save(office, office.member, public_id, "work", WORK)
    answer = office.member.post(f"/employer/postings/{public_id}/edit/work", data={"version": version, **WORK})
    assert answer.status_code == 409


def test_finding_words_saves_nothing(office: Office) -> None:
    public_id = _begin(office.member, title="司机")
    page = text_of(
        office.member.post(
            f"/employer/postings/{public_id}/edit/needs",
            data={"words": "B2 叉车", "find": "1", "need-skill-SK002": "must"},
        )
    )
    assert 'name="need-licence-B2"' in page
    assert 'name="need-skill-SK009"' in page
    assert _stored(office, public_id).requirements == []


def test_a_form_sent_twice_makes_one_posting(office: Office) -> None:
    client = office.member
    for _time in range(2):
        answer = client.post("/employer/postings/new", data={"title": "保安", "form_key": "abcdabcdabcdabcd"})
        assert answer.status_code == 303
    with office.unit() as uow:
        assert len(uow.session.scalars(select(Posting).where(Posting.title == "保安")).all()) == 1


def test_an_incomplete_posting_is_not_submitted_and_says_why(office: Office) -> None:
    public_id = _begin(office.member, title="货车司机")
    client = office.member
    assert client.post(f"/employer/postings/{public_id}/move", data={"action": "submit"}).status_code == 303
    assert "还没有填：工作内容" in text_of(client.get(f"/employer/postings/{public_id}"))
    assert _stored(office, public_id).state is PostingState.DRAFT


def test_an_unvetted_employer_writes_drafts_and_is_told_what_is_next(sqlite_runtime: Runtime, app: Any) -> None:
    office = open_office(sqlite_runtime, app, vetted=False)
    public_id = _begin(office.member, title="货车司机")
    for part, values in (("work", WORK), ("needs", NEEDS), ("pay", PAY), ("place", PLACE)):
        _save(office, office.member, public_id, part, values)
    assert "审核通过后就能提交" in text_of(office.member.get(f"/employer/postings/{public_id}"))
    answer = office.member.post(f"/employer/postings/{public_id}/move", data={"action": "submit"})
    assert answer.status_code == 403


def test_strangers_find_nothing(sqlite_runtime: Runtime, app: Any, office: Office) -> None:
    public_id = office.posting()
    stranger = open_office(sqlite_runtime, app)
    for path in ("", "/edit/work", "/renew", "/close"):
        assert stranger.member.get(f"/employer/postings/{public_id}{path}").status_code == 404
    for path in ("/move", "/copy", "/close"):
        assert (
            stranger.member.post(f"/employer/postings/{public_id}{path}", data={"action": "pause"}).status_code == 404
        )
    with office.unit() as uow:
        far = make_posting(uow, state=PostingState.IN_REVIEW, region_path=PATH_OTHER, region_code="130102").public_id
    assert office.clerk.get(f"/staff/postings/{far}").status_code == 404
    assert office.clerk.post(f"/staff/postings/{far}", data={f"{far}-action": "publish"}).status_code == 404
    assert office.member.get("/employer/postings/zz22zz22zz22zz22").status_code == 404
    assert office.client().get("/employer/postings").status_code == 303
    assert office.member.get("/staff/postings").status_code == 403


def test_pausing_renewing_copying_and_closing(office: Office) -> None:
    public_id = office.posting(valid_through=TODAY + timedelta(days=3))
    client = office.member
    for action, state in (("pause", PostingState.PAUSED), ("resume", PostingState.OPEN)):
        assert client.post(f"/employer/postings/{public_id}/move", data={"action": action}).status_code == 303
        assert _stored(office, public_id).state is state
    assert client.post(f"/employer/postings/{public_id}/move", data={"action": "resume"}).status_code == 409
    assert client.post(f"/employer/postings/{public_id}/move", data={"action": "publish"}).status_code == 404
    assert "90 天" in text_of(client.get(f"/employer/postings/{public_id}/renew"))
    text_of(client.post(f"/employer/postings/{public_id}/renew", data={"valid_through": "2036-01-01"}), 422)
    later = TODAY + timedelta(days=90)
    answer = client.post(f"/employer/postings/{public_id}/renew", data={"valid_through": later.isoformat()})
    assert answer.status_code == 303
    assert _stored(office, public_id).valid_through == later
    copy = client.post(f"/employer/postings/{public_id}/copy").headers["Location"].rsplit("/", 1)[1]
    assert _stored(office, copy).state is PostingState.DRAFT
    assert "关闭后不能再打开" in text_of(client.get(f"/employer/postings/{public_id}/close"))
    assert client.post(f"/employer/postings/{public_id}/close").status_code == 303
    assert _stored(office, public_id).state is PostingState.CLOSED
    assert client.post(f"/employer/postings/{public_id}/close").status_code == 409


def test_every_button_of_the_queue_says_what_it_does(office: Office) -> None:
    public_id = office.posting(state=PostingState.IN_REVIEW)
    for path in ("/staff/postings", f"/staff/postings/{public_id}"):
        page = text_of(office.clerk.get(path))
        decisions = re.findall(r'<button type="submit"[^>]* name="[^"]*-action" value="(\w+)">([^<]+)</button>', page)
        assert decisions == [("publish", "通过，发布"), ("return", "退回修改")]
        assert "确定" not in page


def test_staff_return_a_posting_with_a_reason_only(office: Office) -> None:
    public_id = office.posting(state=PostingState.IN_REVIEW, duties="送货，女士优先。")
    data = {f"{public_id}-action": "return", f"{public_id}-note": "改一下"}
    page = text_of(office.clerk.post(f"/staff/postings/{public_id}", data=data), 422)
    assert "请选一个退回原因" in page
    assert "改一下" in page
    text_of(office.clerk.post(f"/staff/postings/{public_id}", data={f"{public_id}-action": "publish"}), 422)
    assert "请选审核结果" in text_of(office.clerk.post(f"/staff/postings/{public_id}"), 422)
    for action in ("close", "nothing", "expire"):
        answer = office.clerk.post(f"/staff/postings/{public_id}", data={f"{public_id}-action": action})
        assert answer.status_code == 403
    data[f"{public_id}-reason_code"] = "pr_discriminates"
    assert office.clerk.post(f"/staff/postings/{public_id}", data=data).status_code == 303
    assert _stored(office, public_id).state is PostingState.RETURNED
    assert "有限制性别" in text_of(office.member.get(f"/employer/postings/{public_id}"))


def test_staff_complete_an_imported_posting_and_another_publishes(office: Office) -> None:
    public_id = office.posting(
        state=PostingState.IMPORTED, source_key="k:1", is_office_entry=True, source_name="测试来源", duties=""
    )
    clerk = office.clerk
    assert "导入的岗位" in text_of(clerk.get(f"/staff/postings/{public_id}"))
    assert clerk.post(f"/staff/postings/{public_id}/move", data={"action": "adopt"}).status_code == 303
    text_of(clerk.get(f"/staff/postings/{public_id}/edit/work"))
    version = str(_stored(office, public_id).version)
    answer = clerk.post(f"/staff/postings/{public_id}/edit/work", data={"version": version, **WORK})
    assert answer.status_code == 303
    assert clerk.post(f"/staff/postings/{public_id}/move", data={"action": "submit"}).status_code == 303
    assert _stored(office, public_id).state is PostingState.IN_REVIEW
    plain = office.posting()
    assert clerk.get(f"/staff/postings/{plain}/edit/work").status_code == 404
    assert clerk.post(f"/staff/postings/{plain}/move", data={"action": "close"}).status_code == 404


def test_the_list_of_the_office_filters(office: Office) -> None:
    office.posting(title="叉车工")
    office.posting(title="保安", state=PostingState.DRAFT)
    page = text_of(office.clerk.get("/staff/postings/all?state=draft"))
    assert "保安" in page
    assert "叉车工" not in page
    part = text_of(office.clerk.get("/staff/postings/all?q=叉车", headers={"HX-Request": "true"}))
    assert "叉车工" in part
    assert "<html" not in part
    assert "没有符合的岗位" in text_of(office.clerk.get("/staff/postings/all?q=没有这种岗位"))


def test_the_daily_job_takes_every_overdue_posting_offline(office: Office) -> None:
    overdue = [office.posting(valid_through=TODAY - timedelta(days=1)) for _number in range(3)]
    kept = office.posting(valid_through=TODAY)
    assert JOBS["postings.expire"](JobContext(office.runtime.database, 1, "postings.expire")) == {"expired": 3}
    assert {_stored(office, public_id).state for public_id in overdue} == {PostingState.EXPIRED}
    assert _stored(office, kept).state is PostingState.OPEN
    assert "续期" in text_of(office.member.get(f"/employer/postings/{overdue[0]}"))


def test_empty_pages_say_what_to_do(office: Office) -> None:
    assert "发布第一个岗位" in text_of(office.member.get("/employer/postings"))
    assert "没有等审核的岗位" in text_of(office.clerk.get("/staff/postings"))


@pytest.mark.parametrize("path", ["/employer/postings?tab=open", "/staff/postings", "/staff/postings/all", "public"])
def test_pages_cost_the_same_number_of_statements(office: Office, path: str) -> None:
    counts = []
    who = {"/e": office.member_id, "/s": office.clerk_id}.get(path[:2])
    with office.unit() as uow:
        from recruiters.employers.queries import get_employer

        address = f"/employers/{get_employer(uow.session, office.employer_id).public_id}" if path == "public" else path
    client = office.client(who)
    for more in (2, 8):
        for _number in range(more):
            office.posting()
            office.posting(state=PostingState.IN_REVIEW)
        text_of(client.get(address))
        seen: list[str] = []

        def listen(_c: Any, _cur: Any, statement: str, *_rest: Any, seen: list[str] = seen) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(office.runtime.database.engine, "before_cursor_execute", listen)
        text_of(client.get(address))
        event.remove(office.runtime.database.engine, "before_cursor_execute", listen)
        counts.append(len(seen))
    assert counts[0] == counts[1]
