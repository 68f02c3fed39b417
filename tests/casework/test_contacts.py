"""The ledger of contacts: what follows from a try, who counts as lost, calls people ask for, tasks made by rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobmatch.accounts.models import Organization, User
from jobmatch.accounts.states import Role
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import open_task, set_owner
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.queries.contacts import (
    contact_lines,
    helper_of,
    last_contacts,
    lost_people,
    open_lost_spell,
    silent_people,
    silent_rows,
)
from jobmatch.casework.visits.services.contacts import (
    ask_call_back,
    open_due_contacts,
    open_first_contacts,
    record_contact,
)
from jobmatch.casework.visits.states import ContactOutcome, ContactWay
from jobmatch.casework.visits.subjects import erase_person, export_person, move_person
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.casework.test_owners import Office, office
from tests.conftest import acting
from tests.factories import PATH_A, PATH_B, TOWN_A, TOWN_B, actor_of_person, make_person, make_station, make_user

__all__ = ["office"]
SELF, FAMILY, NO_ANSWER = ContactOutcome.SELF, ContactOutcome.FAMILY, ContactOutcome.NO_ANSWER
DEAD, REFUSED = ContactOutcome.DEAD_NUMBER, ContactOutcome.REFUSED
PHONE, HOME = ContactWay.PHONE, ContactWay.HOME


def _try(
    uow: UnitOfWork, person: Person, outcome: ContactOutcome, days: int = 0, way: ContactWay = PHONE, **more: Any
) -> Contact:
    return record_contact(uow, person, way=way, outcome=outcome, done_on=uow.today - timedelta(days=days), **more)


def _open_kinds(uow: UnitOfWork, person: Person) -> list[str]:
    query = select(Task.kind).where(Task.person_id == person.id, Task.state == TaskState.OPEN).order_by(Task.id)
    return [kind.value for kind in uow.session.scalars(query)]


def test_a_next_date_is_a_task_and_the_next_contact_closes_it(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    _try(uow, person, SELF, next_on=uow.today + timedelta(days=7))
    (task,) = uow.session.scalars(select(Task)).all()
    assert (task.kind, task.due_on, task.person_id) == (TaskKind.CONTACT_DUE, uow.today + timedelta(days=7), person.id)
    _try(uow, person, NO_ANSWER)
    assert task.state is TaskState.OPEN
    _try(uow, person, FAMILY, next_on=uow.today + timedelta(days=30))
    assert task.state is TaskState.DONE and task.outcome == "电话：家属接"
    assert _open_kinds(uow, person) == ["contact_due"]


def test_only_the_person_settles_the_call_they_asked_for(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    ask_call_back(acting(uow, actor_of_person(uow, person)), person)
    open_task(uow, once="x", kind=TaskKind.NEW_RETURN, title="首次联系", due_on=uow.today, person=person)
    _try(uow, person, FAMILY)
    assert _open_kinds(uow, person) == ["call_back"]
    _try(uow, person, REFUSED)
    assert _open_kinds(uow, person) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"done_on": 1}, "done_on"),
        ({"done_on": -400}, "done_on"),
        ({"next_on": -1}, "next_on"),
        ({"next_on": 500}, "next_on"),
        ({"note": "他说还在 65123 部队"}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(office: Office, values: dict[str, Any], field: str) -> None:
    uow, person = office.uow, make_person(office.uow)
    given = {k: uow.today + timedelta(days=v) if isinstance(v, int) else v for k, v in values.items()}
    with pytest.raises(Invalid) as error:
        record_contact(uow, person, way=PHONE, outcome=SELF, **given)
    assert set(error.value.fields) == {field}


def test_a_note_is_kept_without_the_secret_words_once_that_is_agreed(office: Office) -> None:
    contact = _try(office.uow, make_person(office.uow), SELF, note="他说还在 65123 部队", accept_masked=True)
    assert "65123" not in contact.note and "某部" in contact.note


def test_only_staff_of_the_subtree_write(office: Office) -> None:
    person = make_person(office.uow)
    with pytest.raises(NotAllowed):
        _try(office.far_uow, person, SELF)
    with pytest.raises(NotAllowed):
        _try(acting(office.uow, actor_of_person(office.uow, person)), person, SELF)


def test_the_same_row_sent_twice_is_stored_once(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    first = _try(uow, person, SELF, client_key="k1")
    assert _try(uow, person, SELF, client_key="k1") is first
    with pytest.raises(Conflict):
        _try(uow, make_person(uow), SELF, client_key="k1")


def test_a_wrong_row_is_corrected_by_another_and_counts_no_more(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    wrong = _try(uow, person, SELF, next_on=uow.today)
    right = _try(uow, person, NO_ANSWER, corrects=wrong)
    assert last_contacts(uow.session, [person.id]) == {}
    assert [(line.contact.id, line.is_corrected) for line in contact_lines(uow.session, person.id)] == [
        (right.id, False),
        (wrong.id, True),
    ]
    assert _open_kinds(uow, person) == []
    with pytest.raises(Conflict):
        _try(uow, person, SELF, corrects=wrong)
    with pytest.raises(Conflict):
        _try(uow, make_person(uow), SELF, corrects=right)


# ---------- lost ----------


LOST = [(12, PHONE, NO_ANSWER), (6, PHONE, DEAD), (0, HOME, NO_ANSWER)]


@pytest.mark.parametrize(
    ("tries", "is_lost"),
    [
        (LOST, True),
        (LOST[:2], False),
        ([(12, PHONE, NO_ANSWER), (6, PHONE, NO_ANSWER), (0, PHONE, NO_ANSWER)], False),
        ([(0, PHONE, NO_ANSWER), (0, HOME, NO_ANSWER), (0, PHONE, NO_ANSWER)], False),
        ([(30, PHONE, NO_ANSWER), (6, HOME, NO_ANSWER), (0, PHONE, NO_ANSWER)], False),
        ([(29, PHONE, NO_ANSWER), (6, HOME, NO_ANSWER), (0, PHONE, NO_ANSWER)], True),
        ([(12, PHONE, NO_ANSWER), (8, PHONE, SELF), (6, HOME, NO_ANSWER), (0, PHONE, NO_ANSWER)], False),
        ([(12, PHONE, NO_ANSWER), (8, PHONE, FAMILY), (6, HOME, NO_ANSWER), (0, PHONE, NO_ANSWER)], True),
    ],
)
def test_three_tries_on_three_days_by_two_ways_in_thirty_days(office: Office, tries: list[Any], is_lost: bool) -> None:
    uow, person = office.uow, make_person(office.uow)
    for days, way, outcome in tries:
        _try(uow, person, outcome, days, way)
    assert (open_lost_spell(uow.session, person.id) is not None) is is_lost
    assert ("lost" in _open_kinds(uow, person)) is is_lost


def test_another_station_is_asked_to_look_and_reaching_the_person_ends_it(office: Office) -> None:
    uow = office.uow
    for path, name in ((PATH_A, "东镇站"), (PATH_B, "西镇站")):
        make_station(uow, path=path, name=name)
    person = make_person(uow, path=PATH_A, living_region_code=TOWN_A, registered_region_code=TOWN_B)
    for days, way, outcome in LOST:
        _try(uow, person, outcome, days, way)
    task = uow.session.scalars(select(Task).where(Task.kind == TaskKind.LOST)).one()
    assert (task.region_path, task.person_id) == (PATH_B, person.id)
    assert lost_people(uow.session, [person.id]) == {person.id: uow.today}
    _try(uow, person, FAMILY)
    assert task.state is TaskState.OPEN
    _try(uow, person, SELF)
    assert task.state is TaskState.DONE and task.outcome == "已联系上本人"
    assert lost_people(uow.session, [person.id]) == {}


def test_who_was_lost_by_a_mistake_is_not_when_it_is_corrected(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    rows = [_try(uow, person, outcome, days, way) for days, way, outcome in LOST]
    assert lost_people(uow.session, [person.id])
    _try(uow, person, FAMILY, 0, HOME, corrects=rows[2])
    assert lost_people(uow.session, [person.id]) == {}


# ---------- long without contact ----------


def test_people_without_contact_stand_longest_first(office: Office) -> None:
    uow = office.uow
    long, short, never, fresh = (make_person(uow, name=name) for name in ("久", "近", "从未", "新"))
    for person in (long, short, never):
        person.created_at = uow.now - timedelta(days=200)
    _try(uow, long, SELF, 95)
    _try(uow, long, NO_ANSWER, 2)
    _try(uow, short, FAMILY, 31)
    set_owner(uow, long, to=office.zhao.public_id)

    def shown(**filters: str) -> list[tuple[str, int]]:
        found = list(uow.rows(silent_people(uow, filters)))
        return [(row.person.name, row.days) for row in silent_rows(uow, found)]

    assert shown(days="30") == [("从未", 200), ("久", 95), ("近", 31)]
    assert shown(days="90") == [("从未", 200), ("久", 95)]
    assert shown(days="30", owner=office.zhao.public_id) == [("久", 95)]
    assert shown(days="30", lost="1") == []
    assert last_contacts(uow.session, [long.id, never.id]) == {long.id: uow.today - timedelta(days=95)}
    assert fresh.name not in dict(shown(days="30"))


# ---------- what people ask for ----------


def test_a_call_is_due_the_next_working_day_and_asked_for_once_a_day(office: Office) -> None:
    uow, person = office.uow, make_person(office.uow)
    own = acting(uow, actor_of_person(uow, person))
    task = ask_call_back(own, person)
    assert uow.today.isoweekday() == 6 and task.due_on == uow.today + timedelta(days=2)
    assert ask_call_back(own, person) is task
    with pytest.raises(NotAllowed):
        ask_call_back(acting(uow, actor_of_person(uow, make_person(uow))), person)
    own.today += timedelta(days=5)
    assert ask_call_back(own, person) is not task


def test_whom_one_turns_to(office: Office) -> None:
    uow = office.uow
    office.station.phone = "0000-7654321"
    person = make_person(uow, station_id=office.station.id)
    assert person.user_id is not None
    none = helper_of(uow.session, person.user_id, uow.today)
    assert none is not None and (none.name, none.station, none.phone) == ("", "测试服务站", "0000-7654321")
    set_owner(uow, person, to=office.zhao.public_id)
    found = helper_of(uow.session, person.user_id, uow.today)
    assert found is not None and found.name == "赵"
    uow.session.get_one(User, office.zhao.id).is_active = False
    uow.session.flush()
    gone = helper_of(uow.session, person.user_id, uow.today)
    assert gone is not None and gone.name == ""
    assert helper_of(uow.session, make_user(uow, Role.VETERAN).id, uow.today) is None
    assert isinstance(uow.session.get(Organization, office.station.id), Organization)


# ---------- made by rule ----------


def test_files_without_a_first_contact_become_tasks_once(office: Office) -> None:
    uow = office.uow
    late, fresh, reached = make_person(uow), make_person(uow), make_person(uow)
    for person in (late, reached):
        person.created_at = uow.now - timedelta(days=8)
    _try(uow, reached, FAMILY, 3)
    uow.session.flush()
    assert open_first_contacts(uow) == 1
    assert open_first_contacts(uow) == 0
    assert _open_kinds(uow, late) == ["new_return"] and _open_kinds(uow, fresh) == []
    _try(uow, late, SELF)
    assert _open_kinds(uow, late) == []


def test_who_was_not_reached_for_a_quarter_becomes_a_task_once(office: Office) -> None:
    uow, silent, known = office.uow, make_person(office.uow), make_person(office.uow)
    _try(uow, silent, SELF, 91)
    _try(uow, known, SELF, 91)
    _try(uow, known, FAMILY, 80)
    assert open_due_contacts(uow) == 1
    assert open_due_contacts(uow) == 0
    assert _open_kinds(uow, silent) == ["contact_due"] and _open_kinds(uow, known) == []


# ---------- whole-person acts ----------


def test_contacts_are_exported_moved_and_erased(office: Office) -> None:
    uow, source, target = office.uow, make_person(office.uow), make_person(office.uow)
    for person in (source, target):
        for days, way, outcome in LOST:
            _try(uow, person, outcome, days, way, note="试过")
    moved = move_person(uow, source.id, target.id)
    assert {row.table for row in moved} == {"contact", "lost_spell"}
    assert len(lost_people(uow.session, [target.id, source.id])) == 1
    told = export_person(uow, target.id)
    assert len(told["contact"]) == 6 and told["contact"][0]["note"] == "试过"
    assert erase_person(uow, target.id) == {"contact": 6, "visit": 0, "lost_spell": 2}
    uow.session.expire_all()
    assert set(uow.session.scalars(select(Contact.note))) == {""}
