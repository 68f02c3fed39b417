"""Reads: what courses lead to, the classes that take people now, and what somebody got by a class."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.results import need_name
from jobmatch.people.models.person import Person
from jobmatch.reference.models import Course, Skill
from jobmatch.reference.queries import names
from ml.reference import licence_certificates
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions, worked_sessions
from training.courses.classes.states import SessionState
from training.courses.classroom.models import CourseCertificate
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.policies import own_enrollments

BEFORE_START = (SessionState.DRAFT, SessionState.SUBMITTED, SessionState.RETURNED, SessionState.APPROVED)
SHOWN_CLASSES = 2


def courses_of(session: Session) -> dict[str, Course]:
    """The courses that may be offered, by code, in the order of the catalogue."""
    return {row.code: row for row in session.scalars(select(Course).order_by(Course.sort_order, Course.code))}


def effects_of(courses: Mapping[str, Course]) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Course code to the certificates and skills it leads to, as the ranker takes them."""
    return {code: (tuple(one.certificate_codes), tuple(one.skill_codes)) for code, one in courses.items()}


def paper_name(session: Session, code: str) -> str:
    """What a certificate is called; one that is a driving licence goes by its class: ``B2 驾驶证``."""
    licence = licence_certificates().get(code)
    return need_name(session, "licence", licence) if licence else need_name(session, "certificate", code)


def paper_names(session: Session, codes: Iterable[str]) -> str:
    """Several certificates in one phrase."""
    return _("、").join(paper_name(session, code) for code in codes)


def skill_names(session: Session, codes: Iterable[str]) -> str:
    """Several skills in one phrase."""
    known = names(session, Skill)
    return _("、").join(known.get(code, code) for code in codes)


def _sessions() -> Select[*tuple[Any, ...]]:
    return (
        select(CourseSession)
        .join(CourseSession.provider)
        .join(Provider.organization)
        .options(contains_eager(CourseSession.provider).contains_eager(Provider.organization))
        # Whoever may see the class may read who teaches it.
        .execution_options(visible=frozenset({"provider"}))
    )


def open_classes(uow: UnitOfWork, person: Person, codes: Collection[str]) -> dict[str, list[CourseSession]]:
    """Classes that one may sign up for today, by course: those of the person's own place first, then the soonest."""
    query = (
        _sessions()
        .where(
            CourseSession.course_code.in_(codes),
            CourseSession.state == SessionState.APPROVED,
            CourseSession.sign_up_from <= uow.today,
            CourseSession.sign_up_until >= uow.today,
        )
        .order_by(CourseSession.starts_on, CourseSession.id)
    )
    found: dict[str, list[CourseSession]] = {}
    rows = uow.rows(visible_sessions(uow.actor, query)) if codes else []
    for row in sorted(rows, key=lambda one: not person.region_path.startswith(one.region_path)):
        found.setdefault(row.course_code, []).append(row)
    return {code: classes[:SHOWN_CLASSES] for code, classes in found.items()}


def classes_to_fill(uow: UnitOfWork, code: str) -> list[CourseSession]:
    """Classes of a course that have not begun and that the actor's office works for, the soonest first."""
    wanted = (CourseSession.course_code == code, CourseSession.state.in_(BEFORE_START))
    query = _sessions().where(*wanted, CourseSession.ends_on >= uow.today)
    return list(uow.rows(worked_sessions(uow.actor, query.order_by(CourseSession.starts_on, CourseSession.id))))


@dataclass(frozen=True, slots=True)
class Achieved:
    """What somebody got by classes of one course: certificates by code, and the day of the latest."""

    course_code: str
    certificate_codes: tuple[str, ...]
    issued_on: date


def achieved(uow: UnitOfWork, person: Person) -> list[Achieved]:
    """The person's own certificates of classes that are not void, by course, the latest first."""
    query = (
        select(CourseSession.course_code, CourseCertificate.certificate_code, CourseCertificate.issued_on)
        .select_from(CourseCertificate)
        .join(Enrollment, Enrollment.id == CourseCertificate.enrollment_id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .where(Enrollment.person_id == person.id, CourseCertificate.revoked_at.is_(None))
        .order_by(CourseCertificate.issued_on.desc(), CourseCertificate.id)
    )
    found: dict[str, list[Any]] = {}
    for row in uow.rows(visible_sessions(uow.actor, own_enrollments(uow.actor, query))):
        found.setdefault(row.course_code, []).append(row)
    return [
        Achieved(code, tuple(sorted({row.certificate_code for row in rows if row.certificate_code})), rows[0].issued_on)
        for code, rows in found.items()
    ]
