"""Pages of the classroom for the office, the provider and the person: happy, wrong, foreign, and growth."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from jobmatch.accounts.states import Role
from jobmatch.core.sheets import Sheet, read_lines, write_workbook
from tests.conftest import NOW
from tests.factories import PATH_OTHER, make_person, make_station, make_user
from tests.matching.help import counted
from tests.recruiters.help import Office, open_office, text_of
from tests.training.help_classroom import (
    actor_of_provider,
    make_class,
    make_enrollment,
    make_mark,
    make_meeting,
)
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.codes import code_text
from training.courses.classroom.models import Attendance, CourseCertificate, Inspection, LeaveRequest
from training.courses.classroom.states import AttendanceMark, LeaveState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState


@dataclass
class Room:
    """A running class with one meeting now, two people, its provider's member, and a clerk of another county."""

    office: Office
    held: str
    meeting: str
    people: list[str]
    user_ids: list[int]
    provider_id: int
    stranger_ids: list[int]

    @property
    def clerk(self) -> FlaskClient:
        return self.office.clerk

    @property
    def teacher(self) -> FlaskClient:
        return self.office.client(self.provider_id)

    def person(self, number: int = 0) -> FlaskClient:
        return self.office.client(self.user_ids[number])

    def both(self) -> list[tuple[str, FlaskClient]]:
        return [("staff", self.clerk), ("provider", self.teacher)]

    def unit(self) -> Any:
        return self.office.unit()


@pytest.fixture
def room(sqlite_runtime: Any, app: Any) -> Iterator[Room]:
    office = open_office(sqlite_runtime, app)
    with office.unit() as uow:
        held = make_class(uow)
        meeting = make_meeting(uow, held)
        people = [make_enrollment(uow, held, person=make_person(uow, name=f"测试学员{name}")) for name in "甲乙"]
        provider = actor_of_provider(uow, held.provider)
        far = make_user(uow, Role.STATION_STAFF, organization=make_station(uow, path=PATH_OTHER))
        rival = actor_of_provider(uow, make_class(uow).provider)
        yield_value = Room(
            office,
            held.public_id,
            meeting.public_id,
            [one.public_id for one in people],
            [one.person.user_id for one in people if one.person is not None and one.person.user_id is not None],
            provider.user_id or 0,
            [far.id, rival.user_id or 0],
        )
    yield yield_value


def session_of(uow: Any, room: Room) -> CourseSession:
    found: CourseSession = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == room.held)).one()
    return found


def enrollment_of(uow: Any, public_id: str) -> Enrollment:
    found: Enrollment = uow.session.scalars(select(Enrollment).where(Enrollment.public_id == public_id)).one()
    return found


PAGES = ("meetings", "leaves", "notices", "notices/new", "results")


def test_both_sides_see_the_rooms_of_the_class_and_strangers_do_not(room: Room) -> None:
    for side, client in room.both():
        for name in (*PAGES, f"meetings/{room.meeting}/roll", f"meetings/{room.meeting}/code"):
            assert client.get(f"/{side}/classes/{room.held}/{name}").status_code == 200, (side, name)
    for name in ("certificates", "inspections", "inspections/new"):
        assert room.clerk.get(f"/staff/classes/{room.held}/{name}").status_code == 200, name
        assert room.teacher.get(f"/staff/classes/{room.held}/{name}").status_code == 403
    far, rival = (room.office.client(one) for one in room.stranger_ids)
    for name in (*PAGES, f"meetings/{room.meeting}/roll", f"meetings/{room.meeting}/code"):
        assert far.get(f"/staff/classes/{room.held}/{name}").status_code == 404
        assert rival.get(f"/provider/classes/{room.held}/{name}").status_code == 404
    assert far.get(f"/staff/classes/{room.held}/dossier.zip").status_code == 404


