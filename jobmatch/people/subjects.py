"""A file of the talent pool in whole-person acts. The row of the person itself is moved by the privacy room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from jobmatch.core.files import StoredFile, remove_file
from jobmatch.core.subjects import MovedRow, change_row, dump_rows, move_rows
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import (
    Consent,
    EmployerBlock,
    Grant,
    ProxyConsent,
    Verification,
    VerificationAppeal,
)
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonCertificate,
    PersonKind,
    PersonLicence,
    PersonSkill,
    ResumeReading,
    ServiceRecord,
    ServiceSpecialty,
    WorkHistory,
)
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.people import current_spell
from jobmatch.people.states import AppealState, JobSearchState

KEPT = {
    "person": "ledger_keep_years",
    "person_kind": "ledger_keep_years",
    "employment_spell": "ledger_keep_years",
    "employment_confirmation": "ledger_keep_years",
    "verification": "ledger_keep_years",
    "verification_appeal": "ledger_keep_years",
    "proxy_consent": "ledger_keep_years",
    "grant": "recruiting_keep_years",
    "consent": "recruiting_keep_years",
}
ERASED_NAME = "已注销"
"""What stands in the place of a name where an application of an erased person is still listed."""
_LISTS: tuple[tuple[type[Any], str], ...] = (
    (PersonSkill, "skill_code"),
    (PersonCertificate, "certificate_code"),
    (PersonLicence, "licence_code"),
    (PersonKind, "kind_code"),
)
_CHILDREN: tuple[type[Any], ...] = (
    PersonKind,
    ServiceRecord,
    PersonSkill,
    PersonCertificate,
    PersonLicence,
    WorkHistory,
    JobIntention,
    Grant,
    Consent,
    EmploymentSpell,
    EmployerBlock,
    Verification,
    VerificationAppeal,
    ProxyConsent,
    ResumeReading,
)


def export_person(uow: UnitOfWork, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """The file with everything that hangs on it."""
    found = {"person": dump_rows(uow.session, Person, Person.id == person_id)}
    found |= {m.__tablename__: dump_rows(uow.session, m, m.person_id == person_id) for m in _CHILDREN}
    records = select(ServiceRecord.id).where(ServiceRecord.person_id == person_id)
    where = ServiceSpecialty.service_record_id.in_(records)
    spells = select(EmploymentSpell.id).where(EmploymentSpell.person_id == person_id)
    said = Confirmation.spell_id.in_(spells)
    return found | {
        "service_specialty": dump_rows(uow.session, ServiceSpecialty, where),
        "employment_confirmation": dump_rows(uow.session, Confirmation, said, without=("recorded_by_id",)),
    }


def erase_person(uow: UnitOfWork, person_id: int) -> dict[str, int]:
    """Blank the file; what figures count stays without what points at somebody.

    Kinds stay without proof, the service record with its method and the years, spells with status and dates, the
    living place as its county. Grants end.
    """
    session, person = uow.session, uow.session.get_one(Person, person_id)
    counts: dict[str, int] = {}
    records = select(ServiceRecord.id).where(ServiceRecord.person_id == person_id)
    whole: tuple[type[Any], ...] = (
        PersonSkill,
        PersonCertificate,
        PersonLicence,
        WorkHistory,
        JobIntention,
        EmployerBlock,
        VerificationAppeal,
    )
    gone: list[tuple[type[Any], Any]] = [(ServiceSpecialty, ServiceSpecialty.service_record_id.in_(records))]
    gone += [(model, model.person_id == person_id) for model in whole]
    for model, where in gone:
        counts[model.__tablename__] = len(session.scalars(delete(model).where(where).returning(model.id)).all())
    for kind in session.scalars(select(PersonKind).where(PersonKind.person_id == person_id)):
        kind.proof = ""
    for service in session.scalars(select(ServiceRecord).where(ServiceRecord.person_id == person_id)):
        service.posts_held = service.honours = service.military_skill = service.card_tail = ""
        service.branch_code = service.rank_code = service.was_in_combat = service.was_in_hardship = None
        service.honour_codes, service.military_skill_level = [], 0
        service.enlisted_on = service.enlisted_on and service.enlisted_on.replace(month=1, day=1)
        service.discharged_on = service.discharged_on and service.discharged_on.replace(month=1, day=1)
    for spell in session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id == person_id)):
        spell.employer_name = spell.title = spell.note = ""
    spells = select(EmploymentSpell.id).where(EmploymentSpell.person_id == person_id)
    for said in session.scalars(select(Confirmation).where(Confirmation.spell_id.in_(spells))):
        said.said_by = said.note = ""
    for check in session.scalars(select(Verification).where(Verification.person_id == person_id)):
        check.tail = check.note = ""
    _drop_papers(uow, person_id)
    for grant in session.scalars(select(Grant).where(Grant.person_id == person_id)):
        grant.revoked_at = grant.revoked_at or uow.now
    _blank(uow, person)
    session.flush()
    session.expire(person)
    return counts | {"person": 1}


def _drop_papers(uow: UnitOfWork, person_id: int) -> None:
    """Uploaded résumés go with their files; consents to act in the person's place end and lose their paper."""
    for reading in uow.session.scalars(
        select(ResumeReading).options(selectinload(ResumeReading.file)).where(ResumeReading.person_id == person_id)
    ):
        uow.session.delete(reading)
        uow.session.flush()
        remove_file(uow, reading.file)
    for consent in uow.session.scalars(select(ProxyConsent).where(ProxyConsent.person_id == person_id)):
        consent.note, consent.revoked_at = "", consent.revoked_at or uow.now
        paper = uow.session.get(StoredFile, consent.file_id) if consent.file_id else None
        consent.file_id = None
        uow.session.flush()
        if paper is not None:
            remove_file(uow, paper)


