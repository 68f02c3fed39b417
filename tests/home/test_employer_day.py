"""The employer's first page: everything that waits, oldest first, the office's clocks, and useful empty states."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.applications.services.interviews import record_result
from jobmatch.applications.states import Move
from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.home.employer_day import employer_day
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.applications.browser import SYSTEM, words
from tests.applications.conftest import World, world  # noqa: F401 - the fixture
from tests.applications.samples import apply, go
from tests.applications.test_pages import statements
from tests.conftest import acting
from tests.factories import actor_of_employer, make_employer, make_person, make_posting


def test_what_waits_stands_oldest_first(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer, vacancy_count=9)
    old = apply(uow, posting=posting)
    over = go(uow, apply(uow, posting=posting), Move.INVITE)
    uow.now += timedelta(days=6)
    uow.today = local_day(uow.now)
    apply(uow, posting=posting)
    soon = go(uow, apply(uow, posting=posting), Move.INVITE)
    soon.interview_at = uow.now + timedelta(hours=3)
    apply(uow)
    theirs = acting(uow, actor_of_employer(uow, employer))
    day = employer_day(theirs)
    assert (day.waiting, day.late) == (2, 1)
    assert [item.since for item in day.items] == sorted(item.since for item in day.items)
    assert [item.public_id for item in day.items][:2] == [old.public_id, over.public_id]
    assert day.items[0].is_late
    assert "等了 6 天" in day.items[0].note
    record_result(theirs, over, result="passed")
    assert over.public_id not in {item.public_id for item in employer_day(theirs).items}


def test_hires_to_register_and_postings_that_end_are_on_the_page(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    posting = make_posting(uow, employer, vacancy_count=9, valid_through=uow.today + timedelta(days=3))
    hired = go(uow, apply(uow, posting=posting), Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)
    make_posting(uow, employer, state=PostingState.RETURNED)
    theirs = acting(uow, actor_of_employer(uow, employer))
    kinds = {(item.kind, item.public_id) for item in employer_day(theirs).items}
    assert ("hire", hired.public_id) in kinds
    assert ("renew", posting.public_id) in kinds
    assert len([one for one in kinds if one[0] == "posting"]) == 1


def test_the_offices_clocks_are_shown_with_what_is_overdue(uow: UnitOfWork) -> None:
    employer = make_employer(uow)
    soon, over = uow.today + timedelta(days=2), uow.today - timedelta(days=1)
    fresh = make_posting(uow, employer, state=PostingState.IN_REVIEW, review_due_on=soon)
    stale = make_posting(uow, employer, state=PostingState.IN_REVIEW, review_due_on=over, escalated_on=uow.today)
    theirs = acting(uow, actor_of_employer(uow, employer))
    clocks = {clock.public_id: clock for clock in employer_day(theirs).clocks}
    assert (clocks[fresh.public_id].due_on, clocks[fresh.public_id].is_late) == (soon, False)
    assert (clocks[stale.public_id].is_late, clocks[stale.public_id].is_escalated) == (True, True)
    waiting = make_employer(uow, vetted=False, vetting_due_on=uow.today - timedelta(days=1), escalated_on=uow.today)
    [clock] = employer_day(acting(uow, actor_of_employer(uow, waiting))).clocks
    assert (clock.kind, clock.is_late, clock.is_escalated) == ("profile", True, True)


def test_before_vetting_the_employer_learns_how_many_people_fit(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    make_posting(uow, employer, state=PostingState.DRAFT, title="送货司机")
    theirs = acting(uow, actor_of_employer(uow, employer))
    assert employer.vetting is VettingState.WAITING
    assert employer_day(theirs).fitting is None
    for _n in range(13):
        make_person(uow, is_open_to_employers=True)
    day = employer_day(acting(uow, theirs.actor))
    assert day.fitting_title == "送货司机"
    assert day.fitting in {None, 10}


def test_the_page_greets_everybody_and_grows_no_dearer(world: World) -> None:  # noqa: F811
    empty = words(world.employer.client.get("/"))
    assert "今天没有等您办的事" in empty
    assert "发布岗位" in empty
    costs = []
    for more in (2, 10):
        with world.app.runtime.unit(SYSTEM) as uow:
            posting = uow.session.query(Posting).filter_by(public_id=world.posting).one()
            posting.vacancy_count = 90
            for _n in range(more):
                apply(uow, make_person(uow), posting)
                go(uow, apply(uow, make_person(uow), posting), Move.INVITE)
        world.employer.client.get("/")
        with statements(world.app) as seen:
            assert "份简历等您回复" in words(world.employer.client.get("/"))
        costs.append(len(seen))
    assert costs[0] == costs[1]