@pytest.mark.parametrize("side", ["staff", "provider"])
def test_a_roll_call_from_the_first_tap_to_the_end(room: Room, side: str) -> None:
    client = dict(room.both())[side]
    base = f"/{side}/classes/{room.held}/meetings"
    roll = f"{base}/{room.meeting}/roll"
    assert "2 人没点" in text_of(client.get(base))
    refused = text_of(client.post(f"{base}/{room.meeting}/close"), 422)
    assert "还有 2 人没有点名" in refused
    answer = client.post(roll, data={"mark": f"{room.people[0]}:absent"})
    assert answer.status_code == 303 and answer.headers["Location"].endswith(f"#p-{room.people[0]}")
    fragment = text_of(client.get(roll, headers={"HX-Request": "true"}))
    assert "<html" not in fragment and "1 人没点" in fragment
    for bad in ("", "zz:present", f"{room.people[0]}:gone", "zz22zz22zz22zz22:late"):
        assert client.post(roll, data={"mark": bad}).status_code == 404
    client.post(roll, data={"mark": "all"})
    assert client.post(f"{base}/{room.meeting}/close").status_code == 303
    page = text_of(client.get(roll))
    assert "点名结束" in page and ("重新打开" in page)
    assert text_of(client.post(roll, data={"mark": f"{room.people[0]}:late"}), 422).count("已经结束")
    reopen = f"/staff/classes/{room.held}/meetings/{room.meeting}/reopen"
    assert room.teacher.post(reopen, data={"reason": "改"}).status_code == 403
    assert "请写为什么" in text_of(room.clerk.post(reopen, data={"reason": ""}), 422)
    assert room.clerk.post(reopen, data={"reason": "点错了人"}).status_code == 303
    with room.unit() as uow:
        marks = {row.mark for row in uow.session.scalars(select(Attendance))}
        assert marks == {AttendanceMark.ABSENT, AttendanceMark.PRESENT}
        assert uow.session.scalars(select(CourseMeeting.closed_at)).all() == [None]


def test_the_screen_shows_a_code_that_marks_who_scans_it(room: Room) -> None:
    screen = room.teacher.get(f"/provider/classes/{room.held}/meetings/{room.meeting}/code")
    assert "<svg" in text_of(screen) and screen.headers["Cache-Control"] == "no-store"
    with room.unit() as uow:
        meeting = uow.session.scalars(select(CourseMeeting)).one()
        text = code_text(meeting.public_id, meeting.code_secret, NOW)
        old = code_text(meeting.public_id, meeting.code_secret, NOW - timedelta(minutes=2))
    me = room.person()
    assert "我到了" in text_of(me.get(f"/c/{text}"))
    with room.unit() as uow:
        assert uow.session.scalars(select(Attendance)).all() == []
    assert "到课" in text_of(me.post(f"/c/{text}"))
    assert "已经记上" in text_of(me.post(f"/c/{text}")) and "已经记上" in text_of(me.get(f"/c/{old}"))
    assert "30 秒换一次" in text_of(room.person(1).post(f"/c/{old}"), 409)
    assert "不是上课的签到码" in text_of(me.get("/c/zz"), 409)
    guest = room.office.client().get(f"/c/{text}")
    assert guest.status_code == 303 and "/sign-in" in guest.headers["Location"]
    with room.unit() as uow:
        outsider = make_person(uow)
        outsider_id = outsider.user_id
        assert len(uow.session.scalars(select(Attendance)).all()) == 1
    assert "没有报这个班" in text_of(room.office.client(outsider_id).get(f"/c/{text}"), 409)


def test_the_own_page_leave_and_its_answer(room: Room) -> None:
    me, mine = room.person(), f"/my/classes/{room.people[0]}"
    assert "下一节课" in text_of(me.get(mine))
    assert room.person(1).get(mine).status_code == 404
    assert room.person(1).get(f"{mine}/leave").status_code == 404
    wrong = text_of(
        me.post(f"{mine}/leave", data={"from_on": "2026-11-25", "until_on": "2026-11-24", "reason": "x"}), 422
    )
    assert "不能早于开始的那天" in wrong
    days = {"from_on": "2026-11-25", "until_on": "2026-11-25", "reason": "复查"}
    assert me.post(f"{mine}/leave", data=days).status_code == 303
    assert "待批" in text_of(me.get(mine))
    with room.unit() as uow:
        leave = uow.session.scalars(select(LeaveRequest)).one().public_id
    listed = text_of(room.teacher.get(f"/provider/classes/{room.held}/leaves"))
    assert "1 个请假等您批" in listed and "复查" in listed
    place = f"/provider/classes/{room.held}/leaves/{leave}"
    assert room.teacher.post(place, data={"answer": "maybe"}).status_code == 404
    assert room.teacher.post(place, data={"answer": "refuse"}).status_code == 303
    assert "没批" in text_of(
        room.clerk.post(f"/staff/classes/{room.held}/leaves/{leave}", data={"answer": "grant"}), 422
    )
    assert room.person(1).post(f"{mine}/leave/{leave}/withdraw").status_code == 404
    assert room.person(1).post(f"/my/classes/{room.people[1]}/leave/{leave}/withdraw").status_code == 404
    assert me.post(f"{mine}/leave", data=days).status_code == 303
    with room.unit() as uow:
        second = uow.session.scalars(select(LeaveRequest).where(LeaveRequest.state == LeaveState.ASKED)).one()
    assert me.post(f"{mine}/leave/{second.public_id}/withdraw").status_code == 303
    assert "已撤回" in text_of(me.get(mine))


