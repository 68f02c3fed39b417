"""What a class proves about a person: its certificate and skills enter the file as seen by staff."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonCertificate, PersonSkill
from jobmatch.people.services.common import touch


def record_certified(
    uow: UnitOfWork,
    person: Person,
    *,
    certificate_code: str | None,
    number: str,
    issued_on: date,
    expires_on: date | None,
    skill_codes: Collection[str],
) -> None:
    """Enter a certificate somebody got (None: one of no code) and the skills it stands for, all verified.

    A level somebody stated stays. Doing it twice changes nothing more.
    """
    session = uow.session
    if certificate_code is not None:
        held = session.scalars(
            select(PersonCertificate).where(
                PersonCertificate.person_id == person.id, PersonCertificate.certificate_code == certificate_code
            )
        ).one_or_none()
        if held is None:
            held = PersonCertificate(person_id=person.id, certificate_code=certificate_code)
            session.add(held)
        held.number, held.issued_on, held.expires_on, held.is_verified = number, issued_on, expires_on, True
    known = {
        row.skill_code: row for row in session.scalars(select(PersonSkill).where(PersonSkill.person_id == person.id))
    }
    for code in sorted(skill_codes):
        row = known.get(code)
        if row is None:
            row = PersonSkill(person_id=person.id, skill_code=code)
            session.add(row)
        row.is_verified = True
    session.flush()
    touch(uow, person, "certificates", "skills")
    uow.audit("person.certified", person, certificate=certificate_code or "")


def record_certificate_void(
    uow: UnitOfWork, person: Person, *, certificate_code: str | None, number: str, skill_codes: Collection[str]
) -> None:
    """A certificate was taken back: it leaves the file, and what stood on it alone is no longer verified."""
    session = uow.session
    if certificate_code is not None:
        held = session.scalars(
            select(PersonCertificate).where(
                PersonCertificate.person_id == person.id,
                PersonCertificate.certificate_code == certificate_code,
                PersonCertificate.number == number,
            )
        ).one_or_none()
        if held is not None:
            session.delete(held)
    rows = select(PersonSkill).where(PersonSkill.person_id == person.id, PersonSkill.skill_code.in_(skill_codes))
    for row in session.scalars(rows).all():
        row.is_verified = False
    session.flush()
    touch(uow, person, "certificates", "skills")
    uow.audit("person.certificate_void", person, certificate=certificate_code or "")
