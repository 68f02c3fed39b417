"""The resettlement ledger: the path, the two clocks, the rate, and the pages."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from jobmatch.casework.placement.models import Placement
from jobmatch.casework.placement.queries import rates, steps_of
from jobmatch.casework.placement.services import open_placement, take_step
from jobmatch.casework.placement.states import FLOW, Ledger, PlacementState, Step
from jobmatch.casework.placement.subjects import erase_person, export_person, move_person
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind, TaskState
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from tests.factories import COUNTY, PATH_OTHER, make_person, make_staff
from tests.people.help import counted, sign_in

GIVEN: dict[str, Any] = {
    "score": 82.5,
    "post": "测试水务公司，维护工",
    "letter_number": "测〔2026〕1 号",
    "contract_years": 3,
}
DAYS = {
    Step.SCORE: date(2026, 6, 1),
    Step.CHOOSE: date(2026, 6, 20),
    Step.PUBLICIZE: date(2026, 7, 1),
    Step.SEND_LETTER: date(2026, 7, 12),
    Step.START: date(2026, 8, 3),
}


def placed(uow: UnitOfWork, method: str = "APGZ", **values: Any) -> Person:
    person = make_person(uow, resettled_region_code=COUNTY, **values)
    found = uow.session.scalars(
        select(Person).options(selectinload(Person.service)).where(Person.id == person.id)
    ).one()
    assert found.service is not None
    found.service.resettlement_code = method
    found.service.discharged_on = date(2026, 3, 31)
    uow.session.flush()
    return found


def walk(uow: UnitOfWork, person: Person, until: Step) -> Placement:
    placement = open_placement(uow, person, accepted_on=date(2026, 5, 15))
    for step, day in DAYS.items():
        take_step(uow, placement, person, step, happened_on=day, **GIVEN)
        if step is until:
            break
    return placement


def tasks(uow: UnitOfWork) -> dict[str, TaskState]:
    rows = uow.session.scalars(select(Task).where(Task.kind == TaskKind.PLACEMENT_DUE))
    return {task.once.rsplit(":", 1)[1]: task.state for task in rows}


def test_the_whole_way_starts_both_clocks_and_ends_in_the_register(uow: UnitOfWork) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    placement = walk(uow, person, Step.SEND_LETTER)
    assert placement.due_on == date(2026, 11, 15)
    assert placement.start_due_on == date(2026, 8, 11)
    assert tasks(uow) == {"place": TaskState.DONE, "start": TaskState.OPEN}
    take_step(uow, placement, person, Step.START, happened_on=DAYS[Step.START], **GIVEN)
    assert placement.state is PlacementState.ON_POST
    assert tasks(uow)["start"] is TaskState.DONE
    spell = uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == person.id)).one()
    assert (spell.status_code, spell.started_on) == ("W2", DAYS[Step.START])
    assert [step.step for step, _who in steps_of(uow, placement)] == list(DAYS)


def test_officers_have_a_ledger_without_clocks(uow: UnitOfWork) -> None:
    person = placed(uow, "ZHUANYE")
    uow.actor = make_staff(uow)
    placement = walk(uow, person, Step.SEND_LETTER)
    assert placement.ledger is Ledger.CIVILIAN_TRANSFER
    assert placement.due_on is None and placement.start_due_on is None
    assert tasks(uow) == {}


def test_old_transferred_sergeants_belong_to_government_placed(uow: UnitOfWork) -> None:
    person = placed(uow, "ZYSG")
    uow.actor = make_staff(uow)
    assert open_placement(uow, person, accepted_on=date(2026, 5, 15)).ledger is Ledger.GOVERNMENT_PLACED


def test_taking_in_twice_is_one_line_and_others_have_none(uow: UnitOfWork) -> None:
    person, other = placed(uow), placed(uow, "ZZJY")
    uow.actor = make_staff(uow)
    first = open_placement(uow, person, accepted_on=date(2026, 5, 15))
    assert open_placement(uow, person, accepted_on=date(2026, 6, 1)) is first
    with pytest.raises(Invalid) as refused:
        open_placement(uow, other, accepted_on=date(2026, 5, 15))
    assert "person" in refused.value.fields


@pytest.mark.parametrize("day", [None, date(2026, 3, 1), date(2027, 1, 1), date(2010, 1, 1)])
def test_days_of_acceptance_that_cannot_be_are_refused(uow: UnitOfWork, day: date | None) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    with pytest.raises(Invalid) as refused:
        open_placement(uow, person, accepted_on=day)
    assert "accepted_on" in refused.value.fields


def test_every_step_that_does_not_follow_is_a_conflict(uow: UnitOfWork) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    placement = open_placement(uow, person, accepted_on=date(2026, 5, 15))
    for state in PlacementState:
        for step in Step:
            if (state, step) in FLOW:
                continue
            placement.state = state
            placement.started_on = date(2026, 8, 3) if state is PlacementState.ON_POST else None
            with pytest.raises(Conflict):
                take_step(uow, placement, person, step, happened_on=date(2026, 8, 3), note="书面", **GIVEN)


@pytest.mark.parametrize(
    ("until", "step", "missing", "field"),
    [
        (None, Step.SCORE, "score", "score"),
        (Step.SCORE, Step.CHOOSE, "post", "post"),
        (Step.PUBLICIZE, Step.SEND_LETTER, "letter_number", "letter_number"),
        (Step.SEND_LETTER, Step.START, "contract_years", "contract_years"),
        (None, Step.WAIVE, "note", "note"),
    ],
)
def test_each_step_asks_for_its_paper(
    uow: UnitOfWork, until: Step | None, step: Step, missing: str, field: str
) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    placement = walk(uow, person, until) if until else open_placement(uow, person, accepted_on=date(2026, 5, 15))
    given = {name: value for name, value in GIVEN.items() if name != missing}
    with pytest.raises(Invalid) as refused:
        take_step(uow, placement, person, step, happened_on=date(2026, 9, 1), **given)
    assert field in refused.value.fields


def test_notes_keep_unit_numbers_out(uow: UnitOfWork) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    placement = open_placement(uow, person, accepted_on=date(2026, 5, 15))
    with pytest.raises(Invalid) as refused:
        take_step(uow, placement, person, Step.SCORE, happened_on=DAYS[Step.SCORE], note="原 61234 部队证明", score=80)
    assert "note" in refused.value.fields


def test_rate_leaves_out_who_left_by_paper(uow: UnitOfWork) -> None:
    uow.actor = make_staff(uow)
    walk(uow, placed(uow), Step.START)
    walk(uow, placed(uow), Step.SCORE)
    gone = walk(uow, placed(uow), Step.SCORE)
    person = uow.session.get_one(Person, gone.person_id)
    take_step(uow, gone, person, Step.WAIVE, happened_on=date(2026, 7, 1), note="本人书面放弃")
    (line,) = rates(uow, Ledger.GOVERNMENT_PLACED)
    assert (line.year, line.total, line.to_place, line.placed, line.percent) == (2026, 3, 2, 1, 50.0)


def test_other_counties_neither_see_nor_keep(uow: UnitOfWork) -> None:
    person = placed(uow)
    uow.actor = make_staff(uow)
    placement = open_placement(uow, person, accepted_on=date(2026, 5, 15))
    uow.actor = make_staff(uow, path=PATH_OTHER)
    assert rates(uow, Ledger.GOVERNMENT_PLACED) == []
    with pytest.raises(NotAllowed):
        take_step(uow, placement, person, Step.SCORE, happened_on=DAYS[Step.SCORE], score=80)


def test_whole_person_acts(uow: UnitOfWork) -> None:
    person, other = placed(uow), placed(uow)
    uow.actor = make_staff(uow)
    placement = walk(uow, person, Step.SCORE)
    assert export_person(uow, person.id)["placement"][0]["score"] == 82.5
    moved = move_person(uow, person.id, other.id)
    assert [row.before for row in moved] == [{"person_id": person.id}]
    assert placement.person_id == other.id
    assert move_person(uow, person.id, other.id) == []
    assert erase_person(uow, other.id) == {"placement_step": 0}


def test_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        staff = make_staff(uow)
        person = placed(uow, name="测试安置")
        public_id = person.public_id
        assert staff.user_id is not None
    sign_in(client, staff.user_id)
    assert "台账里还没有人" in client.get("/staff/placement").text
    address = f"/staff/people/{public_id}/placement"
    refused = client.post(address, data={"accepted_on": "2030-01-01"})
    assert refused.status_code == 422
    assert client.post(address, data={"accepted_on": "2026-05-15"}).status_code == 303
    assert "登记量化评分" in client.get(address).text
    assert client.post(f"{address}/score", data={"happened_on": "2026-06-01", "score": "82.5"}).status_code == 303
    assert client.post(f"{address}/start", data={"happened_on": "2026-06-01", "contract_years": "3"}).status_code == 409
    assert client.get(f"{address}/fly").status_code == 404
    assert "测试安置" in client.get("/staff/placement").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/staff/placement.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[2][:2] == ["测试安置", "2026-05-15"]


def test_the_ledger_costs_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    def grow(count: int) -> None:
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            for _number in range(count):
                open_placement(uow, placed(uow), accepted_on=date(2026, 5, 15))

    with sqlite_runtime.unit(system_actor("tests")) as uow:
        staff = make_staff(uow)
        assert staff.user_id is not None
    sign_in(client, staff.user_id)
    grow(2)
    client.get("/staff/placement")
    with counted(sqlite_runtime.database.engine) as few:
        client.get("/staff/placement")
    grow(18)
    with counted(sqlite_runtime.database.engine) as many:
        client.get("/staff/placement")
    assert len(many) == len(few)
