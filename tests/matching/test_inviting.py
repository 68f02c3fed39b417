"""Invitations: masked until the person says yes, masked again when they take it back, and how a list stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.matching import inviting, services
from jobmatch.matching.inviting import InvitationState, InvitedPerson, answer_invitation, invited_people
from jobmatch.matching.models import PostingInvitation
from jobmatch.matching.reach import fitting_count
from jobmatch.matching.states import FactKind
from jobmatch.people.models.person import Person
from jobmatch.people.services.grants import hide_from
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_own_postings
from tests.conftest import acting
from tests.factories import actor_of_employer, actor_of_person, make_employer, make_person, make_posting
from tests.matching.help import counted, rollback


def invited(uow: UnitOfWork, posting: Posting | None = None) -> tuple[UnitOfWork, UnitOfWork, Person, Posting]:
    posting = posting or make_posting(uow)
    person = make_person(uow, is_open_to_employers=True)
    theirs = acting(uow, actor_of_employer(uow, posting.employer))
    assert inviting.invite_person(theirs, posting, person)
    return theirs, acting(uow, actor_of_person(uow, person)), person, posting


def lines(theirs: UnitOfWork) -> list[InvitedPerson]:
    rows = theirs.rows(visible_own_postings(theirs.actor, inviting.invitations()))
    return invited_people(theirs, rows)


def said(mine: UnitOfWork, person: Person, posting: Posting, answer: str) -> PostingInvitation:
    row = mine.session.scalars(select(PostingInvitation).where(PostingInvitation.person_id == person.id)).one()
    return answer_invitation(mine, row, posting, person, answer=answer)


def test_the_phone_opens_with_the_yes_and_closes_with_the_no(uow: UnitOfWork) -> None:
    theirs, mine, person, posting = invited(uow)
    [line] = lines(theirs)
    assert (line.state, line.card.is_masked, line.card.phone) == (InvitationState.WAITING, True, None)
    said(mine, person, posting, "yes")
    said(mine, person, posting, "yes")
    [line] = lines(theirs)
    assert (line.state, line.card.name) == (InvitationState.YES, person.name)
    assert line.card.phone
    assert line.card.about == ""
    told = uow.session.scalars(select(Message).where(Message.user_id == theirs.actor.user_id)).all()
    assert [one.link for one in told] == ["/employer/invitations"]
    said(mine, person, posting, "no")
    [line] = lines(theirs)
    assert (line.state, line.card.is_masked, line.card.phone) == (InvitationState.NO, True, None)


def test_a_yes_opens_nothing_to_another_employer_and_ends_by_itself(uow: UnitOfWork) -> None:
    theirs, mine, person, posting = invited(uow)
    rival = acting(uow, actor_of_employer(uow, make_employer(uow)))
    said(mine, person, posting, "yes")
    assert lines(rival) == []
    hide_from(mine, person, organization_id=posting.employer.organization_id)
    [line] = lines(theirs)
    assert (line.state, line.card.phone) == (InvitationState.YES, None)
    said(mine, person, posting, "no")
    said(mine, person, posting, "yes")
    theirs.now += timedelta(days=inviting.CONTACT_DAYS + 1)
    theirs.today = local_day(theirs.now)
    assert lines(theirs)[0].card.phone is None


def test_silence_runs_out_and_applying_says_more_than_a_yes(uow: UnitOfWork) -> None:
    theirs, mine, person, posting = invited(uow)
    later = acting(uow, theirs.actor)
    later.now += timedelta(days=inviting.INVITATION_DAYS + 1)
    later.today = local_day(later.now)
    assert lines(later)[0].state is InvitationState.EXPIRED
    mine.today = later.today
    with pytest.raises(Conflict):
        said(mine, person, posting, "yes")
    services.record_fact(uow, person.id, posting.id, FactKind.APPLIED)
    assert lines(theirs)[0].state is InvitationState.APPLIED


def test_only_the_person_answers_and_only_yes_or_no(uow: UnitOfWork) -> None:
    theirs, mine, person, posting = invited(uow)
    with pytest.raises(NotAllowed):
        said(theirs, person, posting, "yes")
    with pytest.raises(NotAllowed):
        said(acting(uow, actor_of_person(uow, make_person(uow))), person, posting, "yes")
    with pytest.raises(Invalid):
        said(mine, person, posting, "perhaps")


def test_a_no_keeps_the_posting_out_of_the_persons_list(uow: UnitOfWork) -> None:
    _theirs, mine, person, posting = invited(uow)
    said(mine, person, posting, "no")
    assert services.recommend_postings(mine, person) == []


def test_many_invitations_cost_as_many_statements_as_two(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    costs = []
    for more in (2, 18):
        for _n in range(more):
            theirs, mine, person, _posting = invited(uow, posting)
            said(mine, person, posting, "yes")
        # Names of codes are read once and kept.
        lines(theirs)
        rollback(uow)
        with counted(uow.session.get_bind()) as seen:
            assert lines(theirs)
        costs.append(len(seen))
        posting = uow.session.get_one(Posting, posting.id)
        _ = uow.session.refresh(posting, ["employer"])
        uow.session.refresh(posting.employer, ["organization"])
    assert costs[0] == costs[1]


def test_few_fitting_people_are_not_counted_out_loud(uow: UnitOfWork) -> None:
    employer = make_employer(uow, vetted=False)
    posting = make_posting(uow, employer)
    theirs = acting(uow, actor_of_employer(uow, employer))
    for _n in range(9):
        make_person(uow, is_open_to_employers=True)
    assert fitting_count(theirs, posting) is None
    with pytest.raises(NotAllowed):
        fitting_count(acting(uow, actor_of_employer(uow, make_employer(uow))), posting)
