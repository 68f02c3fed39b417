"""The one pass over the database behind all figures: few columns, a fixed number of statements, counted in Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Select, String, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork, visible
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.reference.models import Course, DatedRule, EmploymentStatusKind
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Attendance, CourseCertificate
from training.courses.classroom.states import PRESENT_MARKS, CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import own_enrollments
from training.courses.enrollment.states import ARRIVED_STATES, EnrollmentState
from training.courses.results.figures import ClassFigures, enter, enter_hours, place
from training.courses.results.models import ClassRating

COUNTED_STATES = (SessionState.APPROVED, SessionState.RUNNING, SessionState.ENDED, SessionState.CLOSED)
LEAST_RATINGS = 5
"""With fewer answers no average is shown: it would tell who said what."""


@dataclass(frozen=True, slots=True)
class ClassHead:
    """What a class is called and which groups it is counted in."""

    id: int
    public_id: str
    title: str
    starts_on: date
    ends_on: date
    capacity: int
    target_count: int
    course_code: str
    course: str
    provider_id: int
    provider: str


def heads_query(year: int | None = None) -> Select[*tuple[Any, ...]]:
    """The columns of ``ClassHead`` of approved classes, those that end in ``year``; a policy of classes narrows it."""
    query = (
        select(
            CourseSession.id,
            CourseSession.public_id,
            CourseSession.title,
            CourseSession.starts_on,
            CourseSession.ends_on,
            CourseSession.capacity,
            CourseSession.target_count,
            CourseSession.course_code,
            Course.name_zh,
            CourseSession.provider_id,
            Organization.name,
        )
        .join(Course, Course.code == CourseSession.course_code)
        .join(Provider, Provider.id == CourseSession.provider_id)
        .join(Organization, Organization.id == Provider.organization_id)
        .where(CourseSession.state.in_(COUNTED_STATES))
        .order_by(CourseSession.ends_on.desc(), CourseSession.id.desc())
        .execution_options(visible=frozenset({"provider"}))
    )
    return query.where(CourseSession.ends_on.between(date(year, 1, 1), date(year, 12, 31))) if year else query


def figures_of(session: Session, heads: Collection[ClassHead], *, months: int, today: date) -> dict[int, ClassFigures]:
    """The figures of every class by its id, ``months`` after completion: six statements whatever the number."""
    found = {head.id: ClassFigures(capacity=head.capacity, target_count=head.target_count, classes=1) for head in heads}
    if not found:
        return found
    mine = Enrollment.session_id.in_(list(found))
    # As plain text: making an enum of every row costs a third of the time.
    people = select(
        Enrollment.id,
        Enrollment.session_id,
        type_coerce(Enrollment.state, String),
        Enrollment.was_employed,
        Enrollment.ended_on,
        Enrollment.is_passed,
    ).where(mine, Enrollment.state.in_(ARRIVED_STATES))
    certificates = (
        select(CourseCertificate.enrollment_id, Enrollment.session_id, type_coerce(CourseCertificate.kind, String))
        .join(Enrollment, Enrollment.id == CourseCertificate.enrollment_id)
        .where(
            mine,
            Enrollment.state.in_(ARRIVED_STATES),
            CourseCertificate.kind != CourseCertificateKind.COMPLETION,
            CourseCertificate.revoked_at.is_(None),
        )
    )
    days = enter(found, cast(Any, session.execute(people)), cast(Any, session.execute(certificates)))
    _enter_hours(session, found, heads)
    latest = add_months(max(days.values()), months) if days else today
    spells = (
        select(
            Enrollment.id,
            EmploymentSpell.status_code,
            EmploymentSpell.started_on,
            EmploymentSpell.ended_on,
            Confirmation.confirmed_on,
            Confirmation.valid_until,
        )
        .join(EmploymentSpell, EmploymentSpell.person_id == Enrollment.person_id)
        .outerjoin(Confirmation, Confirmation.spell_id == EmploymentSpell.id)
        .where(
            mine,
            Enrollment.state == EnrollmentState.COMPLETED,
            Enrollment.was_employed.is_not(True),
            EmploymentSpell.superseded_at.is_(None),
            EmploymentSpell.started_on <= latest,
        )
    )
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed.is_(True))
    place(
        found,
        days,
        cast(Any, session.execute(spells)) if days else (),
        months=months,
        today=today,
        employed_codes=set(session.scalars(employed)),
    )
    return found


def _enter_hours(session: Session, found: dict[int, ClassFigures], heads: Collection[ClassHead]) -> None:
    """Who came often enough, by the hours of the meetings whose roll is closed."""
    closed = (CourseMeeting.session_id.in_(list(found)), CourseMeeting.closed_at.is_not(None))
    due = select(CourseMeeting.session_id, func.sum(CourseMeeting.hours)).where(*closed)
    came = (
        select(Attendance.enrollment_id, CourseMeeting.session_id, func.sum(Attendance.hours))
        .join(CourseMeeting, CourseMeeting.id == Attendance.meeting_id)
        .where(*closed, Attendance.mark.in_(PRESENT_MARKS))
        .group_by(Attendance.enrollment_id, CourseMeeting.session_id)
    )
    enter_hours(
        found,
        {one: int(hours) for one, hours in session.execute(due.group_by(CourseMeeting.session_id))},
        cast(Any, session.execute(came)),
        {head.id: float(rule_value(session, "training_exam_share", head.ends_on)) for head in heads},
    )


def added_up(figures: Collection[ClassFigures]) -> ClassFigures:
    """Several classes as one."""
    total = ClassFigures()
    for one in figures:
        total.add(one)
    return total


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in percent and where it comes from."""

    percent: float
    source: str


