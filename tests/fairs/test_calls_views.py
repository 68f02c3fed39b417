"""Staff's pages of the mobilisation and of the buses, through the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.job_rows import Job
from jobmatch.core.runtime import Runtime
from jobmatch.fairs.visitors.models import FairCall, FairRegistration, FairTarget, Shuttle
from jobmatch.fairs.visitors.services import rides
from jobmatch.fairs.visitors.states import CallState
from tests.factories import PATH_A, PATH_B, PATH_COUNTY, make_person, make_staff, make_station
from tests.fairs.help import make_registration
from tests.fairs.test_calls_services import driver_fair, list_all
from tests.matching.help import sign_in

SYSTEM = system_actor("tests")


@dataclass(frozen=True)
class Scene:
    """Public ids of what the pages show."""

    fair: str
    station: str
    call: str
    ride: str
    stop: str
    registration: str
    phone: str
    staff: dict[str, int]

    @property
    def root(self) -> str:
        return f"/staff/fairs/{self.fair}"


@pytest.fixture
def scene(sqlite_runtime: Runtime) -> Scene:
    with sqlite_runtime.unit(SYSTEM) as uow:
        fair = driver_fair(uow)
        station = make_station(uow, path=PATH_A, name="测试东镇站")
        person = make_person(uow, name="测试合适", with_user=False)
        [call] = list_all(uow, fair)
        bus = rides.save_shuttle(uow, fair, None, name="1 号车", seats=1)
        stop = rides.add_stop(uow, fair, bus, place="测试路口", leaves_at=fair.opens_at - timedelta(hours=1))
        registration = make_registration(uow, fair, name="测试乘客")
        staff = {path: make_staff(uow, path=path).user_id or 0 for path in (PATH_COUNTY, PATH_A, PATH_B)}
        return Scene(
            fair.public_id,
            station.public_id,
            call.public_id,
            bus.public_id,
            stop.public_id,
            registration.public_id,
            person.phone or "",
            staff,
        )


@pytest.fixture
def staff(client: FlaskClient, sqlite_runtime: Runtime, scene: Scene) -> FlaskClient:
    sign_in(client, sqlite_runtime, scene.staff[PATH_COUNTY])
    return client


def one(runtime: Runtime, query: Any) -> Any:
    with runtime.unit(SYSTEM, writing=False) as uow:
        return uow.session.scalars(query).one()


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_the_table_shows_the_stations_and_takes_targets(
    staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    assert "测试东镇站" in text(staff.get(f"{scene.root}/calls"))
    answer = staff.post(f"{scene.root}/calls/targets", data={"people_count": "12"})
    assert answer.status_code == 303
    assert one(sqlite_runtime, select(FairTarget.people_count)) == 12
    staff.post(f"{scene.root}/calls/targets", data={f"target-{scene.station}": "7"})
    assert one(sqlite_runtime, select(FairTarget.people_count)) == 7


@pytest.mark.parametrize("data", [{}, {"people_count": "很多"}, {"people_count": "0"}, {"people_count": "99999999"}])
def test_an_impossible_target_stays_on_the_form(staff: FlaskClient, scene: Scene, data: dict[str, str]) -> None:
    answer = staff.post(f"{scene.root}/calls/targets", data=data)
    assert answer.status_code == 422


def test_a_typed_target_that_is_no_number_or_of_nobody_is_refused(staff: FlaskClient, scene: Scene) -> None:
    for typed in ("-3", "一百", "９", "1000000"):
        answer = staff.post(f"{scene.root}/calls/targets", data={f"target-{scene.station}": typed})
        assert answer.status_code == 422, typed
    assert staff.post(f"{scene.root}/calls/targets", data={"target-zz22zz22zz22zz22": "3"}).status_code == 404


def test_lists_and_plans_are_asked_for_once(staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime) -> None:
    for path in ("calls/list", "calls/list", "plans", "plans"):
        assert staff.post(f"{scene.root}/{path}").status_code == 303
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        names = sorted(uow.session.scalars(select(Job.name).where(Job.name.startswith("visitors."))))
    assert names == ["visitors.list_calls", "visitors.plan"]
    assert "正在排名单" in text(staff.get(f"{scene.root}/calls"))


def test_one_tap_says_what_a_call_led_to_and_another_takes_it_back(
    staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    page = f"{scene.root}/calls/{scene.station}"
    shown = text(staff.get(page))
    assert "测试合适" in shown
    assert scene.phone not in shown
    for state in ("told", "coming", "not_coming", "not_reached", "listed"):
        answer = staff.post(f"{scene.root}/calls/people/{scene.call}", data={"state": state, "next": f"{page}#c"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}#c")
        assert one(sqlite_runtime, select(FairCall.state)) == CallState(state)
    staff.post(f"{scene.root}/calls/people/{scene.call}", data={"note": "晚上再打"})
    assert "晚上再打" in text(staff.get(f"{page}?state=listed"))
    assert "测试合适" not in text(staff.get(f"{page}?state=told"))


def test_nonsense_is_refused_and_sends_nobody_elsewhere(
    staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    record = f"{scene.root}/calls/people/{scene.call}"
    assert staff.post(record, data={"state": "married"}).status_code == 422
    assert staff.post(record, data={"note": "长" * 201}).status_code == 422
    answer = staff.post(record, data={"state": "told", "next": "https://evil.example/"})
    assert answer.headers["Location"].startswith("/staff/fairs/")
    assert staff.get(f"{scene.root}/calls/{scene.station}?state=x&page=-1").status_code == 200
    assert one(sqlite_runtime, select(FairCall.state)) is CallState.TOLD


def test_the_number_is_shown_when_asked_for_and_the_audit_keeps_it(
    staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    answer = staff.post(f"{scene.root}/calls/people/{scene.call}/phone")
    assert f"tel:{scene.phone}" in text(answer)
    assert "招聘会" in one(sqlite_runtime, select(AuditEntry.reason).where(AuditEntry.action == "person.reveal"))


def test_a_station_sees_its_own_line_and_nobody_elses_people(
    client: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    sign_in(client, sqlite_runtime, scene.staff[PATH_B])
    assert "测试东镇站" not in text(client.get(f"{scene.root}/calls"))
    assert client.get(f"{scene.root}/calls/{scene.station}").status_code == 404
    assert client.post(f"{scene.root}/calls/people/{scene.call}", data={"state": "told"}).status_code == 404
    assert client.post(f"{scene.root}/calls/people/{scene.call}/phone").status_code == 404
    assert client.post(f"{scene.root}/calls/targets", data={"people_count": "5"}).status_code == 403
    sign_in(client, sqlite_runtime, scene.staff[PATH_A])
    assert client.get(f"{scene.root}/calls/{scene.station}").status_code == 200


def test_a_bus_is_added_changed_filled_ticked_and_emptied(
    staff: FlaskClient, scene: Scene, sqlite_runtime: Runtime
) -> None:
    data = {"name": "2 号车", "seats": "45", "driver_phone": "19900000000", "returns_at": "16:30"}
    made = staff.post(f"{scene.root}/rides", data=data)
    assert made.status_code == 303
    assert 'value="16:30"' in text(staff.get(made.headers["Location"]))
    ride = f"{scene.root}/rides/{scene.ride}"
    assert "测试路口" in text(staff.get(f"{scene.root}/rides"))
    assert staff.post(f"{ride}/stops", data={"place": "测试广场", "leaves_at": "08:10"}).status_code == 303
    assert (
        staff.post(f"{ride}/people", data={"registration": scene.registration, "stop": scene.stop}).status_code == 303
    )
    assert staff.post(f"{ride}/stops/{scene.stop}/remove").status_code == 409
    rider = f"{ride}/people/{scene.registration}"
    for what, word in (("on", "已上车"), ("not", "上车了")):
        assert staff.post(rider, data={"what": what}).status_code == 303
        assert word in text(staff.get(ride))
    assert staff.post(ride, data={"name": "大车", "seats": "9"}).status_code == 303
    staff.post(rider, data={"what": "off"})
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(FairRegistration.stop_id)).one() is None
        assert sorted(uow.session.execute(select(Shuttle.name, Shuttle.taken)).all()) == [("2 号车", 0), ("大车", 0)]
    assert staff.post(f"{ride}/stops/{scene.stop}/remove").status_code == 303


def test_a_bus_with_nonsense_stays_on_the_form(staff: FlaskClient, scene: Scene) -> None:
    ride = f"{scene.root}/rides/{scene.ride}"
    bad: list[tuple[str, dict[str, str]]] = [
        (f"{scene.root}/rides", {}),
        (f"{scene.root}/rides", {"name": "车", "seats": "x"}),
        (f"{scene.root}/rides", {"name": "车", "seats": "0"}),
        (f"{scene.root}/rides", {"name": "车", "seats": "5", "returns_at": "25:99"}),
        (ride, {"name": "", "seats": "5"}),
        (f"{ride}/stops", {"place": "", "leaves_at": "08:00"}),
        (f"{ride}/stops", {"place": "测试", "leaves_at": "明天"}),
        (f"{ride}/stops", {"place": "测试", "leaves_at": "23:59"}),
        (f"{ride}/people", {}),
    ]
    for path, data in bad:
        assert staff.post(path, data=data).status_code == 422, (path, data)
    unknown = {"registration": "zz22zz22zz22zz22", "stop": scene.stop}
    assert staff.post(f"{ride}/people", data=unknown).status_code == 404
    assert staff.post(f"{ride}/people/{scene.registration}", data={"what": "on"}).status_code == 404


def test_the_pages_stand_without_anything_to_show(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    from tests.fairs.help import make_fair

    with sqlite_runtime.unit(SYSTEM) as uow:
        fair = make_fair(uow)
        root, user_id = f"/staff/fairs/{fair.public_id}", make_staff(uow).user_id or 0
        station = uow.session.get_one(Organization, fair.organization_id).public_id
    sign_in(client, sqlite_runtime, user_id)
    for path in ("calls", f"calls/{station}", "rides"):
        assert client.get(f"{root}/{path}").status_code == 200, path
