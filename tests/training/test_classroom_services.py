"""Roll call, the code on the screen, leave, visits, notices: what is kept, and what is refused with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.models import Message
from tests.conftest import acting
from tests.factories import PATH_OTHER, actor_of_person, make_person, make_staff
from tests.training.help_classroom import (
    actor_of_provider,
    make_class,
    make_enrollment,
    make_mark,
    make_meeting,
    month,
)
from training.courses.classes.states import SessionState
from training.courses.classroom import queries
from training.courses.classroom.codes import code_text
from training.courses.classroom.models import Attendance, ClassNoticeReader, Inspection
from training.courses.classroom.services import attendance, inspecting, leave, scanning, telling
from training.courses.classroom.states import AttendanceMark, AttendanceWay, LeaveState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState


def marks(uow: UnitOfWork) -> dict[int, tuple[AttendanceMark, int]]:
    rows = uow.session.execute(select(Attendance.enrollment_id, Attendance.mark, Attendance.hours))
    return {row[0]: (row[1], row[2]) for row in rows}


def test_one_tap_marks_one_and_the_hours_follow(uow: UnitOfWork) -> None:
    held = make_class(uow)
    meeting, one = make_meeting(uow, held), make_enrollment(uow, held)
    teacher = acting(uow, actor_of_provider(uow, held.provider))
    for mark, hours in ((AttendanceMark.PRESENT, 4), (AttendanceMark.ABSENT, 0), (AttendanceMark.LATE, 4)):
        attendance.mark_person(teacher, held, meeting, one.public_id, mark=mark)
        assert marks(uow) == {one.id: (mark, hours)}
    with pytest.raises(NotFound):
        attendance.mark_person(teacher, held, meeting, "zz22zz22zz22zz22", mark=AttendanceMark.LATE)


def test_everybody_at_once_keeps_what_was_marked_and_knows_who_has_leave(uow: UnitOfWork) -> None:
    held = make_class(uow)
    meeting = make_meeting(uow, held)
    absent, plain, excused = (make_enrollment(uow, held) for _ in range(3))
    make_enrollment(uow, held, state=EnrollmentState.SEATED)
    grant(uow, held, excused)
    make_mark(uow, meeting, absent, AttendanceMark.ABSENT)
    assert attendance.mark_everybody(uow, held, meeting) == 2
    assert {one: mark for one, (mark, _hours) in marks(uow).items()} == {
        absent.id: AttendanceMark.ABSENT,
        plain.id: AttendanceMark.PRESENT,
        excused.id: AttendanceMark.ON_LEAVE,
    }
    assert attendance.mark_everybody(uow, held, meeting) == 0


def grant(uow: UnitOfWork, held: object, enrollment: Enrollment) -> None:
    row = leave.LeaveRequest(
        enrollment_id=enrollment.id,
        from_on=uow.today,
        until_on=uow.today,
        reason="测试",
        state=LeaveState.GRANTED,
        asked_at=uow.now,
        decided_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()


def test_a_meeting_closes_once_everybody_is_marked_and_opens_again_with_a_reason(uow: UnitOfWork) -> None:
    held = make_class(uow)
    meeting = make_meeting(uow, held)
    people = [make_enrollment(uow, held) for _ in range(3)]
    grant(uow, held, people[2])
    make_mark(uow, meeting, people[0])
    teacher = acting(uow, actor_of_provider(uow, held.provider))
    with pytest.raises(Invalid, match="还有 1 人没有点名"):
        attendance.close_meeting(teacher, held, meeting)
    attendance.mark_person(teacher, held, meeting, people[1].public_id, mark=AttendanceMark.PRESENT)
    attendance.close_meeting(teacher, held, meeting)
    attendance.close_meeting(teacher, held, meeting)
    assert meeting.closed_at is not None and marks(uow)[people[2].id] == (AttendanceMark.ON_LEAVE, 0)
    with pytest.raises(Conflict, match="已经结束"):
        attendance.mark_person(teacher, held, meeting, people[0].public_id, mark=AttendanceMark.ABSENT)
    with pytest.raises(NotAllowed):
        attendance.reopen_meeting(teacher, held, meeting, reason="点错了")
    office = acting(uow, make_staff(uow))
    with pytest.raises(Invalid):
        attendance.reopen_meeting(office, held, meeting, reason=" ")
    attendance.reopen_meeting(office, held, meeting, reason="点错了")
    attendance.mark_person(teacher, held, meeting, people[0].public_id, mark=AttendanceMark.ABSENT)
    with pytest.raises(Conflict):
        attendance.reopen_meeting(office, held, meeting, reason="又点错了")


@pytest.mark.parametrize("state", [SessionState.APPROVED, SessionState.CLOSED])
def test_the_roll_is_kept_only_while_the_class_runs(uow: UnitOfWork, state: SessionState) -> None:
    held = make_class(uow, state=state)
    with pytest.raises(Conflict, match="开班以后"):
        attendance.mark_everybody(uow, held, make_meeting(uow, held))


def test_nobody_is_marked_before_the_day_and_strangers_mark_nobody(uow: UnitOfWork) -> None:
    held = make_class(uow)
    one = make_enrollment(uow, held)
    later = make_meeting(uow, held, starts_at=uow.now + timedelta(hours=2))
    with pytest.raises(Conflict, match="开课前 30 分钟"):
        attendance.mark_person(uow, held, later, one.public_id, mark=AttendanceMark.PRESENT)
    now = make_meeting(uow, held)
    for stranger in (make_staff(uow, path=PATH_OTHER), actor_of_provider(uow, make_class(uow).provider)):
        with pytest.raises(NotAllowed):
            attendance.mark_person(acting(uow, stranger), held, now, one.public_id, mark=AttendanceMark.PRESENT)
        with pytest.raises(NotAllowed):
            attendance.close_meeting(acting(uow, stranger), held, now)


# ---------- the code on the screen ----------


def scanner(uow: UnitOfWork, enrollment: Enrollment) -> UnitOfWork:
    assert enrollment.person is not None
    return acting(uow, actor_of_person(uow, enrollment.person))


def test_a_scan_marks_once_and_says_so_again(uow: UnitOfWork) -> None:
    held = make_class(uow)
    meeting, one = make_meeting(uow, held), make_enrollment(uow, held)
    reader, text = scanner(uow, one), code_text(meeting.public_id, meeting.code_secret, uow.now)
    assert scanning.scan_code(reader, text).mark is AttendanceMark.PRESENT
    reader.now += timedelta(hours=1)
    assert scanning.scan_code(reader, text).mark is AttendanceMark.PRESENT
    [row] = uow.session.scalars(select(Attendance)).all()
    assert (row.way, row.hours) == (AttendanceWay.SCAN, 4)


@pytest.mark.parametrize(("minutes", "mark"), [(14, AttendanceMark.PRESENT), (16, AttendanceMark.LATE)])
def test_who_comes_after_a_quarter_of_an_hour_is_late(uow: UnitOfWork, minutes: int, mark: AttendanceMark) -> None:
    held = make_class(uow)
    meeting = make_meeting(uow, held, starts_at=uow.now - timedelta(minutes=minutes))
    one = make_enrollment(uow, held)
    text = code_text(meeting.public_id, meeting.code_secret, uow.now)
    assert scanning.scan_code(scanner(uow, one), text).mark is mark


@pytest.mark.parametrize(("seconds", "good"), [(0, True), (30, True), (60, False), (-31, False)])
def test_a_code_lives_two_steps(uow: UnitOfWork, seconds: int, good: bool) -> None:
    held = make_class(uow)
    meeting, one = make_meeting(uow, held), make_enrollment(uow, held)
    text = code_text(meeting.public_id, meeting.code_secret, uow.now)
    reader = scanner(uow, one)
    reader.now += timedelta(seconds=seconds)
    found = scanning.look_at_code(reader, text)
    assert (found.refusal == "") is good and (good or "30 秒换一次" in found.refusal)


def test_wrong_forged_and_foreign_codes_are_explained_and_mark_nobody(uow: UnitOfWork) -> None:
    held, other = make_class(uow), make_class(uow)
    meeting, foreign = make_meeting(uow, held), make_meeting(uow, other)
    one = make_enrollment(uow, held)
    reader = scanner(uow, one)
    good = code_text(meeting.public_id, meeting.code_secret, uow.now)
    forged = good[:-1] + ("2" if good[-1] != "2" else "3")
    for text, words in (
        ("zz", "不是上课的签到码"),
        (forged, "不是上课的签到码"),
        (code_text(meeting.public_id, b"x" * 16, uow.now), "不是上课的签到码"),
        (code_text(foreign.public_id, foreign.code_secret, uow.now), "没有报这个班"),
    ):
        with pytest.raises(Conflict, match=words):
            scanning.scan_code(reader, text)
    assert marks(uow) == {}


@pytest.mark.parametrize(("start", "words"), [(31, "开课前 30 分钟"), (-181, "已经下课"), (29, ""), (-179, "")])
def test_the_code_works_from_half_an_hour_before_to_the_end(uow: UnitOfWork, start: int, words: str) -> None:
    held = make_class(uow)
    meeting = make_meeting(uow, held, starts_at=uow.now + timedelta(minutes=start))
    text = code_text(meeting.public_id, meeting.code_secret, uow.now)
    found = scanning.look_at_code(scanner(uow, make_enrollment(uow, held)), text)
    assert words in found.refusal if words else found.refusal == ""


@pytest.mark.parametrize(
    ("state", "words"),
    [(EnrollmentState.SEATED, "还没有报到"), (EnrollmentState.WAITING, "候补"), (EnrollmentState.LEFT, "已经结束")],
)
def test_who_does_not_attend_is_told_what_to_do(uow: UnitOfWork, state: EnrollmentState, words: str) -> None:
    held = make_class(uow)
    meeting, one = make_meeting(uow, held), make_enrollment(uow, held, state=state)
    text = code_text(meeting.public_id, meeting.code_secret, uow.now)
    with pytest.raises(Conflict, match=words):
        scanning.scan_code(scanner(uow, one), text)


# ---------- leave ----------


def ask(
    uow: UnitOfWork, held: object, one: Enrollment, first: int = 1, last: int = 2, reason: str = "家里有事"
) -> leave.LeaveRequest:
    days = (uow.today + timedelta(days=first), uow.today + timedelta(days=last))
    return leave.ask_leave(scanner(uow, one), held, one, from_on=days[0], until_on=days[1], reason=reason)  # type: ignore[arg-type]


def test_leave_goes_both_ways_with_messages(uow: UnitOfWork) -> None:
    held = make_class(uow)
    one = make_enrollment(uow, held)
    teacher = acting(uow, actor_of_provider(uow, held.provider))
    row = ask(uow, held, one)
    leave.decide_leave(teacher, held, one, row, grant=True)
    leave.decide_leave(teacher, held, one, row, grant=True)
    assert row.state is LeaveState.GRANTED
    with pytest.raises(Conflict):
        leave.decide_leave(teacher, held, one, row, grant=False)
    leave.withdraw_leave(scanner(uow, one), held, one, row)
    titles = list(uow.session.scalars(select(Message.title).order_by(Message.id)))
    assert [title.split("：")[1] for title in titles] == ["有人请假，等您批", "请假批了", "有人撤回了请假"]
    assert one.person is not None and not any(one.person.name in title for title in titles)


@pytest.mark.parametrize(
    ("first", "last", "reason", "field"),
    [
        (-1, 1, "有事", "from_on"),
        (22, 23, "有事", "from_on"),
        (2, 1, "有事", "until_on"),
        (1, 22, "有事", "until_on"),
        (1, 1, " ", "reason"),
    ],
)
def test_leave_that_cannot_be_is_refused_beside_its_field(
    uow: UnitOfWork, first: int, last: int, reason: str, field: str
) -> None:
    held = make_class(uow)
    one = make_enrollment(uow, held)
    with pytest.raises(Invalid) as refused:
        ask(uow, held, one, first, last, reason)
    assert field in refused.value.fields
    assert queries.own_leaves(uow.session, one) == []


def test_days_are_asked_for_once_and_only_by_the_person(uow: UnitOfWork) -> None:
    held = make_class(uow)
    one, other = make_enrollment(uow, held), make_enrollment(uow, held)
    row = ask(uow, held, one)
    with pytest.raises(Invalid, match="需要修改"):
        ask(uow, held, one, 2, 3)
    with pytest.raises(NotAllowed):
        leave.withdraw_leave(scanner(uow, other), held, one, row)
    with pytest.raises(NotAllowed):
        leave.decide_leave(scanner(uow, one), held, one, row, grant=True)


# ---------- visits and notices ----------


def test_a_visit_counts_who_was_marked_and_who_sits_there(uow: UnitOfWork) -> None:
    held = make_class(uow)
    meeting = make_meeting(uow, held)
    one, _two = make_enrollment(uow, held), make_enrollment(uow, held)
    office = acting(uow, make_staff(uow))
    first = inspecting.record_visit(office, held, head_count=1, note="", upload=None)
    make_mark(uow, meeting, one)
    second = inspecting.record_visit(office, held, head_count=1, note="", upload=None)
    assert [(row.roll_count, row.head_count) for row in (first, second)] == [(2, 1), (1, 1)]
    for bad in (None, -1, 1001):
        with pytest.raises(Invalid):
            inspecting.record_visit(office, held, head_count=bad, note="", upload=None)
    with pytest.raises(NotAllowed):
        inspecting.record_visit(
            acting(uow, actor_of_provider(uow, held.provider)), held, head_count=1, note="", upload=None
        )
    assert uow.session.scalar(select(func.count()).select_from(Inspection)) == 2


def test_a_notice_goes_to_everybody_with_a_seat_and_is_read_once(uow: UnitOfWork) -> None:
    held = make_class(uow)
    one, seated = make_enrollment(uow, held), make_enrollment(uow, held, state=EnrollmentState.SEATED)
    make_enrollment(uow, held, state=EnrollmentState.WAITING)
    teacher = acting(uow, actor_of_provider(uow, held.provider))
    notice = telling.send_notice(teacher, held, title="明天换教室", words="改到 301")
    assert telling.send_notice(teacher, held, title="明天换教室", words="改到 301") is notice
    readers = uow.session.scalars(select(ClassNoticeReader.enrollment_id)).all()
    assert sorted(readers) == sorted([one.id, seated.id])
    links = set(uow.session.scalars(select(Message.link)))
    assert links == {f"/my/classes/{row.public_id}/notices/{notice.public_id}" for row in (one, seated)}
    telling.read_notice(scanner(uow, one), one, notice)
    telling.read_notice(scanner(uow, one), one, notice)
    [(_row, got, read)] = uow.session.execute(queries.class_notices(held)).all()
    assert (got, read) == (2, 1)
    stranger = make_person(uow)
    with pytest.raises(NotAllowed):
        telling.read_notice(acting(uow, actor_of_person(uow, stranger)), one, notice)
    for title, words in (("", "内容"), ("标题", " ")):
        with pytest.raises(Invalid):
            telling.send_notice(teacher, held, title=title, words=words)


# ---------- hours ----------


def test_hours_count_closed_meetings_by_month_and_day(uow: UnitOfWork) -> None:
    held = make_class(uow, starts_on=uow.today - timedelta(days=40))
    one, other = make_enrollment(uow, held), make_enrollment(uow, held)
    make_enrollment(uow, held, state=EnrollmentState.SEATED)
    for days, mark in ((30, AttendanceMark.PRESENT), (2, AttendanceMark.LATE), (1, AttendanceMark.ON_LEAVE)):
        meeting = make_meeting(uow, held, starts_at=uow.now - timedelta(days=days), closed_at=uow.now)
        make_mark(uow, meeting, one, mark)
        if days == 2:
            afternoon = make_meeting(
                uow, held, starts_at=uow.now - timedelta(days=days, hours=-4), hours=2, closed_at=uow.now
            )
            make_mark(uow, afternoon, one)
    make_mark(uow, make_meeting(uow, held), other)
    hours = queries.hours_of(uow.session, held.id)
    assert hours == {one.id: queries.Hours(14, 10, 2), other.id: queries.Hours(14, 0, 0)}
    first = local_day(uow.now - timedelta(days=30)).replace(day=1)
    by_month = queries.hours_by_month(uow.session, held.id)
    assert by_month[one.id, first] == queries.Hours(4, 4, 1)
    assert by_month[one.id, month(uow.today.year, uow.today.month)] == queries.Hours(10, 6, 1)
    assert by_month[other.id, first] == queries.Hours(4, 0, 0)
