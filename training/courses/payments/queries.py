"""Reads about the money of classes: attendance by month, rules as they stood, lines and sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reference.models import Course, DatedRule
from jobmatch.reference.queries import rule_value
from jobmatch.reference.rules import add_months
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseMeeting, CourseSession
from training.courses.classes.states import SessionState
from training.courses.classroom.models import Attendance
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES
from training.courses.payments.amounts import Presence
from training.courses.payments.models import PaySheet, PaySheetLine
from training.courses.payments.states import PaySheetKind, PaySheetState

BUSINESS_CODES = ("H", "I", "J", "K")
"""Forms of work that are a business of one's own (employment_status_kinds.csv, H and below)."""


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """The instants at which a month of China begins and ends."""
    first = datetime.combine(month.replace(day=1), time(), tzinfo=SHANGHAI)
    last = datetime.combine(add_months(month.replace(day=1), 1), time(), tzinfo=SHANGHAI)
    return first.astimezone(UTC), last.astimezone(UTC)


def hours_by_month(session: Session, session_id: int, month: date) -> dict[int, Presence]:
    """By enrollment, for everybody who reported in: days and class hours of one month, in one statement."""
    since, until = month_bounds(month)
    query = (
        select(Enrollment.id, CourseMeeting.starts_at, CourseMeeting.hours, Attendance.hours)
        .join(
            CourseMeeting,
            and_(
                CourseMeeting.session_id == Enrollment.session_id,
                CourseMeeting.starts_at >= since,
                CourseMeeting.starts_at < until,
            ),
        )
        .outerjoin(
            Attendance, and_(Attendance.meeting_id == CourseMeeting.id, Attendance.enrollment_id == Enrollment.id)
        )
        .where(Enrollment.session_id == session_id, Enrollment.state.in_(ARRIVED_STATES))
    )
    due: dict[int, int] = {}
    came: dict[int, int] = {}
    days: dict[int, set[date]] = {}
    for enrollment_id, starts_at, hours, attended in session.execute(query):
        due[enrollment_id] = due.get(enrollment_id, 0) + hours
        came[enrollment_id] = came.get(enrollment_id, 0) + min(attended or 0, hours)
        if attended:
            days.setdefault(enrollment_id, set()).add(local_day(starts_at))
    return {one: Presence(len(days.get(one, ())), due[one], came[one]) for one in due}


def open_meetings(session: Session, session_id: int, month: date) -> int:
    """How many meetings of a month nobody has closed yet: their roll is not called to the end."""
    since, until = month_bounds(month)
    query = select(func.count()).where(
        CourseMeeting.session_id == session_id,
        CourseMeeting.starts_at >= since,
        CourseMeeting.starts_at < until,
        CourseMeeting.closed_at.is_(None),
    )
    return int(session.scalar(query) or 0)


def rules_as_they_stood(session: Session, codes: Collection[str], on: date) -> dict[str, dict[str, Any]]:
    """Value, name, unit and source of dated rules on a day, to be kept with a sheet."""
    query = select(DatedRule).where(
        DatedRule.code.in_(codes),
        DatedRule.valid_from <= on,
        (DatedRule.valid_to.is_(None)) | (DatedRule.valid_to >= on),
    )
    rows = {row.code: row for row in session.scalars(query.order_by(DatedRule.id.desc()))}
    return {
        code: {
            "value": rule_value(session, code, on),
            "name": rows[code].name_zh,
            "unit": rows[code].unit,
            "source": rows[code].source,
            "from": rows[code].valid_from.isoformat(),
        }
        for code in codes
    }


def enrolled(session: Session, session_id: int) -> Sequence[Enrollment]:
    """Everybody who reported in, in the order of enrolling."""
    query = select(Enrollment).where(Enrollment.session_id == session_id, Enrollment.state.in_(ARRIVED_STATES))
    return session.scalars(query.order_by(Enrollment.id)).all()


def paid_months(session: Session, person_ids: Collection[int], *, without: int | None) -> dict[int, set[date]]:
    """By person, the months with a living allowance above 0 over all classes and years; canceled sheets count not."""
    query = (
        select(Enrollment.person_id, PaySheet.month)
        .join(PaySheetLine, PaySheetLine.enrollment_id == Enrollment.id)
        .join(PaySheet, PaySheet.id == PaySheetLine.sheet_id)
        .where(
            Enrollment.person_id.in_(person_ids),
            PaySheet.kind == PaySheetKind.ALLOWANCE,
            PaySheet.state != PaySheetState.CANCELED,
            PaySheetLine.amount_yuan > 0,
        )
    )
    found: dict[int, set[date]] = {}
    for person_id, month in session.execute(query if without is None else query.where(PaySheet.id != without)):
        if person_id is not None and month is not None:
            found.setdefault(person_id, set()).add(month)
    return found


def started_by_register(session: Session, person_ids: Collection[int], since: date, until: date) -> set[int]:
    """Whoever began a business of their own between two days, by the employment register."""
    query = select(EmploymentSpell.person_id).where(
        EmploymentSpell.person_id.in_(person_ids),
        EmploymentSpell.status_code.in_(BUSINESS_CODES),
        EmploymentSpell.superseded_at.is_(None),
        EmploymentSpell.started_on.between(since, until),
    )
    return set(session.scalars(query))


