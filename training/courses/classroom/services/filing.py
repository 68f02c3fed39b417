"""The file of a class (一班一档): everything that belongs to it as one zip."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import require
from jobmatch.core.files import StoredFile, display_name, read_file
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from training.courses.classes.models import CourseMeeting, CourseSession, SessionPaper
from training.courses.classroom.models import Attendance
from training.courses.classroom.policies import can_decide_class
from training.courses.classroom.queries import (
    ClassMember,
    certificates_of,
    class_notices,
    inspections,
    leave_requests,
    members,
    notice_readers,
    timetable,
)

Maker = Callable[[UnitOfWork, CourseSession], bytes | None]
_filed: dict[str, Maker] = {}


def when_filed(name: str, maker: Maker) -> None:
    """Put the file ``name`` of an upper room into every class's dossier; ``maker`` gives None where there is none."""
    _filed[name] = maker


def record_dossier_taken(uow: UnitOfWork, course_session: CourseSession) -> None:
    """That somebody took the file of the class, names included."""
    require(can_decide_class(uow.actor, course_session))
    uow.audit("class.dossier", course_session)


def write_dossier(uow: UnitOfWork, course_session: CourseSession, target: IO[bytes]) -> None:
    """Write the class's file into ``target``: the workbook, photographs, papers, what upper rooms add, and a list.

    Papers go in one by one, so that a hundred photographs are never in memory together. Words of the file are Chinese,
    whoever takes it.
    """
    require(can_decide_class(uow.actor, course_session))
    index: list[list[object]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:

        def put(name: str, content: bytes, label: str, how: int = zipfile.ZIP_DEFLATED) -> None:
            index.append([len(index) + 1, label, name, len(content)])
            pack.writestr(name, content, how)

        put(
            "班级台账.xlsx",
            write_workbook(*_sheets(uow, course_session)),
            "课表、花名册、考勤、请假、巡课、通知、成绩、证书",
        )
        papers = uow.session.scalars(
            select(SessionPaper)
            .options(joinedload(SessionPaper.file))
            .where(SessionPaper.session_id == course_session.id)
            .order_by(SessionPaper.kind, SessionPaper.id)
        ).all()
        for number, paper in enumerate(papers, 1):
            name = f"材料/{number:02d} {paper.kind.label} {display_name(paper.file.name)}"
            put(name, read_file(uow, paper.file), paper.kind.label, zipfile.ZIP_STORED)
        visits = [
            row[0] for row in uow.session.execute(inspections(course_session)).all() if row[0].file_id is not None
        ]
        for number, visit in enumerate(reversed(visits), 1):
            file = uow.session.get_one(StoredFile, visit.file_id)
            on = visit.happened_at.astimezone(SHANGHAI)
            put(f"巡课/{number:02d} {on:%Y-%m-%d %H%M}.jpg", read_file(uow, file), "巡课照片", zipfile.ZIP_STORED)
        for name, maker in sorted(_filed.items()):
            content = maker(uow, course_session)
            if content is not None:
                put(name, content, name.rpartition(".")[0])
        sheet = Sheet(
            "目录", ("序号", "材料", "文件", "字节"), index, note=course_session.title, widths=(6, 40, 50, 12)
        )
        pack.writestr("目录.xlsx", write_workbook(sheet))


def _sheets(uow: UnitOfWork, course_session: CourseSession) -> list[Sheet]:
    session = uow.session
    people = members(session, course_session, arrived=False)
    meetings = timetable(session, course_session.id)
    return [
        _timetable_sheet(course_session, meetings),
        _roster_sheet(people),
        _attendance_sheet(uow, people, meetings),
        _leave_sheet(uow, course_session),
        _visit_sheet(uow, course_session),
        _notice_sheet(uow, course_session),
        _result_sheet(people),
        _certificate_sheet(uow, people),
    ]


def _timetable_sheet(course_session: CourseSession, meetings: Sequence[CourseMeeting]) -> Sheet:
    rows = [
        [
            one.starts_at,
            one.ends_at,
            one.hours,
            one.topic,
            one.teacher,
            one.place,
            "已结束" if one.closed_at else "没结束",
        ]
        for one in meetings
    ]
    head = ("开始", "结束", "学时", "内容", "老师", "地点", "点名")
    return Sheet("课表", head, rows, note=course_session.title, widths=(18, 18, 6, 40, 12, 24, 10))


def _roster_sheet(people: Sequence[ClassMember]) -> Sheet:
    rows = [
        [
            one.name,
            one.enrollment.state.label,
            one.enrollment.arrived_on,
            one.enrollment.was_employed,
            one.enrollment.ended_on,
            one.enrollment.end_reason,
        ]
        for one in people
    ]
    head = ("姓名", "状态", "报到", "入班前已就业", "结束", "原因")
    return Sheet("花名册", head, rows, widths=(14, 10, 12, 14, 12, 40))


def _attendance_sheet(uow: UnitOfWork, people: Sequence[ClassMember], meetings: Sequence[CourseMeeting]) -> Sheet:
    query = select(Attendance).where(Attendance.meeting_id.in_([one.id for one in meetings]))
    marks = {(one.enrollment_id, one.meeting_id): one.mark.label for one in uow.session.scalars(query)}
    heads = [f"{one.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in meetings]
    rows = [
        [
            one.name,
            *(marks.get((one.enrollment.id, meeting.id), "") for meeting in meetings),
            one.hours.due,
            one.hours.came,
            _share(one),
        ]
        for one in people
    ]
    return Sheet("考勤", ("姓名", *heads, "应到学时", "实到学时", "到课 %"), rows)


def _leave_sheet(uow: UnitOfWork, course_session: CourseSession) -> Sheet:
    rows = [
        [name or "", one.from_on, one.until_on, one.reason, one.state.label, one.decided_at]
        for one, name, _public_id in uow.session.execute(leave_requests(course_session)).all()
    ]
    return Sheet("请假", ("姓名", "从", "到", "原因", "结果", "批的时间"), rows, widths=(14, 12, 12, 40, 10, 18))


def _visit_sheet(uow: UnitOfWork, course_session: CourseSession) -> Sheet:
    rows = [
        [
            one.happened_at,
            one.roll_count,
            one.head_count,
            one.head_count - one.roll_count,
            one.note,
            name or "",
            one.file_id is not None,
        ]
        for one, name in uow.session.execute(inspections(course_session)).all()
    ]
    head = ("时间", "应到", "清点", "差", "说明", "谁巡的", "照片")
    return Sheet("巡课", head, rows, widths=(18, 8, 8, 8, 40, 14, 8))


def _notice_sheet(uow: UnitOfWork, course_session: CourseSession) -> Sheet:
    rows = [
        [
            notice.sent_at,
            notice.title,
            notice.words,
            got,
            read,
            "、".join(name for name, at in notice_readers(uow.session, notice) if at is None),
        ]
        for notice, got, read in uow.session.execute(class_notices(course_session)).all()
    ]
    head = ("时间", "标题", "内容", "发给", "已读", "未读的人")
    return Sheet("通知", head, rows, widths=(18, 24, 60, 8, 8, 40))


def _result_sheet(people: Sequence[ClassMember]) -> Sheet:
    rows = [
        [one.name, _share(one), one.enrollment.score, one.enrollment.is_passed, one.enrollment.state.label]
        for one in people
    ]
    return Sheet("成绩", ("姓名", "到课 %", "成绩", "合格", "结果"), rows)


def _certificate_sheet(uow: UnitOfWork, people: Sequence[ClassMember]) -> Sheet:
    held = certificates_of(uow.session, [one.enrollment.id for one in people])
    rows = [
        [one.name, row.kind.label, row.number, row.issued_on, row.expires_on, row.revoked_at, row.revoke_reason]
        for one in people
        for row in held.get(one.enrollment.id, [])
    ]
    head = ("姓名", "种类", "编号", "发证", "有效期", "作废", "作废原因")
    return Sheet("证书", head, rows, widths=(14, 20, 30, 12, 12, 18, 30))


def _share(member: ClassMember) -> float | str:
    return round(member.hours.share, 1) if member.hours.share is not None else ""


def dossier_name(course_session: CourseSession, today: date) -> str:
    """What the file is called on the reader's disk."""
    return f"{course_session.title}-一班一档-{today.isoformat()}.zip"
