"""The way of a table of postings through the pages, and of a machine's token."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.runtime import Runtime
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState
from tests.exchange.test_people_import_pages import bomb, far_cell, work
from tests.exchange.test_posting_import import HEAD, as_csv, row
from tests.factories import PATH_OTHER, make_staff
from tests.people.help import World, make_world, sign_in

BASE = "/staff/imports/postings"
SYSTEM = system_actor("tests")


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    sign_in(client, made.staff_id)
    return made


def handed_in(client: FlaskClient, content: bytes, **fields: str) -> Any:
    data: dict[str, Any] = {"table": (io.BytesIO(content), "征集表.csv"), "source": "县人社局周报"} | fields
    return client.post(f"{BASE}/new", data=data, content_type="multipart/form-data")


def columns(*known: tuple[str, int]) -> dict[str, str]:
    return {name: str(place) for name, place in known}


def test_the_whole_way_of_a_table(client: FlaskClient, sqlite_runtime: Runtime, world: World) -> None:
    content = as_csv(row(1), row(2, 任职要求="限男性"), row(3, 人数="几个"))
    answer = handed_in(client, content, consent="paper")
    assert answer.status_code == 303 and answer.location.endswith("/columns")
    text = client.get(answer.location).text
    assert "数控车工1号线" in text and re.search(r'<option selected value="2">招聘岗位', text)
    wrong = client.post(answer.location, data=columns(("employer", 1)))
    assert wrong.status_code == 422
    chosen = columns(("key", 0), ("employer", 1), ("title", 2), ("headcount", 3), ("duties", 4), ("requirements", 5))
    assert client.post(answer.location, data=chosen).status_code == 303
    url = answer.location.removesuffix("/columns")
    assert "正在检查" in client.get(url).text
    work(sqlite_runtime)
    text = client.get(url).text
    assert "检查完了，还没有存入" in text and "存入 2 条" in text and "R01" in text and "不是一个数" in text
    assert "R01" not in client.get(f"{url}?kind=refused").text
    assert client.get(f"{url}/notes.xlsx").data[:2] == b"PK"
    assert client.post(f"{url}/confirm").status_code == 303
    work(sqlite_runtime)
    assert "存入 2 条新岗位" in client.get(url).text
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        stored = uow.session.scalars(select(Posting)).all()
        assert all(one.is_office_entry and one.agreed_at for one in stored)
    remembered = handed_in(client, content).location
    assert client.get(remembered).text.count("<option selected value=") == 6
    assert "县人社局周报" in client.get(BASE).text
    assert client.post(f"{url}/undo").status_code == 303
    work(sqlite_runtime)
    assert "已撤销 2 条" in client.get(url).text


def test_what_is_no_table_is_refused_with_words(client: FlaskClient, world: World) -> None:
    for content in (b"", b"\x00\x01", bomb(), far_cell(), "只有一列\n".encode()):
        assert handed_in(client, content).status_code == 422
    assert handed_in(client, as_csv(row(1)), source="").status_code == 422
    assert client.get(f"{BASE}/template.xlsx").status_code == 200


def test_a_table_of_another_county_is_not_there(
    client: FlaskClient, app: Any, sqlite_runtime: Runtime, world: World
) -> None:
    url = handed_in(client, as_csv(row(1))).location.removesuffix("/columns")
    with sqlite_runtime.unit(SYSTEM) as uow:
        far = make_staff(uow, path=PATH_OTHER)
    other = app.test_client()
    sign_in(other, far.user_id or 0)
    assert other.get(url).status_code == 404
    assert client.post(f"{url}/drop").status_code == 303
    assert client.get(url).status_code == 404


def test_a_token_is_shown_once_and_works_until_it_is_stopped(
    client: FlaskClient, app: Any, sqlite_runtime: Runtime, world: World
) -> None:
    assert client.post("/staff/feeds", data={"source": "示例人才网", "name": "示例系统"}).status_code == 303
    found = re.search(r"jmp_[\w-]{20,}", client.get("/staff/feeds").text)
    assert found is not None
    assert "jmp_" not in client.get("/staff/feeds").text
    machine = app.test_client()
    body = {"postings": [{"key": "1", "employer": "安禾示例机械有限公司", "title": "焊工"}]}
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert machine.post("/api/postings", json=body, headers=headers).get_json()["created"] == 1
    assert "接口发来 1 条" in client.get(BASE).text
    address = re.search(r'action="(/staff/feeds/\w+/revoke)"', client.get("/staff/feeds").text)
    assert address is not None and client.post(address[1]).status_code == 303
    assert machine.post("/api/postings", json=body, headers=headers).status_code == 401
    with sqlite_runtime.unit(SYSTEM, writing=False) as uow:
        assert [one.state for one in uow.session.scalars(select(Posting))] == [PostingState.IMPORTED]


def test_the_head_of_the_samples_is_the_head() -> None:
    assert len(HEAD) == len(row(1))
