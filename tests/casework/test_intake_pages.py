"""The office's pages of the intake, printed pages, and the public page behind the code on a receipt."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.casework.intake.jobs import JOBS
from jobmatch.casework.intake.models import Intake, IntakeBatch, RosterEntry, RosterImport
from jobmatch.casework.intake.services.intakes import finish_intake
from jobmatch.casework.intake.states import ImportState, RosterState
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.casework.intake_help import answers, csv_of, id_number, line
from tests.factories import PATH_OTHER, TOWN_A, make_person, make_station, phone
from tests.people.help import World, counted, make_world, sign_in

HOME = "/staff/intake"
MOST_INPUTS = 25


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        make_station(
            uow, region_code=TOWN_A, path="/43/4303/430382/430382101/", name="测试东镇站", phone="0731-12345678"
        )
    sign_in(client, made.staff_id)
    return made


def new_batch(client: FlaskClient) -> str:
    page = client.get(f"{HOME}/batches/new").text
    station = re.search(r'<option[^>]*value="([a-z0-9]{16})"', page)
    assert station is not None
    data = {"year": "2026", "season": "autumn", "station_id": station[1]}
    answer = client.post(f"{HOME}/batches/new", data=data)
    assert answer.status_code == 303
    return answer.location


def upload(client: FlaskClient, batch: str, content: bytes, name: str = "名册.csv") -> Any:
    return client.post(
        f"{batch}/import", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def with_roster(client: FlaskClient, *rows: tuple[str, ...]) -> str:
    batch = new_batch(client)
    answer = upload(client, batch, csv_of(*rows))
    assert answer.status_code == 303
    assert client.post(answer.location).status_code == 303
    return batch


def reading(runtime: Runtime) -> Any:
    return runtime.unit(system_actor("tests"), writing=False)


def line_of(runtime: Runtime) -> RosterEntry:
    with reading(runtime) as uow:
        found: RosterEntry = uow.session.scalars(select(RosterEntry).order_by(RosterEntry.id)).first()
        return found


def filled(sequence: int = 1, **values: Any) -> dict[str, Any]:
    given = {
        "id_number": id_number(sequence),
        "name": f"测试{sequence}",
        "phone": phone(),
        "kinds": ["TYJR"],
        "resettlement_code": "ZZJY",
        "discharged_on": "2026-11-01",
        "region_code": TOWN_A,
        "education_code": "61",
        "search_state": "looking",
        "words": "货车司机",
        "agreed": "y",
    }
    return given | values


def test_empty_pages_say_what_to_do(client: FlaskClient, world: World) -> None:
    text = client.get(HOME).text
    assert "还没有批次" in text
    assert "还没有人报到" in text
    assert "没有缺项的待办" in client.get(f"{HOME}/missing").text
    assert "名册还是空的" in client.get(new_batch(client)).text
    assert 'aria-current="page"' in text


def test_a_roster_is_read_first_and_stored_on_a_second_press(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    batch = new_batch(client)
    answer = upload(client, batch, csv_of(line(1), line(2, 姓名=""), encoding="gbk"))
    text = client.get(answer.location).text
    assert "存入 1 人" in text
    assert ">请填写姓名</td>" in text
    assert "名册还是空的" in client.get(batch).text
    assert client.post(answer.location).status_code == 303
    assert client.post(answer.location).status_code == 303
    assert "新增 1 人" in client.get(answer.location).text
    faults = client.get(f"{answer.location}/faults.xlsx")
    assert faults.headers["Content-Disposition"].startswith("attachment")
    text = client.get(batch).text
    assert "测试1" in text
    assert id_number(1) not in text
    assert "没有要存的人" in client.get(upload(client, batch, csv_of(line(1))).location).text
    with reading(sqlite_runtime) as uow:
        assert uow.session.query(RosterEntry).count() == 1


@pytest.mark.parametrize("name", ["名册.exe", "名册.xlsx", ""])
def test_a_wrong_file_is_refused_on_the_page(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, name: str
) -> None:
    answer = upload(client, new_batch(client), b"MZ\x00 no table", name)
    assert answer.status_code == 422
    assert "有错误" in answer.text
    with reading(sqlite_runtime) as uow:
        assert uow.session.query(RosterImport).count() == 0


def test_a_body_beyond_eight_megabytes_is_refused(client: FlaskClient, world: World) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = client.post(f"{new_batch(client)}/import", data=b"x" * (9 * 1024 * 1024), content_type=kind)
    assert answer.status_code == 413


def test_a_long_roster_is_stored_in_the_background_and_taken_up_again(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    batch = new_batch(client)
    # More than 256 KB: larger than what other pages take.
    rows = [line(n % 1000, 身份证号=id_number(n % 1000, born=f"200{n // 1000}0506")) for n in range(3600)]
    content = csv_of(*rows)
    assert len(content) > 256 * 1024
    answer = upload(client, batch, content)
    assert client.post(answer.location).status_code == 303
    assert "正在存" in client.get(answer.location).text
    with reading(sqlite_runtime) as uow:
        job = uow.session.scalars(select(Job).where(Job.name == "intake.import_roster")).one()
    assert run_job(sqlite_runtime.database, JOBS, job.id)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        run = uow.session.query(RosterImport).one()
        assert (run.state, run.new_count, run.next_row) == (ImportState.DONE, 3600, 3600)
        run.state, run.next_row = ImportState.RUNNING, 3000
        again = uow.session.get_one(Job, job.id)
        again.state = JobState.QUEUED
    assert run_job(sqlite_runtime.database, JOBS, job.id)
    with reading(sqlite_runtime) as uow:
        assert uow.session.query(RosterEntry).count() == 3600
    assert "新增 3600 人" in client.get(answer.location).text


def test_the_roster_is_filtered_exported_and_states_change(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    batch = with_roster(client, line(1), line(2, 退役日期="2026-09-01"))
    assert "测试2" not in client.get(f"{batch}?state=expected").text
    assert "测试1" not in client.get(f"{batch}?q={id_number(2)}").text
    assert "测试1" in client.get(f"{batch}?soon=1&method=ZZJY").text
    assert "没有符合的人" in client.get(f"{batch}?q=没有").text
    assert "<html" not in client.get(batch, headers={"HX-Request": "true"}).text
    assert client.get(f"{batch}/roster.xlsx?state=overdue").data[:2] == b"PK"
    assert client.get(f"{HOME}/template.xlsx").data[:2] == b"PK"
    entry = f"{HOME}/roster/{line_of(sqlite_runtime).public_id}"
    assert "登记报到" in client.get(entry).text
    assert client.post(entry, data={"move": "move_away", "reason": ""}).status_code == 422
    assert client.post(entry, data={"move": "move_away", "reason": "转到外县", "version": "99"}).status_code == 409
    assert client.post(entry, data={"move": "move_away", "reason": "转到外县"}).status_code == 303
    assert "转到外县" in client.get(entry).text
    with reading(sqlite_runtime) as uow:
        exported = select(AuditEntry).where(AuditEntry.action == "intake.roster_exported")
        assert len(uow.session.scalars(exported).all()) == 1


def test_a_whole_intake_takes_at_most_twenty_five_inputs(client: FlaskClient, world: World) -> None:
    page = client.get(f"{HOME}/new").text
    main = page[page.index("<main") : page.index("</main")]
    names = set(re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', main)) - {"csrf_token", "form_key"}
    assert names >= {"id_number", "phone", "region_code", "specialties", "agreed"}
    assert len(names) + 1 <= MOST_INPUTS, "one more, is_other_person, shows only where files look alike"


def test_an_intake_from_the_roster_to_the_receipt(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with_roster(client, line(1, 联系电话="19900001234"))
    url = f"{HOME}/roster/{line_of(sqlite_runtime).public_id}/register"
    page = client.get(url).text
    for known in (f"999999********{id_number(1)[-4:]}", "测试1", "199****1234", "2026-11-01", "测试东镇"):
        assert known in page
    for hidden in (id_number(1), "19900001234"):
        assert hidden not in page
    answer = client.post(url, data=filled(agreed="", phone="19900001234"))
    assert answer.status_code == 422
    assert "先请本人看说明并同意" in answer.text
    answer = client.post(url, data=filled(id_number="", phone=""))
    assert answer.status_code == 303
    receipt = answer.location
    number = receipt.rsplit("/", 1)[1]
    assert number in client.get(receipt).text
    pdf = client.get(f"{receipt}/receipt.pdf")
    assert pdf.data[:5] == b"%PDF-"
    assert pdf.headers["Cache-Control"] == "no-store"
    assert client.get(url).status_code == 303
    with reading(sqlite_runtime) as uow:
        assert uow.session.scalars(select(Task)).one().kind is TaskKind.NEW_RETURN
    client.delete_cookie("session")
    shown = client.get(f"/r/{number}")
    assert shown.status_code == 200
    assert number in shown.text
    assert "测试1" not in shown.text
    assert id_number(1) not in shown.text
    assert "测试服务站" in shown.text
    assert client.get("/r/zz22zz22zz22zz22").status_code == 404


def test_who_has_a_file_is_shown_and_registered_with_it(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with_roster(client, line(1))
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        person = uow.session.get_one(Person, world.person_id)
        person.id_number = id_number(1)
    answer = client.post(f"{HOME}/new", data=filled())
    assert answer.status_code == 422
    assert "可能已经建过档" in answer.text
    assert f"/staff/people/{world.public_id}" in answer.text
    entry = line_of(sqlite_runtime).public_id
    assert client.get(f"{HOME}/roster/{entry}/register").status_code == 303
    assert "就是这个人" in client.get(f"{HOME}/roster/{entry}").text
    url = f"{HOME}/people/{world.public_id}/register"
    first, second = (client.post(url, data={"entry": entry}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert line_of(sqlite_runtime).state is RosterState.REGISTERED


def test_grant_days_and_taking_back_from_the_page(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    batch = with_roster(client, line(1))
    answer = client.post(f"{HOME}/roster/{line_of(sqlite_runtime).public_id}/register", data=filled())
    receipt = answer.location
    assert client.post(f"{batch}/grants", data={"due_on": ""}).status_code == 422
    assert client.post(f"{batch}/grants", data={"due_on": "2026-11-20"}).status_code == 303
    assert "发放率 0.0%" in client.get(batch).text
    assert client.post(f"{receipt}/grant", data={"due_on": "2026-02-31"}).status_code == 422
    assert client.post(f"{receipt}/grant", data={"due_on": "2026-11-20", "paid_on": "2027-01-01"}).status_code == 422
    assert client.post(f"{receipt}/take-back", data={"reason": ""}).status_code == 422
    assert client.post(f"{receipt}/take-back", data={"reason": "证件拿错了"}).status_code == 303
    assert "已撤回" in client.get(receipt).text
    assert client.post(f"{receipt}/grant", data={"due_on": "2026-11-20"}).status_code == 409
    assert line_of(sqlite_runtime).state is RosterState.EXPECTED
    assert "已撤回" in client.get(f"/r/{receipt.rsplit('/', 1)[1]}").text


def test_base_counts_and_missing_fields_from_the_pages(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    text = client.get(f"{HOME}/counts").text
    assert "测试东镇站" in text
    url = re.search(r'href="(/staff/intake/counts/[a-z0-9]{16})"', text)
    assert url is not None
    assert client.get(url[1]).status_code == 200
    assert client.post(url[1], data={"superior_count": "", "village_count": ""}).status_code == 422
    assert client.post(url[1], data={"superior_count": "３", "village_count": "1"}).status_code == 303
    assert client.post(url[1], data={"superior_count": "4", "village_count": "1", "version": "0"}).status_code == 409
    assert client.post(f"{HOME}/missing").status_code == 303
    with reading(sqlite_runtime) as uow:
        job = uow.session.scalars(select(Job).where(Job.name == "intake.missing_fields")).one()
    assert run_job(sqlite_runtime.database, JOBS, job.id)
    assert "还缺：身份证号" in client.get(f"{HOME}/missing").text


def test_the_sheet_is_printed_for_stations_of_the_subtree(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        far = make_station(uow, path=PATH_OTHER).public_id
    near = re.search(r'href="(/staff/intake/sheets/[a-z0-9]{16}\.pdf)"', client.get(HOME).text)
    assert near is not None
    assert client.get(near[1]).data[:5] == b"%PDF-"
    assert client.get(f"{HOME}/sheets/{far}.pdf").status_code == 404


def test_the_watch_runs_by_itself(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    with_roster(client, line(1), line(2, 退役日期="2026-11-20"))
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        job_id = uow.enqueue("intake.watch")
    assert run_job(sqlite_runtime.database, JOBS, job_id)
    with reading(sqlite_runtime) as uow:
        assert uow.session.get_one(Job, job_id).result == {"warned": 1, "overdue": 0, "files_dropped": 0}


def test_lists_cost_the_same_for_two_rows_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    batch = with_roster(client, *(line(n) for n in range(1, 4)))
    seen: dict[str, list[int]] = {}
    for total in (2, 20):
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            clerk = uow.session.get_one(IntakeBatch, 1)
            done = uow.session.query(Intake).count()
            for n in range(done, total):
                uow.actor = system_actor("tests")
                finish_intake(uow, answers(n + 100))
                make_person(uow)
            assert clerk.year == 2026
        with_more(client, batch, total)
        run_missing(sqlite_runtime)
        for path in (HOME, batch, f"{HOME}/counts", f"{HOME}/missing"):
            client.get(path)
            with counted(sqlite_runtime.database.engine) as statements:
                client.get(path)
            seen.setdefault(path, []).append(len(statements))
    assert {path: counts for path, counts in seen.items() if counts[0] != counts[1]} == {}


def with_more(client: FlaskClient, batch: str, total: int) -> None:
    answer = upload(client, batch, csv_of(*(line(n) for n in range(1, total + 1))))
    client.post(answer.location)


def run_missing(runtime: Runtime) -> None:
    with runtime.unit(system_actor("tests")) as uow:
        job_id = uow.enqueue("intake.missing_fields")
    assert run_job(runtime.database, JOBS, job_id)


def test_people_and_strangers_do_not_get_in(client: FlaskClient, world: World) -> None:
    sign_in(client, world.user_id)
    assert client.get(HOME).status_code == 403
    client.delete_cookie("session")
    assert client.get(HOME).status_code == 303
