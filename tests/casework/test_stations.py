"""The register of stations: workers, duty, merging, splitting, guides, and the quality of the data."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Membership, Organization
from jobmatch.accounts.queries import responsible_station
from jobmatch.accounts.states import OrganizationState
from jobmatch.casework.stations.guides import GUIDES
from jobmatch.casework.stations.models import DutySlot
from jobmatch.casework.stations.queries import checks, hours_text, people_found, quality, register, workers_of
from jobmatch.casework.stations.services import add_worker, end_worker, merge_stations, set_duty, split_station
from jobmatch.casework.stations.states import Weekday, WorkerKind
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotAllowed
from jobmatch.core.runtime import Runtime
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from tests.factories import (
    COUNTY,
    PATH_A,
    PATH_B,
    PATH_COUNTY,
    PATH_OTHER,
    TOWN_A,
    make_person,
    make_staff,
    make_station,
)
from tests.people.help import counted, sign_in


def station_of(uow: UnitOfWork) -> Organization:
    assert uow.actor.organization_id is not None
    return uow.session.get_one(Organization, uow.actor.organization_id)


@pytest.fixture
def county(uow: UnitOfWork) -> Organization:
    uow.actor = make_staff(uow, path=PATH_COUNTY)
    found = station_of(uow)
    found.region_code = COUNTY
    return found


def test_workers_come_work_and_leave(uow: UnitOfWork, county: Organization) -> None:
    worker = add_worker(uow, county, name="测试 专职", kind="full_time", phone="199 0000 0001", duty="建档")
    assert (worker.name, worker.phone) == ("测试专职", "19900000001")
    assert set_duty(uow, county, worker, days=["0", "1", "0"], starts="09:00", ends="17:00") == 2
    assert set_duty(uow, county, worker, days=["0", "2"], starts="08:30", ends="12:00") == 2
    (line,) = register(uow)
    assert line.workers[WorkerKind.FULL_TIME] == 1
    assert line.open_days == [Weekday.TUESDAY, Weekday.THURSDAY, Weekday.FRIDAY]
    assert hours_text(uow.session, county.id, uow.today) == "周一、周三 08:30–12:00"
    noon, late = (add_worker(uow, county, name=f"测试{n}", kind="part_time") for n in ("午", "晚"))
    set_duty(uow, county, noon, days=["0"], starts="11:30", ends="13:00")
    set_duty(uow, county, late, days=["2"], starts="14:30", ends="17:00")
    assert hours_text(uow.session, county.id, uow.today) == "周一 08:30–13:00；周三 08:30–12:00、14:30–17:00"
    set_duty(uow, county, worker, days=["1", "2", "3"], starts="08:30", ends="12:00")
    set_duty(uow, county, late, days=[], starts="", ends="")
    assert hours_text(uow.session, county.id, uow.today) == "周一 11:30–13:00；周二到周四 08:30–12:00"
    for one in (noon, late):
        end_worker(uow, county, one)
    end_worker(uow, county, worker)
    assert end_worker(uow, county, worker).until == uow.today
    assert uow.session.scalars(select(DutySlot)).all() == []
    assert workers_of(uow.session, county.id, uow.today + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("days", "starts", "ends", "field"),
    [(["9"], "09:00", "17:00", "days"), (["0"], "9点", "17:00", "starts"), (["0"], "17:00", "09:00", "ends")],
)
def test_bad_times_say_why(
    uow: UnitOfWork, county: Organization, days: list[str], starts: str, ends: str, field: str
) -> None:
    worker = add_worker(uow, county, name="测试", kind="part_time")
    with pytest.raises(Invalid) as refused:
        set_duty(uow, county, worker, days=days, starts=starts, ends=ends)
    assert field in refused.value.fields
    with pytest.raises(Invalid) as refused:
        add_worker(uow, county, name="", kind="boss", phone="12")
    assert set(refused.value.fields) == {"name", "kind", "phone"}


def test_merging_takes_people_tasks_accounts_and_newcomers_along(uow: UnitOfWork, county: Organization) -> None:
    clerk = make_staff(uow, path=PATH_A)
    gone = uow.session.get_one(Organization, clerk.organization_id or 0)
    stays = make_station(uow, path=PATH_B)
    person = make_person(uow, path=PATH_A, station_id=gone.id)
    task = open_task(uow, once="t", kind=TaskKind.OTHER, title="测试", due_on=uow.today, person=person)
    assert merge_stations(uow, gone, stays) == 1
    uow.session.refresh(task)
    person = uow.session.get_one(Person, person.id)
    assert (person.station_id, person.region_path, task.region_path) == (stays.id, PATH_B, PATH_B)
    assert gone.state is OrganizationState.SUSPENDED
    member = uow.session.scalars(select(Membership.organization_id).where(Membership.user_id == clerk.user_id)).one()
    assert member == stays.id
    assert responsible_station(uow.session, PATH_A) == stays
    with pytest.raises(Conflict):
        merge_stations(uow, gone, stays)
    with pytest.raises(Invalid):
        merge_stations(uow, county, stays)


def test_splitting_takes_over_who_lives_there(uow: UnitOfWork, county: Organization) -> None:
    here = make_person(uow, path=PATH_COUNTY, station_id=county.id, living_region_code=TOWN_A)
    there = make_person(uow, path=PATH_COUNTY, station_id=county.id, living_region_code=COUNTY)
    made, count = split_station(uow, county, name="测试东镇站", level="乡级", region_code=TOWN_A)
    assert count == 1
    assert uow.session.get_one(Person, here.id).station_id == made.id
    assert uow.session.get_one(Person, there.id).station_id == county.id
    for code in (TOWN_A, COUNTY, "130102", "x"):
        with pytest.raises(Invalid):
            split_station(uow, county, name="测试", level="乡级", region_code=code)


def test_others_stations_are_not_kept(uow: UnitOfWork, county: Organization) -> None:
    uow.actor = make_staff(uow, path=PATH_OTHER)
    with pytest.raises(NotAllowed):
        add_worker(uow, county, name="测试", kind="part_time")
    with pytest.raises(NotAllowed):
        merge_stations(uow, county, station_of(uow))
    assert [line.station.id for line in register(uow)] == [uow.actor.organization_id]


def test_quality_counts_and_lists_the_same_people(uow: UnitOfWork, county: Organization) -> None:
    make_person(uow, education_code=None)
    make_person(uow)
    found, total = quality(uow)
    assert total == 2
    by_code = {line.code: line.count for line in found}
    assert (by_code["no_education"], by_code["no_id"], by_code["no_living"]) == (1, 2, 0)
    for check in checks(uow.today):
        answer = people_found(uow, check.code)
        assert answer is not None
        assert len(uow.rows(answer[1])) == by_code[check.code]
    assert people_found(uow, "nothing") is None


def test_every_kind_of_task_has_a_guide() -> None:
    assert set(GUIDES) == set(TaskKind)
    assert all(len(guide.steps) == 3 for guide in GUIDES.values())


def test_pages(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        actor = make_staff(uow, path=PATH_COUNTY)
        uow.actor = actor
        own = station_of(uow)
        own.region_code = COUNTY
        other = make_station(uow, path=PATH_B, name="测试西站", parent=own)
        gone = make_station(uow, path=PATH_A, name="测试东站", parent=own)
        ids = own.public_id, other.public_id, gone.public_id
        make_person(uow)
        assert actor.user_id is not None
    sign_in(client, actor.user_id)
    assert "服务站 3 个" in client.get("/staff/stations").text
    address = f"/staff/stations/{ids[0]}"
    assert client.post(f"{address}/workers", data={"name": ""}).status_code == 422
    assert client.post(f"{address}/workers", data={"name": "测试", "kind": "part_time"}).status_code == 303
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        own = uow.session.scalars(select(Organization).where(Organization.public_id == ids[0])).one()
        worker_id = workers_of(uow.session, own.id, uow.today)[0].public_id
    duty = {"days": ["0"], "starts": "09:00", "ends": "17:00"}
    assert client.post(f"{address}/workers/{worker_id}/duty", data=duty).status_code == 303
    assert "09:00–17:00" in client.get(address).text
    assert client.post(f"{address}/contact", data={"name": "测试中心", "phone": "0000-1"}).status_code == 303
    assert client.post(f"{address}/split", data={"region_code": "x"}).status_code == 422
    assert client.get(f"{address}/merge").status_code == 200
    assert "并到" in client.get(f"/staff/stations/{ids[2]}/merge?into={ids[1]}").text
    assert client.post(f"/staff/stations/{ids[2]}/merge", data={"into": ids[1]}).status_code == 303
    assert client.post(f"{address}/merge", data={"into": ids[1]}).status_code == 422
    assert client.post(f"{address}/workers/{worker_id}/end").status_code == 303
    for page in ("/staff/guide", "/staff/guide/call_back", "/staff/quality", "/staff/quality/no_id"):
        assert client.get(page).status_code == 200
    assert client.get("/staff/guide/x").status_code == client.get("/staff/quality/x").status_code == 404


def test_the_register_costs_the_same_for_2_and_20(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        actor = make_staff(uow, path=PATH_COUNTY)
        assert actor.user_id is not None
    sign_in(client, actor.user_id)
    client.get("/staff/stations")
    with counted(sqlite_runtime.database.engine) as few:
        client.get("/staff/stations")
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        uow.actor = actor
        for number in range(18):
            station = make_station(uow, path=f"{PATH_A}430382101{number:03d}/")
            add_worker(uow, station, name="测试", kind="part_time")
    with counted(sqlite_runtime.database.engine) as many:
        client.get("/staff/stations")
    assert len(many) == len(few)
