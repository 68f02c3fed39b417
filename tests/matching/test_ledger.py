"""The ledger of pair facts: decisions, what is hidden by them, first lists without one, and fitting."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching import fitting, services
from jobmatch.matching.lists import (
    by_line,
    civil_trades,
    count_gain,
    list_for_visitor,
    list_saved,
)
from jobmatch.matching.models import FittedModel, PairFact
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import JobIntention
from ml.matching import Fit, Ranker
from recruiters.postings.models import PostingRequirement
from recruiters.postings.states import RequirementKind
from tests.conftest import acting
from tests.factories import (
    TOWN_A,
    actor_of_person,
    make_employer,
    make_person,
    make_posting,
    make_staff,
)
from tests.matching.help import counted, flat_ranker


def ids(found: Any) -> list[int]:
    return [one.posting_id for one in found]


# ---------- decisions ----------


def test_a_dismissed_posting_is_gone_until_the_person_takes_it_back(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    mine = acting(uow, actor_of_person(uow, person))
    services.dismiss(mine, person, posting)
    services.dismiss(mine, person, posting)
    assert services.recommend_postings(mine, person) == []
    assert services.search_postings(mine, person=person).total == 0
    assert services.search_postings(mine).total == 1
    services.undo_dismiss(mine, person, posting)
    assert ids(services.recommend_postings(mine, person)) == [posting.id]


def test_saving_is_a_switch(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    mine = acting(uow, actor_of_person(uow, person))
    assert services.toggle_saved(mine, person, posting)
    assert ids(list_saved(mine, person, number=1).rows) == [posting.id]
    assert services.search_postings(mine, person=person).rows[0].is_saved
    assert not services.toggle_saved(mine, person, posting)
    assert list_saved(mine, person, number=1).total == 0


def test_nobody_decides_for_somebody_else(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    for actor in (actor_of_person(uow, make_person(uow)), make_staff(uow)):
        theirs = acting(uow, actor)
        for act in (services.toggle_saved, services.dismiss, services.undo_dismiss):
            with pytest.raises(NotAllowed):
                act(theirs, person, posting)
        with pytest.raises(NotAllowed):
            services.set_personal(theirs, person, is_personal=False)


def test_an_application_hides_the_posting_until_it_is_withdrawn(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    services.record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    assert services.recommend_postings(uow, person) == []
    uow.now += timedelta(minutes=1)
    services.record_fact(uow, person.id, posting.id, FactKind.WITHDRAWN, code="other")
    assert ids(services.recommend_postings(uow, person)) == [posting.id]
    uow.now += timedelta(minutes=1)
    services.record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    assert services.recommend_postings(uow, person) == []
    uow.now += timedelta(minutes=1)
    services.record_fact(uow, person.id, posting.id, FactKind.REJECTED, code="skills")
    assert services.recommend_postings(uow, person) == []


def test_facts_are_kept_once_a_kind_with_their_count(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    first = uow.now
    services.remember_shown(uow, person.id, [posting.id], first=3)
    uow.now += timedelta(hours=1)
    services.remember_shown(uow, person.id, [posting.id], first=1)
    (fact,) = uow.session.scalars(select(PairFact))
    assert (fact.kind, fact.count, fact.position) == (FactKind.SHOWN, 2, 1)
    assert (fact.first_at, fact.last_at) == (first, uow.now)


def test_profiling_can_be_turned_off_and_on(uow: UnitOfWork) -> None:
    person = make_person(uow)
    mine = acting(uow, actor_of_person(uow, person))
    assert services.wants_personal(mine, person)
    for wish in (False, False, True):
        services.set_personal(mine, person, is_personal=wish)
        assert services.wants_personal(mine, person) is wish


# ---------- without an account ----------


def test_three_facts_give_a_first_list_and_leave_no_trace(uow: UnitOfWork) -> None:
    driver = make_posting(uow)
    make_posting(uow, title="厨师", occupation_code="4-03-02-01", requirements=False)
    with counted(uow.session.get_bind()) as seen:
        page, line = list_for_visitor(uow, specialty="", licence="B2", region="", number=1)
    assert ids(page.rows) == [driver.id]
    assert line == ["B2 驾驶证"]
    assert not any(statement.startswith(("INSERT", "UPDATE", "DELETE")) for statement in seen)


def test_a_specialty_names_the_trades_it_leads_to(uow: UnitOfWork) -> None:
    make_posting(uow, title="保安", occupation_code="4-07-05-01", requirements=False)
    trades = civil_trades(uow, "SP01")
    assert [(code, count) for code, _, count in trades] == [("4-07-05-01", 1)]
    page, _ = list_for_visitor(uow, specialty="SP01", licence="", region="", number=1)
    assert page.total == 1
    assert civil_trades(uow, "") == []


def test_a_by_line_says_what_recommendations_stand_on(uow: UnitOfWork) -> None:
    person = make_person(uow, living_region_code=TOWN_A)
    profile, _ = services.profile_of(uow.session, person)
    assert by_line(uow, profile, TOWN_A) == ["B2 驾驶证", "道路货运汽车驾驶员", "测试东镇附近"]


def test_filling_in_more_is_said_to_bring_what_it_would_bring(uow: UnitOfWork) -> None:
    person = make_person(uow)
    make_posting(uow)
    posting = make_posting(uow, requirements=False)
    uow.session.add(
        PostingRequirement(posting_id=posting.id, kind=RequirementKind.CERTIFICATE, code="CE020", label="保安员证")
    )
    uow.session.flush()
    assert count_gain(uow, person) == (1, 1)


# ---------- fitting ----------


def _world(uow: UnitOfWork, people: int = 60, each: int = 8) -> None:
    """People who apply for what is near in trade and are refused elsewhere."""
    draw = random.Random(4)
    trades = ("4-02-02-02", "4-07-05-01", "4-03-02-01", "6-31-01-01")
    employer = make_employer(uow)
    postings = [
        make_posting(uow, employer, occupation_code=draw.choice(trades), title=f"岗位 {n}", requirements=False)
        for n in range(24)
    ]
    for _ in range(people):
        person = make_person(uow)
        intention = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one()
        intention.occupation_codes = [draw.choice(trades)]
        for posting in draw.sample(postings, each):
            services.record_fact(uow, person.id, posting.id, FactKind.SHOWN)
            if posting.occupation_code in intention.occupation_codes:
                services.record_fact(uow, person.id, posting.id, FactKind.APPLIED)
            elif draw.random() < 0.1:
                services.record_fact(uow, person.id, posting.id, FactKind.OPENED)
    uow.session.flush()


def test_a_ranker_is_fitted_kept_and_used(uow: UnitOfWork) -> None:
    _world(uow)
    model = services.fit_ranker(uow)
    assert model.is_active
    assert model.card["kind"] == "fitted"
    figures = model.card["figures"]
    assert figures["fitted"]["ndcg_at_10"] >= figures["rules"]["ndcg_at_10"]
    assert len(model.card["window"]) == 3
    ranker = services.active_ranker(uow.session)
    assert ranker != Ranker.prior()
    assert ranker == Ranker.from_bytes(model.content)


def test_with_few_facts_the_hand_set_weights_stay(uow: UnitOfWork) -> None:
    services.record_fact(uow, make_person(uow).id, make_posting(uow).id, FactKind.APPLIED)
    model = services.fit_ranker(uow)
    assert model.card["kind"] == "prior"
    assert not model.is_active
    assert services.active_ranker(uow.session) == Ranker.prior()


def test_one_ranker_is_in_use(uow: UnitOfWork) -> None:
    first = fitting.store_ranker(uow, Fit(flat_ranker(0.0), passed=True))
    second = fitting.store_ranker(uow, Fit(flat_ranker(1.0), passed=True))
    uow.session.refresh(first)
    assert (first.is_active, second.is_active) == (False, True)


def test_a_damaged_ranker_is_not_used(uow: UnitOfWork) -> None:
    model = fitting.store_ranker(uow, Fit(flat_ranker(0.0), passed=True))
    model.content, model.sha256 = model.content[:-1], "0" * 64
    uow.session.flush()
    assert services.active_ranker(uow.session) == Ranker.prior()


def test_a_later_ranker_takes_over_at_once(uow: UnitOfWork) -> None:
    services.fit_ranker(uow)
    flat = flat_ranker(-9.0)
    fitting.store_ranker(uow, Fit(flat, passed=True))
    assert services.active_ranker(uow.session) == flat
    assert len(uow.session.scalars(select(FittedModel)).all()) == 2


def test_people_who_want_no_profiling_teach_nothing(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    services.record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    assert len(fitting.read_facts(uow)) == 1
    services.set_personal(uow, person, is_personal=False)
    assert fitting.read_facts(uow) == []


def test_every_kind_of_fact_is_known_to_fitting_or_left_out_on_purpose() -> None:
    assert set(FactKind) - set(fitting.OUTCOMES) == {FactKind.INVITED, FactKind.WITHDRAWN}
