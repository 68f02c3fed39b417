"""Figures that a special action sums: fairs, classes, visits, hires, postings; where each row lies, and its list.

Work of a station counts where the station is: a fair, a class and a posting by their own place, a visit and a hire by
the station that serves the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from jobmatch.casework.visits.models import Contact
from jobmatch.casework.visits.states import ContactWay
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import N_
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairPart, FairState
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit, by_code, rows_of
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from training.courses.classes.models import CourseSession
from training.courses.classes.states import SessionState

_OWN = "jobmatch"


def within_days(column: Any, since: date, until: date) -> ColumnElement[bool]:
    """Condition: the instant lies between the midnights in Shanghai that begin ``since`` and end ``until``."""
    first, last = (datetime.combine(day, time(), SHANGHAI) for day in (since, until + timedelta(days=1)))
    found: ColumnElement[bool] = (column >= first) & (column < last)
    return found


def _fairs(scope: Scope) -> Rows:
    return rows_of(
        JobFair.id,
        JobFair.part == FairPart.HELD,
        JobFair.state.in_((FairState.RUNNING, FairState.CLOSED, FairState.ARCHIVED)),
        within_days(JobFair.opens_at, scope.since, scope.until),
        scope.below(JobFair.region_path),
    )


def _classes(scope: Scope) -> Rows:
    return rows_of(
        CourseSession.id,
        CourseSession.state.in_((SessionState.RUNNING, SessionState.ENDED, SessionState.CLOSED)),
        CourseSession.starts_on.between(scope.since, scope.until),
        scope.below(CourseSession.region_path),
    )


def _visits(scope: Scope) -> Rows:
    corrected = aliased(Contact)
    served = select(Person.id).where(scope.below(Person.region_path))
    return rows_of(
        Contact.id,
        Contact.way == ContactWay.HOME,
        Contact.done_on.between(scope.since, scope.until),
        ~exists(select(corrected.id).where(corrected.corrects_id == Contact.id)),
        Contact.person_id.in_(served),
    )


def _hires(scope: Scope) -> Rows:
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    began = exists(
        select(EmploymentSpell.id).where(
            EmploymentSpell.person_id == Person.id,
            EmploymentSpell.superseded_at.is_(None),
            EmploymentSpell.status_code.in_(employed),
            EmploymentSpell.started_on.between(scope.since, scope.until),
            exists(select(Confirmation.id).where(Confirmation.spell_id == EmploymentSpell.id)),
        )
    )
    return rows_of(Person.id, Person.erased_at.is_(None), scope.below(Person.region_path), began)


def _postings(scope: Scope) -> Rows:
    return rows_of(
        Posting.id,
        within_days(Posting.published_at, scope.since, scope.until),
        scope.below(Posting.region_path),
    )


FIGURES: Mapping[str, Figure] = by_code(
    (
        Figure(
            "action-fairs",
            N_("举办招聘会"),
            Unit.EVENT,
            Span.FLOW,
            Subject.FAIR,
            N_("期内开场、本地区举办的招聘会场数"),
            _fairs,
            excludes=N_("参加别人举办的、已取消的、没开场的"),
            source=_OWN,
        ),
        Figure(
            "action-classes",
            N_("开办培训班"),
            Unit.COURSE_RUN,
            Span.FLOW,
            Subject.COURSE_SESSION,
            N_("期内开班、已经开课的班次数"),
            _classes,
            excludes=N_("没批准、没开课、已取消的"),
            source=_OWN,
        ),
        Figure(
            "action-visits",
            N_("上门走访"),
            Unit.PERSON_TIMES,
            Span.FLOW,
            Subject.CONTACT,
            N_("期内方式为上门的联系记录条数，一人走访几次算几人次"),
            _visits,
            excludes=N_("被更正的记录"),
            source=_OWN,
        ),
        Figure(
            "action-hires",
            N_("实现就业"),
            Unit.PERSON,
            Span.FLOW,
            Subject.PERSON,
            N_("期内入职、就业台账上核实过的人数，一人只算一次"),
            _hires,
            excludes=N_("没有核实的、后来更正或撤销的"),
            unknown=N_("没有核实的人不算"),
            source=_OWN,
        ),
        Figure(
            "action-postings",
            N_("发布岗位"),
            Unit.ITEM,
            Span.FLOW,
            Subject.POSTING,
            N_("期内发布的岗位条数，不是招聘人数"),
            _postings,
            excludes=N_("没发布过的"),
            source=_OWN,
        ),
    )
)
"""Figures that targets can be set for, by code."""


@dataclass(frozen=True, slots=True)
class Listing:
    """How rows of one subject are told by place and listed: the row's id and place, and the list's columns."""

    key: Any
    path: Any
    query: Callable[[Rows], Select[*tuple[Any, ...]]]


def _list(key: Any, query: Select[*tuple[Any, ...]], *order: Any) -> Callable[[Rows], Select[*tuple[Any, ...]]]:
    def listed(rows: Rows) -> Select[*tuple[Any, ...]]:
        behind = rows.subquery()
        return query.where(key.in_(select(behind.c.id))).order_by(*order)

    return listed


LISTINGS: Mapping[Subject, Listing] = {
    Subject.FAIR: Listing(
        JobFair.id, JobFair.region_path, _list(JobFair.id, select(JobFair), JobFair.opens_at, JobFair.id)
    ),
    Subject.COURSE_SESSION: Listing(
        CourseSession.id,
        CourseSession.region_path,
        _list(CourseSession.id, select(CourseSession), CourseSession.starts_on, CourseSession.id),
    ),
    Subject.CONTACT: Listing(
        Contact.id,
        select(Person.region_path).where(Person.id == Contact.person_id).scalar_subquery(),
        _list(
            Contact.id,
            select(Contact, Person).join(Person, Person.id == Contact.person_id),
            Contact.done_on,
            Contact.id,
        ),
    ),
    Subject.PERSON: Listing(
        Person.id, Person.region_path, _list(Person.id, select(Person), Person.region_path, Person.name, Person.id)
    ),
    Subject.POSTING: Listing(
        Posting.id,
        Posting.region_path,
        _list(
            Posting.id,
            select(Posting, Employer).join(Employer, Employer.id == Posting.employer_id),
            Posting.published_at,
            Posting.id,
        ),
    ),
}
"""Subjects that can be told by place and listed here."""
