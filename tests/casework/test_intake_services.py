"""An intake in one sitting, its undoing, base counts, missing fields, and whole-person acts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.accounts.queries import find_user_by_phone
from jobmatch.casework.intake.models import BaseCount, Intake
from jobmatch.casework.intake.queries.counts import missing_counts, station_lines
from jobmatch.casework.intake.queries.roster import batch_lines
from jobmatch.casework.intake.services.counts import check_missing, compare_base_counts, save_base_count
from jobmatch.casework.intake.services.intakes import (
    finish_intake,
    first_key,
    link_file,
    save_grant,
    take_back_intake,
)
from jobmatch.casework.intake.services.roster import plan_grants
from jobmatch.casework.intake.states import MissingField, RosterState
from jobmatch.casework.intake.subjects import erase_person, export_person, move_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.services import close_task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.resume import save_education
from jobmatch.people.states import JobSearchState
from tests.casework.intake_help import answers, id_number, line, make, staff_unit, station_of, stored
from tests.factories import PATH_A, PATH_OTHER, TOWN_A, TOWN_B, make_person, make_station, phone
from training.incubation.ventures.models import Venture
from training.incubation.ventures.services.moves import MoveFacts, move_venture
from training.incubation.ventures.states import VentureState, WishSource


@pytest.fixture(autouse=True)
def _folder(uow: UnitOfWork, tmp_path: Path) -> None:
    uow.session.info["data_dir"] = str(tmp_path)


def tasks(uow: UnitOfWork, kind: TaskKind) -> list[Task]:
    return list(uow.session.scalars(select(Task).where(Task.kind == kind).order_by(Task.id)))


def test_one_sitting_makes_file_service_intention_and_first_task(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    intake = finish_intake(clerk, answers(1, resettled_place=TOWN_B), entry=entry)
    person = get_person(uow.session, intake.person_id)
    assert (person.id_number, person.birth_on, person.education_code) == (id_number(1), date(2002, 5, 6), "61")
    places = (person.registered_region_code, person.resettled_region_code, person.living_region_code)
    assert places == (TOWN_A, TOWN_B, TOWN_A)
    assert person.service is not None
    assert (person.service.resettlement_code, person.service.discharged_on) == ("ZZJY", date(2026, 11, 1))
    assert [row.specialty_code for row in person.service.specialties] == ["SP11"]
    assert person.intention is not None
    assert (person.intention.words, person.intention.region_codes) == ("货车司机", [TOWN_A])
    assert entry.state is RosterState.REGISTERED
    assert entry.person_id == person.id
    (task,) = tasks(uow, TaskKind.NEW_RETURN)
    assert (task.person_id, task.due_on) == (person.id, date(2026, 11, 27))


def test_somebody_from_nothing_is_found_on_the_roster(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    typed = id_number(1)[:6] + " " + id_number(1)[6:].lower()
    assert finish_intake(clerk, answers(1, id_number=typed)).entry_id == entry.id
    assert finish_intake(clerk, answers(2)).entry_id is None


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"id_number": ""}, {"id_number"}),
        ({"id_number": "110105194912310020"}, {"id_number"}),
        ({"agreed": False, "education_code": None}, {"agreed", "education_code"}),
        ({"resettlement_code": None, "discharged_on": None}, {"resettlement_code", "discharged_on"}),
        ({"enlisted_on": date(2026, 11, 20)}, {"discharged_on"}),
        ({"enlisted_on": date(2010, 1, 1)}, {"enlisted_on"}),
        ({"discharged_on": date(2027, 1, 1)}, {"discharged_on"}),
        ({"phone": "12345", "name": " ", "region_code": ""}, {"phone", "name", "region_code"}),
        ({"registered_place": "没有这里"}, {"registered_place"}),
        ({"words": ""}, {"words"}),
        ({"words": "到 69 军 32 团看看"}, {"words"}),
        ({"kinds": ["NO"]}, {"kinds"}),
        ({"licences": ["Z9"], "specialties": ["NO"]}, {"licences", "specialties"}),
        ({"id_number": id_number(7, born="20150101")}, {"id_number", "enlisted_on"}),
    ],
)
def test_what_is_wrong_is_said_on_its_field(uow: UnitOfWork, values: dict[str, Any], fields: set[str]) -> None:
    clerk = staff_unit(uow)
    with pytest.raises(Invalid) as wrong, uow.session.begin_nested():
        finish_intake(clerk, answers(1, **values))
    assert set(wrong.value.fields) == fields
    assert uow.session.scalar(select(func.count(Person.id))) == 0


def test_who_does_not_look_for_work_need_not_say_what(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    intake = finish_intake(clerk, answers(1, words="", search_state=JobSearchState.NOT_LOOKING))
    assert get_person(uow.session, intake.person_id).intention is None


def test_the_number_on_the_roster_must_be_the_one_on_the_card(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    with pytest.raises(Invalid) as wrong, uow.session.begin_nested():
        finish_intake(clerk, answers(2), entry=entry)
    assert "名册" in wrong.value.fields["id_number"]


def test_the_same_person_gets_no_second_file(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    finish_intake(clerk, answers(1))
    number = phone()
    make_person(uow, name="测试3", birth_on=date(2002, 5, 6), phone=number, with_user=False)
    for given in (answers(1), answers(1, is_other_person=True), answers(3), answers(4, phone=number)):
        with pytest.raises(Invalid), uow.session.begin_nested():
            finish_intake(clerk, given)
    assert finish_intake(clerk, answers(3, is_other_person=True)).is_new_file


def test_an_existing_file_is_registered_and_completed(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    person = make_person(uow)
    number = id_number(1, born="19900501")
    entry, younger = stored(clerk, make(clerk), line(1, 身份证号=number), line(3))
    with pytest.raises(Invalid, match="修改"):
        link_file(clerk, person, entry=younger)
    intake = link_file(clerk, person, entry=entry)
    assert not intake.is_new_file
    full = get_person(uow.session, person.id)
    assert full.id_number == number
    assert full.service is not None
    assert full.service.discharged_on == date(2018, 12, 1), "what stands in the file stays"
    assert full.resettled_region_code == TOWN_A
    assert link_file(clerk, person, entry=entry).id == intake.id
    (other,) = stored(clerk, make_spring(clerk), line(2))
    with pytest.raises(Invalid):
        link_file(clerk, person, entry=other)
    with pytest.raises(Conflict):
        link_file(clerk, make_person(uow), entry=entry)


def make_spring(clerk: UnitOfWork) -> Any:
    from jobmatch.casework.intake.services.roster import make_batch
    from jobmatch.casework.intake.states import Season

    return make_batch(clerk, station_of(clerk, clerk.actor), year=2026, season=Season.SPRING)


def test_an_intake_is_taken_back_on_its_day_and_can_be_made_again(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    given = answers(1)
    intake = finish_intake(clerk, given, entry=entry)
    check_missing(uow)
    with pytest.raises(Invalid):
        take_back_intake(clerk, intake, reason=" ")
    take_back_intake(clerk, intake, reason="证件拿错了")
    person = uow.session.get_one(Person, intake.person_id)
    assert person.erased_at is not None
    assert (person.name, person.id_number, person.phone, person.user_id) == ("", None, None, None)
    assert find_user_by_phone(uow.session, given.phone) is None
    assert (entry.state, entry.person_id) == (RosterState.EXPECTED, None)
    assert {task.state for task in uow.session.scalars(select(Task))} == {TaskState.DROPPED}
    assert take_back_intake(clerk, intake, reason="再按一次") is intake
    again = finish_intake(clerk, given, entry=entry)
    assert get_person(uow.session, again.person_id).user_id is not None


def test_a_start_up_wish_said_at_the_window_arrives_as_a_venture_with_its_task(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    intake = finish_intake(clerk, answers(1, starts_up=True, start_up_words="开家小吃店"))
    (venture,) = uow.session.scalars(select(Venture))
    assert (venture.person_id, venture.state, venture.source) == (
        intake.person_id,
        VentureState.INTENTION,
        WishSource.INTAKE,
    )
    assert venture.words == "开家小吃店"
    assert [task.person_id for task in tasks(uow, TaskKind.START_UP)] == [intake.person_id]
    with pytest.raises(Invalid) as error:
        finish_intake(clerk, answers(2, starts_up=True, start_up_words="在 61234 部队边上开店"))
    assert set(error.value.fields) == {"start_up_words"}


def test_the_wish_goes_with_an_intake_that_is_taken_back(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    one, two = (finish_intake(clerk, answers(n, starts_up=True, start_up_words="开店")) for n in (1, 2))
    take_back_intake(clerk, one, reason="证件拿错了")
    first, second = uow.session.scalars(select(Venture).order_by(Venture.id))
    assert (first.state, first.person_id, first.words) == (VentureState.DROPPED, None, "")
    assert [task.state for task in tasks(uow, TaskKind.START_UP)] == [TaskState.DROPPED, TaskState.OPEN]
    move_venture(uow, second, "prepare", MoveFacts(on=uow.today))
    with pytest.raises(Conflict, match="创业打算"):
        take_back_intake(clerk, two, reason="证件拿错了")


def test_what_was_worked_on_is_not_taken_back(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    one, two, three = (finish_intake(clerk, answers(n)) for n in (1, 2, 3))
    save_education(clerk, get_person(uow.session, one.person_id), education_code="31")
    close_task(uow, once=first_key(two))
    for intake in (one, two):
        with pytest.raises(Conflict):
            take_back_intake(clerk, intake, reason="证件拿错了")
    three.created_at = uow.now - timedelta(days=1)
    with pytest.raises(Conflict, match="当天"):
        take_back_intake(clerk, three, reason="证件拿错了")
    with pytest.raises(NotAllowed):
        take_back_intake(staff_unit(uow, path=PATH_OTHER), three, reason="证件拿错了")


def test_a_linked_file_stays_when_the_intake_goes(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    person = make_person(uow)
    intake = link_file(clerk, person)
    take_back_intake(clerk, intake, reason="不是今天")
    assert uow.session.get_one(Person, person.id).erased_at is None


def test_grants_are_days_and_give_a_rate(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    batch = make(clerk)
    entries = stored(clerk, batch, line(1), line(2), line(3, 安置方式="安排工作"), line(4))
    made = [finish_intake(clerk, answers(n), entry=entry) for n, entry in enumerate(entries[:3], start=1)]
    with pytest.raises(Invalid):
        plan_grants(clerk, batch, due_on=None)
    assert plan_grants(clerk, batch, due_on=uow.today) == 2
    assert plan_grants(clerk, batch, due_on=uow.today) == 0
    save_grant(clerk, made[0], due_on=uow.today, paid_on=uow.today)
    shown = batch_lines(clerk, [batch])[0]
    assert (shown.grants_due, shown.grants_paid, shown.total) == (2, 1, 4)
    for due, paid in ((None, uow.today), (uow.today, uow.today + timedelta(days=1)), (date(1980, 1, 1), None)):
        with pytest.raises(Invalid):
            save_grant(clerk, made[1], due_on=due, paid_on=paid)
    with pytest.raises(Conflict):
        save_grant(clerk, made[1], due_on=uow.today, paid_on=None, version=made[1].version - 1)


def test_each_difference_of_the_base_count_is_a_task_until_it_is_gone(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    station = make_station(uow, path=PATH_A, name="测试东镇站")
    make_person(uow)
    row = save_base_count(clerk, station, superior_count=3, village_count=1)
    (task,) = tasks(uow, TaskKind.BASE_COUNT)
    assert task.title == "底数核对：测试东镇站，上级底册 3 人，已建档 1 人"
    shown = station_lines(clerk, [station])[0]
    assert (shown.due, shown.files, shown.lacking) == (3, 1, 2)
    make_person(uow)
    make_person(uow)
    assert compare_base_counts(uow) == row.id
    assert compare_base_counts(uow, after_id=row.id) == 0
    assert [task.state for task in tasks(uow, TaskKind.BASE_COUNT)] == [TaskState.DONE, TaskState.OPEN]
    save_base_count(clerk, station, superior_count=3, village_count=3, version=row.version)
    assert [task.state for task in tasks(uow, TaskKind.BASE_COUNT)] == [TaskState.DONE, TaskState.DROPPED]
    with pytest.raises(Conflict):
        save_base_count(clerk, station, superior_count=3, village_count=3, version=0)
    for wrong in ({"superior_count": None, "village_count": None}, {"superior_count": -1, "village_count": 1}):
        with pytest.raises(Invalid):
            save_base_count(clerk, station, **wrong)
    with pytest.raises(NotAllowed):
        save_base_count(staff_unit(uow, path=PATH_OTHER), station, superior_count=1, village_count=1)
    assert uow.session.scalar(select(func.count(BaseCount.id))) == 1


def test_what_a_file_lacks_is_one_task_until_it_is_complete(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    person = make_person(uow)
    done = finish_intake(clerk, answers(1))
    first = check_missing(uow)
    assert (first.opened, first.closed, first.last_id) == (1, 0, done.person_id)
    assert check_missing(uow).opened == 0
    (task,) = tasks(uow, TaskKind.MISSING_FIELDS)
    assert (task.person_id, task.title) == (person.id, "还缺：身份证号、户籍地、安置地")
    assert missing_counts(clerk)[MissingField.ID_NUMBER] == 1
    person.id_number = id_number(9)
    person.registered_region_code = person.resettled_region_code = TOWN_A
    uow.session.flush()
    assert check_missing(uow).closed == 1
    assert check_missing(uow, path=PATH_OTHER).last_id == 0


def test_export_erase_and_move(uow: UnitOfWork) -> None:
    clerk = staff_unit(uow)
    (entry,) = stored(clerk, make(clerk), line(1))
    intake = finish_intake(clerk, answers(1), entry=entry)
    told = export_person(uow, intake.person_id)
    assert told["roster_entry"][0]["id_number"] == id_number(1)
    assert told["intake"][0]["public_id"] == intake.public_id
    other = make_person(uow)
    moved = move_person(uow, intake.person_id, other.id)
    assert {row.table for row in moved} == {"roster_entry", "intake"}
    assert entry.person_id == other.id
    assert erase_person(uow, other.id) == {"roster_entry": 1, "roster_import": 1}
    assert (entry.name, entry.id_number, entry.birth_on) == ("", None, None)
    assert uow.session.get_one(Intake, intake.id).person_id == other.id
