"""Details of the file that few people fill in: languages and strengths, numbers of certificates, political status."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonCertificate
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import (
    EARLIEST,
    Findings,
    clean_line,
    clean_tail,
    keep_secrets_out,
    on_behalf,
    require_version,
    touch,
)
from jobmatch.people.states import PoliticalStatus


def save_strengths(
    uow: UnitOfWork,
    person: Person,
    *,
    languages: str,
    strengths: str,
    fitness_note: str,
    political_status: str | None = None,
    card_tail: str = "",
    accept_masked: bool = False,
    version: int | None = None,
) -> Person:
    """Languages, what somebody is good at besides, fitness where the wanted work asks for it, and two facts for the
    service alone: political status (by choice) and the last four of the 优待证. Raises ``Invalid``.
    """
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    found = Findings()
    texts = {
        "languages": clean_line(languages),
        "strengths": clean_line(strengths),
        "fitness_note": clean_line(fitness_note),
    }
    for name, most in (("languages", 120), ("strengths", 200), ("fitness_note", 200)):
        found.check(len(texts[name]) <= most, name, _("最多写 %(n)s 个字", n=most))
    found.check(political_status in (None, *PoliticalStatus), "political_status", _("请从列表里选一项"))
    tail = clean_tail(found, "card_tail", card_tail)
    kept = keep_secrets_out(found, texts, accept_masked=accept_masked)
    found.stop()
    for name, value in kept.items():
        setattr(person, name, value)
    person.plain_fitness_note = ""
    person.political_status = PoliticalStatus(political_status) if political_status else None
    person.card_tail = tail
    touch(uow, person)
    uow.audit("person.strengths", person, **on_behalf(uow, person))
    return person


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """Number and days of one certificate."""

    number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


def save_certificate_facts(
    uow: UnitOfWork, person: Person, *, code: str, facts: PaperFacts, version: int | None = None
) -> PersonCertificate:
    """Number, issue and expiry of one certificate; other ones than before lose the mark of staff.

    Raises ``Invalid``, and ``NotFound`` for a certificate that the person does not hold.
    """
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    row = uow.session.scalars(
        select(PersonCertificate).where(
            PersonCertificate.person_id == person.id, PersonCertificate.certificate_code == code
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    found = Findings()
    number = unicodedata.normalize("NFKC", clean_line(facts.number)).upper()
    found.check(
        re.fullmatch(r"[\w\-/()第号字 ]{0,40}", number) is not None, "number", _("证书编号最多 40 个字符，照证书上写")
    )
    if facts.issued_on:
        found.check(EARLIEST <= facts.issued_on <= uow.today, "issued_on", _("发证日期不能晚于今天"))
    if facts.issued_on and facts.expires_on:
        found.check(facts.expires_on >= facts.issued_on, "expires_on", _("到期要晚于发证日期"))
    kept = keep_secrets_out(found, {"number": number}, accept_masked=False)
    found.stop()
    new = (kept["number"], facts.issued_on, facts.expires_on)
    if new != (row.number, row.issued_on, row.expires_on):
        row.number, row.issued_on, row.expires_on = new
        row.is_verified = False
    touch(uow, person, "certificates")
    uow.audit("person.certificates", person, certificate=code, **on_behalf(uow, person))
    return row
