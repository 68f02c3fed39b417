"""Courses for one person: what they would open, in words with examples and classes, and what a class has opened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import NotAllowed, NotFound
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.lists import list_recommended
from jobmatch.matching.models import MatchChoice
from jobmatch.pathways.personal import cards_of, my_courses, opened_by_course, opened_for
from jobmatch.people.models.person import Person, PersonCertificate
from jobmatch.people.services.proofs import record_certified
from ml.matching import Filter
from recruiters.postings.states import PostingState
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_posting, make_staff
from tests.matching.help import body, counted, rollback, sign_in
from tests.training.help_pathways import COURSE, PAPER, SKILL, certify, make_class, needing
from training.courses.classes.states import SessionState


def own(uow: UnitOfWork, person: Person) -> UnitOfWork:
    return acting(uow, actor_of_person(uow, person))


def test_a_course_says_how_many_postings_it_opens_with_pay_and_class(uow: UnitOfWork) -> None:
    person = make_person(uow)
    ids = {needing(uow, title=f"值班电工{number}").public_id for number in range(4)}
    make_posting(uow)
    session = make_class(uow)
    found = my_courses(own(uow, person), person)
    [way] = [one for one in found.ways if one.course.code == COURSE]
    assert found.ways[0] is way
    assert (way.gain.opens, len(way.examples)) == (4, 3)
    assert "低压电工" in way.words[0]
    assert "能投这 4 个岗位" in way.words[0]
    assert {one.public_id for one in way.examples} <= ids
    assert all(one.pay == "6000–8000 元/月" for one in way.examples)
    assert [one.id for one in way.classes] == [session.id]


def test_only_approved_classes_with_an_open_window_are_offered(uow: UnitOfWork) -> None:
    person = make_person(uow)
    needing(uow)
    make_class(uow, state=SessionState.DRAFT)
    make_class(uow, state=SessionState.CANCELED)
    make_class(uow, sign_up_until=uow.today - timedelta(days=1))
    make_class(uow, sign_up_from=uow.today + timedelta(days=1))
    far = make_class(uow, path=PATH_OTHER, starts_on=uow.today + timedelta(days=6))
    near = make_class(uow)
    later = make_class(uow, starts_on=uow.today + timedelta(days=12))
    way = my_courses(own(uow, person), person).ways[0]
    assert [one.id for one in way.classes] == [near.id, later.id]
    assert far.id not in {one.id for one in way.classes}


def test_whoever_holds_the_certificate_is_not_sent_to_the_course(uow: UnitOfWork) -> None:
    person = make_person(uow)
    needing(uow)
    uow.session.add(PersonCertificate(person_id=person.id, certificate_code=PAPER))
    uow.session.flush()
    assert not any(one.gain.opens for one in my_courses(own(uow, person), person).ways)


def test_nothing_is_worked_out_for_who_turned_it_off_or_for_others(uow: UnitOfWork) -> None:
    person = make_person(uow)
    needing(uow)
    with pytest.raises(NotAllowed):
        my_courses(own(uow, make_person(uow)), person)
    with pytest.raises(NotAllowed):
        my_courses(acting(uow, make_staff(uow, path=PATH_OTHER)), person)
    uow.session.add(MatchChoice(person_id=person.id, is_personal=False, changed_at=uow.now))
    uow.session.flush()
    found = my_courses(own(uow, person), person)
    assert (found.is_personal, found.ways, found.opened) == (False, (), ())


def test_a_certificate_changes_the_ranking_at_once_and_the_class_shows_what_it_opened(uow: UnitOfWork) -> None:
    person = make_person(uow)
    mine = [needing(uow, title=f"值班电工{number}") for number in range(3)]
    make_posting(uow)
    certify(uow, person, make_class(uow, state=SessionState.CLOSED, closed_on=uow.today))
    here = own(uow, person)
    before, _ = list_recommended(here, person, where=Filter(), number=1)
    assert opened_for(here, person, (PAPER,), (SKILL,)).count == 0
    record_certified(
        uow,
        person,
        certificate_code=PAPER,
        number="测试1",
        issued_on=uow.today,
        expires_on=None,
        skill_codes=[SKILL],
    )
    after, _ = list_recommended(here, person, where=Filter(), number=1)
    assert after.total - before.total == 3
    opened = opened_for(here, person, (PAPER,), (SKILL,))
    assert set(opened.posting_ids) == {one.id for one in mine}
    found = opened_by_course(here, person, COURSE)
    assert found.opened == opened
    assert [one.public_id for one in cards_of(here, list(opened.posting_ids))] == [
        next(posting.public_id for posting in mine if posting.id == key) for key in opened.posting_ids
    ]
    assert [one.code for one in my_courses(here, person).opened] == [COURSE]
    mine[0].state = PostingState.PAUSED
    uow.session.flush()
    assert opened_for(here, person, (PAPER,), (SKILL,)).count == 2


def test_a_void_certificate_and_a_course_never_taken_have_opened_nothing(uow: UnitOfWork) -> None:
    person = make_person(uow)
    here = own(uow, person)
    with pytest.raises(NotFound):
        opened_by_course(here, person, COURSE)
    certify(uow, person, make_class(uow), revoked_at=uow.now, revoke_reason="录错了")
    with pytest.raises(NotFound):
        opened_by_course(here, person, COURSE)
    assert my_courses(here, person).opened == ()


def test_more_postings_and_classes_cost_no_more_statements(uow: UnitOfWork) -> None:
    person = make_person(uow)

    def cost() -> int:
        for _ in range(2):
            rollback(uow)
            here = own(uow, uow.session.get_one(Person, person.id))
            again = uow.session.get_one(Person, person.id)
            with counted(uow.session.get_bind()) as seen:
                my_courses(here, again)
        return len(seen)

    for _ in range(2):
        needing(uow)
        make_class(uow)
    few = cost()
    for _ in range(18):
        needing(uow)
        make_class(uow)
    assert cost() == few


@pytest.fixture
def town(sqlite_runtime: Runtime) -> tuple[int, int]:
    """Two people, the first of whom lacks one certificate for three postings."""
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        first, second = make_person(uow), make_person(uow)
        for number in range(3):
            needing(uow, title=f"值班电工{number}")
        make_class(uow, title="测试低压电工十月班")
        assert first.user_id
        assert second.user_id
        return first.user_id, second.user_id


def test_the_page_is_honest_empty_and_off(client: Any, sqlite_runtime: Runtime, town: tuple[int, int]) -> None:
    sign_in(client, sqlite_runtime, town[0])
    html = body(client.get("/my/courses"))
    assert "能投这 3 个岗位" in html
    assert "6000–8000 元/月" in html
    assert "测试低压电工十月班" in html
    assert "低压电工作业取证" in html
    assert "学时" in html
    assert client.get(f"/my/courses/opened/{COURSE}").status_code == 404
    assert client.get("/my/courses/opened/TR99").status_code == 404
    assert "/my/courses" in body(client.get("/me/jobs"))
    assert "/my/courses" in body(client.get("/me/jobs/gaps"))
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = uow.session.query(Person).filter_by(user_id=town[0]).one()
        uow.session.add(MatchChoice(person_id=person.id, is_personal=False, changed_at=uow.now))
    assert "个性化推荐已关掉" in body(client.get("/my/courses"))


def test_the_page_lists_what_a_class_opened(client: Any, sqlite_runtime: Runtime, town: tuple[int, int]) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = uow.session.query(Person).filter_by(user_id=town[0]).one()
        certify(uow, person, make_class(uow))
        record_certified(
            uow,
            person,
            certificate_code=PAPER,
            number="测试1",
            issued_on=uow.today,
            expires_on=None,
            skill_codes=[SKILL],
        )
    sign_in(client, sqlite_runtime, town[0])
    assert "您今天多了 3 个能投的岗位" in body(client.get("/my/courses"))
    html = body(client.get(f"/my/courses/opened/{COURSE}"))
    assert all(f"值班电工{number}" in html for number in range(3))
    sign_in(client, sqlite_runtime, town[1])
    assert client.get(f"/my/courses/opened/{COURSE}").status_code == 404


def test_no_course_helps_where_nothing_is_missing(client: Any, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        user_id = make_person(uow).user_id
    assert user_id
    sign_in(client, sqlite_runtime, user_id)
    assert "现在没有哪门课能让您多投岗位" in body(client.get("/my/courses"))
