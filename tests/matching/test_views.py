"""Pages: for everybody, for a person, for an employer; with and without htmx."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.accounts.states import Role
from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from jobmatch.inbox.models import Message
from jobmatch.matching import index
from jobmatch.matching.commands import recommend_for_cli
from jobmatch.matching.models import PairFact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.web.assets import _assets
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.factories import make_employer, make_person, make_posting, make_user
from tests.matching.help import body, counted, sign_in

SYSTEM = system_actor("tests")
HTMX = {"HX-Request": "true"}
PAGE_LIMIT = 60 * 1024


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(index, "REFRESH_SECONDS", 0.0)
    index.forget_pools()
    yield
    index.forget_pools()


@dataclass
class World:
    """A person who looks for work, an employer's member, and their things by id."""

    runtime: Runtime
    person_id: int
    person_public_id: str
    user_id: int
    member_id: int
    postings: list[str]

    def unit(self) -> Any:
        return self.runtime.unit(SYSTEM)

    def facts(self, kind: FactKind) -> int:
        with self.unit() as uow:
            return int(uow.session.scalar(select(func.count()).where(PairFact.kind == kind)))


@pytest.fixture
def world(sqlite_runtime: Runtime) -> World:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow, name="王建国", is_open_to_employers=True)
        employer = make_employer(uow, name="测试恒通物流")
        titles = ("危险品运输车队长", "货车司机", "班车司机")
        postings = [make_posting(uow, employer, title=title, is_veterans_first=True) for title in titles]
        member = make_user(uow, Role.EMPLOYER_MEMBER, organization=employer.organization)
        assert person.user_id
        return World(
            sqlite_runtime,
            person.id,
            person.public_id,
            person.user_id,
            member.id,
            [posting.public_id for posting in postings],
        )


@pytest.fixture
def person(client: FlaskClient, world: World) -> FlaskClient:
    sign_in(client, world.runtime, world.user_id)
    return client


@pytest.fixture
def member(client: FlaskClient, world: World) -> FlaskClient:
    sign_in(client, world.runtime, world.member_id)
    return client


def weight(html: str) -> int:
    """Bytes that a first visit to the page moves: the page and what it links, packed as the server packs it."""
    linked = set(re.findall(r"/static/[0-9a-f]+/([\w.-]+)", html))
    return len(gzip.compress(html.encode())) + sum(len(_assets()[name].packed) for name in linked)


# ---------- for everybody ----------


def test_open_postings_are_listed_without_an_account(client: FlaskClient, world: World) -> None:
    html = body(client.get("/jobs"))
    assert "<h1>3 条岗位" in html
    for title in ("危险品运输车队长", "货车司机", "班车司机"):
        assert title in html
    assert "6000–8000" in html
    assert "测试恒通物流" in html
    assert "条符合" not in html


def test_words_and_filters_are_in_the_address_and_can_be_taken_off(client: FlaskClient, world: World) -> None:
    html = body(client.get("/jobs?q=车队长&pay=8000"))
    assert "<h1>1 条岗位" in html
    assert 'href="/jobs?q=%E8%BD%A6%E9%98%9F%E9%95%BF"' in html
    assert 'href="/jobs?pay=8000"' in html
    assert 'value="车队长"' in html


def test_an_empty_list_says_which_filter_costs_what(client: FlaskClient, world: World) -> None:
    html = body(client.get("/jobs?q=司机&shift=night"))
    assert "<h1>0 条岗位" in html
    assert "去掉“夜班”，有 2 条岗位" in html
    assert "去掉“司机”" not in html
    assert "清空筛选" in html


