"""The pages of what classes led to, through the client."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from jobmatch.core.runtime import Runtime
from tests.factories import make_person
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_pay import certificate, course_session, enrollment, work
from training.courses.classes.states import SessionState
from training.courses.enrollment.states import EnrollmentState
from training.courses.results.models import ClassRating


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def test_a_year_a_class_its_people_and_its_files(office: Office) -> None:
    with office.unit() as uow:
        days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}
        session = course_session(uow, state=SessionState.CLOSED, title="测试叉车班", **days)
        one = enrollment(uow, session, make_person(uow, name="测试丙"), EnrollmentState.COMPLETED)
        enrollment(uow, session, make_person(uow, name="测试丁"), EnrollmentState.LEFT)
        certificate(uow, one)
        work(uow, one.person_id or 0, "E1", date(2026, 4, 1))
        public_id = session.public_id
    client = office.clerk
    page = text_of(client.get("/staff/training-outcomes?year=2026"))
    for words in ("测试叉车班", "低于 85%（辽宁省", "低于 90%（辽宁省", "50.0%"):
        assert words in page
    for query in ("by=provider&sort=completed&months=12", "by=course&year=x", "by=no&months=7", "year=2001"):
        assert client.get(f"/staff/training-outcomes?{query}").status_code == 200
    assert client.get("/staff/training-outcomes.xlsx?year=2026").data.startswith(b"PK")
    here = f"/staff/classes/{public_id}/outcome"
    page = text_of(client.get(here))
    assert "报到 2 人，结业 1 人，获证 1 人" in page and "还没到时点" in page
    for form, sign in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert client.get(f"{here}/report.{form}").data.startswith(sign)
    assert client.get(f"{here}/report.exe").status_code == 404
    people = "/staff/training-outcomes/people?year=2026&figure="
    page = text_of(client.get(f"{people}unverified"))
    assert "测试丙" in page and "测试丁" not in page
    assert "测试丁" in text_of(client.get(f"{people}arrived&key={public_id}"))
    assert "没有人" in text_of(client.get(f"{people}employed"))
    assert client.get(f"{people}secret").status_code == 404


def test_who_attended_says_how_it_was_once_it_is_over(office: Office) -> None:
    with office.unit() as uow:
        over, running = course_session(uow, state=SessionState.ENDED), course_session(uow)
        person, other = make_person(uow), make_person(uow)
        mine = enrollment(uow, over, person, EnrollmentState.COMPLETED).public_id
        early = enrollment(uow, running, person).public_id
        user, stranger = person.user_id, other.user_id
    client, path = office.client(user), f"/my/classes/{mine}/rating"
    assert "很满意" in text_of(client.get(path))
    assert "请选 1 到 5 分" in text_of(client.post(path, data={"stars": "6"}), 422)
    for stars in ("2", "5"):
        assert client.post(path, data={"stars": stars, "words": "讲得清楚"}).status_code == 303
    with office.unit() as uow:
        assert uow.session.execute(select(ClassRating.stars, ClassRating.words)).all() == [(5, "讲得清楚")]
    assert "结课以后才能评价" in text_of(client.post(f"/my/classes/{early}/rating", data={"stars": "5"}), 422)
    assert office.client(stranger).get(path).status_code == 404
    with office.unit() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ClassRating)) == 1