def test_a_notice_is_sent_read_and_counted(room: Room) -> None:
    new = f"/staff/classes/{room.held}/notices/new"
    assert "请写标题" in text_of(room.clerk.post(new, data={"title": "", "words": "改到 301"}), 422)
    place = room.clerk.post(new, data={"title": "明天换教室", "words": "改到 301"}).headers["Location"]
    assert "2 人未读" in text_of(room.clerk.get(place))
    own = f"/my/classes/{room.people[0]}/notices/{place.rsplit('/', 1)[1]}"
    me = room.person()
    assert "我知道了" in text_of(me.get(own)) and me.post(own).status_code == 303
    assert "1 人未读" in text_of(room.clerk.get(place)) and "我知道了" not in text_of(me.get(own))
    assert room.person(1).get(own).status_code == 404
    assert room.teacher.get(f"/provider/classes/{room.held}/notices/zz22zz22zz22zz22").status_code == 404


def photo(size: int = 40) -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (size, size), "green").save(target, "JPEG")
    target.seek(0)
    return target


def test_a_visit_with_a_photograph_warns_of_missing_heads(room: Room) -> None:
    place = f"/staff/classes/{room.held}/inspections"
    bad = room.clerk.post(f"{place}/new", data={"head_count": "", "note": ""})
    assert "数一数" in text_of(bad, 422)
    text = {"head_count": "1", "file": (io.BytesIO(b"no picture"), "a.jpg")}
    assert text_of(room.clerk.post(f"{place}/new", data=text, content_type="multipart/form-data"), 422)
    with room.unit() as uow:
        assert uow.session.scalars(select(Inspection)).all() == []
    sent = {"head_count": "1", "note": "一人请假未登记", "file": (photo(), "a.jpg")}
    assert room.clerk.post(f"{place}/new", data=sent, content_type="multipart/form-data").status_code == 303
    page = text_of(room.clerk.get(place))
    assert "少 1 人" in page and "<img" in page
    with room.unit() as uow:
        visit = uow.session.scalars(select(Inspection)).one().public_id
    answer = room.clerk.get(f"{place}/{visit}/photo")
    assert answer.mimetype == "image/jpeg" and answer.get_data().startswith(b"\xff\xd8\xff")
    assert room.office.client(room.stranger_ids[0]).get(f"{place}/{visit}/photo").status_code == 404


def finished(room: Room, state: SessionState = SessionState.ENDED) -> None:
    """The class has ended; the first person came to everything, the second to nothing."""
    with room.unit() as uow:
        held = session_of(uow, room)
        held.state = state
        meeting = uow.session.scalars(select(CourseMeeting).where(CourseMeeting.session_id == held.id)).one()
        meeting.closed_at = uow.now
        make_mark(uow, meeting, enrollment_of(uow, room.people[0]))
        make_mark(uow, meeting, enrollment_of(uow, room.people[1]), AttendanceMark.ABSENT)


def test_results_completion_and_certificates_for_the_whole_class(room: Room) -> None:
    finished(room)
    good, bad = room.people
    place = f"/provider/classes/{room.held}/results"
    wrong = text_of(room.teacher.post(place, data={f"score-{good}": "abc", f"score-{bad}": "60"}), 422)
    assert "0 到 100" in wrong and "不能参加考核" in wrong and 'value="abc"' in wrong
    assert room.teacher.post(place, data={f"score-{good}": "91", f"passed-{good}": "yes"}).status_code == 303
    assert 'value="91"' in text_of(room.teacher.get(place))
    assert room.clerk.post(f"/staff/classes/{room.held}/complete").status_code == 303
    base = f"/staff/classes/{room.held}/certificates"
    assert "给 1 人发结业证书" in text_of(room.clerk.get(base))
    assert "不晚于今天" in text_of(room.clerk.post(f"{base}/completion", data={"issued_on": "2030-01-01"}), 422)
    assert room.clerk.post(f"{base}/completion", data={"issued_on": "2026-11-21"}).status_code == 303
    other = {"kind": "skill_level", "certificate_code": "CE032", "issued_on": "2026-11-21", f"number-{good}": ""}
    assert "至少填一个人" in text_of(room.clerk.post(base, data=other), 422)
    assert room.clerk.post(base, data=other | {f"number-{good}": "S00001"}).status_code == 303
    with room.unit() as uow:
        rows = uow.session.scalars(select(CourseCertificate).order_by(CourseCertificate.id)).all()
        completion, level = (row.public_id for row in rows)
    mine = f"/my/classes/{good}"
    assert room.person().get(f"{mine}/certificates/{completion}.pdf").get_data().startswith(b"%PDF-")
    assert room.clerk.get(f"{base}/{completion}.pdf").status_code == 200
    assert room.person(1).get(f"{mine}/certificates/{completion}.pdf").status_code == 404
    assert room.person(1).get(f"/my/classes/{bad}/certificates/{completion}.pdf").status_code == 404
    assert room.person().get(f"{mine}/certificates/{level}.pdf").status_code == 404
    guest = room.office.client()
    shown = text_of(guest.get(f"/verify/{completion}"))
    assert "有效" in shown and "测****" in shown and "测试学员甲" not in shown
    assert "查不到" in text_of(guest.get("/verify/zz22zz22zz22zz22"), 404)
    assert "请写为什么作废" in text_of(room.clerk.post(f"{base}/{completion}/revoke", data={"reason": ""}), 422)
    assert room.clerk.post(f"{base}/{completion}/revoke", data={"reason": "名字错了"}).status_code == 303
    assert "已作废" in text_of(guest.get(f"/verify/{completion}"))
    assert room.person().get(f"{mine}/certificates/{completion}.pdf").status_code == 404
    assert "到课 0%" in text_of(room.person(1).get(f"/my/classes/{bad}"))


