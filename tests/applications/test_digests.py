"""The daily digest: new postings themselves and results, once a day, not in quiet hours, and easily ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts import ports
from jobmatch.applications.jobs import digest
from jobmatch.applications.models import Digest
from jobmatch.applications.services.digests import (
    MOST_POSTINGS,
    choose_digest,
    drop_old_digests,
    find_news,
    news_pool,
    off_path,
    tell_news,
)
from jobmatch.applications.states import Move
from jobmatch.casework.tasks.models import Task
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.jobs import JobContext
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Delivery, Message
from jobmatch.inbox.queries import is_quiet
from jobmatch.inbox.services import choose_groups, choose_quiet_hours, claim_delivery
from jobmatch.inbox.states import MessageGroup
from jobmatch.matching import index
from jobmatch.matching.models import SavedSearch
from jobmatch.matching.searches import MOST_SEARCHES, remove_search, save_search
from jobmatch.matching.services import dismiss
from jobmatch.people.models.person import Person
from tests.applications.samples import apply, go
from tests.conftest import acting
from tests.factories import actor_of_person, make_employer, make_person, make_posting
from tests.matching.help import body, counted, rollback, sign_in

SYSTEM = system_actor("tests")
DRIVER = {"q": "司机"}


@pytest.fixture(autouse=True)
def _own_pools() -> Iterator[None]:
    index.forget_pools()
    yield
    index.forget_pools()


def keep(uow: UnitOfWork, person: Person, *, name: str = "司机", hours: int = 48, **args: str) -> SavedSearch:
    """A search that the person keeps since ``hours``."""
    saved = save_search(acting(uow, actor_of_person(uow, person)), person, name=name, args=args or DRIVER)
    saved.created_at = uow.now - timedelta(hours=hours)
    uow.session.flush()
    return saved


def tell(uow: UnitOfWork) -> int:
    """One round of digests, as the job makes it."""
    told, last, fresh = 0, 0, news_pool(uow)
    while True:
        found, last = find_news(uow, fresh, after_id=last)
        told += tell_news(uow, found)
        if not last:
            return told


def messages(uow: UnitOfWork, person: Person) -> list[Message]:
    query = select(Message).where(Message.user_id == person.user_id, Message.link.startswith("/me/digests/"))
    return list(uow.session.scalars(query.order_by(Message.id)))


def fresh_posting(uow: UnitOfWork, title: str = "货车司机", **values: Any) -> Any:
    return make_posting(uow, values.pop("employer", None), title=title, published_at=uow.now, **values)


def test_the_new_postings_themselves_are_told(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    fresh_posting(uow, "货车司机", employer=make_employer(uow, name="测试恒通物流"))
    fresh_posting(uow, "班车司机", employer=make_employer(uow, name="测试公交"))
    fresh_posting(uow, "保安")
    make_posting(uow, title="旧的司机", published_at=uow.now - timedelta(days=3))
    assert tell(uow) == 1
    [message] = messages(uow, person)
    assert message.title == "2 家新岗位"
    assert "货车司机 · 6000–8000 元/月 · 测试恒通物流" in message.body
    assert "班车司机" in message.body
    assert "保安" not in message.body
    assert "旧的司机" not in message.body


def test_nobody_is_told_twice_and_nothing_new_is_no_message(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    assert tell(uow) == 0
    fresh_posting(uow)
    assert [tell(uow), tell(uow)] == [1, 0]
    fresh_posting(uow, "叉车司机")
    assert tell(uow) == 0
    assert len(messages(uow, person)) == 1
    uow.now, uow.today = uow.now + timedelta(days=1), uow.today + timedelta(days=1)
    fresh_posting(uow, "校车司机")
    assert tell(uow) == 1
    assert "货车司机" not in messages(uow, person)[1].body
    assert "校车司机" in messages(uow, person)[1].body


def test_results_are_told_with_the_postings(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    silent = apply(uow, person, make_posting(uow, title="仓库管理员"))
    silent.created_at = uow.now - timedelta(days=7, hours=1)
    go(uow, apply(uow, person, make_posting(uow, title="保安队长")), Move.INVITE)
    go(uow, apply(uow, person, make_posting(uow, title="电工")), Move.REJECT)
    fresh_posting(uow)
    fresh_posting(uow, "班车司机")
    assert tell(uow) == 1
    [message] = messages(uow, person)
    assert message.title == "2 家新岗位，1 家约面试，1 家没有录用，1 家 7 天没回，联系人今天去催"
    task = uow.session.scalars(select(Task).where(Task.once == f"unanswered:{silent.public_id}")).one()
    assert task.due_on == uow.today


def test_results_alone_are_news_and_are_told_once(uow: UnitOfWork) -> None:
    person = make_person(uow)
    go(uow, apply(uow, person), Move.INVITE)
    assert tell(uow) == 1
    assert messages(uow, person)[0].title == "1 家约面试"
    assert messages(uow, person)[0].group is MessageGroup.APPLICATION
    uow.now, uow.today = uow.now + timedelta(days=1), uow.today + timedelta(days=1)
    assert tell(uow) == 0


def test_what_was_applied_to_or_dismissed_is_no_news(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    dismiss(acting(uow, actor_of_person(uow, person)), person, fresh_posting(uow))
    apply(uow, person, fresh_posting(uow, "班车司机"))
    assert tell(uow) == 0


def test_many_are_counted_and_some_are_named(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    keep(uow, person, name="全部司机", q="货车司机")
    for _ in range(MOST_POSTINGS + 3):
        fresh_posting(uow)
    assert tell(uow) == 1
    [message] = messages(uow, person)
    assert message.title == f"{MOST_POSTINGS + 3} 家新岗位"
    assert message.body.count("货车司机") == MOST_POSTINGS
    assert "还有 3 条" in message.body


@pytest.mark.parametrize(
    ("hour", "hours", "quiet"),
    [
        (20, (21, 8), False),
        (21, (21, 8), True),
        (0, (21, 8), True),
        (7, (21, 8), True),
        (8, (21, 8), False),
        (13, (12, 14), True),
        (14, (12, 14), False),
        (3, (5, 5), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(hour: int, hours: tuple[int, int], quiet: bool) -> None:
    assert is_quiet(hour, hours) is quiet


def test_nobody_is_woken(uow: UnitOfWork) -> None:
    night, worker = make_person(uow), make_person(uow)
    keep(uow, night)
    keep(uow, worker)
    choose_quiet_hours(acting(uow, actor_of_person(uow, worker)), 9, 17)
    fresh_posting(uow)
    uow.now = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
    assert tell(uow) == 1
    assert len(messages(uow, worker)) == 1
    uow.now = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
    assert tell(uow) == 1
    assert len(messages(uow, night)) == 1


def test_each_part_can_be_left_out(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    go(uow, apply(uow, person), Move.INVITE)
    fresh_posting(uow)
    own = acting(uow, actor_of_person(uow, person))
    choose_digest(own, person, wants_postings=False, wants_results=True)
    choose_groups(own, [group for group in MessageGroup if group is not MessageGroup.APPLICATION])
    assert tell(uow) == 0
    choose_digest(own, person, wants_postings=True, wants_results=True)
    assert tell(uow) == 1
    assert messages(uow, person)[0].title == "1 家新岗位"


def test_a_search_that_is_not_told_stays_silent(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person).is_told = False
    fresh_posting(uow)
    assert tell(uow) == 0


def test_a_phone_gets_the_way_out_with_the_digest(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    ports.use_gateway(lambda _phone, _text: None)
    try:
        uow.session.info["site_url"] = "https://jobs.example"
        person = make_person(uow)
        keep(uow, person)
        fresh_posting(uow)
        assert tell(uow) == 1
        sent = claim_delivery(uow, uow.session.scalars(select(Delivery.id)).one())
        assert sent is not None
        assert sent.text.startswith("1 家新岗位。不想收：https://jobs.example/off/all/")
    finally:
        uow.session.info.pop("site_url", None)
        ports.use_gateway(None)


def test_searches_have_limits_and_owners(uow: UnitOfWork) -> None:
    person, other = make_person(uow), make_person(uow)
    uow = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Invalid):
        save_search(uow, person, name=" ", args=DRIVER)
    with pytest.raises(Invalid):
        save_search(uow, person, name="空的", args={"page": "2", "q": " "})
    with pytest.raises(NotAllowed):
        save_search(uow, other, name="别人", args=DRIVER)
    for number in range(MOST_SEARCHES):
        save_search(uow, person, name=f"搜索 {number}", args=DRIVER)
    again = save_search(uow, person, name="搜索 0", args={"q": "保安", "evil": "1"})
    assert again.args == {"q": "保安"}
    with pytest.raises(Conflict):
        save_search(uow, person, name="再一个", args=DRIVER)
    remove_search(uow, person, again)
    save_search(uow, person, name="再一个", args=DRIVER)


def test_finding_news_costs_the_same_for_two_and_twenty(uow: UnitOfWork) -> None:
    fresh_posting(uow)
    counts = []
    for more in (2, 18):
        for _ in range(more):
            person = make_person(uow)
            keep(uow, person)
            go(uow, apply(uow, person, make_posting(uow)), Move.INVITE)
        rollback(uow)
        fresh = news_pool(uow)
        find_news(uow, fresh, after_id=0)
        with counted(uow.session.get_bind().engine) as statements:
            found, _last = find_news(uow, fresh, after_id=0)
        counts.append((len(statements), len(found)))
    assert counts[0][0] == counts[1][0]
    assert [count for _statements, count in counts] == [2, 20]


def test_old_digests_are_forgotten(uow: UnitOfWork) -> None:
    person = make_person(uow)
    keep(uow, person)
    fresh_posting(uow)
    tell(uow)
    uow.today += timedelta(days=31)
    assert drop_old_digests(uow) == 1
    assert len(messages(uow, person)) == 1


def test_the_job_tells_once_however_often_it_runs(sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        keep(uow, make_person(uow))
        fresh_posting(uow)
    context = JobContext(sqlite_runtime.database, 0, "applications.digest")
    assert [digest(context), digest(context)] == [{"told": 1, "dropped": 0}, {"told": 0, "dropped": 0}]
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert len(uow.session.scalars(select(Digest)).all()) == 1


# ---------- pages ----------


@pytest.fixture
def reader(client: FlaskClient, sqlite_runtime: Runtime) -> Iterator[tuple[FlaskClient, int]]:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person = make_person(uow)
        fresh_posting(uow)
        person_id, user_id = person.id, person.user_id
    assert user_id
    sign_in(client, sqlite_runtime, user_id)
    yield client, person_id


def test_a_search_is_kept_told_and_dropped_by_hand(reader: tuple[FlaskClient, int], sqlite_runtime: Runtime) -> None:
    client, person_id = reader
    assert "/me/searches/new?q=" in body(client.get("/jobs?q=司机&pay=4000"))
    page = body(client.get("/me/searches/new?q=司机&pay=4000"))
    assert 'value="司机、4000 元以上"' in page
    answer = client.post("/me/searches/new", data={"name": "司机", "q": "司机", "pay": "4000"})
    assert answer.status_code == 303
    assert client.post("/me/searches/new", data={"name": "什么都不选"}).status_code == 422
    assert "/jobs?q=%E5%8F%B8%E6%9C%BA&amp;pay=4000" in body(client.get("/me/searches"))
    with sqlite_runtime.unit(SYSTEM) as uow:
        saved = uow.session.scalars(select(SavedSearch)).one()
        saved.created_at -= timedelta(days=1)
        name = saved.public_id
        tell(uow)
        link = messages(uow, uow.session.get_one(Person, person_id))[0].link
    page = body(client.get(link))
    assert "<h1>1 家新岗位</h1>" in page
    assert "货车司机" in page
    assert client.post(f"/me/searches/{name}/tell", data={"told": "off"}).status_code == 303
    assert "不提醒" in body(client.get("/me/searches"))
    assert client.post(f"/me/searches/{name}/remove").status_code == 303
    assert "还没有保存的搜索" in body(client.get("/me/searches"))
    assert client.post(f"/me/searches/{name}/remove").status_code == 404


def test_digests_end_by_a_link_without_signing_in(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(SYSTEM) as uow:
        person, other = make_person(uow), make_person(uow)
        keep(uow, person)
        path, public_id = off_path(person, "postings"), person.public_id
        wrong = path.replace(person.public_id, other.public_id)
    assert "不收新岗位的汇总了？" in body(client.get(path))
    with sqlite_runtime.unit(SYSTEM) as uow:
        fresh_posting(uow)
        assert find_news(uow, news_pool(uow), after_id=0)[0], "opening the link alone changes nothing"
    assert "不再发了" in body(client.post(path))
    assert "不再发了" in body(client.post(path))
    with sqlite_runtime.unit(SYSTEM) as uow:
        assert tell(uow) == 0
    other_kind, unknown_kind = path.replace("/postings/", "/all/"), path.replace("/postings/", "/everything/")
    for bad in (wrong, other_kind, unknown_kind, f"/off/postings/{public_id}/00", f"/off/all/{public_id}/%C3%A9"):
        assert (client.get(bad).status_code, client.post(bad).status_code) == (404, 404)


def test_quiet_hours_and_parts_are_chosen_on_one_page(reader: tuple[FlaskClient, int], sqlite_runtime: Runtime) -> None:
    client, _person_id = reader
    page = body(client.get("/me/digests/choices"))
    assert '<option selected value="21">21 点</option>' in page
    data = {"kinds": ["results"], "quiet_from": "22", "quiet_until": "6"}
    assert client.post("/me/digests/choices", data=data).status_code == 303
    page = body(client.get("/me/digests/choices"))
    assert '<option selected value="22">22 点</option>' in page
    assert client.post("/me/digests/choices", data=data | {"quiet_from": "99"}).status_code == 422
    assert client.post("/me/digests/choices", data=data | {"quiet_from": "x"}).status_code == 422


def test_a_foreign_digest_does_not_exist(reader: tuple[FlaskClient, int], sqlite_runtime: Runtime) -> None:
    client, _person_id = reader
    with sqlite_runtime.unit(SYSTEM) as uow:
        other = make_person(uow)
        keep(uow, other)
        tell(uow)
        link = messages(uow, other)[0].link
    assert client.get(link).status_code == 404


def test_what_is_dismissed_can_be_taken_back(reader: tuple[FlaskClient, int], sqlite_runtime: Runtime) -> None:
    client, _person_id = reader
    with sqlite_runtime.unit(SYSTEM) as uow:
        public_id = fresh_posting(uow, "不想要的").public_id
    assert "没有您说过不感兴趣" in body(client.get("/me/jobs/dismissed"))
    client.post(f"/me/jobs/{public_id}/dismiss")
    assert "不想要的" in body(client.get("/me/jobs/dismissed"))
    client.post(f"/me/jobs/{public_id}/undismiss", data={"next": "/me/jobs/dismissed"})
    assert "不想要的" not in body(client.get("/me/jobs/dismissed"))


def test_the_page_of_searches_costs_the_same_for_one_and_ten(
    reader: tuple[FlaskClient, int], sqlite_runtime: Runtime
) -> None:
    client, person_id = reader
    counts = []
    for first, last in ((0, 1), (1, MOST_SEARCHES)):
        with sqlite_runtime.unit(SYSTEM) as uow:
            for number in range(first, last):
                keep(uow, uow.session.get_one(Person, person_id), name=f"搜索 {number}")
        body(client.get("/me/searches"))
        with counted(sqlite_runtime.database.engine) as statements:
            assert f"保存了 {last} 个搜索" in body(client.get("/me/searches"))
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_digest_page_costs_the_same_for_two_and_ten(reader: tuple[FlaskClient, int], sqlite_runtime: Runtime) -> None:
    client, person_id = reader
    counts = []
    for more, days in ((1, 1), (8, 2)):
        with sqlite_runtime.unit(SYSTEM) as uow:
            ids = [fresh_posting(uow).id for _ in range(more)]
            digest_row = Digest(
                person_id=person_id,
                made_on=uow.today - timedelta(days=days),
                made_at=uow.now,
                title="新岗位",
                posting_ids=ids,
            )
            uow.session.add(digest_row)
            path = f"/me/digests/{digest_row.public_id}"
        body(client.get(path))
        with counted(sqlite_runtime.database.engine) as statements:
            assert body(client.get(path)).count("<article") == more
        counts.append(len(statements))
    assert counts[0] == counts[1]
