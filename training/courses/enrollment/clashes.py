"""What stands against a seat because of other classes: the same hours elsewhere, and the limit of free courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from jobmatch.core.clock import local_day
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import course_kind, rule_value
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionMode, SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES, SEAT_STATES

FREE_RULE = "training_free_most"
FREE_KIND = "skill"
"""The limit is one of free skills courses (免费技能培训次数上限); adaptability training is everybody's."""
LIVE = (SessionState.APPROVED, SessionState.RUNNING)


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


def has_reason_against(uow: UnitOfWork, session: CourseSession, person_id: int, *, besides: int = 0) -> bool:
    """Whether other classes stand against a seat in this one; ``besides``: an enrollment that does not count."""
    if clashing_classes(uow, session, person_id, besides=besides):
        return True
    kind = course_kind(uow.session, session.course_code)
    most = int(rule_value(uow.session, FREE_RULE, uow.today))
    return counts_as_free(session, kind) and free_count(uow, person_id, besides=besides) >= most
