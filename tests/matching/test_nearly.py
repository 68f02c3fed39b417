"""Below a recommended list: what one certificate would open, what hard rules took out, and what the list stands on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete

from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import kept, lists, services
from jobmatch.matching.documents import posting_document, profile_of
from jobmatch.matching.fitting import active_ranker
from jobmatch.matching.lists import left_out, list_recommended
from jobmatch.matching.views.common import PART_PAGES
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
)
from ml.matching import RULE_LABELS, Filter, match_pair
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import PostingState, RequirementKind
from tests.factories import make_person, make_posting
from tests.matching.help import body, counted, rollback, settle, sign_in


def need(uow: UnitOfWork, posting: Posting, kind: RequirementKind, code: str, label: str) -> None:
    uow.session.add(PostingRequirement(posting_id=posting.id, kind=kind, code=code, is_must=True, label=label))
    uow.session.flush()


def certified(uow: UnitOfWork, code: str = "CE024", **values: Any) -> Posting:
    posting = make_posting(uow, **values)
    need(uow, posting, RequirementKind.CERTIFICATE, code, "应急救援员证")
    return posting


def test_what_one_certificate_keeps_out_stands_below_the_list_and_never_in_it(uow: UnitOfWork) -> None:
    person, fits = make_person(uow), make_posting(uow)
    almost = certified(uow, title="押运员")
    page, _line = list_recommended(uow, person, where=Filter(), number=1)
    assert [row.posting_id for row in page.rows] == [fits.id]
    assert [(one.row.posting_id, one.lacks) for one in page.nearly] == [(almost.id, "应急救援员")]
    assert [(one.count, one.text, one.part) for one in page.left_out] == [(1, "1 个需要您还没有的证书", "papers")]


def test_an_empty_list_still_has_them(uow: UnitOfWork) -> None:
    person = make_person(uow)
    certified(uow)
    page, _line = list_recommended(uow, person, where=Filter(), number=1)
    assert (page.total, len(page.nearly)) == (0, 1)


def test_two_missing_things_are_no_near_miss(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), certified(uow)
    need(uow, posting, RequirementKind.LICENCE, "A1", "A1 驾驶证")
    assert list_recommended(uow, person, where=Filter(), number=1)[0].nearly == ()


def test_a_near_miss_that_ended_is_left_out(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    person, posting = make_person(uow), certified(uow)
    ranking = services.rank_keys(uow, *profile_of(uow.session, person), 50, Filter(), ())
    posting.state = PostingState.PAUSED
    uow.session.flush()
    monkeypatch.setattr(lists, "rank_keys", lambda *_all: ranking)
    assert list_recommended(uow, person, where=Filter(), number=1)[0].nearly == ()


def test_every_rule_has_words_and_a_place_to_correct_it() -> None:
    found = list(left_out(dict.fromkeys(RULE_LABELS, 3)))
    assert len(found) == len(RULE_LABELS)
    assert {one.part for one in found} <= set(PART_PAGES)


def test_more_near_misses_cost_no_more_statements(uow: UnitOfWork) -> None:
    person = make_person(uow)

    def cost() -> int:
        rollback(uow)
        own = uow.session.get_one(Person, person.id)
        services.rank_keys(uow, *profile_of(uow.session, own), 1, None, ())
        with counted(uow.session.get_bind()) as seen:
            list_recommended(uow, own, where=Filter(), number=1)
        return len(seen)

    for _ in range(2):
        make_posting(uow)
        certified(uow)
    cost()
    few = cost()
    for _ in range(18):
        make_posting(uow)
        certified(uow)
    assert cost() == few


def test_what_employers_hope_for_changes_no_score_and_no_list(uow: UnitOfWork) -> None:
    person = make_person(uow)
    plain = make_posting(uow)
    hoping = make_posting(uow, plain.employer, hoped_min_age=18, hoped_max_age=20, welcomes_over=50)
    profile, eligibility = profile_of(uow.session, person)
    document = posting_document(uow.session, plain)
    other = replace(posting_document(uow.session, hoping), key=document.key)
    assert (other.hoped_max_age, other.welcomes_over, document.welcomes_over) == (20, 50, None)
    ranker = active_ranker(uow.session)
    matches = [match_pair(ranker, profile, eligibility, one, today=uow.today) for one in (document, other)]
    assert matches[0] == matches[1]
    page, _line = list_recommended(uow, person, where=Filter(), number=1)
    assert {row.posting_id for row in page.rows} == {plain.id, hoping.id}
    assert services.count_postings(uow, "", Filter(welcomes_over=45)) == 1


def test_a_ranking_is_kept_until_something_changes(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_person(uow)
    settle(uow, make_posting(uow))
    asked = []

    def rank(*args: Any, **named: Any) -> Any:
        asked.append(args)
        return real(*args, **named)

    real = kept.rank_postings
    monkeypatch.setattr(kept, "rank_postings", rank)

    def total() -> int:
        return list_recommended(uow, person, where=Filter(), number=1)[0].total

    assert [total(), total(), len(asked)] == [1, 1, 1]
    other = make_posting(uow)
    assert [total(), len(asked)] == [2, 2]
    settle(uow, other)
    assert [total(), len(asked)] == [2, 2]
    uow.session.add(PersonSkill(person_id=person.id, skill_code="SK001", level=2))
    uow.session.flush()
    assert [total(), len(asked)] == [2, 3]
    services.dismiss(uow, person, other)
    assert [total(), total(), len(asked)] == [1, 1, 4]


def test_the_page_says_what_it_stands_on_with_ways_to_change_it(client: Any, sqlite_runtime: Any) -> None:
    from jobmatch.core.actors import system_actor

    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = make_person(uow)
        make_posting(uow)
        certified(uow, title="押运员")
        user_id = person.user_id
    sign_in(client, sqlite_runtime, user_id)
    html = body(client.get("/me/jobs"))
    assert '<a href="/me/papers">B2 驾驶证</a>' in html
    assert "另有 1 个岗位没有列出：" in html
    assert '<a href="/me/papers">1 个需要您还没有的证书</a>' in html
    assert "差一样就能投" in html
    assert "还差应急救援员，考取后可投。" in html
    assert html.index("货车司机") < html.index("差一样就能投") < html.index("押运员")
    assert "50 岁以上也要" in html


def test_an_empty_resume_is_said_honestly(client: Any, sqlite_runtime: Any) -> None:
    from jobmatch.core.actors import system_actor

    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = make_person(uow)
        for table in (PersonLicence, PersonSkill, ServiceRecord, JobIntention):
            uow.session.execute(delete(table).where(table.person_id == person.id))
        make_posting(uow, requirements=False)
        user_id = person.user_id
    sign_in(client, sqlite_runtime, user_id)
    html = body(client.get("/me/jobs"))
    assert "简历还没有填技能，这个列表还不知道您会做什么。" in html
    assert 'href="/me/skills"' in html
