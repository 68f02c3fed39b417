"""Uploading a résumé in the browser: read, choose, save row by row, keep or remove the file."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core import clock
from jobmatch.core.actors import system_actor
from jobmatch.core.files import StoredFile
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person, ResumeReading
from jobmatch.people.queries.people import get_person
from jobmatch.people.services.uploads import drop_old_readings
from tests.conftest import NOW
from tests.factories import PATH_OTHER, make_person
from tests.people.help import World, make_world, sign_in

RESUME = """姓名：苏明远
电话：19800001201
出生年月：1990年5月
学历：大专    专业：物流管理
求职意向：仓储主管    期望薪资：6000-8000元/月
服役经历
2009年12月-2017年12月    陆军某部    汽车驾驶员
在96521部队开车。
工作经历
2018年3月-2020年6月    青禾供应链有限公司    仓管员
2020-2021    蓝湾商贸有限公司    司机
证书：叉车证、B2驾驶证
自我评价
为人踏实。
"""


@pytest.fixture
def world(client: FlaskClient, sqlite_runtime: Runtime) -> World:
    made = make_world(sqlite_runtime)
    sign_in(client, made.user_id)
    return made


def send(
    client: FlaskClient, text: str | bytes = RESUME, name: str = "我的简历.txt", path: str = "/me/resume/upload"
) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(path, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def counts(runtime: Runtime) -> tuple[int, int]:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return uow.session.query(ResumeReading).count(), uow.session.query(StoredFile).count()


def file_of(runtime: Runtime, world: World) -> Person:
    with runtime.unit(system_actor("tests"), writing=False) as uow:
        return get_person(uow.session, world.person_id)


def test_a_resume_is_read_shown_with_its_words_and_saved_row_by_row(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    answer = send(client)
    assert answer.status_code == 303, unescape(answer.text)
    here = answer.headers["Location"]
    text = unescape(client.get(here).text)
    assert "原文：2018年3月-2020年6月 青禾供应链有限公司 仓管员" in text
    assert "现在存的" in text
    assert "96521" not in text
    assert "部队番号不能保存" in text
    ticked = re.findall(r'name="take" value="([^"]+)" checked', text)
    assert {"work-1", "intention", "certificate-CE014"} <= set(ticked)
    assert "name" not in ticked, "what differs from the file is for the person to tick"
    done = client.post(here, data={"take": [*ticked, "name", "education", "work-2", "nonsense", "enlisted"]})
    assert done.status_code == 200
    assert "请自己补上月份" in unescape(done.text)
    person = file_of(sqlite_runtime, world)
    assert person.name == "苏明远"
    assert (person.education_code, person.major) == ("31", "物流管理")
    assert [(w.employer_name, w.title, w.started_on, w.ended_on) for w in person.work_history] == [
        ("青禾供应链有限公司", "仓管员", date(2018, 3, 1), date(2020, 6, 1))
    ]
    assert person.intention is not None
    assert (person.intention.words, person.intention.pay_floor_yuan) == ("仓储主管", 6000)
    assert person.about == "为人踏实。"
    assert person.service is not None
    assert person.service.enlisted_on == date(2009, 12, 1)
    assert client.get(here).status_code == 303
    assert client.post(here, data={"take": "name"}).status_code == 303


def test_a_certificate_that_is_not_listed_may_be_kept_among_the_strengths(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    here = send(client, RESUME.replace("叉车证、", "叉车证、古琴修复师（三级）、")).headers["Location"]
    assert "目录里没有的证书" in unescape(client.get(here).text)
    client.post(here, data={"take": ["paper-1", "certificate-CE014"]})
    person = file_of(sqlite_runtime, world)
    assert person.strengths == "古琴修复师（三级）"
    assert [row.certificate_code for row in person.certificates] == ["CE014"]


def test_the_file_is_kept_for_download_and_can_be_removed(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    here = send(client).headers["Location"]
    client.post(here, data={})
    reading_id = here.rsplit("/", 1)[1]
    page = unescape(client.get("/me/resume/upload").text)
    assert "我的简历.txt" in page
    got = client.get(f"/me/resume/files/{reading_id}")
    assert got.data == RESUME.encode()
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/me/resume/files/{reading_id}/remove").status_code == 200
    assert client.post(f"/me/resume/files/{reading_id}/remove").status_code == 303
    assert counts(sqlite_runtime) == (0, 0)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "空"),
        (b"MZ\x90\x00", "a.pdf", "扩展名"),
        (b"x" * 100, "a.exe", "收不了"),
        ("今天天气不错，大家都去公园里散步。".encode(), "a.txt", "不像简历"),
    ],
)
def test_what_is_refused_says_why_and_leaves_nothing(
    client: FlaskClient, sqlite_runtime: Runtime, world: World, content: bytes, name: str, words: str
) -> None:
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert words in unescape(answer.text)
    assert counts(sqlite_runtime) == (0, 0)


def test_no_file_and_too_much_are_refused(client: FlaskClient, world: World) -> None:
    assert client.post("/me/resume/upload", data={}).status_code == 422
    large = {"CONTENT_LENGTH": str(11 * 1024 * 1024)}
    assert client.post("/me/resume/upload", data=b"x", environ_overrides=large).status_code == 413


def test_a_reading_ends_after_an_hour_and_takes_its_file_along(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    here = send(client).headers["Location"]
    with clock.frozen(NOW + timedelta(minutes=61)):
        assert client.get(here).status_code == 404
        with sqlite_runtime.unit(system_actor("tests")) as uow:
            assert drop_old_readings(uow) == 1
    assert counts(sqlite_runtime) == (0, 0)


def test_the_reading_is_sealed_and_a_second_upload_takes_its_place(
    client: FlaskClient, sqlite_runtime: Runtime, world: World
) -> None:
    send(client)
    send(client)
    assert counts(sqlite_runtime) == (1, 1)
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        row = uow.session.scalars(select(ResumeReading)).one()
        assert row.found_sealed is not None
        assert "苏明远".encode() not in row.found_sealed


def test_staff_upload_for_a_person_of_their_subtree(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        far = make_person(uow, name="测试远处", path=PATH_OTHER).public_id
    sign_in(client, world.staff_id)
    path = f"/staff/people/{world.public_id}/upload"
    assert client.get(path).status_code == 200
    here = send(client, path=path).headers["Location"]
    assert here.startswith(path)
    assert client.get(here).status_code == 200
    assert client.post(here, data={"take": "about"}).status_code == 200
    assert file_of(sqlite_runtime, world).about == "为人踏实。"
    reading_id = here.rsplit("/", 1)[1]
    assert client.get(f"/staff/people/{world.public_id}/files/{reading_id}").data == RESUME.encode()
    assert client.get(f"/staff/people/{far}/upload").status_code == 404
    assert client.get(f"/staff/people/{far}/files/{reading_id}").status_code == 404
    assert send(client, path=f"/staff/people/{far}/upload").status_code == 404