def test_no_posting_at_all_says_what_to_do(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    assert "这些条件下现在没有岗位" in body(client.get("/jobs"))
    assert "您在部队做过什么" in body(client.get("/jobs/for-me"))
    assert "现在没有对得上的岗位" in body(client.get("/jobs/for-me?licence=B2"))


def test_nonsense_in_the_address_narrows_nothing(client: FlaskClient, world: World) -> None:
    html = body(client.get("/jobs?pay=abc&km=-1&page=zzz&sort=hack&shift=none&kind=gig%27--&edu=99&type=x"))
    assert "<h1>3 条岗位" in html
    assert client.get("/jobs?shift=%00").status_code == 422
    assert "<h1>0 条岗位" in body(client.get("/jobs?region=999999999999999999999999"))
    assert "<h1>0 条岗位" in body(client.get("/jobs?work=%3Cscript%3E"))


def test_htmx_gets_the_list_alone(client: FlaskClient, world: World) -> None:
    answer = client.get("/jobs?q=车队长", headers=HTMX)
    html = body(answer)
    assert "<html" not in html
    assert "<h1>1 条岗位" in html
    assert "HX-Request" in answer.headers["Vary"]


def test_a_paused_posting_is_not_shown_although_the_index_has_it(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    body(client.get("/jobs"))
    monkeypatch.setattr(index, "REFRESH_SECONDS", 3600.0)
    with world.unit() as uow:
        posting = uow.session.scalars(select(Posting).where(Posting.public_id == world.postings[0])).one()
        posting.state = PostingState.PAUSED
    html = body(client.get("/jobs"))
    assert "危险品运输车队长" not in html
    assert "<h1>2 条岗位" in html


def test_three_facts_give_a_list_and_nothing_is_stored(client: FlaskClient, world: World) -> None:
    assert 'name="specialty"' in body(client.get("/jobs/for-me"))
    html = body(client.get("/jobs/for-me?licence=A2&specialty=SP02"))
    assert "<b>A2 驾驶证</b>" in html
    assert "驾驶证 A2，含 B2，符合要求" in html
    world.runtime.buffer.flush()
    assert world.facts(FactKind.SHOWN) == 0
    assert "<html" not in body(client.get("/jobs/for-me?licence=A2", headers=HTMX))


def test_pages_speak_english_on_request(client: FlaskClient, world: World) -> None:
    client.set_cookie("locale", "en", domain="localhost")
    for path in ("/jobs", "/jobs/for-me", "/jobs/for-me?licence=B2"):
        assert 'lang="en"' in body(client.get(path))


# ---------- for a person ----------


def test_the_recommended_list_names_the_person_and_what_it_stands_on(person: FlaskClient, world: World) -> None:
    html = body(person.get("/me/jobs"))
    assert "<h1>王建国，这些岗位适合您</h1>" in html
    assert '<a href="/me/papers">B2 驾驶证</a>、' in html
    assert "测试东镇附近" in html
    assert "3 条岗位" in html
    assert "驾驶证 B2，符合要求" in html
    assert re.search(r"\d 条符合 \d 条", html)
    for word in ("最合适", "离家近", "工资高", "新发布", "不用个性化推荐", "退役军人优先"):
        assert word in html
    assert "%" not in re.sub(r"%[0-9A-F]{2}|width=\"[\d.]+%\"", "", re.sub(r"<[^>]+>", "", html))
    assert html.count("<span>找工作</span>") == 1


@pytest.mark.parametrize("sort", ["near", "pay", "new"])
def test_lists_by_distance_pay_and_date_are_one_tap_away(person: FlaskClient, world: World, sort: str) -> None:
    assert f"sort={sort}" in body(person.get("/me/jobs"))
    html = body(person.get(f"/me/jobs?sort={sort}"))
    assert "3 条岗位" in html
    assert re.search(r"\d 条符合 \d 条", html)
    assert "<html" not in body(person.get(f"/me/jobs?sort={sort}", headers=HTMX))


def test_reading_leaves_impressions_through_the_buffer_only(
    person: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.runtime.buffer, "_seconds", 3600.0)
    body(person.get("/me/jobs"))
    assert world.facts(FactKind.SHOWN) == 0
    world.runtime.buffer.flush()
    assert world.facts(FactKind.SHOWN) == 3


def test_profiling_can_be_turned_off(person: FlaskClient, world: World) -> None:
    answer = person.post("/me/jobs/personal", data={"personal": "off"})
    assert answer.status_code == 303
    html = body(person.get("/me/jobs?sort=fit"))
    assert "这些岗位适合您" not in html
    assert "最合适" not in html
    assert "条符合" not in html
    assert "3 条岗位" in html
    world.runtime.buffer.flush()
    assert world.facts(FactKind.SHOWN) == 0
    person.post("/me/jobs/personal", data={"personal": "on"})
    assert "这些岗位适合您" in body(person.get("/me/jobs"))


def test_a_posting_is_saved_and_taken_off(person: FlaskClient, world: World) -> None:
    path = f"/me/jobs/{world.postings[1]}/save"
    answer = person.post(path, data={"next": "/me/jobs?sort=new"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/jobs?sort=new")
    html = body(person.get("/me/saved"))
    assert "收藏了 1 条岗位" in html
    assert "货车司机" in html
    fragment = body(person.post(path, headers=HTMX))
    assert fragment.lstrip().startswith("<form")
    assert "收藏" in fragment
    assert "还没有收藏" in body(person.get("/me/saved"))


def test_a_dismissed_posting_can_be_called_back(person: FlaskClient, world: World) -> None:
    public_id = world.postings[0]
    answer = person.post(f"/me/jobs/{public_id}/dismiss", data={"next": "/me/jobs"})
    assert answer.status_code == 303
    html = body(person.get(answer.headers["Location"]))
    assert "不再推荐“危险品运输车队长”了" in html
    assert "撤销" in html
    assert "危险品运输车队长" not in body(person.get("/me/jobs"))
    assert "危险品运输车队长" not in body(person.get("/me/jobs?sort=new"))
    answer = person.post(f"/me/jobs/{public_id}/undismiss", data={"next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/me/jobs"
    assert "危险品运输车队长" in body(person.get("/me/jobs"))


def test_with_htmx_a_dismissed_card_turns_into_an_offer_to_undo(person: FlaskClient, world: World) -> None:
    html = body(person.post(f"/me/jobs/{world.postings[0]}/dismiss", headers=HTMX))
    assert "<html" not in html
    assert f"/me/jobs/{world.postings[0]}/undismiss" in html


@pytest.mark.parametrize("act", ["save", "dismiss", "undismiss"])
def test_an_unknown_posting_is_not_there(person: FlaskClient, world: World, act: str) -> None:
    assert person.post(f"/me/jobs/2222222222222222/{act}").status_code == 404


def test_what_filling_in_more_brings_is_a_fragment(person: FlaskClient, world: World) -> None:
    assert "<html" not in body(person.get("/me/jobs/gain"))


@pytest.mark.parametrize("path", ["/me/jobs", "/me/saved", "/me/jobs/gain"])
def test_own_pages_are_for_people_who_signed_in(client: FlaskClient, world: World, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    sign_in(client, world.runtime, world.member_id)
    assert client.get(path).status_code == 403


# ---------- for an employer ----------


def test_recommended_people_are_masked_and_can_be_invited_once(member: FlaskClient, world: World) -> None:
    path = f"/employer/postings/{world.postings[0]}/people"
    html = body(member.get(path))
    assert "危险品运输车队长：推荐 1 人" in html
    assert "王**" in html
    assert "王建国" not in html
    assert not re.search(r"1\d{10}", html)
    assert "驾驶证 B2，符合要求" in html
    for words in ("已邀请，对方回答后您会收到消息", "已经邀请过这位了"):
        answer = member.post(f"{path}/{world.person_public_id}/invite")
        assert answer.status_code == 303
        html = body(member.get(path))
        assert words in html
        assert "已邀请" in html
    with world.unit() as uow:
        assert uow.session.scalar(select(func.count()).where(Message.user_id == world.user_id)) == 1


def test_nobody_sees_people_for_somebody_elses_posting(client: FlaskClient, world: World) -> None:
    with world.unit() as uow:
        foreign = make_user(uow, Role.EMPLOYER_MEMBER, organization=make_employer(uow).organization).id
        waiting = make_user(uow, Role.EMPLOYER_MEMBER, organization=make_employer(uow, vetted=False).organization).id
    path = f"/employer/postings/{world.postings[0]}/people"
    assert client.get(path).status_code == 303
    for user_id, status in ((foreign, 404), (waiting, 403), (world.user_id, 403)):
        sign_in(client, world.runtime, user_id)
        assert client.get(path).status_code == status
        assert client.post(f"{path}/{world.person_public_id}/invite").status_code == status


def test_somebody_who_hides_cannot_be_invited_by_a_known_id(member: FlaskClient, world: World) -> None:
    with world.unit() as uow:
        hidden = make_person(uow).public_id
    assert member.post(f"/employer/postings/{world.postings[0]}/people/{hidden}/invite").status_code == 404


def test_no_people_at_all_says_what_to_do(member: FlaskClient, world: World) -> None:
    with world.unit() as uow:
        found = uow.session.get_one(Person, world.person_id)
        found.is_open_to_employers, found.changed_at = False, uow.now
    assert "现在没有愿意让单位找到自己的求职者" in body(member.get(f"/employer/postings/{world.postings[0]}/people"))


# ---------- size and growth ----------


def _more(world: World, count: int) -> None:
    with world.unit() as uow:
        for number in range(count):
            make_posting(uow, title=f"货车司机 {number}", is_veterans_first=True)
            make_person(uow, is_open_to_employers=True)


@pytest.mark.parametrize("path", ["/jobs", "/jobs?q=司机", "/jobs/for-me?licence=B2"])
def test_public_lists_cost_the_same_and_stay_small(client: FlaskClient, world: World, path: str) -> None:
    _check_growth(client, world, path)


@pytest.mark.parametrize("path", ["/me/jobs", "/me/jobs?sort=near", "/me/saved"])
def test_own_lists_cost_the_same_and_stay_small(person: FlaskClient, world: World, path: str) -> None:
    for public_id in world.postings[:2]:
        person.post(f"/me/jobs/{public_id}/save")
    _check_growth(person, world, path)


def test_the_list_of_people_costs_the_same_and_stays_small(member: FlaskClient, world: World) -> None:
    with world.unit() as uow:
        make_person(uow, is_open_to_employers=True)
    _check_growth(member, world, f"/employer/postings/{world.postings[0]}/people")


def _check_growth(client: FlaskClient, world: World, path: str) -> None:
    def cost() -> int:
        for _ in range(2):
            world.runtime.buffer.flush()
            with counted(world.runtime.database.engine) as seen:
                html = body(client.get(path))
        assert weight(html) <= PAGE_LIMIT
        return len([one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))])

    few = cost()
    _more(world, 20)
    assert cost() == few


# ---------- the command ----------


def test_the_command_gives_plain_values(world: World) -> None:
    found = recommend_for_cli(world.runtime, world.person_public_id, 2)
    assert len(found) == 2
    assert set(found[0]) == {"id", "title", "score", "reasons", "gaps"}
    assert found[0]["id"] in world.postings
    assert 0 <= found[0]["score"] <= 100
    assert "驾驶证 B2，符合要求" in found[0]["reasons"]
