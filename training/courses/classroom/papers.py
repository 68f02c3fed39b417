"""The completion certificate on paper, and what everybody may read of a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import use_locale
from jobmatch.core.pdf import qr_svg_bytes, render_pdf
from jobmatch.reference.models import Course
from training.courses.catalog.models import Provider
from training.courses.classes.models import CourseSession
from training.courses.classroom.models import CourseCertificate
from training.courses.classroom.states import CourseCertificateKind
from training.courses.enrollment.models import Enrollment

CERTIFICATE = Path(__file__).parent / "templates" / "classroom" / "certificate.typ"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What stands on a certificate; ``name`` in full, ``masked`` as strangers may read it."""

    public_id: str
    kind: CourseCertificateKind
    number: str
    name: str
    course: str
    provider: str
    office: str
    starts_on: date
    ends_on: date
    hours: int
    issued_on: date
    expires_on: date | None
    revoked_at: datetime | None
    revoke_reason: str

    @property
    def masked(self) -> str:
        """The first character and stars: 张*."""
        return mask_name(self.name)

    def is_valid(self, today: date) -> bool:
        """Neither taken back nor expired."""
        return self.revoked_at is None and (self.expires_on is None or self.expires_on >= today)


def mask_name(name: str) -> str:
    """张三丰 becomes 张**; an erased name stays empty."""
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else name


def find_facts(session: Session, public_id: str) -> CertificateFacts | None:
    """What stands on the certificate of this public id; one statement."""
    office = aliased(Organization)
    query = (
        select(CourseCertificate, CourseSession, Course, Organization.name, office.name)
        .join(Enrollment, Enrollment.id == CourseCertificate.enrollment_id)
        .join(CourseSession, CourseSession.id == Enrollment.session_id)
        .join(Course, Course.code == CourseSession.course_code)
        .join(Provider, Provider.id == CourseSession.provider_id)
        .join(Organization, Organization.id == Provider.organization_id)
        .join(office, office.id == CourseSession.organization_id)
        .where(CourseCertificate.public_id == public_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    certificate, course_session, course, provider, holder = row
    return CertificateFacts(
        public_id=certificate.public_id,
        kind=certificate.kind,
        number=certificate.number,
        name=certificate.name,
        course=course.name_zh,
        provider=provider,
        office=holder,
        starts_on=course_session.starts_on,
        ends_on=course_session.ends_on,
        hours=course_session.hours,
        issued_on=certificate.issued_on,
        expires_on=certificate.expires_on,
        revoked_at=certificate.revoked_at,
        revoke_reason=certificate.revoke_reason,
    )


def certificate_pdf(facts: CertificateFacts, address: str) -> bytes:
    """The completion certificate on A4, lying; ``address`` is the page that verifies it."""

    def words(on: date) -> str:
        return f"{on.year} 年 {on.month} 月 {on.day} 日"

    with use_locale("zh"):
        data = {
            "title": facts.kind.label,
            "name": facts.name,
            "course": facts.course,
            "from": words(facts.starts_on),
            "until": words(facts.ends_on),
            "hours": facts.hours,
            "number": facts.number,
            "provider": facts.provider,
            "office": facts.office,
            "issued": words(facts.issued_on),
        }
    return render_pdf(CERTIFICATE, data, files={"qr": qr_svg_bytes(address)})
