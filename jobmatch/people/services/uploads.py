"""Uploaded résumés: kept while somebody chooses, taken over row by row, removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.files import check_hourly_uploads, remove_file, store_file
from jobmatch.core.files import read_file as read_stored
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind
from jobmatch.people.models.person import Person, ResumeReading
from jobmatch.people.policies import can_edit_person, can_read_person
from jobmatch.people.queries.choices import place_code
from jobmatch.people.queries.people import load_full
from jobmatch.people.queries.uploads import Offer, offers_of, pay_of
from jobmatch.people.services import people, resume
from jobmatch.people.services.details import save_strengths

WAITS = timedelta(hours=1)
MOST_FILES = 3
UPLOADS_PER_HOUR = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """An offer that could not be saved, and why."""

    label: str
    value: str
    reason: str


def check_may_upload(uow: UnitOfWork, person: Person) -> None:
    """Raise ``NotAllowed``, ``Limited`` beyond the hourly number, or ``Invalid`` where enough files are kept."""
    require(can_edit_person(uow.actor, person))
    check_hourly_uploads(uow, "person.resume_uploaded", UPLOADS_PER_HOUR)
    if len(kept_files(uow, person)) >= MOST_FILES:
        raise Invalid(_("最多保留 %(n)s 份简历文件，请先删掉一份", n=MOST_FILES))


def kept_files(uow: UnitOfWork, person: Person) -> Sequence[ResumeReading]:
    """The files that were confirmed, the newest first."""
    query = select(ResumeReading).where(ResumeReading.person_id == person.id, ResumeReading.confirmed_at.is_not(None))
    return uow.session.scalars(query.options(joinedload(ResumeReading.file)).order_by(ResumeReading.id.desc())).all()


def find_reading(uow: UnitOfWork, person: Person, public_id: str) -> ResumeReading:
    """A reading of ``person``. Raises ``NotFound``, also for one whose hour is over."""
    query = select(ResumeReading).where(ResumeReading.public_id == public_id, ResumeReading.person_id == person.id)
    row = uow.session.scalars(query.options(joinedload(ResumeReading.file))).one_or_none()
    if row is None or (row.confirmed_at is None and row.created_at < uow.now - WAITS):
        raise NotFound
    return row


def keep_reading(
    uow: UnitOfWork, person: Person, content: bytes, kind: Kind, found: dict[str, Any], *, name: str
) -> ResumeReading:
    """Keep the file and what was read in it; an earlier reading that nobody confirmed makes room."""
    check_may_upload(uow, person)
    waiting = select(ResumeReading).where(ResumeReading.person_id == person.id, ResumeReading.confirmed_at.is_(None))
    for old in uow.session.scalars(waiting.options(joinedload(ResumeReading.file))):
        _remove(uow, old)
    file = store_file(uow, content, name=name, mimetype=kind.mimetype)
    row = ResumeReading(person_id=person.id, file=file, created_at=uow.now)
    row.found = json.dumps(found, ensure_ascii=False)
    uow.session.add(row)
    uow.session.flush()
    uow.audit("person.resume_uploaded", person, kind=kind.value)
    return row


def read_original(uow: UnitOfWork, person: Person, row: ResumeReading) -> bytes:
    """The file as it is kept."""
    require(can_read_person(uow.actor, person))
    return read_stored(uow, row.file)


def drop_reading(uow: UnitOfWork, person: Person, row: ResumeReading) -> Person:
    """Remove a file, and what was read in it where that waits; what was taken over stays."""
    require(can_edit_person(uow.actor, person))
    _remove(uow, row)
    uow.audit("person.resume_dropped", person)
    return person


def _remove(uow: UnitOfWork, row: ResumeReading) -> None:
    uow.session.delete(row)
    uow.session.flush()
    remove_file(uow, row.file)


def drop_old_readings(uow: UnitOfWork) -> int:
    """Remove readings whose hour is over, with their files; returns how many."""
    old = select(ResumeReading).where(ResumeReading.confirmed_at.is_(None), ResumeReading.created_at < uow.now - WAITS)
    rows = uow.session.scalars(old.options(joinedload(ResumeReading.file))).all()
    for row in rows:
        _remove(uow, row)
    return len(rows)


def take_over(
    uow: UnitOfWork, person: Person, row: ResumeReading, chosen: Collection[str]
) -> tuple[list[Offer], list[Refused]]:
    """Save the chosen offers through the services of the file, each by itself; returns what was saved and what not.

    Raises ``Conflict`` where the reading was confirmed before.
    """
    require(can_edit_person(uow.actor, person))
    if row.confirmed_at is not None or row.found is None:
        raise Conflict
    saved, refused = [], []
    for offer in offers_of(uow, person, json.loads(row.found)):
        if offer.key not in chosen or offer.is_same:
            continue
        try:
            with uow.session.begin_nested():
                _SAVERS[offer.part](uow, person, offer.data)
            saved.append(offer)
        except Invalid as error:
            reason = _("；").join(error.fields.values()) or error.message
            refused.append(Refused(offer.label, offer.value, reason))
        # A service forgets the children it wrote, and a savepoint that was taken back leaves the row changed in memory.
        whole = load_full(select(Person).where(Person.id == person.id)).execution_options(populate_existing=True)
        uow.session.scalars(whole).one()
    row.found, row.confirmed_at = None, uow.now
    uow.audit("person.resume_taken", person, count=len(saved), refused=len(refused))
    return saved, refused


def _month(text: str, field: str) -> date | None:
    if not text:
        return None
    if len(text) == 4:
        raise Invalid(fields={field: _("简历里只有年份，请自己补上月份")})
    return date(int(text[:4]), int(text[5:7]), 1)


def _save_basics(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    values: dict[str, Any] = {"name": person.name, "birth_on": person.birth_on, "about": person.about} | data
    if "birth_on" in data:
        values["birth_on"] = _month(data["birth_on"], "birth_on")
    people.save_basics(
        uow,
        person,
        region_code=person.living_region_code or "",
        registered_region_code=person.registered_region_code,
        resettled_region_code=person.resettled_region_code,
        latitude=person.latitude,
        longitude=person.longitude,
        accept_masked=True,
        **values,
    )


def _save_education(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    resume.save_education(
        uow, person, education_code=data["level_code"], major=(data["major"] or person.major or "")[:80]
    )


def _save_service(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    record = person.service
    kept: dict[str, Any] = {
        name: getattr(record, name) if record else None
        for name in ("branch_code", "rank_code", "resettlement_code", "enlisted_on", "discharged_on")
    }
    kept |= {name: getattr(record, name) if record else "" for name in ("posts_held", "honours")}
    for name, value in data.items():
        kept[name] = _month(value, name) if name.endswith("_on") else value
    leadership = record.leadership if record else 0
    resume.save_service_record(uow, person, leadership=leadership, accept_masked=True, **kept)


def _save_work(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    resume.save_work(
        uow,
        person,
        None,
        employer_name=data["employer"],
        title=data["title"],
        started_on=_month(data["from"], "started_on"),
        ended_on=_month(data["to"], "ended_on"),
        duties=data["duties"],
        accept_masked=True,
    )


def _save_certificate(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    resume.save_certificates(uow, person, codes=[*(row.certificate_code for row in person.certificates), data["code"]])


def _save_strengths(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    save_strengths(
        uow,
        person,
        languages=person.languages,
        strengths=_("、").join(filter(None, (person.strengths, data["words"]))),
        fitness_note=person.fitness_note or "",
        political_status=person.political_status,
        card_tail=person.card_tail or "",
        accept_masked=True,
    )


def _save_licence(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    resume.save_licences(uow, person, codes=[*(row.licence_code for row in person.licences), data["code"]])


def _save_skill(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    levels = {row.skill_code: row.level for row in person.skills}
    resume.save_skills(uow, person, levels={**levels, data["code"]: data["level"]})


def _save_specialty(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    years = {line.specialty_code: line.years for line in person.service.specialties} if person.service else {}
    resume.save_specialties(uow, person, years={**years, data["code"]: 0})


def _save_intention(uow: UnitOfWork, person: Person, data: dict[str, Any]) -> None:
    wish = person.intention
    place = place_code(uow, data["place"]) if data["place"] else None
    regions = list(wish.region_codes) if wish else []
    resume.save_intention(
        uow,
        person,
        words=data["post"] or (wish.words if wish else ""),
        occupation_codes=wish.occupation_codes if wish else (),
        region_codes=list(dict.fromkeys([*regions, *([place] if place else [])])),
        max_distance_km=wish.max_distance_km if wish else None,
        pay_floor_yuan=pay_of(data["pay"]) or (wish.pay_floor_yuan if wish else None),
        shifts=wish.shifts if wish else (),
        employment_types=wish.employment_types if wish else (),
        start_on=wish.start_on if wish else None,
    )


_SAVERS: dict[str, Callable[[UnitOfWork, Person, dict[str, Any]], None]] = {
    "basics": _save_basics,
    "education": _save_education,
    "service": _save_service,
    "work": _save_work,
    "certificate": _save_certificate,
    "licence": _save_licence,
    "skill": _save_skill,
    "specialty": _save_specialty,
    "strengths": _save_strengths,
    "intention": _save_intention,
}