def living_sheet(session: Session, session_id: int, kind: PaySheetKind, month: date | None = None) -> PaySheet | None:
    """The sheet of a kind (and month) that is not canceled."""
    query = select(PaySheet).where(
        PaySheet.session_id == session_id, PaySheet.kind == kind, PaySheet.state != PaySheetState.CANCELED
    )
    return session.scalars(query.where(PaySheet.month == month) if month else query).one_or_none()


def line_sum(session: Session, sheet: PaySheet) -> int:
    """What the lines of a sheet add up to."""
    total = select(func.coalesce(func.sum(PaySheetLine.amount_yuan), 0)).where(PaySheetLine.sheet_id == sheet.id)
    return int(session.scalar(total) or 0)


def amounts_of(session: Session, sheet: PaySheet) -> dict[int, int]:
    """The amounts of a sheet by enrollment."""
    query = select(PaySheetLine.enrollment_id, PaySheetLine.amount_yuan).where(PaySheetLine.sheet_id == sheet.id)
    return dict(session.execute(query).all())


def course_money(session: Session, session_id: int, *, without: int | None = None) -> int:
    """Course money of the class in all living sheets but one, in yuan."""
    query = select(func.coalesce(func.sum(PaySheet.total_yuan), 0)).where(
        PaySheet.session_id == session_id,
        PaySheet.kind != PaySheetKind.ALLOWANCE,
        PaySheet.state != PaySheetState.CANCELED,
    )
    return int(session.scalar(query if without is None else query.where(PaySheet.id != without)) or 0)


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line with the person's name; empty where the person was erased."""

    line: PaySheetLine
    name: str


def lines_query(sheet: PaySheet) -> Select[*tuple[Any, ...]]:
    """The lines of a sheet with names, in the order of the roster."""
    return (
        select(PaySheetLine, Person.name)
        .join(Enrollment, Enrollment.id == PaySheetLine.enrollment_id)
        .outerjoin(Person, Person.id == Enrollment.person_id)
        .where(PaySheetLine.sheet_id == sheet.id)
        .order_by(PaySheetLine.id)
        # The sheet itself passed its policy, and its lines go with it.
        .execution_options(visible=frozenset({"person", "enrollment"}))
    )


def lines_of(session: Session, sheet: PaySheet) -> list[NamedLine]:
    """Every line of a sheet, which passed its policy."""
    return [NamedLine(line, name or "") for line, name in session.execute(lines_query(sheet))]


def get_office(session: Session, course_session: CourseSession) -> Organization:
    """The office that holds the class. Raises ``NotFound``."""
    found = session.get(Organization, course_session.organization_id)
    if found is None:
        raise NotFound
    return found


def months_of(course_session: CourseSession, today: date) -> list[date]:
    """First days of the months of a class that have begun."""
    found, month = [], course_session.starts_on.replace(day=1)
    while month <= min(course_session.ends_on, today):
        found.append(month)
        month = add_months(month, 1)
    return found


def _yuan(*conditions: Any) -> Any:
    return func.coalesce(func.sum(case((and_(*conditions), PaySheet.total_yuan), else_=0)), 0)


def money_rows(year: int, *, by_provider: bool) -> Select[*tuple[Any, ...]]:
    """Approved course money and what was paid, by class or by provider; classes that begin in ``year``.

    Columns: name, provider or public id, approved, course money in living sheets, course money paid, allowances paid.
    """
    course, paid = PaySheet.kind != PaySheetKind.ALLOWANCE, PaySheet.state == PaySheetState.PAID
    sums = (
        select(
            PaySheet.session_id,
            _yuan(course, PaySheet.state != PaySheetState.CANCELED).label("planned"),
            _yuan(course, paid).label("paid"),
            _yuan(PaySheet.kind == PaySheetKind.ALLOWANCE, paid).label("allowance"),
        )
        .group_by(PaySheet.session_id)
        .subquery()
    )
    values = (
        CourseSession.capacity * CourseSession.funding_yuan,
        func.coalesce(sums.c.planned, 0),
        func.coalesce(sums.c.paid, 0),
        func.coalesce(sums.c.allowance, 0),
    )
    head = (
        (Organization.name, func.count().label("count"))
        if by_provider
        else (CourseSession.title, CourseSession.public_id)
    )
    query = (
        select(*head, *(func.sum(value) if by_provider else value for value in values))
        .select_from(CourseSession)
        .join(Provider, Provider.id == CourseSession.provider_id)
        .join(Organization, Organization.id == Provider.organization_id)
        .join(Course, Course.code == CourseSession.course_code)
        .outerjoin(sums, sums.c.session_id == CourseSession.id)
        .where(
            CourseSession.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
            CourseSession.state.in_(
                (SessionState.APPROVED, SessionState.RUNNING, SessionState.ENDED, SessionState.CLOSED)
            ),
        )
    )
    if by_provider:
        return query.group_by(Organization.id, Organization.name).order_by(
            func.sum(values[0]).desc(), Organization.name
        )
    return query.order_by(CourseSession.starts_on.desc(), CourseSession.id.desc())


def is_noticed_on(day: date) -> Any:
    """Condition: the public may read the sheet on ``day``."""
    return and_(PaySheet.noticed_from <= day, PaySheet.noticed_until >= day)


def allowance_paid(session: Session, session_id: int) -> int:
    """Living allowances paid for a class, in yuan."""
    query = select(func.coalesce(func.sum(PaySheet.total_yuan), 0)).where(
        PaySheet.session_id == session_id,
        PaySheet.kind == PaySheetKind.ALLOWANCE,
        PaySheet.state == PaySheetState.PAID,
    )
    return int(session.scalar(query) or 0)
