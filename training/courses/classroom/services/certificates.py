"""Certificates of a class: given out for the whole class at once, entered in the file, and taken back with a reason.

A certificate's skills are known to the matching from the moment it is given out until it is taken back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import clean_line
from jobmatch.people.services.proofs import record_certificate_void, record_certified
from jobmatch.reference.models import Certificate, Course
from training.courses.classes.models import CourseSession
from training.courses.classroom.models import CourseCertificate
from training.courses.classroom.notices import tell_certificate
from training.courses.classroom.policies import can_decide_class
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import EnrollmentState

MOST_NUMBER = 40


def issue_completions(uow: UnitOfWork, course_session: CourseSession, *, issued_on: date | None) -> int:
    """Give everybody who completed the class and has none a completion certificate; returns how many were given.

    Its number is ``{year}{region, 6 digits}-{course}-{running number}``; it runs on over all classes of the course in
    a year, so that no two are alike.
    """
    require(can_decide_class(uow.actor, course_session))
    day = _check_day(uow, course_session, issued_on)
    people = _completed(uow, course_session, CourseCertificateKind.COMPLETION)
    prefix = f"{day.year}{_region6(course_session)}-{course_session.course_code}-"
    last = _last_number(uow, course_session, prefix) if people else 0
    for count, enrollment in enumerate(people, start=1):
        number = f"{prefix}{last + count:04d}"
        _issue(uow, course_session, enrollment, CourseCertificateKind.COMPLETION, number, None, day, None)
    uow.audit("class.certificates", course_session, kind=CourseCertificateKind.COMPLETION.value, count=len(people))
    return len(people)


def issue_certificates(
    uow: UnitOfWork,
    course_session: CourseSession,
    *,
    kind: CourseCertificateKind,
    numbers: Mapping[str, str],
    certificate_code: str | None,
    issued_on: date | None,
    expires_on: date | None,
) -> int:
    """Enter certificates that somebody else issued: ``numbers`` by the enrollments' public ids, empty ones left out.

    Raises ``Invalid`` beside each number that stands twice here or was entered before; then nothing is kept.
    """
    require(can_decide_class(uow.actor, course_session))
    if kind is CourseCertificateKind.COMPLETION:
        raise Invalid(fields={"kind": _("结业证书的编号由平台给，不用填")})
    day = _check_day(uow, course_session, issued_on)
    if expires_on is not None and expires_on <= day:
        raise Invalid(fields={"expires_on": _("有效期要晚于发证的日子")})
    if certificate_code is not None and certificate_code not in certificate_codes(course_session):
        raise Invalid(fields={"certificate_code": _("请从课程对应的证书里选")})
    people = {row.public_id: row for row in _completed(uow, course_session, kind)}
    given = {one: _clean_number(text) for one, text in numbers.items() if one in people and _clean_number(text)}
    if not given:
        raise Invalid(_("请至少填一个人的证书编号"))
    _check_numbers(uow, kind, given)
    for public_id, number in given.items():
        _issue(uow, course_session, people[public_id], kind, number, certificate_code, day, expires_on)
    uow.audit("class.certificates", course_session, kind=kind.value, count=len(given))
    return len(given)


def revoke_certificate(
    uow: UnitOfWork, course_session: CourseSession, enrollment: Enrollment, row: CourseCertificate, *, reason: str
) -> None:
    """Take a certificate back; what stood on it alone is no longer verified. A second press changes nothing."""
    require(can_decide_class(uow.actor, course_session) and enrollment.session_id == course_session.id)
    require(row.enrollment_id == enrollment.id)
    if row.revoked_at is not None:
        return
    words = clean_line(reason)[:200]
    if not words:
        raise Invalid(fields={"reason": _("请写为什么作废")})
    row.revoked_at, row.revoke_reason = uow.now, words
    uow.session.flush()
    person = uow.session.get(Person, enrollment.person_id) if enrollment.person_id is not None else None
    if person is not None:
        skills = _skills(uow, course_session.course, row.certificate_code) - _other_skills(uow, person, row)
        record_certificate_void(
            uow, person, certificate_code=row.certificate_code, number=row.number, skill_codes=skills
        )
        tell_certificate(uow, course_session, enrollment, row)
    uow.audit("class.certificate_void", row)


def certificate_codes(course_session: CourseSession) -> list[str]:
    """Codes of the certificates that the class or its course leads to, the class's own first."""
    own = [course_session.certificate_code] if course_session.certificate_code else []
    return list(dict.fromkeys([*own, *course_session.course.certificate_codes]))


def _check_day(uow: UnitOfWork, course_session: CourseSession, issued_on: date | None) -> date:
    if issued_on is None:
        raise Invalid(fields={"issued_on": _("请填发证的日子")})
    if not course_session.starts_on <= issued_on <= uow.today:
        raise Invalid(fields={"issued_on": _("发证的日子在开班以后，不晚于今天")})
    return issued_on


