"""Attention is spread a little: by what happened before today, in one order all day, with scores as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import attention, lists, services
from jobmatch.matching.attention import attentions, spread_people, spread_postings
from jobmatch.matching.documents import posting_document, profile_of
from jobmatch.matching.labels import FEATURE_LABELS, score_sheet
from jobmatch.matching.models import PairFact
from jobmatch.matching.services import match_of, rank_keys
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from ml.matching import FEATURES, Filter
from recruiters.postings.models import Posting
from tests.factories import make_employer, make_person, make_posting
from tests.matching.help import counted, rollback


def fact(uow: UnitOfWork, person: Person, posting: Posting, kind: FactKind, days: float = 2) -> None:
    at = uow.now - timedelta(days=days)
    row = PairFact(person_id=person.id, posting_id=posting.id, kind=kind, count=1, first_at=at, last_at=at)
    uow.session.add(row)
    uow.session.flush()


def test_only_applications_that_still_wait_count_and_today_counts_tomorrow(uow: UnitOfWork) -> None:
    posting, others = make_posting(uow), [make_person(uow) for _ in range(5)]
    for person in others:
        fact(uow, person, posting, FactKind.APPLIED, 5)
    fact(uow, others[0], posting, FactKind.WITHDRAWN, 3)
    fact(uow, others[1], posting, FactKind.REJECTED, 3)
    fact(uow, others[2], posting, FactKind.WITHDRAWN, 0)
    fact(uow, make_person(uow), posting, FactKind.APPLIED, 0)
    assert attentions(uow.session, uow.today).postings[posting.id].applicants == 3
    assert posting_document(uow.session, posting).applicant_count == 3


def test_an_application_after_a_withdrawal_waits_again(uow: UnitOfWork) -> None:
    posting, person = make_posting(uow), make_person(uow)
    fact(uow, person, posting, FactKind.WITHDRAWN, 4)
    fact(uow, person, posting, FactKind.APPLIED, 2)
    assert posting_document(uow.session, posting).applicant_count == 1


def test_nobody_applies_to_rises_most(uow: UnitOfWork) -> None:
    crowded, quiet, fresh = make_posting(uow, vacancy_count=1), make_posting(uow), make_posting(uow)
    other = make_posting(uow, quiet.employer, vacancy_count=1)
    for _ in range(6):
        fact(uow, make_person(uow), crowded, FactKind.APPLIED)
    fact(uow, make_person(uow), other, FactKind.APPLIED)
    seen = attentions(uow.session, uow.today)
    lifts = [seen.lift(one.id, one.employer_id) for one in (fresh, quiet, other, crowded)]
    assert lifts == [1.0, 0.5, pytest.approx(0.4), 0.0]


def order(uow: UnitOfWork, person: Person) -> list[tuple[int, float]]:
    found = services.recommend_postings(uow, person)
    return [(one.posting_id, one.score) for one in found]


def test_the_order_holds_all_day_and_scores_stay(uow: UnitOfWork) -> None:
    person = make_person(uow)
    postings = [make_posting(uow) for _ in range(12)]
    shown = order(uow, person)
    for one in postings[:6]:
        fact(uow, make_person(uow), one, FactKind.APPLIED, 0)
    assert order(uow, person) == shown
    uow.session.info["spread"] = False
    plain = order(uow, person)
    assert dict(plain) == dict(shown)
    assert [score for _, score in plain] == sorted((score for _, score in plain), reverse=True)
    assert [one for one, _ in plain] != [one for one, _ in shown]


def test_pages_of_a_list_hold_each_posting_once(uow: UnitOfWork) -> None:
    person, employer = make_person(uow), make_employer(uow)
    postings = {make_posting(uow, employer).id for _ in range(33)}
    pages = [lists.list_recommended(uow, person, where=Filter(), number=n)[0] for n in (1, 2, 3, 4)]
    rows = [row.posting_id for page in pages for row in page.rows]
    assert (len(rows), set(rows)) == (33, postings)
    assert [page.number for page in pages] == [1, 2, 3, 4]


def test_lifts_are_one_statement_for_any_number(uow: UnitOfWork) -> None:
    person = make_person(uow)

    def cost() -> int:
        rollback(uow)
        matches = rank_keys(uow, *profile_of(uow.session, uow.session.get_one(Person, person.id)), 50, None, ()).matches
        rows = services.open_rows(uow, services.select(Posting), [int(match.key) for match in matches])
        with counted(uow.session.get_bind()) as seen:
            spread_postings(uow, matches, rows, salt="x")
            spread_people(uow, matches, salt="x")
        return len(seen)

    for _ in range(2):
        fact(uow, make_person(uow), make_posting(uow), FactKind.APPLIED)
    few = cost()
    for _ in range(18):
        fact(uow, make_person(uow), make_posting(uow), FactKind.APPLIED)
    assert cost() == few == 2


def test_people_without_an_answer_rise(uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, answered = make_person(uow), make_person(uow)
    other = make_posting(uow)
    for person in (waiting, answered):
        fact(uow, person, other, FactKind.APPLIED)
    fact(uow, answered, other, FactKind.REJECTED, 1)
    given: dict[str, Any] = {}
    monkeypatch.setattr(attention, "spread", lambda matches, lifts, **_named: given.update(lifts) or tuple(matches))
    posting = make_posting(uow)
    uow.session.execute(Person.__table__.update().values(is_open_to_employers=True))
    services.recommend_people(uow, posting)
    assert given == {str(waiting.id): 1.0, str(answered.id): 0.0}


def test_every_feature_has_a_name() -> None:
    assert set(FEATURE_LABELS) == set(FEATURES)
    assert len(set(FEATURE_LABELS.values())) == len(FEATURES)


def test_a_score_is_the_sum_of_what_is_shown(uow: UnitOfWork) -> None:
    match = match_of(uow, make_person(uow), make_posting(uow))
    sheet = score_sheet(match)
    assert sheet.start + sum(part.value for part in sheet.parts) == pytest.approx(sheet.raw, abs=1e-9)
    assert sheet.score == match.score
    assert all(0 <= part.width <= 100 for part in sheet.parts)
