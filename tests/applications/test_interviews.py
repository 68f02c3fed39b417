"""The day before, the interview itself, and what is noted of it; links on phones without an account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from jobmatch.applications.models import Application, Interview, PhoneLink
from jobmatch.applications.queries import free_slots, standing_interview
from jobmatch.applications.services import links
from jobmatch.applications.services.interviews import (
    ask_coming,
    decide_no_show,
    object_to_no_show,
    record_result,
    say_coming,
)
from jobmatch.applications.services.moving import move_application
from jobmatch.applications.services.slots import add_slot, close_slot, offer_slots
from jobmatch.applications.states import ApplicationState, LinkPurpose, Move
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person
from tests.applications.samples import apply, employer_of, go, make_slot
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_employer, actor_of_person, make_person, make_posting, make_staff


def invited(uow: UnitOfWork, **facts: object) -> Application:
    """An interview in two days."""
    return go(uow, apply(uow, **facts), Move.INVITE)  # type: ignore[arg-type]


def appointment(uow: UnitOfWork, application: Application) -> Interview:
    found = standing_interview(uow, application.id)
    assert found is not None
    return found


def move_on(uow: UnitOfWork, **time: float) -> None:
    uow.now += timedelta(**time)
    uow.today = local_day(uow.now)


def test_a_row_of_times_is_offered_and_one_is_chosen(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    member = acting(uow, actor_of_employer(uow, posting.employer))
    at = uow.now + timedelta(days=3)
    slots = add_slot(member, posting, starts_at=at, place="一楼", minutes=20, capacity=1, rounds=3)
    assert [slot.starts_at - at for slot in slots] == [timedelta(minutes=20 * n) for n in range(3)]
    sent = apply(uow, posting=posting)
    assert [one.is_done for one in offer_slots(member, [sent])] == [True]
    person = acting(uow, actor_of_person(uow, uow.session.get_one(Person, sent.person_id)))
    move_application(person, sent, Move.PICK_SLOT, slot=slots[1])
    assert (sent.state, sent.interview_at, sent.interview_place) == (
        ApplicationState.INTERVIEW,
        slots[1].starts_at,
        "一楼",
    )
    move_application(person, sent, Move.PICK_SLOT, slot=slots[2])
    assert [slot.taken for slot in slots] == [0, 0, 1]
    assert [slot.id for slot in free_slots(uow, posting.id)] == [slots[0].id, slots[1].id]
    with pytest.raises(Conflict):
        close_slot(member, slots[2], posting)
    close_slot(member, slots[0], posting)
    with pytest.raises(Invalid):
        move_application(person, sent, Move.PICK_SLOT, slot=slots[0])


def test_times_need_sense_and_the_right_hands(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    with pytest.raises(Invalid) as refused:
        add_slot(uow, posting, starts_at=uow.now, place=" ", minutes=1, capacity=0, rounds=99)
    assert set(refused.value.fields) == {"starts_at", "place", "minutes", "capacity", "rounds"}
    rival = acting(uow, actor_of_employer(uow, make_posting(uow).employer))
    with pytest.raises(NotAllowed):
        add_slot(rival, posting, starts_at=uow.now + timedelta(days=1), place="一楼", minutes=20, capacity=1)
    [answer] = offer_slots(uow, [apply(uow, posting=posting)])
    assert not answer.is_done
    assert "先加几个时间" in answer.message
    unasked, slot = apply(uow, posting=posting), make_slot(uow, posting)
    with pytest.raises(Conflict):
        move_application(uow, unasked, Move.PICK_SLOT, slot=slot)


def test_people_are_asked_the_day_before_once(uow: UnitOfWork) -> None:
    sent = invited(uow)
    person = uow.session.get_one(Person, sent.person_id)
    assert ask_coming(uow) == 0
    move_on(uow, days=1)
    assert ask_coming(uow) == 1
    assert ask_coming(uow) == 0
    told = uow.session.scalars(select(Message).where(Message.user_id == person.user_id).order_by(Message.id)).all()[-1]
    assert told.link == f"/me/applications/{sent.public_id}"
    assert "我去" in told.body


def test_who_has_no_account_is_asked_by_a_link_only(uow: UnitOfWork) -> None:
    sent = invited(uow, person=make_person(uow, with_user=False))
    move_on(uow, days=1)
    assert ask_coming(uow) == 0
    assert appointment(uow, sent).asked_at is None
    links.make_link(acting(uow, make_staff(uow)), sent, LinkPurpose.ATTEND)
    assert appointment(uow, sent).asked_at == uow.now


def test_not_coming_frees_the_seat_and_coming_after_all_takes_it_again(uow: UnitOfWork) -> None:
    posting = make_posting(uow)
    slot = make_slot(uow, posting)
    sent = go(uow, apply(uow, posting=posting), Move.OFFER_SLOTS, Move.PICK_SLOT)
    say_coming(uow, sent, attendance="not_coming")
    assert (slot.taken, sent.slot_id, sent.interview_wish) == (0, None, "这个时间去不了")
    say_coming(uow, sent, attendance="coming")
    assert (slot.taken, sent.slot_id, sent.interview_wish) == (1, slot.id, "")
    say_coming(uow, sent, attendance="not_coming")
    go(uow, apply(uow, posting=posting), Move.OFFER_SLOTS, Move.PICK_SLOT)
    with pytest.raises(Conflict, match="约满"):
        say_coming(uow, sent, attendance="coming")


@pytest.mark.parametrize(
    ("asked", "said", "is_no_show"),
    [
        (True, "", True),
        (True, "coming", True),
        (True, "not_coming", False),
        (False, "", False),
        (False, "coming", True),
    ],
)
def test_a_no_show_is_noted_only_of_who_said_yes_or_kept_silent(
    uow: UnitOfWork, asked: bool, said: str, is_no_show: bool
) -> None:
    sent = invited(uow)
    move_on(uow, days=1)
    if asked:
        ask_coming(uow)
    if said:
        say_coming(uow, sent, attendance=said)
    with pytest.raises(Invalid):
        record_result(uow, sent, result="absent")
    move_on(uow, days=1, hours=1)
    record_result(uow, sent, result="absent")
    record_result(uow, sent, result="absent")
    assert appointment(uow, sent).is_no_show is is_no_show


def test_an_objection_goes_to_the_station_and_can_strike_the_mark(uow: UnitOfWork) -> None:
    sent = invited(uow)
    say_coming(uow, sent, attendance="coming")
    move_on(uow, days=3)
    record_result(uow, sent, result="absent")
    found = appointment(uow, sent)
    person = uow.session.get_one(Person, sent.person_id)
    mine = acting(uow, actor_of_person(uow, person))
    with pytest.raises(Invalid):
        object_to_no_show(mine, sent, found, words=" ")
    object_to_no_show(mine, sent, found, words="我到了，门卫没让进")
    task = uow.session.scalars(select(Task).where(Task.once == f"no-show:{found.public_id}")).one()
    assert (task.state, task.region_path) == (TaskState.OPEN, person.region_path)
    with pytest.raises(NotAllowed):
        decide_no_show(acting(uow, make_staff(uow, path=PATH_OTHER)), sent, found, is_right=True)
    staff = acting(uow, make_staff(uow))
    decide_no_show(staff, sent, found, is_right=True)
    assert (found.struck_at, task.state) == (uow.now, TaskState.DONE)
    with pytest.raises(Conflict):
        decide_no_show(staff, sent, found, is_right=False)


def test_not_passed_answers_the_person_at_once(uow: UnitOfWork) -> None:
    sent = invited(uow)
    move_on(uow, days=3)
    record_result(uow, sent, result="failed")
    assert (sent.state, sent.reason_code) == (ApplicationState.REJECTED, "ar_failed")
    passed = invited(uow)
    move_on(uow, days=3)
    record_result(uow, passed, result="passed")
    assert passed.state is ApplicationState.INTERVIEW
    with pytest.raises(Conflict):
        record_result(uow, sent, result="passed")


def nobody(uow: UnitOfWork) -> UnitOfWork:
    from jobmatch.core.actors import Actor

    return acting(uow, Actor(ip="203.0.113.9"))


def press(uow: UnitOfWork, token: str, said: str) -> links.Opened:
    return links.act_on_link(uow, token, said=said)


def test_a_link_on_the_interviewers_phone_notes_the_result_and_nothing_else(uow: UnitOfWork) -> None:
    sent = invited(uow)
    employer = employer_of(uow, sent)
    token = links.make_link(acting(uow, actor_of_employer(uow, employer)), sent, LinkPurpose.RESULT)
    [row] = uow.session.scalars(select(PhoneLink))
    assert token.encode() not in row.token_sha256
    stranger = nobody(uow)
    assert links.open_link(stranger, token).interview.application_id == sent.id
    with pytest.raises(Invalid):
        press(stranger, token, "passed")
    move_on(uow, days=2, hours=1)
    stranger = nobody(uow)
    for wrong in ("coming", "", "hired"):
        with pytest.raises(Invalid):
            press(stranger, token, wrong)
    press(stranger, token, "passed")
    assert appointment(uow, sent).result == "passed"
    move_on(uow, days=8)
    with pytest.raises(NotFound):
        links.open_link(nobody(uow), token)


def test_a_link_for_the_person_works_until_the_interview_and_dies_with_a_new_time(uow: UnitOfWork) -> None:
    sent = invited(uow, person=make_person(uow, with_user=False))
    staff = acting(uow, make_staff(uow))
    old = links.make_link(staff, sent, LinkPurpose.ATTEND)
    token = links.make_link(staff, sent, LinkPurpose.ATTEND)
    with pytest.raises(NotFound):
        links.open_link(nobody(uow), old)
    press(nobody(uow), token, "coming")
    assert appointment(uow, sent).attendance == "coming"
    move_application(uow, sent, Move.INVITE, interview_at=uow.now + timedelta(days=5), interview_place="二楼")
    with pytest.raises(NotFound):
        links.open_link(nobody(uow), token)


def test_links_are_made_by_the_right_hands(uow: UnitOfWork) -> None:
    sent = invited(uow)
    person = acting(uow, actor_of_person(uow, uow.session.get_one(Person, sent.person_id)))
    rival = acting(uow, actor_of_employer(uow, make_posting(uow).employer))
    far = acting(uow, make_staff(uow, path=PATH_OTHER))
    for hands in (person, rival, far):
        for purpose in LinkPurpose:
            with pytest.raises(NotAllowed):
                links.make_link(hands, sent, purpose)
    with pytest.raises(Conflict):
        links.make_link(acting(uow, system_actor("tests")), apply(uow), LinkPurpose.RESULT)