def test_scores_come_from_a_workbook_and_are_kept_only_when_saved(room: Room) -> None:
    finished(room)
    good, _bad = room.people
    place = f"/provider/classes/{room.held}/results"
    lines = list(read_lines(room.teacher.get(f"{place}.xlsx").get_data()))
    head, rows = lines[1], lines[2:]
    assert head == ["编号", "姓名", "成绩", "合格"] and {row[0] for row in rows} == set(room.people)
    filled = [[row[0], row[1], 88, "合格"] if row[0] == good else [row[0], row[1], 70, "大概"] for row in rows]
    content = write_workbook(Sheet("x", head, [*filled, ["", "没有这个人", 60, "合格"], filled[0]]))
    sent = {"file": (io.BytesIO(content), "成绩.xlsx")}
    shown = text_of(room.teacher.post(f"{place}/sheet", data=sent, content_type="multipart/form-data"))
    assert 'value="88"' in shown and "还没有保存" in shown
    assert "3 行没有用上" in shown and "没有这个人" in shown
    assert re.search(r"第 \d 行：合格这一列", shown)
    assert 'value="88"' not in text_of(room.teacher.get(place))
    for file in (None, (io.BytesIO(b"MZ\x00"), "x.xlsx"), (io.BytesIO("甲,乙\n1,2\n".encode()), "x.csv")):
        data = {"file": file} if file else {}
        answer = room.clerk.post(
            f"/staff/classes/{room.held}/results/sheet", data=data, content_type="multipart/form-data"
        )
        assert answer.status_code == 422


def test_the_file_of_the_class_comes_as_a_zip(room: Room) -> None:
    finished(room)
    answer = room.clerk.get(f"/staff/classes/{room.held}/dossier.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as pack:
        assert set(pack.namelist()) == {"班级台账.xlsx", "目录.xlsx"}


GROWING = (
    "meetings",
    "meetings/{meeting}/roll",
    "leaves",
    "notices",
    "notices/{notice}",
    "results",
    "certificates",
    "inspections",
)


def test_no_list_asks_more_for_twenty_rows_than_for_two(room: Room) -> None:
    place = room.clerk.post(f"/staff/classes/{room.held}/notices/new", data={"title": "一", "words": "一"}).headers[
        "Location"
    ]
    names = {"meeting": room.meeting, "notice": place.rsplit("/", 1)[1]}

    def grow(count: int) -> None:
        with room.unit() as uow:
            held = uow.session.scalars(select(CourseSession).where(CourseSession.public_id == room.held)).one()
            for _ in range(count):
                meeting = make_meeting(uow, held, starts_at=uow.now - timedelta(days=1, minutes=len(grown) * 7))
                one = make_enrollment(uow, held, state=EnrollmentState.COMPLETED)
                grown.append(one.id)
                make_mark(uow, meeting, one)
                uow.session.add(
                    LeaveRequest(
                        enrollment_id=one.id, from_on=uow.today, until_on=uow.today, reason="测试", asked_at=uow.now
                    )
                )
                uow.session.add(Inspection(session_id=held.id, happened_at=uow.now, roll_count=2, head_count=1))

    grown: list[int] = []
    grow(2)
    client = room.clerk
    mine = room.person()
    pages = [(client, f"/staff/classes/{room.held}/{name.format(**names)}") for name in GROWING]
    pages.append((mine, f"/my/classes/{room.people[0]}"))
    # What is read once and kept (rules) is no part of a list.
    text_of(client.get(f"/staff/classes/{room.held}/results"))
    few = [asked(room, *one) for one in pages]
    grow(18)
    for one, before in zip(pages, few, strict=True):
        assert asked(room, *one) == before, one[1]


def asked(room: Room, client: FlaskClient, path: str) -> int:
    """How many statements a page takes."""
    with counted(room.office.runtime.database.engine) as statements:
        text_of(client.get(path))
    return len(statements)
