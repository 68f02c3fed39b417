"""Pages of enrollments: signing up, the own classes, the roster, calls, 适应性培训; bad input included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.core.audit import AuditEntry
from jobmatch.core.sheets import read_lines
from jobmatch.people.models.person import Person
from tests.factories import PATH_A, PATH_OTHER, make_person, make_station, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_enrollment import (
    ADAPTABILITY,
    OTHER_SKILL,
    actor_of_provider,
    leave_service,
    make_meeting,
    make_provider,
    make_session,
)
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import CourseCall, Enrollment
from training.courses.enrollment.services.calls import record_calls
from training.courses.enrollment.services.enrolling import enroll
from training.courses.enrollment.states import EnrollmentState


@dataclass
class World:
    """One class with its provider's member, one person with a browser, and the county's clerk."""

    office: Office
    session: str
    person: str
    person_id: int
    user_id: int
    teacher_id: int

    @property
    def me(self) -> FlaskClient:
        return self.office.client(self.user_id)

    @property
    def clerk(self) -> FlaskClient:
        return self.office.clerk

    @property
    def teacher(self) -> FlaskClient:
        return self.office.client(self.teacher_id)

    def enrollments(self) -> list[Enrollment]:
        with self.office.unit() as uow:
            return list(uow.session.scalars(select(Enrollment).order_by(Enrollment.id)))

    def change(self, **values: Any) -> None:
        with self.office.unit() as uow:
            row = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == self.session)).one()
            for name, value in values.items():
                setattr(row, name, value)

    def fill(self, people: int) -> None:
        """That many more people sign up."""
        with self.office.unit() as uow:
            row = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == self.session)).one()
            for n in range(people):
                enroll(uow, row, make_person(uow, name=f"测试学员{n}"), consent=True)

    def add_class(self, **values: Any) -> str:
        with self.office.unit() as uow:
            return make_session(uow, **values).public_id


@pytest.fixture
def world(sqlite_runtime: Any, app: Any) -> Iterator[World]:
    office = open_office(sqlite_runtime, app)
    with office.unit() as uow:
        provider = make_provider(uow)
        session = make_session(
            uow,
            provider=provider,
            title="测试叉车班",
            capacity=2,
            place="测试学校一号楼",
            has_meals=True,
            has_lodging=True,
            money_words="每天补 10 元",
            contact_phone="0731-5550000",
        )
        person = make_person(uow, name="测试报名人")
        member = actor_of_provider(uow, provider)
        yield_values = (session.public_id, person.public_id, person.id, person.user_id or 0, member.user_id or 0)
    yield World(office, *yield_values)


# ---------- people ----------


def test_the_page_says_what_is_met_what_it_brings_and_one_tap_signs_up(world: World) -> None:
    address = f"/classes/{world.session}/enroll"
    shown = text_of(world.me.get(address))
    assert "能报：测试叉车班" in shown and "每天补 10 元" in shown and "管吃管住" in shown and "测试学校一号楼" in shown
    assert "没到法定退休年龄" in shown and "依据" in shown
    refused = world.me.post(address, data={})
    assert "需要您同意" in text_of(refused, 422) and world.enrollments() == []
    assert world.me.post(address, data={"consent": "y", "needs": "lodging"}).status_code == 303
    assert world.me.post(address, data={"consent": "y"}).status_code == 303
    [row] = world.enrollments()
    assert (row.state, row.needs) == (EnrollmentState.SEATED, ["lodging"])
    assert "您在这个班里：已报名" in text_of(world.me.get(address))
    mine = text_of(world.me.get("/my/classes"))
    assert "测试叉车班" in mine and "去报到" in mine and "取消报名" in mine


def test_who_does_not_fit_reads_the_rule_and_its_source_and_is_not_signed_up(world: World) -> None:
    world.change(max_age=30)
    shown = text_of(world.me.get(f"/classes/{world.session}/enroll"))
    assert (
        "还不能报" in shown
        and "不超过 30 岁" in shown
        and "依据：这个班的要求" in shown
        and ">报名</button>" not in shown
    )
    answer = world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    assert "不超过 30 岁" in text_of(answer, 422) and world.enrollments() == []


def test_a_closed_window_is_said_on_the_page_and_refuses_the_press(world: World) -> None:
    world.change(sign_up_until=date(2026, 11, 19))
    assert "截止" in text_of(world.me.get(f"/classes/{world.session}/enroll"))
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    assert world.enrollments() == []
    world.change(state=SessionState.DRAFT)
    assert world.me.get(f"/classes/{world.session}/enroll").status_code == 404


def test_the_queue_is_shown_with_the_place_and_moves_up(world: World) -> None:
    world.fill(3)
    shown = text_of(world.me.get(f"/classes/{world.session}/enroll"))
    assert "候补第 2 位" in shown and "排候补" in shown
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    assert "您排在第 2 位" in text_of(world.me.get("/my/classes"))


def test_canceling_asks_first_and_gives_the_seat_on(world: World) -> None:
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    world.fill(2)
    mine = world.enrollments()[0]
    address = f"/my/classes/{mine.public_id}/cancel"
    assert "名额会马上给候补的人" in text_of(world.me.get(address))
    assert world.me.post(address).status_code == 303
    assert [row.state.value for row in world.enrollments()] == ["canceled", "seated", "seated"]
    with world.office.unit() as uow:
        other = make_person(uow).user_id
    assert world.office.client(other).get(address).status_code == 404
    assert world.office.client(other).post(address).status_code == 404


def test_changing_to_another_class_of_the_course(world: World) -> None:
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    mine = world.enrollments()[0]
    address = f"/my/classes/{mine.public_id}/transfer"
    assert "没有别的班" in text_of(world.me.get(address))
    other, wrong = world.add_class(title="测试叉车二班", days=12), world.add_class(course_code=OTHER_SKILL, days=30)
    assert "测试叉车二班" in text_of(world.me.get(address))
    assert "只能转到同一课程" in text_of(world.me.post(address, data={"to": wrong}), 422)
    assert world.me.post(address, data={"to": "zz22zz22zz22zz22"}).status_code == 404
    assert world.me.post(address, data={"to": other}).status_code == 303
    assert [row.state.value for row in world.enrollments()] == ["canceled", "seated"]


def test_the_class_goes_into_the_calendar_of_a_phone(world: World) -> None:
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    address = f"/my/classes/{world.enrollments()[0].public_id}/calendar.ics"
    assert "DTSTART:20261201T010000Z" in world.me.get(address).get_data(as_text=True)
    with world.office.unit() as uow:
        row = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == world.session)).one()
        make_meeting(uow, row, day=1, hour=6)
    calendar = world.me.get(address)
    assert calendar.mimetype == "text/calendar" and "DTSTART:20261202T060000Z" in calendar.get_data(as_text=True)


# ---------- staff ----------


def roster(world: World, more: str = "") -> str:
    return text_of(world.clerk.get(f"/staff/classes/{world.session}/people{more}"))


def test_the_roster_is_narrowed_by_state_and_name_and_taken_along(world: World) -> None:
    world.fill(3)
    assert "2 人已报名，1 人候补" in roster(world)
    waiting = roster(world, "?state=waiting")
    assert "测试学员2" in waiting and "测试学员0" not in waiting
    assert "测试学员1" in roster(world, "?q=学员1") and "测试学员0" not in roster(world, "?q=学员1")
    assert "没有这样的学员" in roster(world, "?q=无此人")
    table = world.clerk.get(f"/staff/classes/{world.session}/people.xlsx?state=waiting")
    lines = list(read_lines(table.data))
    assert [line[0] for line in lines][1:] == ["测试学员2"]
    with world.office.unit() as uow:
        assert uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "enrollment.export")).one()


def test_a_clerk_signs_somebody_up_only_with_how_they_agreed(world: World) -> None:
    address = f"/staff/classes/{world.session}/people/new"
    assert "测试报名人" in text_of(world.clerk.get(f"{address}?q=测试报名人"))
    assert "没到法定退休年龄" in text_of(world.clerk.get(f"{address}?person={world.person}"))
    refused = text_of(world.clerk.post(address, data={"person": world.person}), 422)
    assert "请先问本人" in refused and world.enrollments() == []
    assert "原件放在哪里" in text_of(world.clerk.post(address, data={"person": world.person, "agreed": "paper"}), 422)
    done = world.clerk.post(address, data={"person": world.person, "agreed": "screen", "needs": "bus"})
    assert done.status_code == 303 and world.enrollments()[0].way.value == "station"
    assert world.clerk.get(f"{address}?person=zz22zz22zz22zz22").status_code == 404


def test_one_enrollment_is_canceled_with_a_reason_marked_and_left(world: World) -> None:
    world.fill(2)
    first, second = world.enrollments()
    address = f"/staff/classes/{world.session}/people/{first.public_id}"
    assert "得到名额" in text_of(world.clerk.get(address))
    assert "请写取消的原因" in text_of(world.clerk.post(f"{address}/cancel", data={"reason": " "}), 422)
    assert world.clerk.post(f"{address}/cancel", data={"reason": "本人外出"}).status_code == 303
    assert world.clerk.post(f"/staff/classes/{world.session}/people/{second.public_id}/arrive").status_code == 409
    world.change(starts_on=date(2026, 11, 21), state=SessionState.RUNNING)
    assert world.clerk.post(f"/staff/classes/{world.session}/people/arrive").status_code == 303
    assert [row.state.value for row in world.enrollments()] == ["canceled", "attending"]
    other = f"/staff/classes/{world.session}/people/{second.public_id}/leave"
    assert "请写为什么退出" in text_of(world.clerk.post(other, data={}), 422)
    assert world.clerk.post(other, data={"reason": "找到工作"}).status_code == 303
    assert world.enrollments()[1].state is EnrollmentState.LEFT


def test_staff_of_another_county_see_nothing_of_the_class(world: World) -> None:
    world.fill(1)
    with world.office.unit() as uow:
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER)).id
    client, key = world.office.client(far), world.enrollments()[0].public_id
    for way in ("people", "people.xlsx", "people/new", f"people/{key}", "calls", "calls.xlsx"):
        assert client.get(f"/staff/classes/{world.session}/{way}").status_code == 404, way
    for way in ("people/arrive", f"people/{key}/cancel", f"people/{key}/arrive", "calls/list"):
        assert client.post(f"/staff/classes/{world.session}/{way}", data={"reason": "x"}).status_code == 404, way


@pytest.mark.parametrize(
    "address", ["/staff/classes/{}/people", "/staff/classes/{}/calls", "/provider/classes/{}/people"]
)
def test_lists_cost_the_same_with_two_and_with_twenty_rows(world: World, address: str) -> None:
    world.change(capacity=60)
    reader, costs = world.teacher if "provider" in address else world.clerk, []
    for people in (2, 18):
        world.fill(people)
        with world.office.unit() as uow:
            row = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == world.session)).one()
            record_calls(uow, row, [(key, 1) for key in uow.session.scalars(select(Enrollment.person_id)) if key])
        reader.get(address.format(world.session))
        with counted(world.office.runtime.database.engine) as seen:
            assert reader.get(address.format(world.session)).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


# ---------- provider ----------


def test_a_provider_sees_names_and_phones_of_who_has_a_seat_and_of_nobody_else(world: World) -> None:
    world.fill(3)
    shown = text_of(world.teacher.get(f"/provider/classes/{world.session}/people"))
    assert "测试学员0" in shown and "测试学员1" in shown and "测试学员2" not in shown
    assert len(set(re.findall(r"tel:1990000\d{4}", shown))) == 2
    with world.office.unit() as uow:
        rival = actor_of_provider(uow, make_provider(uow)).user_id
        uow.session.scalars(select(Provider)).all()
    assert world.office.client(rival).get(f"/provider/classes/{world.session}/people").status_code == 404
    world.change(starts_on=date(2026, 11, 22))
    first, _second, waiting = world.enrollments()
    place = f"/provider/classes/{world.session}/people"
    assert world.teacher.post(f"{place}/{waiting.public_id}/arrive").status_code == 404
    assert world.teacher.post(f"{place}/{first.public_id}/arrive").status_code == 303
    assert world.teacher.post(f"{place}/arrive").status_code == 303
    assert [row.state.value for row in world.enrollments()] == ["attending", "attending", "waiting"]


# ---------- calls ----------


def test_calls_are_listed_answered_and_lead_to_signing_up(world: World) -> None:
    with world.office.unit() as uow:
        row = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == world.session)).one()
        assert record_calls(uow, row, [(world.person_id, 12)]) == 1
        assert record_calls(uow, row, [(world.person_id, 15)]) == 0
        call = uow.session.scalars(select(CourseCall)).one().public_id
    address = f"/staff/classes/{world.session}/calls"
    shown = text_of(world.clerk.get(address))
    assert "测试报名人" in shown and "多出 15 个合适的岗位" in shown and "1990000" not in shown
    assert "请选一个联系结果" in text_of(world.clerk.post(f"{address}/{call}", data={"state": "maybe"}), 422)
    assert world.clerk.post(f"{address}/{call}", data={"state": "coming"}).status_code == 303
    assert world.clerk.post(f"{address}/{call}", data={"note": "下午再打"}).status_code == 303
    shown = text_of(world.clerk.get(address))
    assert "给他报名" in shown and "下午再打" in shown and "1 人愿意来" in shown
    assert re.search(r"tel:1990000\d{4}", text_of(world.clerk.post(f"{address}/{call}/phone")))
    lines = list(read_lines(world.clerk.get(f"{address}.xlsx").data))
    assert lines[1][0] == "测试报名人" and "愿意来" in lines[1]


def test_people_are_added_by_hand_and_from_surveys(world: World) -> None:
    from jobmatch.casework.surveys.models import Survey, SurveyAnswer
    from jobmatch.casework.surveys.states import Via

    world.change(certificate_code="CE012")
    with world.office.unit() as uow:
        own, far = make_person(uow, name="测试想学的"), make_person(uow, name="测试远处的", path=PATH_OTHER)
        station = make_station(uow)
        survey = Survey(
            region_path=station.region_path,
            title="测试问卷",
            opens_on=uow.today,
            closes_on=uow.today,
            created_at=uow.now,
        )
        uow.session.add(survey)
        uow.session.flush()
        for one in (own, far):
            uow.session.add(
                SurveyAnswer(
                    survey_id=survey.id,
                    person_id=one.id,
                    via=Via.LINK,
                    certificate_codes=["CE012"],
                    answered_at=uow.now,
                )
            )
        far_id = far.public_id
    address = f"/staff/classes/{world.session}/calls"
    assert world.clerk.post(f"{address}/list").status_code == 303
    shown = text_of(world.clerk.get(address))
    assert "测试想学的" in shown and "测试远处的" not in shown
    assert world.clerk.post(f"{address}/people", data={"person": world.person}).status_code == 303
    assert world.clerk.post(f"{address}/people", data={"person": far_id}).status_code == 404
    assert "测试报名人" in text_of(world.clerk.get(address))


# ---------- 适应性培训 ----------


def test_nobody_who_left_service_this_year_is_left_out_unseen(world: World) -> None:
    with world.office.unit() as uow:
        lesson = make_session(uow, course_code=ADAPTABILITY, title="测试退役第一课", capacity=30)
        rows = {}
        for name, left in (("甲", "2026-01-05"), ("乙", "2026-01-06"), ("丙", "2026-01-07"), ("丁", "2026-09-01")):
            rows[name] = make_person(uow, name=f"测试返乡{name}", path=PATH_A)
            leave_service(uow, rows[name], date.fromisoformat(left), "ZZJY" if name != "丙" else "APGZ")
        came = enroll(uow, lesson, rows["甲"], consent=True).enrollment
        came.state, came.arrived_on = EnrollmentState.ATTENDING, uow.today
        enroll(uow, lesson, rows["乙"], consent=True)
        far = make_person(uow, name="测试远返乡", path=PATH_OTHER)
        leave_service(uow, far, date(2026, 1, 9))
        class_id, who = lesson.public_id, rows["丙"].public_id
    shown = text_of(world.clerk.get("/staff/adaptability?year=2026"))
    assert "2026 年退役 4 人，1 人还没参加适应性培训" in shown
    assert "测试返乡丙" in shown and "测试返乡丁" not in shown and "测试远返乡" not in shown
    assert f"/staff/classes/{class_id}/people/new?person={who}" in shown.replace("&amp;", "&")
    assert "测试返乡甲" in text_of(world.clerk.get("/staff/adaptability?year=2026&state=attended"))
    assert "测试返乡丁" in text_of(world.clerk.get("/staff/adaptability?year=2026&state=not_due"))
    assert "没有这一年退役的人" in text_of(world.clerk.get("/staff/adaptability?year=1960"))
    for bad in ("year=abc", "year=9999", "state=x", "year=２０２６", "method=no"):
        assert world.clerk.get(f"/staff/adaptability?{bad}").status_code == 200, bad
    lines = list(read_lines(world.clerk.get("/staff/adaptability.xlsx?year=2026").data))
    assert {line[0]: line[-1] for line in lines[1:]} == {
        "测试返乡甲": "已参加",
        "测试返乡乙": "已报名",
        "测试返乡丙": "还没参加",
        "测试返乡丁": "期限还早",
    }


def test_names_never_stand_in_the_trail(world: World) -> None:
    world.me.post(f"/classes/{world.session}/enroll", data={"consent": "y"})
    with world.office.unit() as uow:
        trail = uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "enrollment.enroll")).one()
        name = uow.session.get_one(Person, world.person_id).name
    assert name not in str(trail.detail) and trail.detail["way"] == "own"