def goal(session: Session, code: str, on: date) -> Goal:
    """A dated goal with its source: the document names province and year."""
    query = select(DatedRule.source).where(
        DatedRule.code == code,
        DatedRule.valid_from <= on,
        (DatedRule.valid_to.is_(None)) | (DatedRule.valid_to >= on),
    )
    return Goal(float(rule_value(session, code, on)), session.scalars(query.order_by(DatedRule.id)).first() or "")


def headline_months(session: Session, today: date) -> int:
    """How many months after completion the main figure looks."""
    return int(rule_value(session, "training_employed_months", today))


def rating_sums(session: Session, session_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By class, how many rated it and the sum of their stars."""
    query = (
        select(Enrollment.session_id, func.count(), func.sum(ClassRating.stars))
        .join(Enrollment, Enrollment.id == ClassRating.enrollment_id)
        .where(Enrollment.session_id.in_(session_ids))
        .group_by(Enrollment.session_id)
    )
    return {one: (count, int(stars)) for one, count, stars in session.execute(query)}


def rating_of_all(sums: Iterable[tuple[int, int]]) -> tuple[int, float | None]:
    """How many rated and their average; no average below ``LEAST_RATINGS`` answers."""
    known = list(sums)
    count, stars = sum(one[0] for one in known), sum(one[1] for one in known)
    return count, round(stars / count, 1) if count >= LEAST_RATINGS else None


def people_query(enrollment_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """Person, class and enrollment behind a figure, for ``visible_people`` to narrow."""
    return (
        select(Person, Enrollment, CourseSession.title)
        .join(Enrollment, and_(Enrollment.person_id == Person.id, Enrollment.id.in_(enrollment_ids)))
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .order_by(CourseSession.ends_on.desc(), Enrollment.id)
        # The enrollments were counted for this reader; whom of the people they may see, the policy of people says.
        .execution_options(visible=frozenset({"enrollment", "course_session"}))
    )


def last_class_words(session: Session, course_code: str, provider_id: int, today: date | None = None) -> str | None:
    """What became of the provider's last class of a course, for the public page; None where none is due yet."""
    day = today or local_day(utcnow())
    months = headline_months(session, day)
    query = heads_query().where(
        CourseSession.course_code == course_code,
        CourseSession.provider_id == provider_id,
        CourseSession.ends_on <= add_months(day, -months),
    )
    for row in session.execute(query.limit(3)):
        head = ClassHead(*row)
        one = figures_of(session, [head], months=months, today=day)[head.id]
        if one.is_due and one.base:
            return _(
                "上一期结业 %(n)s 个月就业 %(part)s/%(whole)s", n=months, part=len(one.employed), whole=len(one.base)
            )
    return None


def get_head(session: Session, course_session: CourseSession) -> ClassHead:
    """What one class is called; its policy was asked. Course and provider with its organization are loaded."""
    one = course_session
    return ClassHead(
        one.id,
        one.public_id,
        one.title,
        one.starts_on,
        one.ends_on,
        one.capacity,
        one.target_count,
        one.course_code,
        one.course.name_zh,
        one.provider_id,
        one.provider.organization.name,
    )


def own_enrollment(uow: UnitOfWork, public_id: str) -> tuple[Enrollment, CourseSession]:
    """The actor's own enrollment with its class. Raises ``NotFound``."""
    query = (
        select(Enrollment, CourseSession)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .where(Enrollment.public_id == public_id)
    )
    enrollment, course_session = uow.one(visible(own_enrollments(uow.actor, query), "course_session"))
    return enrollment, course_session


def rating_of(session: Session, enrollment: Enrollment) -> ClassRating | None:
    """What somebody said before."""
    return session.scalars(select(ClassRating).where(ClassRating.enrollment_id == enrollment.id)).one_or_none()


_allowances: list[Callable[[Session, int], int]] = []


def ask_allowances(answer: Callable[[Session, int], int]) -> None:
    """Say what was paid in living allowances for a class, in yuan; called once at assembly."""
    _allowances[:] = [answer]


def allowance_paid(session: Session, session_id: int) -> int:
    """Living allowances paid for a class, in yuan; 0 where nobody answers."""
    return sum(answer(session, session_id) for answer in _allowances)


def office_name(session: Session, course_session: CourseSession) -> str:
    """The office that holds the class."""
    return session.get_one(Organization, course_session.organization_id).name
