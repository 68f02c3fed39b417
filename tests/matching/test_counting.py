"""How many people meet a posting while it is written: the count itself, and who learns it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jobmatch.core.errors import NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.counting import count_for_posting
from jobmatch.people.models.consents import EmployerBlock
from jobmatch.people.states import JobSearchState
from ml.features import Holdings, is_must, need_amount
from ml.matching import PersonIndex, Pool, PostingDocument, Profile, count_people, find_exclusion
from ml.synthetic import synthetic_people, synthetic_postings
from recruiters.postings.models import Posting
from recruiters.postings.states import RequirementKind
from recruiters.postings.values import RequirementInput
from tests.conftest import acting
from tests.factories import (
    PATH_OTHER,
    actor_of_employer,
    make_employer,
    make_person,
    make_posting,
    make_staff,
)

TODAY = date(2026, 11, 21)
C1, B2 = (RequirementInput(RequirementKind.LICENCE, code) for code in ("A1", "B2"))


def _meets(profile: Profile, eligibility: Any, posting: PostingDocument) -> bool:
    """The slow way: the rules for one pair, then every must by itself."""
    held = Holdings(profile)

    def has(kind: str, code: str, wanted: float) -> bool:
        amount = held.amount(kind, code)
        return amount >= wanted or (kind == "education" and amount <= 0)

    needs = [need for need in posting.requirements if is_must(need)]
    return find_exclusion(profile, eligibility, posting, today=TODAY) is None and all(
        has(need.kind, need.code, need_amount(need)) for need in needs
    )


def test_the_count_is_that_of_asking_every_pair() -> None:
    people = synthetic_people(300, today=TODAY)
    hidden = people[0][0].key
    pool = Pool(PersonIndex.build(people, today=TODAY), hidden_keys=frozenset({hidden}))
    seen = [(profile, one) for profile, one in people if profile.key != hidden]
    for posting in synthetic_postings(40, today=TODAY):
        found = count_people(pool, posting, today=TODAY)
        assert found.met == sum(_meets(profile, one, posting) for profile, one in seen)
        for need, count in found.without:
            other = replace(posting, requirements=tuple(r for r in posting.requirements if r is not need))
            assert count == sum(_meets(profile, one, other) for profile, one in seen)


def _people(uow: UnitOfWork, count: int, **values: Any) -> None:
    for _number in range(count):
        make_person(uow, is_open_to_employers=True, **values)


@pytest.fixture
def posting(uow: UnitOfWork) -> Posting:
    return make_posting(uow)


def test_musts_are_counted_and_what_dropping_one_gives(uow: UnitOfWork, posting: Posting) -> None:
    _people(uow, 7)
    office = acting(uow, make_staff(uow))
    found = count_for_posting(office, posting)
    assert (found.met, found.gains) == (7, ())
    found = count_for_posting(office, posting, [B2, C1])
    assert found.met < found.least
    assert found.gains == (("A1 驾驶证", 7),)
    nice = replace(C1, is_must=False)
    assert count_for_posting(office, posting, [B2, nice]).met == 7


def test_an_employer_learns_tens_and_cannot_count_down_to_one_person(uow: UnitOfWork, posting: Posting) -> None:
    _people(uow, 31, education_code="31")
    _people(uow, 9, education_code="71")
    member = acting(uow, actor_of_employer(uow, posting.employer))
    college = [B2, RequirementInput(RequirementKind.EDUCATION, "31")]
    found = count_for_posting(member, posting, college)
    assert (found.met, found.is_exact) == (30, False)
    # The difference is that of the tens: 40 without the must, not the 40 - 31 = 9 people that it costs.
    assert [n for _label, n in found.gains] == [40]
    make_person(uow, is_open_to_employers=True, education_code="31")
    assert count_for_posting(member, posting, college) == found
    few = count_for_posting(member, posting, [B2, C1])
    assert (few.met, few.least, [n for _label, n in few.gains]) == (0, 10, [40])


def test_only_people_who_let_employers_find_them_are_counted(uow: UnitOfWork, posting: Posting) -> None:
    _people(uow, 5)
    make_person(uow)
    _people(uow, 1, search_state=JobSearchState.NOT_LOOKING)
    person = make_person(uow, is_open_to_employers=True)
    organization_id = posting.employer.organization_id
    uow.session.add(EmployerBlock(person_id=person.id, organization_id=organization_id, created_at=uow.now))
    uow.session.flush()
    # Who shut this employer out is counted like for any other: the number must not tell who that is.
    assert count_for_posting(acting(uow, make_staff(uow)), posting).met == 6


@pytest.mark.parametrize("count", [0, 1, 4])
def test_fewer_than_five_are_not_told_exactly(uow: UnitOfWork, posting: Posting, count: int) -> None:
    _people(uow, count)
    found = count_for_posting(uow, posting)
    assert found.met < found.least


def test_a_must_that_costs_a_handful_is_not_told(uow: UnitOfWork, posting: Posting) -> None:
    _people(uow, 6, education_code="31")
    _people(uow, 2, education_code="71")
    found = count_for_posting(uow, posting, [B2, RequirementInput(RequirementKind.EDUCATION, "31")])
    assert (found.met, found.gains) == (6, ())


def test_strangers_learn_nothing_and_an_unvetted_employer_learns_it(uow: UnitOfWork, posting: Posting) -> None:
    for actor in (actor_of_employer(uow, make_employer(uow)), make_staff(uow, path=PATH_OTHER)):
        with pytest.raises(NotAllowed):
            count_for_posting(acting(uow, actor), posting)
    waiting = make_employer(uow, vetted=False)
    draft = make_posting(uow, waiting)
    assert count_for_posting(acting(uow, actor_of_employer(uow, waiting)), draft).met == 0
