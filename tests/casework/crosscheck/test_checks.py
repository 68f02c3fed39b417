"""Asking whether people still work there: when, whom, once, and what an answer brings."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.casework.crosscheck.models import EmploymentCheck
from jobmatch.casework.crosscheck.services.checks import (
    answer_check,
    ask_due,
    confirm_own,
    hand_over_unanswered,
    report_wrong,
    settle_over,
)
from jobmatch.casework.crosscheck.states import CheckAnswer
from jobmatch.casework.plans.services.referrals import record_hardship
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import current_spell
from jobmatch.people.services.confirmations import confirm_spell, record_confirmation
from jobmatch.people.services.register import correct_spell, end_spell
from jobmatch.people.states import ConfirmationWay, EvidenceKind
from jobmatch.reference.rules import add_months
from tests.casework.crosscheck.help import working
from tests.conftest import NOW, acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_staff


def later(uow: UnitOfWork, days: int) -> UnitOfWork:
    """The same database, seen by the system some days later."""
    with clock.frozen(NOW + timedelta(days=days)):
        made = UnitOfWork(uow.session, system_actor("tests"), writing=True)
    assert made.today == uow.today + timedelta(days=days)
    return made


def checks_of(uow: UnitOfWork) -> list[EmploymentCheck]:
    return list(uow.session.scalars(select(EmploymentCheck).order_by(EmploymentCheck.id)))


def started(uow: UnitOfWork, person: Person, months: int, days: int = 0) -> EmploymentSpell:
    """Work that began ``months`` and ``days`` ago, confirmed by contract on its first day."""
    day = add_months(uow.today, -months) - timedelta(days=days)
    return working(uow, person, started_on=day, evidence=EvidenceKind.CONTRACT, evidence_on=day)


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_people_are_asked_one_three_six_and_twelve_months_after_a_start(uow: UnitOfWork, months: int) -> None:
    person = make_person(uow)
    spell = started(uow, person, months)
    assert ask_due(uow) == 1
    [check] = checks_of(uow)
    assert (check.spell_id, check.months, check.due_on) == (spell.id, months, uow.today)
    message = uow.session.scalars(select(Message).where(Message.user_id == person.user_id).order_by(Message.id)).all()
    assert message[-1].link == f"/me/employment/checks/{check.public_id}"
    assert "测试厂" in message[-1].title
    assert ask_due(uow) == 0
    assert len(checks_of(uow)) == 1


@pytest.mark.parametrize(("months", "days"), [(0, 20), (0, 0), (18, 0), (26, 3)])
def test_nobody_is_asked_on_other_days(uow: UnitOfWork, months: int, days: int) -> None:
    spell = started(uow, make_person(uow), months, days)
    record_confirmation(
        uow,
        uow.session.get_one(Person, spell.person_id),
        spell,
        evidence=EvidenceKind.SOCIAL_INSURANCE,
        way=ConfirmationWay.PAPER,
    )
    assert ask_due(uow) == 0


def test_a_day_that_was_missed_is_made_up_for(uow: UnitOfWork) -> None:
    started(uow, make_person(uow), 3, 9)
    ask_due(uow)
    [check] = checks_of(uow)
    assert (check.months, check.due_on) == (3, add_months(uow.today - timedelta(days=9), 0))


def test_who_was_confirmed_after_the_day_is_not_asked(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spell = started(uow, person, 3, 5)
    record_confirmation(uow, person, spell, evidence=EvidenceKind.SOCIAL_INSURANCE, way=ConfirmationWay.PAPER)
    messages = uow.session.scalar(select(func.count()).select_from(Message))
    assert ask_due(uow) == 1
    [check] = checks_of(uow)
    assert check.answer is CheckAnswer.KNOWN
    assert uow.session.scalar(select(func.count()).select_from(Message)) == messages
    assert ask_due(uow) == 0


def test_a_confirmation_that_runs_out_is_asked_about_once(uow: UnitOfWork) -> None:
    person = make_person(uow)
    day = date(2026, 8, 30)
    spell = working(uow, person, started_on=date(2020, 1, 1), evidence=EvidenceKind.PLEDGE, evidence_on=day)
    assert ask_due(later(uow, -10)) == 0
    assert ask_due(uow) == 1
    [check] = checks_of(uow)
    assert (check.months, check.due_on) == (0, date(2026, 11, 30))
    answer_check(acting(uow, actor_of_person(uow, person)), check, spell, person, answer=CheckAnswer.STAYED)
    system = later(uow, 0)
    assert ask_due(system) == 0
    assert ask_due(later(uow, 80)) == 1
    assert len(checks_of(uow)) == 2


def test_work_that_nobody_ever_confirmed_is_asked_about_once(uow: UnitOfWork) -> None:
    working(uow, make_person(uow), started_on=date(2020, 1, 1))
    assert [ask_due(uow), ask_due(uow), ask_due(later(uow, 30))] == [1, 0, 0]


def test_who_has_no_account_is_asked_by_staff_at_once(uow: UnitOfWork) -> None:
    person = make_person(uow, with_user=False)
    started(uow, person, 1)
    ask_due(uow)
    [check] = checks_of(uow)
    [task] = uow.session.scalars(select(Task))
    assert (task.kind, task.person_id, task.link) == (
        TaskKind.CONFIRM_EMPLOYMENT,
        person.id,
        f"/staff/employment-checks/{check.public_id}",
    )
    assert check.told_at is None


def test_staff_ask_after_the_person_did_not_answer(uow: UnitOfWork) -> None:
    started(uow, make_person(uow), 1)
    ask_due(uow)
    assert hand_over_unanswered(later(uow, 7)) == 0
    assert hand_over_unanswered(later(uow, 8)) == 1
    assert hand_over_unanswered(later(uow, 9)) == 0
    assert uow.session.scalar(select(func.count()).select_from(Task)) == 1


def test_one_press_confirms_for_three_months_and_closes_the_task(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spell = started(uow, person, 1)
    ask_due(uow)
    hand_over_unanswered(later(uow, 8))
    [check] = checks_of(uow)
    own = acting(uow, actor_of_person(uow, person))
    for _ in range(2):
        answer_check(own, check, spell, person, answer=CheckAnswer.STAYED)
    row = uow.session.scalars(select(Confirmation).order_by(Confirmation.id.desc())).first()
    assert row is not None
    assert (row.evidence, row.way, row.valid_until) == (
        EvidenceKind.PLEDGE,
        ConfirmationWay.ONLINE,
        add_months(uow.today, 3),
    )
    assert uow.session.scalar(select(func.count()).select_from(Confirmation)) == 2
    assert uow.session.scalars(select(Task.state)).all() == [TaskState.DONE]
    with pytest.raises(Conflict):
        answer_check(own, check, spell, person, answer=CheckAnswer.LEFT)


@pytest.mark.parametrize("answer", [CheckAnswer.MOVED, CheckAnswer.LEFT])
def test_having_left_ends_the_line_and_staff_find_out_the_rest(uow: UnitOfWork, answer: CheckAnswer) -> None:
    person = make_person(uow)
    spell = started(uow, person, 1)
    ask_due(uow)
    [check] = checks_of(uow)
    answer_check(acting(uow, actor_of_person(uow, person)), check, spell, person, answer=answer)
    assert spell.ended_on == uow.today
    assert current_spell(uow.session, person.id) is None
    [task] = uow.session.scalars(select(Task))
    assert task.link == f"/staff/people/{person.public_id}/register"


def test_staff_answer_with_who_said_it(uow: UnitOfWork) -> None:
    person = make_person(uow, with_user=False)
    spell = started(uow, person, 1)
    ask_due(uow)
    [check] = checks_of(uow)
    staff = acting(uow, make_staff(uow))
    answer_check(
        staff,
        check,
        spell,
        person,
        answer=CheckAnswer.STAYED,
        evidence=EvidenceKind.FAMILY,
        way=ConfirmationWay.PHONE,
        said_by="母亲",
    )
    row = uow.session.scalars(select(Confirmation).order_by(Confirmation.id.desc())).first()
    assert row is not None
    assert (row.evidence, row.said_by, row.recorded_by_id) == (EvidenceKind.FAMILY, "母亲", staff.actor.user_id)


def test_answers_nobody_may_give_are_refused(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spell = started(uow, person, 1)
    ask_due(uow)
    [check] = checks_of(uow)
    own = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Invalid):
        answer_check(own, check, spell, person, answer=CheckAnswer.KNOWN)
    for actor in (actor_of_person(uow, make_person(uow)), make_staff(uow, path=PATH_OTHER)):
        other = acting(uow, actor)
        with pytest.raises(NotAllowed):
            answer_check(other, check, spell, person, answer=CheckAnswer.STAYED)
        with pytest.raises(NotAllowed):
            ask_due(other)


def test_nobody_proves_their_own_work(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spell = started(uow, person, 1)
    ask_due(uow)
    [check] = checks_of(uow)
    clerk = acting(uow, make_staff(uow))
    person.user_id = clerk.actor.user_id
    uow.session.flush()
    proofs = (
        (EvidenceKind.SOCIAL_INSURANCE, ConfirmationWay.PAPER),
        (EvidenceKind.SOCIAL_INSURANCE, ConfirmationWay.ONLINE),
    )
    for evidence, way in proofs:
        with pytest.raises(NotAllowed):
            answer_check(clerk, check, spell, person, answer=CheckAnswer.STAYED, evidence=evidence, way=way)
    with pytest.raises(NotAllowed):
        confirm_spell(clerk, person, spell, evidence=EvidenceKind.CONTRACT, way=ConfirmationWay.PAPER)
    with pytest.raises(NotAllowed):
        record_hardship(clerk, person, kind="focus", valid_from=uow.today)


def test_a_line_that_ended_or_was_corrected_is_asked_about_no_more(uow: UnitOfWork) -> None:
    for number in range(2):
        person = make_person(uow, with_user=False)
        spell = started(uow, person, 1)
        ask_due(uow)
        if number:
            end_spell(uow, person, spell, ended_on=uow.today)
        else:
            correct_spell(uow, person, spell, reason="弄错了", status_code="L1", started_on=spell.started_on)
    assert settle_over(uow) == 2
    assert settle_over(uow) == 0
    assert {check.answer for check in checks_of(uow)} == {CheckAnswer.OVER}
    assert set(uow.session.scalars(select(Task.state))) == {TaskState.DONE}


def test_the_person_confirms_unasked_once_a_day(uow: UnitOfWork) -> None:
    person = make_person(uow)
    spell = working(uow, person)
    own = acting(uow, actor_of_person(uow, person))
    confirm_own(own, person, spell)
    confirm_own(own, person, spell)
    assert uow.session.scalar(select(func.count()).select_from(Confirmation)) == 1


def test_something_wrong_becomes_a_task_without_garrisons(uow: UnitOfWork) -> None:
    person = make_person(uow)
    own = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Invalid):
        report_wrong(own, person, words="  ")
    report_wrong(own, person, words="我 5 月就换单位了，以前在 32107 部队")
    report_wrong(own, person, words="再说一次")
    [task] = uow.session.scalars(select(Task))
    assert "5 月就换单位了" in task.title
    assert "32107" not in task.title
