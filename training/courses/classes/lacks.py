"""What a class still lacks before it is handed in or approved, each with its rule."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from training.courses.catalog.models import ProviderCourse
from training.courses.catalog.states import ProviderState
from training.courses.classes.models import CourseMeeting, CourseSession, SessionPaper
from training.courses.classes.states import SessionPaperKind


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing: the part of the class it belongs to, and what to do."""

    part: str
    words: str


def lacks_of(session: Session, course_session: CourseSession) -> list[Lack]:
    """What is missing for an application (开班申请): 课表、师资、安全、地点, and a listed provider of this course.

    ``course_session.provider`` and ``.course`` are loaded.
    """
    found = []
    provider, course = course_session.provider, course_session.course
    if provider.state is not ProviderState.LISTED:
        found.append(Lack("provider", _("承训机构现在是“%(state)s”，目录内的才能开班", state=provider.state.label)))
    teaches = select(ProviderCourse.id).where(
        ProviderCourse.provider_id == provider.id,
        ProviderCourse.course_code == course.code,
        ProviderCourse.is_active.is_(True),
    )
    if session.scalar(teaches) is None:
        found.append(Lack("provider", _("承训机构没有登记“%(course)s”这门课", course=course.name_zh)))
    planned = session.scalar(
        select(func.coalesce(func.sum(CourseMeeting.hours), 0)).where(CourseMeeting.session_id == course_session.id)
    )
    if not planned:
        found.append(Lack("timetable", _("课表还是空的")))
    elif planned < course_session.hours:
        words = _("课表排了 %(n)s 学时，这个班要 %(all)s 学时", n=planned, all=course_session.hours)
        found.append(Lack("timetable", words))
    papers = set(session.scalars(select(SessionPaper.kind).where(SessionPaper.session_id == course_session.id)))
    if not course_session.teachers and SessionPaperKind.TEACHERS not in papers:
        found.append(Lack("teachers", _("没有师资：写上姓名和资格，或者传师资表")))
    if not course_session.safety and SessionPaperKind.SAFETY not in papers:
        found.append(Lack("safety", _("没有安全预案：写上怎么保障安全，或者传预案")))
    if not course_session.place:
        found.append(Lack("place", _("没有上课地点")))
    if not course_session.contact_phone:
        found.append(Lack("contact", _("没有联系电话")))
    return found
