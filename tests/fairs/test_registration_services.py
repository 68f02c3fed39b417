"""Registering: one for each phone, strict first come first served, a seat that comes free goes to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.models import User
from jobmatch.accounts.ports import use_gateway
from jobmatch.accounts.states import Role
from jobmatch.core.actors import Actor
from jobmatch.core.errors import Conflict, Invalid, Limited, NotAllowed
from jobmatch.core.job_rows import Job
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.outcomes.models import FairArchive
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors import subjects
from jobmatch.fairs.visitors.models import FairRegistration, SeatMove, Shuttle
from jobmatch.fairs.visitors.policies import can_show_plan
from jobmatch.fairs.visitors.queries import likely_pairs, registrations, to_call, with_needs
from jobmatch.fairs.visitors.services.linking import forget_contacts, link_registration, unlink_registration
from jobmatch.fairs.visitors.services.registering import (
    DEVICE_LIMIT,
    REPEAT_LIMIT,
    Registered,
    register_for,
    register_online,
    register_own,
    register_walk_in,
)
from jobmatch.fairs.visitors.services.reminding import note_told, remind_visitors, tell_changes
from jobmatch.fairs.visitors.services.rides import add_stop, choose_stop, save_shuttle
from jobmatch.fairs.visitors.services.waiting import (
    PLAN_ONE_JOB,
    cancel_registration,
    fill_all_seats,
    fill_seats,
)
from jobmatch.fairs.visitors.states import RegistrationState, RegistrationWay, SeatMoveKind, VisitorKind
from jobmatch.inbox.models import Message
from jobmatch.people.models.person import Person
from tests.factories import PATH_OTHER, actor_of, make_person, make_staff, phone
from tests.fairs.help import make_fair, make_registration

S, K = RegistrationState, VisitorKind.VETERAN


def acting(uow: UnitOfWork, actor: Actor) -> UnitOfWork:
    return uow.acting_as(actor)


def come(uow: UnitOfWork, fair: JobFair, number: str = "", device: str = "", **values: Any) -> Registered:
    """Somebody without an account registers from a browser of their own."""
    guest = acting(uow, Actor(ip="192.0.2.1"))
    number = number or phone()
    name = values.pop("name", "测试来人")
    return register_online(guest, fair, device=device or number, name=name, phone=number, kind=K, **values)


def own_actor(uow: UnitOfWork, person: Person) -> Actor:
    return actor_of(uow.session.get_one(User, person.user_id), Role.VETERAN)


def taken(uow: UnitOfWork, fair: JobFair) -> int:
    return uow.session.scalars(select(JobFair.taken).where(JobFair.id == fair.id)).one()


def test_a_phone_registers_once_however_it_is_typed(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    first = come(uow, fair, "19900001234", needs=["wheelchair", "flying"])
    again = come(uow, fair, "+86 １９９-0000-1234", "another", name="别的人")
    assert first.is_new and not again.is_new and again.registration.id == first.registration.id
    assert (first.registration.name, first.registration.needs) == ("测试来人", ["wheelchair"])
    assert len(first.registration.code) == 8 and first.registration.code.isdigit()
    assert taken(uow, fair) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "测试\x00人"}, "name"),
        ({"name": "测\u202e试"}, "name"),
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"number": "12345"}, "phone"),
        ({"number": "19900001234567"}, "phone"),
    ],
)
def test_bad_input_is_refused_on_its_field(uow: UnitOfWork, values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as found:
        come(uow, make_fair(uow), **values)
    assert field in found.value.fields


def test_a_full_fair_queues_and_a_freed_seat_goes_to_the_head(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=1)
    first, second, third = (come(uow, fair).registration for _n in range(3))
    assert [one.state for one in (first, second, third)] == [S.SEATED, S.WAITING, S.WAITING]
    assert (second.waiting_number, third.waiting_number) == (1, 2)
    cancel_registration(uow, first, by_ticket=True)
    cancel_registration(uow, first, by_ticket=True)
    assert (second.state, second.waiting_number, third.state) == (S.SEATED, None, S.WAITING)
    kinds = select(SeatMove.kind).where(SeatMove.registration_id == second.id).order_by(SeatMove.id)
    assert list(uow.session.scalars(kinds)) == [SeatMoveKind.QUEUED, SeatMoveKind.PROMOTED]
    back = come(uow, fair, first.phone or "")
    assert back.is_new and back.registration.id == first.id
    assert (first.state, first.waiting_number, taken(uow, fair)) == (S.WAITING, 3, 1)


def test_added_seats_go_to_the_queue_by_the_clock_and_by_the_button(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=0)
    people = [come(uow, fair).registration for _n in range(4)]
    fair.capacity = 2
    uow.session.flush()
    assert (fill_all_seats(uow), fill_all_seats(uow)) == (2, 0)
    uow.session.refresh(fair)
    fair.capacity = 3
    uow.session.flush()
    with pytest.raises(NotAllowed):
        fill_seats(acting(uow, make_staff(uow, path=PATH_OTHER)), fair)
    assert fill_seats(acting(uow, make_staff(uow)), fair) == 1
    assert [one.state for one in people] == [S.SEATED, S.SEATED, S.SEATED, S.WAITING]


def test_who_comes_after_the_queue_never_overtakes_it(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=0)
    waiting = come(uow, fair).registration
    fair.capacity = 1
    uow.session.flush()
    late = come(uow, fair).registration
    assert (waiting.state, late.state) == (S.SEATED, S.WAITING)


def test_a_fair_that_is_not_open_takes_nobody(uow: UnitOfWork) -> None:
    for values in (
        {"state": FairState.DRAFT},
        {"state": FairState.CLOSED},
        {"registration_until": uow.now - timedelta(minutes=1)},
    ):
        with pytest.raises(Conflict):
            come(uow, make_fair(uow, **values))


def test_the_own_file_registers_with_one_tap_and_takes_its_phone_back(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow), make_person(uow)
    me = acting(uow, own_actor(uow, person))
    number = uow.session.get_one(User, person.user_id).phone or ""
    typed = come(uow, fair, number, name="打错的人").registration
    mine = register_own(me, fair, person).registration
    assert mine.id != typed.id and typed.phone is None and mine.phone == number
    assert (mine.person_id, mine.is_verified, mine.way) == (person.id, True, RegistrationWay.OWN_FILE)
    assert not register_own(me, fair, person).is_new
    with pytest.raises(NotAllowed):
        register_own(acting(uow, own_actor(uow, make_person(uow))), fair, person)


def test_the_own_file_finds_what_was_typed_under_the_same_name(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow), make_person(uow)
    number = uow.session.get_one(User, person.user_id).phone or ""
    typed = come(uow, fair, number, name=person.name).registration
    assert not register_own(acting(uow, own_actor(uow, person)), fair, person).is_new
    assert typed.person_id == person.id
    guest, owner = Actor(), own_actor(uow, person)
    assert can_show_plan(owner, typed, person) and not can_show_plan(guest, typed, person)


def test_a_typed_phone_neither_shows_nor_brings_back_what_hangs_on_a_file(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow), make_person(uow)
    me = acting(uow, own_actor(uow, person))
    mine = register_own(me, fair, person).registration
    cancel_registration(me, mine)
    again = come(uow, fair, mine.phone or "", name="冒名的人")
    assert not again.is_new and (mine.state, mine.name) == (S.CANCELED, person.name)
    assert register_own(me, fair, person).is_new and mine.state is S.SEATED


def test_a_station_registers_who_has_no_phone(uow: UnitOfWork) -> None:
    fair, staff = make_fair(uow), acting(uow, make_staff(uow))
    first = register_for(staff, fair, name="测试老人", id_tail="123x", kind=K)
    assert (first.registration.id_tail, first.registration.way) == ("123X", RegistrationWay.STATION)
    assert not register_for(staff, fair, name="测试老人", id_tail="123X", kind=K).is_new
    assert register_for(staff, fair, name="测试另一位", id_tail="123X", kind=K).is_new
    for values in ({}, {"id_tail": "12345"}, {"id_tail": "１23"}):
        with pytest.raises(Invalid):
            register_for(staff, fair, name="测试老人", kind=K, **values)
    with pytest.raises(NotAllowed):
        register_for(acting(uow, make_staff(uow, path=PATH_OTHER)), fair, name="测试老人", id_tail="1234", kind=K)


def test_walk_ins_take_no_seat_and_let_the_waiting_in(uow: UnitOfWork) -> None:
    fair = make_fair(uow, state=FairState.RUNNING, capacity=0)
    waiting = come(uow, fair, "19900001111").registration
    staff = acting(uow, make_staff(uow))
    new = register_walk_in(staff, fair, name="测试来人", phone="19900002222", kind=K)
    same = register_walk_in(staff, fair, name="测试来人", phone="19900001111", kind=K)
    assert new.is_new and same.registration.id == waiting.id
    assert (waiting.state, waiting.waiting_number, waiting.way) == (S.SEATED, None, RegistrationWay.WALK_IN)
    assert not register_walk_in(staff, fair, name="测试来人", phone="19900002222", kind=K).is_new
    assert taken(uow, fair) == 0
    with pytest.raises(NotAllowed):
        register_walk_in(acting(uow, Actor()), fair, name="测试来人", phone="19900003333", kind=K)
    uow.session.refresh(fair)
    fair.taken_on_the_day = False
    uow.session.flush()
    with pytest.raises(Conflict):
        register_walk_in(staff, fair, name="测试来人", phone="19900003333", kind=K)


def test_devices_and_repeats_are_braked_and_the_hall_is_not(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=300, state=FairState.RUNNING)
    for _n in range(DEVICE_LIMIT):
        come(uow, fair, device="one")
    with pytest.raises(Limited):
        come(uow, fair, device="one")
    people = [come(uow, fair) for _n in range(200)]
    assert all(one.is_new for one in people)
    known = people[0].registration.phone or ""
    for turn in range(REPEAT_LIMIT):
        come(uow, fair, known, f"script {turn}")
    for number in (known, phone()):
        with pytest.raises(Limited):
            come(uow, fair, number, "script")


def test_staff_link_and_unlink(uow: UnitOfWork) -> None:
    fair, person, staff = make_fair(uow), make_person(uow), acting(uow, make_staff(uow))
    row = make_registration(uow, fair, name="测试甲")
    link_registration(staff, row, person)
    assert (row.person_id, row.is_verified) == (person.id, True)
    link_registration(staff, row, person)
    with pytest.raises(Invalid):
        link_registration(staff, make_registration(uow, fair), person)
    with pytest.raises(Conflict):
        link_registration(staff, row, make_person(uow))
    unlink_registration(staff, row)
    assert (row.person_id, row.linked_at, row.is_verified) == (None, None, False)
    with pytest.raises(NotAllowed):
        link_registration(acting(uow, make_staff(uow, path=PATH_OTHER)), row, person)


def test_reminders_come_the_day_before_and_two_hours_before_once(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow, opens_at=uow.now + timedelta(hours=23)), make_person(uow)
    row = make_registration(uow, fair, person_id=person.id)
    row.registered_at = uow.now - timedelta(days=3)
    make_registration(uow, fair, state=S.WAITING, waiting_number=1)
    make_registration(uow, fair)
    uow.session.flush()
    assert (remind_visitors(uow), remind_visitors(uow)) == (1, 0)
    fair.opens_at = uow.now + timedelta(hours=1)
    row.reminded_at = uow.now - timedelta(hours=22)
    uow.session.flush()
    assert (remind_visitors(uow), remind_visitors(uow)) == (1, 0)
    titles = uow.session.scalars(select(Message.title).where(Message.user_id == person.user_id)).all()
    assert len(titles) == 2


def test_nobody_is_reminded_at_night(uow: UnitOfWork) -> None:
    row = make_registration(uow, make_fair(uow, opens_at=uow.now + timedelta(hours=20)))
    row.registered_at = uow.now - timedelta(days=3)
    uow.session.flush()
    uow.now += timedelta(hours=12)
    assert remind_visitors(uow) == 0


def test_a_fair_that_moves_or_is_canceled_tells_everybody_once(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow, capacity=2, opens_at=uow.now + timedelta(days=3)), make_person(uow)
    register_own(acting(uow, own_actor(uow, person)), fair, person)
    silent, waiting = come(uow, fair).registration, come(uow, fair).registration
    assert tell_changes(uow) == 0
    was, fair.place = fair.place, "测试文化宫"
    uow.session.flush()
    fair.place = was
    uow.session.flush()
    assert tell_changes(uow) == 0, "moved back before anybody was told"
    fair.opens_at, fair.closes_at = fair.opens_at + timedelta(days=1), fair.closes_at + timedelta(days=1)
    uow.session.flush()
    assert (tell_changes(uow), tell_changes(uow)) == (3, 0)
    assert [one.name for one in uow.session.scalars(to_call(fair))] == [silent.name, waiting.name]
    staff = acting(uow, make_staff(uow))
    note_told(staff, silent, is_told=True)
    assert list(uow.session.scalars(to_call(fair))) == [waiting]
    note_told(staff, silent, is_told=False)
    with pytest.raises(NotAllowed):
        note_told(acting(uow, make_staff(uow, path=PATH_OTHER)), silent, is_told=True)
    note_told(staff, waiting, is_told=True)
    fair.state, fair.canceled_at, fair.cancel_reason = FairState.CANCELED, uow.now, "暴雨"
    uow.session.flush()
    assert (tell_changes(uow), tell_changes(uow)) == (2, 0), "who was never reached stays on the list"
    assert list(uow.session.scalars(to_call(fair))) == [silent, waiting]
    told = uow.session.scalars(
        select(Message.title).where(Message.user_id == person.user_id).order_by(Message.id)
    ).all()
    assert [title.split("：")[1] for title in told] == ["报名好了", "时间或地点改了", "取消了"]
    last = uow.session.scalars(select(Message.body).where(Message.user_id == person.user_id)).all()[-1]
    assert "请不要到场" in last and "暴雨" in last


def test_a_change_waits_for_the_morning_unless_it_is_near(uow: UnitOfWork) -> None:
    far, near = (make_fair(uow, opens_at=uow.now + timedelta(hours=hours)) for hours in (60, 20))
    for fair in (far, near):
        come(uow, fair)
        fair.place = "测试文化宫"
    uow.session.flush()
    uow.now += timedelta(hours=12)
    assert tell_changes(uow) == 1


def test_a_promotion_that_reaches_nobody_is_a_call(uow: UnitOfWork) -> None:
    fair = make_fair(uow, capacity=1)
    first, second = come(uow, fair).registration, come(uow, fair).registration
    cancel_registration(uow, first, by_ticket=True)
    assert list(uow.session.scalars(to_call(fair))) == [second]


def test_a_seat_asks_for_a_plan_where_something_is_known(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow, capacity=2), make_person(uow)
    jobs = select(Job.arguments).where(Job.name == PLAN_ONE_JOB).order_by(Job.id)
    first = come(uow, fair).registration
    mine = register_own(acting(uow, own_actor(uow, person)), fair, person).registration
    other = register_for(
        acting(uow, make_staff(uow)), fair, name="测试来人", id_tail="1234", kind=K, wish="司机"
    ).registration
    assert uow.session.scalars(jobs).all() == [{"registration_id": mine.id}]
    cancel_registration(uow, first, by_ticket=True)
    assert uow.session.scalars(jobs).all()[1:] == [{"registration_id": other.id}]


def test_files_are_proposed_by_phone_account_and_name(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    by_account, by_file, by_name = (
        make_person(uow),
        make_person(uow, with_user=False),
        make_person(uow, with_user=False),
    )
    number = uow.session.get_one(User, by_account.user_id).phone
    rows = [make_registration(uow, fair, phone=one) for one in (number, by_file.phone)]
    rows.append(make_registration(uow, fair, name=by_name.name, needs=["hearing"]))
    rows[-1].id_tail = "1234"
    make_registration(uow, fair, person_id=make_person(uow).id, needs=["sight", "hearing"])
    uow.session.flush()
    wanted = [(row.id, person.id) for row, person in zip(rows, (by_account, by_file, by_name), strict=True)]
    assert [(row.id, person.id) for row, person in uow.session.execute(likely_pairs(fair))][:2] == wanted[:2]
    assert wanted[2] in [(row.id, person.id) for row, person in uow.session.execute(likely_pairs(fair))]
    assert sorted(map(len, uow.session.scalars(with_needs(fair)))) == [1, 2]
    assert len(uow.session.scalars(registrations(fair, {"need": "sight"})).all()) == 1


def test_giving_the_seat_back_frees_the_bus(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    row = make_registration(uow, fair)
    bus = save_shuttle(uow, fair, None, name="1 号车", seats=1)
    choose_stop(uow, fair, row, add_stop(uow, fair, bus, place="测试路口", leaves_at=fair.opens_at))
    cancel_registration(uow, row, by_ticket=True)
    assert (row.stop_id, uow.session.scalar(select(Shuttle.taken))) == (None, 0)


def test_a_station_registers_from_the_file_and_takes_no_phone_from_anybody(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow), make_person(uow, name="测试有档案")
    number = uow.session.get_one(User, person.user_id).phone
    typed = come(uow, fair, number or "", name="测试别人").registration
    staff = acting(uow, make_staff(uow))
    done = register_own(staff, fair, person)
    assert (done.is_new, done.registration.way, done.registration.person_id) == (
        True,
        RegistrationWay.STATION,
        person.id,
    )
    assert (typed.phone, done.registration.phone) == (number, None)
    assert not register_own(staff, fair, person).is_new
    with pytest.raises(NotAllowed):
        register_own(acting(uow, make_staff(uow, path=PATH_OTHER)), fair, person)


def test_people_without_an_account_get_text_messages_where_there_is_a_gateway(uow: UnitOfWork) -> None:
    fair = make_fair(uow)
    jobs = select(func.count()).select_from(Job).where(Job.name == "visitors.tell")
    come(uow, fair)
    assert uow.session.scalar(jobs) == 0
    use_gateway(lambda _phone, _text: None)
    try:
        come(uow, fair)
    finally:
        use_gateway(None)
    assert uow.session.scalar(jobs) == 1


def test_erasing_a_person_frees_the_seat_and_blanks_the_contact(uow: UnitOfWork) -> None:
    fair, person = make_fair(uow, capacity=1), make_person(uow)
    mine = register_own(acting(uow, own_actor(uow, person)), fair, person).registration
    waiting = come(uow, fair).registration
    assert subjects.export_person(uow, person.id)["fair_registration"][0]["code"] == mine.code
    assert subjects.erase_person(uow, person.id)["fair_registration"] == 1
    assert (mine.name, mine.phone, mine.person_id, mine.state) == ("", None, None, S.CANCELED)
    assert waiting.state is S.SEATED


def test_merged_files_keep_one_seat(uow: UnitOfWork) -> None:
    fair, source, target = make_fair(uow, capacity=2), make_person(uow), make_person(uow)
    rows = [register_own(acting(uow, own_actor(uow, one)), fair, one).registration for one in (source, target)]
    waiting = come(uow, fair).registration
    subjects.move_person(uow, source.id, target.id)
    assert (rows[0].person_id, rows[0].state, rows[1].person_id) == (None, S.CANCELED, target.id)
    assert waiting.state is S.SEATED and taken(uow, fair) == 2


def test_contacts_are_forgotten_half_a_year_later(uow: UnitOfWork) -> None:
    old = make_fair(uow, state=FairState.CLOSED, opens_at=uow.now - timedelta(days=200))
    kept = make_registration(uow, old, person_id=make_person(uow).id)
    gone = make_registration(uow, old)
    fresh = make_registration(uow, make_fair(uow))
    assert forget_contacts(uow) == 0  # Its lists are not sealed yet.
    uow.session.add(FairArchive(fair_id=old.id, sealed_at=uow.now, destroyed_at=uow.now))
    assert (forget_contacts(uow), forget_contacts(uow)) == (2, 0)
    assert (gone.name, gone.phone, bool(gone.forgotten_at)) == ("", None, True)
    assert kept.name and not kept.phone and fresh.phone
    assert uow.session.scalar(select(func.count()).select_from(FairRegistration)) == 3
