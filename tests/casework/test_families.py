"""Accompanying families: the half-yearly count, what was done, and the tasks that call for it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch.casework.families.queries import counts, first_day, half_year_of
from jobmatch.casework.families.services import call_for_checks, check_family, record_aid
from jobmatch.casework.families.states import AidKind
from jobmatch.casework.families.subjects import erase_person, export_person, move_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonKind
from tests.factories import PATH_OTHER, make_person, make_staff
from tests.people.help import counted, make_world, sign_in


def family(uow: UnitOfWork, **values: object) -> Person:
    person = make_person(uow, **values)
    uow.session.add(PersonKind(person_id=person.id, kind_code="SJJS", valid_from=date(2025, 1, 1)))
    uow.session.flush()
    return person


@pytest.mark.parametrize(("day", "half"), [(date(2026, 6, 30), "2026-1"), (date(2026, 7, 1), "2026-2")])
def test_half_years(day: date, half: str) -> None:
    assert half_year_of(day) == half
    assert first_day(half) <= day


def test_the_count_is_made_once_a_half_year_and_closes_its_task(uow: UnitOfWork) -> None:
    person = family(uow)
    make_person(uow)
    assert (call_for_checks(uow), call_for_checks(uow)) == (1, 0)
    uow.actor = make_staff(uow)
    assert counts(uow).left == 1
    check_family(uow, person, training_wish="skill")
    check_family(uow, person, training_wish="no", note="改口了")
    record_aid(uow, person, kind="matched_post", happened_on=uow.today)
    found = counts(uow)
    assert (found.people, found.left, found.aids[AidKind.MATCHED_POST]) == (1, 0, 1)
    assert uow.session.scalars(select(Task.state)).all() == [TaskState.DONE]


def test_bad_input_says_why(uow: UnitOfWork) -> None:
    person = family(uow)
    uow.actor = make_staff(uow)
    with pytest.raises(Invalid) as refused:
        check_family(uow, person, training_wish="fly", note="驻地在湘西县城东大院")
    assert set(refused.value.fields) == {"training_wish", "note"}
    with pytest.raises(Invalid) as refused:
        record_aid(uow, person, kind="gift", happened_on=date(2030, 1, 1))
    assert set(refused.value.fields) == {"kind", "happened_on"}
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        check_family(uow, person, training_wish="no")


def test_whole_person_acts(uow: UnitOfWork) -> None:
    one, two = family(uow), family(uow)
    uow.actor = make_staff(uow)
    check_family(uow, one, training_wish="no", note="测试")
    record_aid(uow, one, kind="subsidy", happened_on=uow.today, words="测试")
    assert export_person(uow, one.id)["family_check"][0]["note"] == "测试"
    assert len(move_person(uow, one.id, two.id)) == 2
    assert erase_person(uow, two.id) == {"family_check": 1, "family_aid": 1}


def test_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    assert "还没有随军家属" in client.get("/staff/families").text
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        public_id = family(uow, name="测试家属").public_id
    assert "还有 1 人没核对" in client.get("/staff/families?left=1").text
    address = f"/staff/people/{public_id}/family"
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"training_wish": "skill"}).status_code == 303
    assert client.post(f"{address}/aid", data={"kind": "x"}).status_code == 422
    assert client.post(f"{address}/aid", data={"kind": "subsidy", "happened_on": "2026-11-01"}).status_code == 303
    assert "就业补助" in client.get(address).text
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/staff/families.xlsx").data))
    assert rows.get_sheet_by_index(0).to_python()[1][0] == "测试家属"


def test_the_list_costs_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)

    def grow(count: int) -> None:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _number in range(count):
                family(uow, with_user=False)

    grow(2)
    client.get("/staff/families")
    with counted(sqlite_runtime.database.engine) as few:
        client.get("/staff/families")
    grow(16)
    with counted(sqlite_runtime.database.engine) as many:
        client.get("/staff/families")
    assert len(many) == len(few)
