"""A résumé that staff fill in for somebody, in one go: only with their consent, and said to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.policies import can_act_for_person
from jobmatch.people.queries.proxies import has_proxy_consent
from jobmatch.people.services.common import require_version
from jobmatch.people.services.details import save_strengths
from jobmatch.people.services.resume import (
    save_certificates,
    save_education,
    save_intention,
    save_licences,
    save_skills,
    save_specialties,
)
from jobmatch.people.states import ProxyScope


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in; empty parts stay as they are in the file."""

    education_code: str | None = None
    school: str = ""
    major: str = ""
    specialties: Mapping[str, float] = field(default_factory=dict)
    skills: Sequence[str] = ()
    licences: Sequence[str] = ()
    certificates: Sequence[str] = ()
    languages: str = ""
    strengths: str = ""
    words: str = ""
    pay_floor_yuan: int | None = None
    is_told: bool = False
    accept_masked: bool = False


def filled_of(person: Person) -> dict[str, Any]:
    """The stored file, loaded with ``load_full``, as such a form shows it."""
    service, wish = person.service, person.intention
    return {
        "education_code": person.education_code or "",
        "school": person.school,
        "major": person.major,
        "specialties": {line.specialty_code: line.years for line in service.specialties} if service else {},
        "skills": [row.skill_code for row in person.skills],
        "licences": [row.licence_code for row in person.licences],
        "certificates": [row.certificate_code for row in person.certificates],
        "languages": person.languages,
        "strengths": person.strengths,
        "words": wish.words if wish else "",
        "pay_floor_yuan": wish.pay_floor_yuan if wish else None,
        "version": person.version,
    }


def fill_file(uow: UnitOfWork, person: Person, *, facts: Filled, version: int | None = None) -> Person:
    """Save what a clerk filled in for a person loaded with ``load_full`` who agreed to it (``ProxyScope.FILE``).

    Levels of skills that were stored stay, as does what the form does not ask. Raises ``Invalid``, ``Conflict``.
    """
    consented = has_proxy_consent(uow.session, person, uow.actor, ProxyScope.FILE)
    require(can_act_for_person(uow.actor, person))
    require_version(person, version)
    if not consented:
        raise Invalid(_("请先记下本人的同意，再代填"))
    if not facts.is_told:
        raise Invalid(fields={"told": _("请先念给本人听，本人认可后再保存")})
    levels, wish = {row.skill_code: row.level for row in person.skills}, person.intention
    if facts.education_code:
        save_education(uow, person, education_code=facts.education_code, major=facts.major, school=facts.school)
    if facts.specialties:
        save_specialties(uow, person, years=facts.specialties)
    save_skills(uow, person, levels={code: levels.get(code, 0) for code in facts.skills})
    save_licences(uow, person, codes=facts.licences)
    save_certificates(uow, person, codes=facts.certificates)
    save_strengths(
        uow,
        person,
        languages=facts.languages,
        strengths=facts.strengths,
        fitness_note=person.fitness_note or "",
        political_status=person.political_status.value if person.political_status else None,
        card_tail=person.card_tail,
        accept_masked=facts.accept_masked,
    )
    if facts.words or wish:
        save_intention(
            uow,
            person,
            words=facts.words,
            occupation_codes=wish.occupation_codes if wish else (),
            region_codes=wish.region_codes if wish else (),
            max_distance_km=wish.max_distance_km if wish else None,
            pay_floor_yuan=facts.pay_floor_yuan,
            shifts=wish.shifts if wish else (),
            employment_types=wish.employment_types if wish else (),
            start_on=wish.start_on if wish else None,
        )
    return person
