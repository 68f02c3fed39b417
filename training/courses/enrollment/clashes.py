"""What stands against a seat because of other classes: the same hours elsewhere, and the limit of free courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from jobmatch.core.clock import local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Course
from jobmatch.reference.queries import rule_value
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionMode, SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, SEAT_STATES

FREE_RULE = "training_free_most"
FREE_KIND = "skill"
"""The limit is one of free skills courses (免费技能培训次数上限); adaptability training is everybody's."""
LIVE = (SessionState.APPROVED, SessionState.RUNNING)


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that stands against a seat: the words for people, and the rule it comes from."""

    code: str
    words: str
    source: str

    @property
    def told(self) -> str:
        """Words and source in one line."""
        return _("%(words)s（依据：%(source)s）", words=self.words, source=self.source)


Span = tuple[datetime, datetime]


def overlap(one: Span, other: Span) -> bool:
    """Whether two stretches of time share a moment; one that ends as the other begins does not."""
    return one[0] < other[1] and other[0] < one[1]


def days_meet(session: CourseSession, spans: Sequence[Span], other: CourseSession, others: Sequence[Span]) -> bool:
    """Whether somebody would have to be in both classes at once.

    Classes with a timetable are compared hour by hour. One without it takes its days from the first to the last; an
    online one without it binds nobody to an hour. Pure.
    """
    if spans and others:
        return any(overlap(one, two) for one in spans for two in others)
    if (not spans and session.mode is SessionMode.ONLINE) or (not others and other.mode is SessionMode.ONLINE):
        return False
    if spans or others:
        bare = other if spans else session
        return any(_is_day_of(bare, local_day(begin)) for begin, _end in spans or others)
    return session.starts_on <= other.ends_on and other.starts_on <= session.ends_on


def _is_day_of(session: CourseSession, day: date) -> bool:
    return session.starts_on <= day <= session.ends_on and (
        session.mode is not SessionMode.WEEKEND or day.weekday() > 4
    )


def counts_as_free(session: CourseSession, course_kind: str) -> bool:
    """Whether a seat counts against the limit of free courses."""
    return session.is_free and course_kind == FREE_KIND


def clashing_classes(
    uow: UnitOfWork, session: CourseSession, person_id: int, *, besides: int = 0
) -> list[CourseSession]:
    """Classes in which the person has a seat at hours of this one; ``besides``: an enrollment that does not count."""
    near = (
        Enrollment.person_id == person_id,
        Enrollment.state.in_(SEAT_STATES),
        Enrollment.id != besides,
        CourseSession.id != session.id,
        CourseSession.state.in_(LIVE),
        CourseSession.starts_on <= session.ends_on,
        CourseSession.ends_on >= session.starts_on,
    )
    query = select(CourseSession).join(Enrollment, Enrollment.session_id == CourseSession.id).where(*near)
    others = uow.session.scalars(query.order_by(CourseSession.starts_on)).all()
    if not others:
        return []
    spans: dict[int, list[Span]] = {}
    times = select(CourseMeeting.session_id, CourseMeeting.starts_at, CourseMeeting.ends_at)
    for key, begin, end in uow.session.execute(
        times.where(CourseMeeting.session_id.in_([session.id, *(one.id for one in others)]))
    ):
        spans.setdefault(key, []).append((begin, end))
    own = spans.get(session.id, [])
    return [one for one in others if days_meet(session, own, one, spans.get(one.id, []))]


def free_count(uow: UnitOfWork, person_id: int, *, besides: int = 0) -> int:
    """How many free courses the person has had or has a seat in."""
    mine = (
        Enrollment.person_id == person_id,
        Enrollment.is_free,
        Enrollment.id != besides,
        Enrollment.state.in_(SEAT_STATES | ARRIVED_STATES),
    )
    return int(uow.session.scalar(select(func.count()).select_from(Enrollment).where(*mine)) or 0)


def reasons_against(uow: UnitOfWork, session: CourseSession, person_id: int, *, besides: int = 0) -> list[Against]:
    """Everything that other classes put against a seat in this one; ``besides``: an enrollment that is given up."""
    found = [
        Against(
            "overlap",
            _("和“%(title)s”时间冲突，那个班已经有名额", title=one.title),
            _("同一时间只能参加一个班"),
        )
        for one in clashing_classes(uow, session, person_id, besides=besides)
    ]
    kind = uow.session.scalar(select(Course.kind).where(Course.code == session.course_code)) or ""
    most = int(rule_value(uow.session, FREE_RULE, uow.today))
    if most and counts_as_free(session, kind):
        had = free_count(uow, person_id, besides=besides)
        if had >= most:
            words = _("免费技能培训每人最多 %(most)s 次，已经用了 %(had)s 次", most=most, had=had)
            found.append(Against("free", words, _("免费技能培训次数上限（本单位参数）")))
    return found
