"""Notices to a class (班级通知): sent to everybody in it, read one by one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from jobmatch.core.errors import Conflict, Invalid, Limited, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line, clean_text
from training.courses.classes.models import CourseSession
from training.courses.classroom.models import ClassNotice, ClassNoticeReader
from training.courses.classroom.notices import tell_notice
from training.courses.classroom.policies import can_teach_class, is_own_enrollment
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import SEAT_STATES

MOST_WORDS = 2000
NOTICES_PER_DAY = 10


def send_notice(uow: UnitOfWork, course_session: CourseSession, *, title: str, words: str) -> ClassNotice:
    """Send a notice to everybody who holds a seat. Raises ``Invalid`` on a field, ``Conflict``, ``Limited``.

    The same words sent twice on a day are one notice.
    """
    require(can_teach_class(uow.actor, course_session))
    head, body = clean_line(title)[:80], clean_text(words)
    errors = {}
    if not head:
        errors["title"] = _("请写标题")
    if not body:
        errors["words"] = _("请写通知的内容")
    elif len(body) > MOST_WORDS:
        errors["words"] = _("最多 %(n)s 个字", n=MOST_WORDS)
    if errors:
        raise Invalid(fields=errors)
    day = (ClassNotice.session_id == course_session.id, ClassNotice.sent_at > uow.now - timedelta(days=1))
    same = uow.session.scalars(select(ClassNotice).where(*day, ClassNotice.title == head, ClassNotice.words == body))
    if (known := same.first()) is not None:
        return known
    if (uow.session.scalar(select(func.count()).select_from(ClassNotice).where(*day)) or 0) >= NOTICES_PER_DAY:
        raise Limited(_("一个班一天最多发 %(n)s 条通知，请合在一起发", n=NOTICES_PER_DAY), retry_after=3600)
    people = uow.session.scalars(
        select(Enrollment)
        .where(Enrollment.session_id == course_session.id, Enrollment.state.in_(SEAT_STATES))
        .order_by(Enrollment.id)
    ).all()
    if not people:
        raise Conflict(_("班里还没有人，有人报名以后再发"))
    notice = ClassNotice(
        session_id=course_session.id, title=head, words=body, sent_at=uow.now, sent_by_id=uow.actor.user_id
    )
    uow.session.add(notice)
    uow.session.flush()
    uow.session.add_all(ClassNoticeReader(notice_id=notice.id, enrollment_id=one.id) for one in people)
    for one in people:
        tell_notice(uow, course_session, notice, one)
    uow.session.flush()
    uow.audit("class.notice", notice, count=len(people))
    return notice


def read_notice(uow: UnitOfWork, enrollment: Enrollment, notice: ClassNotice) -> None:
    """The person has read it (已读); the first time counts. Raises ``NotFound`` where it did not go to them."""
    require(is_own_enrollment(uow, enrollment))
    mine = (ClassNoticeReader.notice_id == notice.id, ClassNoticeReader.enrollment_id == enrollment.id)
    if uow.session.scalars(select(ClassNoticeReader.id).where(*mine)).first() is None:
        raise NotFound
    first = update(ClassNoticeReader).where(*mine, ClassNoticeReader.read_at.is_(None))
    uow.session.execute(first.values(read_at=uow.now))
