"""The way of a table of people through the pages: template, hand in, check, confirm, reload, take back."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.job_rows import Job, JobState
from jobmatch.core.jobs import run_job
from jobmatch.core.runtime import Runtime
from jobmatch.exchange.models import PeopleImport
from jobmatch.people.models.person import Person
from jobmatch.rooms import job_functions
from tests.exchange.people_tables import as_csv, as_xlsx, row
from tests.factories import PATH_OTHER, make_staff
from tests.people.help import World, counted, make_world, sign_in

BASE = "/staff/imports/people"
SYSTEM = system_actor("tests")


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    sign_in(client, made.staff_id)
    return made


def handed_in(client: FlaskClient, content: bytes, name: str = "名册.csv") -> Any:
    return client.post(f"{BASE}/new", data={"table": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def work(runtime: Runtime) -> None:
    """Run what waits, as the worker does."""
    with runtime.unit(SYSTEM, writing=False) as uow:
        waiting = list(uow.session.scalars(select(Job.id).where(Job.state == JobState.QUEUED).order_by(Job.id)))
    for job_id in waiting:
        assert run_job(runtime.database, job_functions(), job_id)
    with runtime.unit(SYSTEM, writing=False) as uow:
        assert set(uow.session.scalars(select(Job.state).where(Job.id.in_(waiting)))) <= {JobState.DONE}


def test_the_whole_way_of_a_table(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    answer = handed_in(client, as_xlsx([row(1), row(2), row(3, 联系电话="19900010003x9")]), "秋季 名册.xlsx")
    assert answer.status_code == 303
    url = answer.location
    text = client.get(url).text
    assert "正在检查" in text and 'hx-trigger="load delay:2s"' in text
    work(sqlite_runtime)
    text = client.get(url).text
    assert "检查完了，还没有存入" in text and "导入 2 人" in text and "请填 11 位手机号" in text
    assert "19900010003" not in text
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).text
    listed = client.get(f"{url}/notes.xlsx")
    assert listed.status_code == 200 and listed.data[:2] == b"PK"
    assert client.post(f"{url}/confirm").status_code == 303
    assert client.post(f"{url}/confirm").status_code == 303
    assert "正在导入" in client.get(url).text
    work(sqlite_runtime)
    text = client.get(url).text
    assert "已导入 2 人" in text and "撤销这次导入" in text
    assert "秋季 名册.xlsx" in client.get(BASE).text
    assert "合成丙子" in client.get("/staff/people?q=hcbz").text
    assert not list((sqlite_runtime.settings.data_dir / "files").glob("*/*"))
    assert client.get(f"{url}/undo").status_code == 200
    assert client.post(f"{url}/undo").status_code == 303
    work(sqlite_runtime)
    assert "已撤销 2 人" in client.get(url).text
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(Person.id).where(Person.erased_at.is_(None))).all() == [world.person_id]


def test_a_table_that_is_dropped_is_gone(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    url = handed_in(client, as_csv([row(1)])).location
    assert client.post(f"{url}/drop").status_code == 409
    work(sqlite_runtime)
    assert client.post(f"{url}/drop").status_code == 303
    assert client.get(url).status_code == 404


def test_the_template_is_handed_out(client: FlaskClient, world: World) -> None:
    answer = client.get(f"{BASE}/template.xlsx")
    assert answer.status_code == 200
    assert len(zipfile.ZipFile(io.BytesIO(answer.data)).namelist()) > 5


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "x")
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    return target.getvalue()


def far_cell() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("xl/workbook.xml", "x")
        packed.writestr("xl/worksheets/sheet1.xml", '<c r="XFD1048576"><v>1</v></c>')
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"MZ\x90\x00" * 100, "只收 xlsx 和 csv"),
        (bomb(), "展开"),
        (far_cell(), "离得很远"),
        (b"PK\x03\x04 cut", "打不开"),
        ("甲,乙\n1,2\n".encode(), "没有找到表头"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_stored(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, content: bytes, words: str
) -> None:
    answer = handed_in(client, content, "名册.xlsx")
    assert answer.status_code == 422
    assert words in answer.text
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert uow.session.scalars(select(PeopleImport.id)).all() == []


def test_a_form_without_a_file_says_so(client: FlaskClient, world: World) -> None:
    answer = client.post(f"{BASE}/new", data={}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选一个文件" in answer.text


def test_a_file_that_is_too_big_is_refused_before_it_is_read(client: FlaskClient, world: World) -> None:
    big = {"wsgi.input": io.BytesIO(), "CONTENT_LENGTH": str(13 * 1024 * 1024)}
    answer = client.post(f"{BASE}/new", content_type="multipart/form-data; boundary=x", environ_overrides=big)
    assert answer.status_code == 413


def test_other_offices_do_not_see_it(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    url = handed_in(client, as_csv([row(1)])).location
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER).user_id
    assert far is not None
    sign_in(client, far)
    assert "名册.csv" not in client.get(BASE).text
    assert [client.get(f"{url}{tail}").status_code for tail in ("", "/undo", "/notes.xlsx")] == [404, 404, 404]
    assert [client.post(f"{url}/{tail}").status_code for tail in ("confirm", "drop", "undo")] == [404, 404, 404]
    sign_in(client, world.user_id)
    assert [client.get(path).status_code for path in (BASE, f"{BASE}/new", url)] == [403, 403, 403]


def test_the_list_costs_the_same_for_two_tables_and_for_twenty(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    costs = []
    for extra in (2, 18):
        for n in range(extra):
            handed_in(client, as_csv([row(n)]))
        client.get(BASE)
        with counted(sqlite_runtime.database.engine) as seen:
            client.get(BASE)
        costs.append(len(seen))
    assert costs[0] == costs[1]
