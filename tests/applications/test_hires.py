"""After the hire: both sides are asked; what they agree on is written, what they do not is a task of the station."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications.models import Application, RetentionCheck
from jobmatch.applications.services.retention import answer_still_there, ask_employers, settle_checks
from jobmatch.applications.services.slips import answer_slips
from jobmatch.applications.services.submitting import submit_application
from jobmatch.applications.states import CheckOutcome, Move
from jobmatch.casework.crosscheck.models import EmploymentCheck
from jobmatch.casework.crosscheck.services.checks import answer_check, ask_due
from jobmatch.casework.crosscheck.states import CheckAnswer
from jobmatch.casework.plans.models import Support
from jobmatch.casework.plans.states import Answer, SupportKind
from jobmatch.casework.tasks.models import Task
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.proxies import record_consent
from jobmatch.people.states import EvidenceKind
from tests.applications.samples import apply, employer_of, go
from tests.conftest import acting
from tests.factories import actor_of_employer, actor_of_person, make_person, make_posting, make_staff

TO_STARTED = (Move.OFFER, Move.ACCEPT, Move.CONFIRM_START)


def move_on(uow: UnitOfWork, days: int) -> None:
    uow.now += timedelta(days=days)
    uow.today = local_day(uow.now)


def asked(uow: UnitOfWork) -> tuple[Application, RetentionCheck, EmploymentCheck, EmploymentSpell]:
    """A hire one month later: both sides have been asked."""
    sent = go(uow, apply(uow), *TO_STARTED)
    move_on(uow, 32)
    ask_due(uow)
    assert ask_employers(uow) == 1
    assert ask_employers(uow) == 0
    spell = current_spell(uow.session, sent.person_id)
    assert spell is not None
    return (
        sent,
        uow.session.scalars(select(RetentionCheck)).one(),
        uow.session.scalars(select(EmploymentCheck)).one(),
        spell,
    )


def hands(uow: UnitOfWork, sent: Application) -> tuple[UnitOfWork, UnitOfWork, Person]:
    person = uow.session.get_one(Person, sent.person_id)
    employer = employer_of(uow, sent)
    return acting(uow, actor_of_person(uow, person)), acting(uow, actor_of_employer(uow, employer)), person


def tasks(uow: UnitOfWork) -> list[Task]:
    return [one for one in uow.session.scalars(select(Task)) if one.once.startswith("retention:")]


def test_the_employer_is_asked_at_one_three_six_and_twelve_months(uow: UnitOfWork) -> None:
    sent = apply(uow)
    theirs = hands(uow, sent)[1]
    go(uow, sent, *TO_STARTED)
    found = []
    for days in (20, 12, 60, 92, 184, 100):
        move_on(uow, days)
        found.append(ask_employers(uow))
    assert found == [0, 1, 1, 1, 1, 0]
    assert uow.session.scalars(select(RetentionCheck.months).order_by(RetentionCheck.id)).all() == [1, 3, 6, 12]
    told = uow.session.scalars(select(Message).where(Message.user_id == theirs.actor.user_id)).all()
    assert [one.link for one in told].count("/employer/hires") == 4


def test_agreeing_that_somebody_stayed_confirms_the_register(uow: UnitOfWork) -> None:
    sent, check, own, spell = asked(uow)
    mine, theirs, person = hands(uow, sent)
    answer_still_there(theirs, check, sent, answer="stayed")
    assert settle_checks(uow) == 0
    answer_check(mine, own, spell, person, answer=CheckAnswer.STAYED)
    assert settle_checks(uow) == 1
    assert check.outcome is CheckOutcome.AGREED
    said = uow.session.scalars(select(Confirmation).where(Confirmation.source_key == f"retention:{check.public_id}"))
    assert said.one().evidence is EvidenceKind.EMPLOYER_CONFIRMED
    assert tasks(uow) == []
    assert settle_checks(uow) == 0


def test_agreeing_that_somebody_left_ends_the_line_on_the_day(uow: UnitOfWork) -> None:
    sent, check, own, spell = asked(uow)
    mine, theirs, person = hands(uow, sent)
    left = uow.today - timedelta(days=5)
    answer_check(mine, own, spell, person, answer=CheckAnswer.LEFT, left_on=left, reason_code="lv_pay")
    answer_still_there(theirs, check, sent, answer="left", left_on=left, reason_code="lv_pay")
    settle_checks(uow)
    assert (check.outcome, spell.ended_on) == (CheckOutcome.AGREED, left)
    assert (own.left_on, own.reason_code) == (left, "lv_pay")


@pytest.mark.parametrize(("theirs_say", "mine_say"), [("left", CheckAnswer.STAYED), ("stayed", CheckAnswer.LEFT)])
def test_a_disagreement_is_a_task_of_the_station(uow: UnitOfWork, theirs_say: str, mine_say: CheckAnswer) -> None:
    sent, check, own, spell = asked(uow)
    mine, theirs, person = hands(uow, sent)
    answer_check(mine, own, spell, person, answer=mine_say)
    answer_still_there(theirs, check, sent, answer=theirs_say, left_on=uow.today, reason_code="lv_other")
    assert settle_checks(uow) == 1
    assert check.outcome is CheckOutcome.DISAGREED
    [task] = tasks(uow)
    assert (task.region_path, task.link) == (person.region_path, f"/staff/people/{person.public_id}/register")


def test_silence_is_settled_after_its_days(uow: UnitOfWork) -> None:
    _sent, check, _own, _spell = asked(uow)
    assert settle_checks(uow) == 0
    move_on(uow, 15)
    assert settle_checks(uow) == 1
    assert check.outcome is CheckOutcome.ONE_SIDED


def test_an_answer_needs_its_day_its_reason_and_its_employer(uow: UnitOfWork) -> None:
    sent, check, _own, _spell = asked(uow)
    mine, theirs, _person = hands(uow, sent)
    for wrong in (
        {"answer": "maybe"},
        {"answer": "left"},
        {"answer": "left", "left_on": uow.today},
        {"answer": "left", "left_on": uow.today + timedelta(days=1), "reason_code": "lv_pay"},
        {"answer": "left", "left_on": uow.today, "reason_code": "ar_skill"},
    ):
        with pytest.raises(Invalid):
            answer_still_there(theirs, check, sent, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        answer_still_there(mine, check, sent, answer="stayed")
    answer_still_there(theirs, check, sent, answer="stayed")
    answer_still_there(theirs, check, sent, answer="stayed")
    with pytest.raises(Conflict):
        answer_still_there(theirs, check, sent, answer="left", left_on=uow.today, reason_code="lv_pay")


def test_a_recommendation_needs_consent_is_seen_by_both_and_stands_in_the_ledger(uow: UnitOfWork) -> None:
    person, posting = make_person(uow), make_posting(uow)
    member = actor_of_employer(uow, posting.employer)
    staff = acting(uow, make_staff(uow))
    with pytest.raises(NotAllowed):
        submit_application(staff, posting, person, consent=True, recommend=True)
    with pytest.raises(NotAllowed):
        submit_application(acting(uow, actor_of_person(uow, person)), posting, person, consent=True, recommend=True)
    record_consent(
        staff,
        person,
        scopes=["apply"],
        way="paper",
        given_on=uow.today,
        valid_until=uow.today + timedelta(days=30),
        note="原件在站里",
    )
    sent = submit_application(staff, posting, person, consent=True, recommend=True)
    slip = uow.session.scalars(select(Support)).one()
    assert (sent.support_id, sent.recommended_by_id) == (slip.id, staff.actor.user_id)
    assert (slip.kind, slip.post, slip.answer) == (SupportKind.RECOMMENDATION, posting.title, Answer.WAITING)
    titles = {
        user: [one.title for one in uow.session.scalars(select(Message).where(Message.user_id == user))]
        for user in (person.user_id, member.user_id)
    }
    assert all(any("推荐" in title for title in found) for found in titles.values())
    assert answer_slips(uow) == 0
    go(uow, sent, Move.REJECT)
    assert answer_slips(uow) == 1
    assert (slip.answer, answer_slips(uow)) == (Answer.REFUSED, 0)
