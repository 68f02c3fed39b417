"""适应性培训: who left service in a year, and who of them attended, is signed up, or was left out (应培尽培)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, exists, func, select

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, ServiceRecord
from jobmatch.people.policies import visible_served_people
from jobmatch.reference.models import Course, ResettlementMethod
from jobmatch.reference.queries import names, rule_value
from jobmatch.reference.rules import add_months
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

KIND = "adaptability"
DUE_RULE = "adaptability_due_months"
NOTICE_MONTHS = 3
"""So many months before the end of the term the station is asked to call."""
ATTENDED = (EnrollmentState.ATTENDING, EnrollmentState.COMPLETED)
SIGNED_UP = (EnrollmentState.SEATED, EnrollmentState.WAITING)


class AdaptabilityState(LabelledEnum):
    """Where somebody stands with adaptability training."""

    ATTENDED = "attended", N_("已参加")
    ENROLLED = "enrolled", N_("已报名")
    LEFT_OUT = "left_out", N_("还没参加")
    NOT_DUE = "not_due", N_("期限还早")


@dataclass(slots=True)
class MethodLine:
    """One way of resettlement: people who left service that year, and how many stand where."""

    code: str
    name: str
    total: int = 0
    attended: int = 0
    enrolled: int = 0
    left_out: int = 0
    not_due: int = 0

    @property
    def share(self) -> float | None:
        """Percent who attended, of everybody; None where there is nobody."""
        return 100 * self.attended / self.total if self.total else None


def due_months(uow: UnitOfWork) -> int:
    """Months after leaving service in which people attend (退役军人安置条例第六十二条; the office's parameter)."""
    return int(rule_value(uow.session, DUE_RULE, uow.today))


def _in(states: tuple[EnrollmentState, ...]) -> Any:
    """Condition on ``Person``: an enrollment of one of these states in an adaptability class."""
    return exists().where(
        Enrollment.person_id == Person.id,
        Enrollment.state.in_(states),
        CourseSession.id == Enrollment.session_id,
        Course.code == CourseSession.course_code,
        Course.kind == KIND,
    )


def has_attended() -> Any:
    """Condition on ``Person``: attends, or completed, adaptability training."""
    return _in(ATTENDED)


def is_signed_up() -> Any:
    """Condition on ``Person``: has a seat, or waits for one."""
    return _in(SIGNED_UP)


def near_edge(uow: UnitOfWork) -> date:
    """Whoever left service up to this day has three months left, or less."""
    return add_months(uow.today, NOTICE_MONTHS - due_months(uow))


def _state(edge: date) -> Any:
    return case(
        (has_attended(), AdaptabilityState.ATTENDED.value),
        (is_signed_up(), AdaptabilityState.ENROLLED.value),
        (ServiceRecord.discharged_on > edge, AdaptabilityState.NOT_DUE.value),
        else_=AdaptabilityState.LEFT_OUT.value,
    )


def _of_year(query: Select[*tuple[Any, ...]], year: int) -> Select[*tuple[Any, ...]]:
    return query.where(
        ServiceRecord.discharged_on.between(date(year, 1, 1), date(year, 12, 31)), Person.erased_at.is_(None)
    )


def method_lines(uow: UnitOfWork, year: int) -> list[MethodLine]:
    """The people of the actor's subtree who left service in a year, by way of resettlement: one statement."""
    state = _state(near_edge(uow)).label("state")
    inner = _of_year(
        select(Person.id, ServiceRecord.resettlement_code.label("method"), state).join(
            ServiceRecord, ServiceRecord.person_id == Person.id
        ),
        year,
    )
    found = visible_served_people(uow.actor, inner).subquery()
    query = select(found.c.method, found.c.state, func.count()).group_by(found.c.method, found.c.state)
    known = names(uow.session, ResettlementMethod)
    lines: dict[str, MethodLine] = {}
    for code, name, count in uow.session.execute(query):
        line = lines.setdefault(code or "", MethodLine(code or "", known.get(code, "")))
        line.total += count
        setattr(line, name, getattr(line, name) + count)
    return sorted(lines.values(), key=lambda line: (-line.total, line.code))


def people_of_year(uow: UnitOfWork, year: int, state: str = "", method: str = "") -> Select[*tuple[Any, ...]]:
    """(person, day of leaving, method, station, state) of a year, those whose term ends first come first.

    Narrow it by ``visible_served_people``.
    """
    where = _state(near_edge(uow))
    query = _of_year(
        select(
            Person,
            ServiceRecord.discharged_on,
            ServiceRecord.resettlement_code,
            func.coalesce(Organization.name, "").label("station"),
            where.label("state"),
        )
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .outerjoin(Organization, Organization.id == Person.station_id),
        year,
    )
    if state in set(AdaptabilityState):
        query = query.where(where == state)
    if method:
        query = query.where(ServiceRecord.resettlement_code == method)
    return query.order_by(ServiceRecord.discharged_on, Person.id)


def open_classes(today: date) -> Select[*tuple[Any, ...]]:
    """Adaptability classes that can be signed up for today, for a policy to narrow."""
    return (
        select(CourseSession)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Course.kind == KIND,
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_from <= today,
            CourseSession.sign_up_until >= today,
        )
        .order_by(CourseSession.starts_on, CourseSession.id)
        .limit(10)
    )


def left_out(uow: UnitOfWork) -> Select[*tuple[Any, ...]]:
    """(person, day of leaving) of those whose term ends within three months, or ended within the last year, and who
    are in no adaptability class.
    """
    edge = near_edge(uow)
    oldest = add_months(uow.today, -due_months(uow) - 12)
    return (
        select(Person, ServiceRecord.discharged_on)
        .join(ServiceRecord, ServiceRecord.person_id == Person.id)
        .where(
            ServiceRecord.discharged_on.between(oldest, edge),
            Person.erased_at.is_(None),
            ~has_attended(),
            ~is_signed_up(),
        )
        .order_by(ServiceRecord.discharged_on, Person.id)
    )
