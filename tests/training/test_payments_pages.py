"""The pages of the money of classes, through the client."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import Role
from jobmatch.core.runtime import Runtime
from jobmatch.people.models.person import Person
from tests.factories import PATH_OTHER, make_person, make_station, make_user
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_pay import attend, course_session, enrollment, meetings
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.payments.models import PaySheet, PaySheetLine

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def office(sqlite_runtime: Runtime, app: Any) -> Office:
    return open_office(sqlite_runtime, app)


def a_class(office: Office, people: int = 1) -> str:
    with office.unit() as uow:
        session = course_session(uow)
        held = meetings(uow, session, date(2026, 9, 7), 4)
        for _n in range(people):
            attend(uow, enrollment(uow, session, make_person(uow, name="测试乙")), held)
        return session.public_id


def the_sheet(office: Office) -> PaySheet:
    with office.unit() as uow:
        return uow.session.scalars(select(PaySheet).order_by(PaySheet.id.desc()).limit(1)).one()


def test_a_sheet_is_made_shown_signed_paid_and_everybody_sees_their_part(office: Office) -> None:
    client, public_id = office.clerk, a_class(office)
    path = f"/staff/classes/{public_id}/payments"
    assert "还没有补贴表" in text_of(client.get(path))
    made = client.post(path, data={"kind": "allowance", "month": "2026-09-01"})
    assert made.status_code == 303
    assert "已经做过了" in text_of(client.post(path, data={"kind": "allowance", "month": "2026-09-01"}), 422)
    assert client.post(path, data={"kind": "other"}).status_code == 404
    sheet = the_sheet(office)
    here = f"{path}/{sheet.public_id}"
    for words in ("测试乙", "到课 4 天，每天 10 元", "湖南省", "合计 40 元"):
        assert words in text_of(client.get(here))
    for form, sign in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        assert client.get(f"{here}/sheet.{form}").data.startswith(sign)
    assert client.get(f"{here}/sheet.txt").status_code == 404
    assert client.post(f"{here}/again").status_code == 303
    notice = f"/notices/training/{sheet.public_id}"
    assert office.client().get(notice).status_code == 404
    assert client.post(f"{here}/notice").status_code == 303
    page = text_of(office.client().get(notice))
    assert "测**" in page and "测试乙" not in page and "0731-5550000" in page
    scan = {"file": (io.BytesIO(PDF), "签字.pdf")}
    assert "个工作日" in text_of(client.post(f"{here}/sign", data=scan), 422)
    with office.unit() as uow:
        row = uow.session.get_one(PaySheet, sheet.id)
        row.noticed_from, row.noticed_until = uow.today - timedelta(days=9), uow.today - timedelta(days=2)
    assert office.client().get(notice).status_code == 404
    assert "请选一个文件" in text_of(client.post(f"{here}/sign", data={}), 422)
    assert client.post(f"{here}/sign", data={"file": (io.BytesIO(PDF), "签字.pdf")}).status_code == 303
    assert client.get(f"{here}/scan").data == PDF
    assert "请填凭证号" in text_of(client.post(f"{here}/pay", data={"paid_on": "2026-11-21"}), 422)
    assert client.post(f"{here}/pay", data={"paid_on": "2026-11-21", "voucher": "记-3"}).status_code == 303
    assert "记-3" in text_of(client.get(here))
    with office.unit() as uow:
        person_user = uow.session.scalars(select(Person.user_id).where(Person.name == "测试乙")).one()
    mine = text_of(office.client(person_user).get("/my/allowances"))
    assert "到课 4 天" in mine and "2026 年 9 月" in mine
    stranger = office.client()
    with office.unit() as uow:
        other = make_person(uow).user_id
    assert "还没有生活补助" in text_of(office.client(other).get("/my/allowances"))
    assert stranger.get("/my/allowances").status_code in {302, 303, 401}
    money = text_of(client.get("/staff/training-money?year=2026"))
    assert "60000" in money and "40" in money
    assert "还没有批准的班次" in text_of(client.get("/staff/training-money?year=1"))


def test_the_provider_reads_course_money_of_its_own_class_only(office: Office) -> None:
    public_id, other = a_class(office), a_class(office)
    path = f"/staff/classes/{public_id}/payments"
    office.clerk.post(path, data={"kind": "first_part"})
    with office.unit() as uow:
        session = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == public_id)).one()
        organization = uow.session.get_one(
            Organization, uow.session.get_one(Provider, session.provider_id).organization_id
        )
        member = make_user(uow, Role.PROVIDER_MEMBER, organization=organization).id
    client = office.client(member)
    assert "还没有公示的经费" in text_of(client.get(f"/provider/classes/{public_id}/payments"))
    office.clerk.post(f"{path}/{the_sheet(office).public_id}/notice")
    assert "1000" in text_of(client.get(f"/provider/classes/{public_id}/payments"))
    assert client.get(f"/provider/classes/{other}/payments").status_code == 404
    assert client.get(path).status_code in {403, 404}


def test_an_office_elsewhere_finds_nothing_and_a_canceled_sheet_says_why(office: Office) -> None:
    public_id = a_class(office)
    path = f"/staff/classes/{public_id}/payments"
    office.clerk.post(path, data={"kind": "first_part"})
    here = f"{path}/{the_sheet(office).public_id}"
    with office.unit() as uow:
        foreign = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    client = office.client(foreign)
    for found in (client.get(path), client.get(here), client.post(f"{here}/notice"), client.post(f"{here}/cancel")):
        assert found.status_code == 404
    assert "请写作废的原因" in text_of(office.clerk.post(f"{here}/cancel", data={"reason": ""}), 422)
    assert office.clerk.post(f"{here}/cancel", data={"reason": "人数错了"}).status_code == 303
    assert "人数错了" in text_of(office.clerk.get(here))


def test_a_long_sheet_costs_as_many_statements_as_a_short_one(office: Office) -> None:
    spent = []
    for people in (2, 20):
        public_id = a_class(office, people)
        path = f"/staff/classes/{public_id}/payments"
        office.clerk.post(path, data={"kind": "first_part"})
        sheet = the_sheet(office)
        with office.unit() as uow:
            lines = select(PaySheetLine).where(PaySheetLine.sheet_id == sheet.id)
            assert len(uow.session.scalars(lines).all()) == people
        office.clerk.get(f"{path}/{sheet.public_id}")
        seen: list[str] = []

        def listen(_c: Any, _k: Any, statement: str, *_rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        engine = office.runtime.database.engine
        event.listen(engine, "before_cursor_execute", listen)
        text_of(office.clerk.get(f"{path}/{sheet.public_id}"))
        event.remove(engine, "before_cursor_execute", listen)
        spent.append(len(seen))
    assert spent[0] == spent[1] > 0
