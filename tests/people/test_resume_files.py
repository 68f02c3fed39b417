"""The résumé as files: what stands on it, what never does, and that every file opens."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pypdfium2
import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.audit import AuditEntry
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person, WorkHistory
from jobmatch.people.queries.people import load_full
from jobmatch.people.queries.resume import Resume, resume_of
from jobmatch.people.resume_files import as_docx, as_json_resume, as_pdf
from jobmatch.reference.models import MilitarySpecialty
from tests.factories import PATH_A, make_employer, make_person, make_posting
from tests.people.help import make_world, sign_in


@pytest.fixture
def resume(uow: Any) -> Resume:
    person = make_person(uow, name="测试甲 #[x] *粗*")
    uow.session.add(
        WorkHistory(
            person_id=person.id,
            employer_name="测试物流有限公司",
            title="货车司机",
            started_on=date(2019, 1, 1),
            ended_on=date(2022, 6, 1),
            duties="跑省内长途\n安全行驶 20 万公里",
        )
    )
    person.about = "守时，能倒班。<script>alert(1)</script>"
    uow.session.flush()
    uow.session.expire_all()
    found = uow.session.scalars(load_full(select(Person).where(Person.id == person.id))).one()
    return resume_of(uow, found)


def _pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _docx_text(content: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def test_pdf_and_docx_say_the_same(resume: Resume) -> None:
    for text in (_pdf_text(as_pdf(resume)), _docx_text(as_docx(resume))):
        for words in ("测试甲 #[x] *粗*", "测试物流有限公司", "货车司机", "2019 年 1 月 – 2022 年 6 月", "B2 驾驶证"):
            assert words in text
        assert "安全行驶 20 万公里" in text and "<script>" in text and "服役 8 年" in text


def test_nothing_private_is_on_it(resume: Resume) -> None:
    text = _pdf_text(as_pdf(resume)) + as_json_resume(resume).decode()
    for word in ("1990-05", "身份证", "女", "1990 年", "退役军人优待证"):
        assert word not in text
    assert resume.phone in text


def test_json_resume_follows_the_schema(resume: Resume) -> None:
    document = json.loads(as_json_resume(resume))
    assert document["basics"]["name"] == resume.name
    driver = document["work"][0]
    assert driver == {
        "name": "测试物流有限公司",
        "position": "货车司机",
        "startDate": "2019-01",
        "endDate": "2022-06",
        "summary": "跑省内长途\n安全行驶 20 万公里",
    }
    assert {"name": "B2 驾驶证"} in document["certificates"]
    assert "null" not in as_json_resume(resume).decode()


def test_an_empty_file_gives_a_page_with_a_name(uow: Any) -> None:
    bare = Person(
        name="测试乙", region_path=PATH_A, search_state_since=uow.today, created_at=uow.now, changed_at=uow.now
    )
    uow.session.add(bare)
    uow.session.flush()
    found = resume_of(uow, uow.session.scalars(load_full(select(Person).where(Person.id == bare.id))).one())
    assert found.is_thin
    assert "测试乙" in _pdf_text(as_pdf(found)) and "测试乙" in _docx_text(as_docx(found))


@pytest.mark.parametrize("kind", ["pdf", "docx", "json"])
def test_staff_take_a_resume_and_leave_a_trace(client: FlaskClient, sqlite_runtime: Runtime, kind: str) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.staff_id)
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        public_id = uow.session.get_one(Person, world.person_id).public_id
    answer = client.get(f"/staff/people/{public_id}/resume.{kind}")
    assert answer.status_code == 200
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    with sqlite_runtime.unit(system_actor("tests"), writing=False) as uow:
        trace = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "person.resume_file")).one()
        assert trace.object_id == public_id and trace.detail == {"kind": kind}
    assert client.get(f"/staff/people/{public_id}/resume.exe").status_code == 404


def test_people_see_and_take_their_own(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    world = make_world(sqlite_runtime)
    sign_in(client, world.user_id)
    assert "拿走这份简历" in client.get("/me/resume").text
    assert client.get("/me/resume.pdf").data.startswith(b"%PDF")


def test_work_in_the_forces_answers_with_open_postings(client: FlaskClient, sqlite_runtime: Runtime) -> None:
    with sqlite_runtime.unit(system_actor("tests")) as uow:
        specialty = uow.session.scalars(select(MilitarySpecialty).order_by(MilitarySpecialty.code).limit(1)).one()
        make_posting(uow, make_employer(uow), occupation_code=specialty.primary_occupation_codes[0])
        code = specialty.code
    text = client.get(f"/jobs/openings?specialty={code}").text
    assert "现在有 1 条岗位在招" in text
    assert "没有在招" in client.get("/jobs/openings?specialty=nothing").text