def _blank(uow: UnitOfWork, person: Person) -> None:
    person.user_id = None
    person.name = ERASED_NAME
    person.about = person.major = person.sex = person.verification_note = person.card_tail = ""
    person.school = person.languages = person.strengths = person.plain_fitness_note = ""
    person.political_status = None
    person.phone = person.id_number = person.fitness_note = None
    person.birth_on = person.birth_on and person.birth_on.replace(month=1, day=1)
    person.latitude = person.longitude = person.education_code = None
    for place in ("registered_region_code", "resettled_region_code", "living_region_code"):
        setattr(person, place, (getattr(person, place) or "")[:6] or None)
    person.search_state, person.is_open_to_employers = JobSearchState.NOT_LOOKING, False
    person.erased_at = person.changed_at = uow.now


def move_person(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Hand the children of a file over. What the target has already stays where it is, in the emptied file.

    Kinds are united. Of two service records or intentions the target's holds. Of two open lines of the register the
    later one stays open, and the earlier one ends the day before it, as when a new line is written.
    """
    session = uow.session
    moved = _end_earlier_spell(uow, source_id, target_id)
    for model, code in _LISTS:
        column = getattr(model, code)
        held = select(column).where(model.person_id == target_id)
        moved += move_rows(session, model, "person_id", source_id, target_id, column.not_in(held))
    for model in (ServiceRecord, JobIntention):
        if session.scalar(select(model.id).where(model.person_id == target_id)) is None:
            moved += move_rows(session, model, "person_id", source_id, target_id)
    blocked = select(EmployerBlock.organization_id).where(EmployerBlock.person_id == target_id)
    moved += move_rows(
        session, EmployerBlock, "person_id", source_id, target_id, EmployerBlock.organization_id.not_in(blocked)
    )
    if not session.scalar(_open_appeal(target_id)):
        moved += move_rows(session, VerificationAppeal, "person_id", source_id, target_id)
    for model in (WorkHistory, Grant, Consent, EmploymentSpell, Verification, ProxyConsent, ResumeReading):
        moved += move_rows(session, model, "person_id", source_id, target_id)
    return moved


def _open_appeal(person_id: int) -> Any:
    is_open = VerificationAppeal.state == AppealState.OPEN
    return select(VerificationAppeal.id).where(VerificationAppeal.person_id == person_id, is_open).limit(1)


def _end_earlier_spell(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    both = [current_spell(uow.session, person_id) for person_id in (source_id, target_id)]
    open_spells = sorted((spell for spell in both if spell is not None), key=lambda spell: spell.started_on)
    if len(open_spells) < 2:
        return []
    first, last = open_spells
    moved = change_row(first, ended_on=max(first.started_on, last.started_on - timedelta(days=1)))
    uow.session.flush()
    return [moved]


def move_organization(uow: UnitOfWork, source_id: int, target_id: int) -> list[MovedRow]:
    """Re-point the register and grants; who blocked both keeps the block of the target.

    The ledger of consent is only added to, so it goes on naming the record that somebody agreed to.
    """
    session = uow.session
    moved = [
        row
        for model in (EmploymentSpell, Grant)
        for row in move_rows(session, model, "organization_id", source_id, target_id)
    ]
    blocked = select(EmployerBlock.person_id).where(EmployerBlock.organization_id == target_id)
    only_source = EmployerBlock.person_id.not_in(list(session.scalars(blocked)))
    return moved + move_rows(session, EmployerBlock, "organization_id", source_id, target_id, only_source)