def _completed(uow: UnitOfWork, course_session: CourseSession, kind: CourseCertificateKind) -> list[Enrollment]:
    """Who completed the class and has no valid certificate of the kind, in the order of enrolling, locked."""
    held = select(CourseCertificate.enrollment_id).where(
        CourseCertificate.kind == kind, CourseCertificate.revoked_at.is_(None)
    )
    # The lock on the class lets a second press wait, and then find everybody served.
    uow.session.execute(select(CourseSession.id).where(CourseSession.id == course_session.id).with_for_update())
    query = (
        select(Enrollment)
        .options(joinedload(Enrollment.person))
        .where(
            Enrollment.session_id == course_session.id,
            Enrollment.state == EnrollmentState.COMPLETED,
            Enrollment.person_id.is_not(None),
            Enrollment.id.not_in(held),
        )
        .order_by(Enrollment.id)
    )
    return list(uow.session.scalars(query))


def _region6(course_session: CourseSession) -> str:
    """The code of the place whose office holds the class: six digits, as places are numbered (GB/T 2260)."""
    code = course_session.region_path.strip("/").split("/")[-1]
    return code[:6].ljust(6, "0")


def _last_number(uow: UnitOfWork, course_session: CourseSession, prefix: str) -> int:
    """The last running number below ``prefix``. The course's row is locked, so that two classes number in turn."""
    uow.session.execute(select(Course.code).where(Course.code == course_session.course_code).with_for_update())
    query = (
        select(CourseCertificate.number)
        .where(
            CourseCertificate.kind == CourseCertificateKind.COMPLETION,
            CourseCertificate.number.startswith(prefix, autoescape=True),
        )
        .order_by(func.length(CourseCertificate.number).desc(), CourseCertificate.number.desc())
    )
    last = uow.session.scalars(query.limit(1)).first()
    return int(last.removeprefix(prefix)) if last else 0


def _clean_number(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", clean_line(text)).split()).upper()


def _check_numbers(uow: UnitOfWork, kind: CourseCertificateKind, given: Mapping[str, str]) -> None:
    errors, seen = {}, {}
    known = set(
        uow.session.scalars(
            select(CourseCertificate.number).where(
                CourseCertificate.kind == kind, CourseCertificate.number.in_(given.values())
            )
        )
    )
    for public_id, number in given.items():
        field = f"number-{public_id}"
        if len(number) > MOST_NUMBER:
            errors[field] = _("编号 %(number)s… 太长了，最多 %(n)s 个字", number=number[:10], n=MOST_NUMBER)
        elif number in seen:
            errors[field] = _("编号 %(number)s 在这一页填了两次，同一种证书一人一号", number=number)
        elif number in known:
            errors[field] = _("编号 %(number)s 已经登记过，同一种证书一人一号，作废的也不能再用", number=number)
        seen[number] = public_id
    if errors:
        raise Invalid(fields=errors)


def _issue(
    uow: UnitOfWork,
    course_session: CourseSession,
    enrollment: Enrollment,
    kind: CourseCertificateKind,
    number: str,
    certificate_code: str | None,
    issued_on: date,
    expires_on: date | None,
) -> None:
    person = enrollment.person
    if person is None:
        raise Conflict
    row = CourseCertificate(
        enrollment_id=enrollment.id,
        kind=kind,
        certificate_code=certificate_code,
        number=number,
        name=person.name,
        issued_on=issued_on,
        expires_on=expires_on,
        issued_by_id=uow.actor.user_id,
        recorded_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    record_certified(
        uow,
        person,
        certificate_code=certificate_code,
        number=number,
        issued_on=issued_on,
        expires_on=expires_on,
        skill_codes=_skills(uow, course_session.course, certificate_code),
    )
    tell_certificate(uow, course_session, enrollment, row)


def _skills(uow: UnitOfWork, course: Course, certificate_code: str | None) -> set[str]:
    """What the course teaches, and what the certificate stands for."""
    certificate = uow.session.get(Certificate, certificate_code) if certificate_code else None
    more: Collection[str] = certificate.skill_codes if certificate is not None else ()
    return {*course.skill_codes, *more}


def _other_skills(uow: UnitOfWork, person: Person, row: CourseCertificate) -> set[str]:
    """Skills that another valid certificate of the person stands for."""
    query = (
        select(Course, CourseCertificate.certificate_code)
        .select_from(CourseCertificate)
        .join(Enrollment, Enrollment.id == CourseCertificate.enrollment_id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .where(
            Enrollment.person_id == person.id,
            CourseCertificate.id != row.id,
            CourseCertificate.revoked_at.is_(None),
        )
    )
    return {skill for course, code in uow.session.execute(query).all() for skill in _skills(uow, course, code)}
