"""Reading classes: lists by tab, open ones for people, the timetable, papers, and what their words need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.core.errors import NotFound
from jobmatch.reference.models import Course, Occupation, ResettlementMethod, Skill
from jobmatch.reference.queries import names
from training.courses.catalog.models import Provider, ProviderCourse
from training.courses.classes.models import CourseMeeting, CourseSession, SessionPaper
from training.courses.classes.policies import FULL
from training.courses.classes.states import SessionMode, SessionState

TABS: dict[str, ColumnElement[bool]] = {
    "open": CourseSession.state == SessionState.APPROVED,
    "waiting": CourseSession.state.in_((SessionState.DRAFT, SessionState.SUBMITTED, SessionState.RETURNED)),
    "running": CourseSession.state.in_((SessionState.RUNNING, SessionState.ENDED)),
    "over": CourseSession.state.in_((SessionState.CLOSED, SessionState.CANCELED)),
}
"""The tabs of the lists; every class is in exactly one."""


def office_sessions(tab: str, *, words: str = "", course_code: str = "") -> Select[*tuple[Any, ...]]:
    """The classes of a tab: what comes soonest first, what is over latest first."""
    query = select(CourseSession).options(*FULL).where(TABS.get(tab, TABS["open"]))
    if words:
        named = select(Course.code).where(Course.name_zh.icontains(words, autoescape=True))
        query = query.where(
            or_(CourseSession.title.icontains(words, autoescape=True), CourseSession.course_code.in_(named))
        )
    if course_code:
        query = query.where(CourseSession.course_code == course_code)
    if tab == "over":
        return query.order_by(CourseSession.ends_on.desc(), CourseSession.id.desc())
    return query.order_by(CourseSession.starts_on, CourseSession.id)


def tab_counts() -> Select[*tuple[Any, ...]]:
    """How many classes each tab holds, in the order of ``TABS``."""
    return select(*(func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in TABS.values())).select_from(
        CourseSession
    )


def open_sessions(today: date, *, kind: str = "", mode: str = "", course_code: str = "") -> Select[*tuple[Any, ...]]:
    """Classes people can enroll in on ``today``, the soonest first."""
    query = (
        select(CourseSession)
        .options(*FULL)
        .where(
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_from <= today,
            CourseSession.sign_up_until >= today,
        )
    )
    if kind:
        query = query.where(CourseSession.course_code.in_(select(Course.code).where(Course.kind == kind)))
    if mode in set(SessionMode):
        query = query.where(CourseSession.mode == SessionMode(mode))
    if course_code:
        query = query.where(CourseSession.course_code == course_code)
    return query.order_by(CourseSession.starts_on, CourseSession.id)


def is_open(course_session: CourseSession, today: date) -> bool:
    """Whether people can enroll on ``today``."""
    in_window = course_session.sign_up_from <= today <= course_session.sign_up_until
    return course_session.state is SessionState.APPROVED and in_window


def meetings_of(session: Session, course_session: CourseSession) -> Sequence[CourseMeeting]:
    """The timetable in order."""
    query = select(CourseMeeting).where(CourseMeeting.session_id == course_session.id)
    return session.scalars(query.order_by(CourseMeeting.starts_at)).all()


def find_meeting(session: Session, course_session: CourseSession, public_id: str) -> CourseMeeting:
    """A line of this timetable. Raises ``NotFound``."""
    query = select(CourseMeeting).where(
        CourseMeeting.session_id == course_session.id, CourseMeeting.public_id == public_id
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def papers_of(session: Session, course_session: CourseSession) -> Sequence[SessionPaper]:
    """The papers of a class, the newest first."""
    query = select(SessionPaper).where(SessionPaper.session_id == course_session.id)
    return session.scalars(query.options(joinedload(SessionPaper.file)).order_by(SessionPaper.id.desc())).all()


def asks_of(session: Session, course_session: CourseSession) -> list[str]:
    """The names of the ways of resettlement that a class asks for."""
    labels = names(session, ResettlementMethod)
    return [labels.get(code, code) for code in course_session.method_codes]


def courses_of(session: Session, provider_id: int) -> list[tuple[str, str]]:
    """Code and name of the courses a provider teaches, in the order of the catalogue."""
    labels = names(session, Course)
    query = (
        select(ProviderCourse.course_code)
        .join(Course, Course.code == ProviderCourse.course_code)
        .where(ProviderCourse.provider_id == provider_id, ProviderCourse.is_active.is_(True))
        .order_by(Course.sort_order)
    )
    return [(code, labels.get(code, code)) for code in session.scalars(query)]


def teaching_pairs() -> Select[*tuple[Any, ...]]:
    """Every listed provider with each course it teaches, for the choice of a new class; a policy narrows it."""
    return (
        select(Provider, ProviderCourse.course_code)
        .join(ProviderCourse, ProviderCourse.provider_id == Provider.id)
        .join(Course, Course.code == ProviderCourse.course_code)
        .options(joinedload(Provider.organization))
        .where(ProviderCourse.is_active.is_(True))
        .order_by(Course.sort_order, Provider.id)
    )


def office_of(region_path: str) -> Select[*tuple[Any, ...]]:
    """The offices that answer for a place, the nearest of a county or above first: a class is theirs to decide."""
    parts = [part for part in region_path.strip("/").split("/") if part]
    paths = ["/" + "/".join(parts[:depth]) + "/" for depth in range(len(parts), 0, -1)]
    return (
        select(Organization)
        .where(
            Organization.kind == OrganizationKind.STATION,
            Organization.state == OrganizationState.ACTIVE,
            Organization.region_path.in_([path for path in paths if len(path.strip("/").split("/")[-1]) <= 6]),
        )
        .order_by(func.length(Organization.region_path).desc(), Organization.id)
    )


# ---------- the catalogue of courses ----------


def catalogue(session: Session) -> dict[str, list[Course]]:
    """The courses in use by kind, in the order of the catalogue."""
    found: dict[str, list[Course]] = {}
    for course in session.scalars(select(Course).where(Course.is_active.is_(True)).order_by(Course.sort_order)):
        found.setdefault(course.kind, []).append(course)
    return found


def open_counts(today: date) -> Select[*tuple[Any, ...]]:
    """How many classes of each course one can enroll in on ``today``."""
    return (
        select(CourseSession.course_code, func.count())
        .where(
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_from <= today,
            CourseSession.sign_up_until >= today,
        )
        .group_by(CourseSession.course_code)
    )


def get_course(session: Session, code: str) -> Course:
    """A course of the catalogue. Raises ``NotFound``."""
    found = session.get(Course, code)
    if found is None:
        raise NotFound
    return found


def skill_names(session: Session, course: Course) -> list[str]:
    """What a course teaches, in words."""
    labels = names(session, Skill)
    return [labels.get(code, code) for code in course.skill_codes]


def occupation_names(session: Session, course: Course) -> list[str]:
    """What work a course leads to, in words."""
    labels = names(session, Occupation)
    return [labels.get(code, code) for code in course.occupation_codes]
