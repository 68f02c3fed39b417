"""Many files at once: the same checks as for one person, then one statement for each kind of row.

Upper rooms that read tables call this inside a unit of their own; nobody gets an account here, since nobody was asked
yet: people claim their file with their phone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, or_, select, update

from jobmatch.accounts.models import Organization, User
from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonKind, ServiceRecord
from jobmatch.people.policies import can_register_person
from jobmatch.people.services.common import Findings, clean_line, clean_person_name, known_codes
from jobmatch.people.services.people import Checked, check_registration, new_file, responsible, stored_place
from jobmatch.people.services.resume import check_service
from jobmatch.people.states import SERVING_KINDS, JobSearchState
from jobmatch.reference.models import EducationLevel


@dataclass(frozen=True, slots=True)
class Entry:
    """What a table says of one person, in our codes; empty is not said. ``living`` and the others are region codes."""

    name: str = ""
    id_number: str = ""
    phone: str = ""
    birth_on: date | None = None
    kinds: tuple[str, ...] = ()
    living: str = ""
    registered: str = ""
    resettled: str = ""
    education_code: str = ""
    major: str = ""
    branch_code: str = ""
    rank_code: str = ""
    resettlement_code: str = ""
    enlisted_on: date | None = None
    discharged_on: date | None = None
    posts_held: str = ""
    honours: str = ""
    search_state: JobSearchState = JobSearchState.NOT_LOOKING

    @property
    def has_service(self) -> bool:
        """Whether anything is said of military service."""
        return any(
            (
                self.branch_code,
                self.rank_code,
                self.resettlement_code,
                self.enlisted_on,
                self.discharged_on,
                self.posts_held,
                self.honours,
            )
        )


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry that may be stored, with what its words mean and the blind indexes of its numbers."""

    entry: Entry
    checked: Checked
    id_blind: bytes | None
    phone_blind: bytes | None


def check_entry(uow: UnitOfWork, entry: Entry, found: Findings) -> CheckedEntry | None:
    """Hold an entry against the rules of single registration; None where ``found`` has anything.

    A table may lack the phone of somebody whose identity number it has, and the living place of somebody whose other
    place it has: then the station of that place answers, and the living place stays open.
    """
    found.check(bool(entry.phone.strip() or entry.id_number.strip()), "id_number", _("身份证号和手机号至少要有一个"))
    checked = check_registration(
        uow,
        found,
        name=entry.name,
        phone=entry.phone,
        kinds=entry.kinds,
        region_code=entry.living or entry.resettled or entry.registered,
        birth_on=entry.birth_on,
        id_number=entry.id_number,
        registered_region_code=entry.registered or None,
        resettled_region_code=entry.resettled or None,
        needs_phone=False,
    )
    known_codes(uow, found, "education_code", EducationLevel.code, [entry.education_code])
    found.check(len(clean_line(entry.major)) <= 80, "major", _("专业最多写 80 个字"))
    texts = check_service(
        uow,
        found,
        birth_on=checked.birth_on,
        branch_code=entry.branch_code,
        rank_code=entry.rank_code,
        resettlement_code=entry.resettlement_code,
        enlisted_on=entry.enlisted_on,
        discharged_on=entry.discharged_on,
        posts_held=entry.posts_held,
        honours=entry.honours,
    )
    if found.fields:
        return None
    facts, number = checked.facts, checked.number
    return CheckedEntry(
        replace(
            entry,
            name=clean_person_name(entry.name),
            posts_held=texts["posts_held"],
            honours=texts["honours"],
            resettlement_code=texts["resettlement_code"],
        ),
        checked,
        Person.id_number.fingerprint(facts.number) if facts else None,
        Person.phone.fingerprint(number) if number else None,
    )


def record_people(uow: UnitOfWork, entries: Sequence[CheckedEntry], *, import_id: str) -> list[Person]:
    """Open the files of checked people whom no file is known of, in the order given.

    ``import_id`` is the public id of the table, which the audit trail names.
    """
    require(can_register_person(uow.actor, None))
    stations: dict[str, Organization | None] = {}
    people = [_new_person(uow, one, stations) for one in entries]
    uow.session.add_all(people)
    uow.session.flush()
    kinds = [
        {"person_id": person.id, "kind_code": code, "valid_from": uow.today, "proof": ""}
        for person, one in zip(people, entries, strict=True)
        for code in sorted(set(one.entry.kinds))
    ]
    service = [
        _service_values(person.id, one.entry)
        for person, one in zip(people, entries, strict=True)
        if one.entry.has_service
    ]
    for model, rows in ((PersonKind, kinds), (ServiceRecord, service)):
        if rows:
            uow.session.execute(insert(model), rows)
    uow.audit_each("person.import", people, import_id=import_id)
    return people


def _new_person(uow: UnitOfWork, one: CheckedEntry, stations: dict[str, Organization | None]) -> Person:
    entry, region = one.entry, one.checked.region
    if region is None:
        raise ValueError("an entry without a place was not checked")
    lives_there = entry.living == region.code
    is_serving = bool(SERVING_KINDS & set(entry.kinds))
    region = stored_place(uow, region, is_serving=is_serving)
    if region.code not in stations:
        stations[region.code] = responsible(uow, region)
    has_point = lives_there and not is_serving
    return new_file(
        uow,
        one.checked,
        name=entry.name,
        station=stations[region.code],
        region=region,
        registered_region_code=entry.registered or None,
        resettled_region_code=entry.resettled or None,
        living_region_code=region.code if lives_there else None,
        latitude=region.latitude if has_point else None,
        longitude=region.longitude if has_point else None,
        education_code=entry.education_code or None,
        major=clean_line(entry.major),
        search_state=entry.search_state,
    )


def _service_values(person_id: int, entry: Entry) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "branch_code": entry.branch_code or None,
        "rank_code": entry.rank_code or None,
        "resettlement_code": entry.resettlement_code or None,
        "enlisted_on": entry.enlisted_on,
        "discharged_on": entry.discharged_on,
        "posts_held": entry.posts_held,
        "honours": entry.honours,
    }


@dataclass(frozen=True, slots=True)
class Known:
    """Files that are there already for some checked entries, by what identifies a person in a table."""

    by_identity: Mapping[bytes, Person]
    by_phone_and_name: Mapping[tuple[bytes, str], Person]

    def file_of(self, one: CheckedEntry) -> Person | None:
        """The file of this person: the same identity number, or the same phone and name where one number is missing."""
        blind = one.id_blind
        if blind is not None and blind in self.by_identity:
            return self.by_identity[blind]
        same = self.by_phone_and_name.get((one.phone_blind or b"", one.entry.name))
        if same is None or (blind is not None and same.id_number_blind is not None):
            return None
        return same


def find_known(uow: UnitOfWork, entries: Sequence[CheckedEntry]) -> Known:
    """The files that some of the entries are about, wherever they are; three statements."""
    identities = [blind for one in entries if (blind := one.id_blind)]
    phones = [blind for one in entries if (blind := one.phone_blind)]
    by_identity = {
        person.id_number_blind or b"": person
        for person in uow.session.scalars(select(Person).where(Person.id_number_blind.in_(identities)))
    }
    accounts: dict[int, bytes] = {
        key: blind or b""
        for key, blind in uow.session.execute(select(User.id, User.phone_blind).where(User.phone_blind.in_(phones)))
    }
    with_phone = select(Person).where(
        or_(Person.phone_blind.in_(phones), Person.user_id.in_(list(accounts))), Person.erased_at.is_(None)
    )
    by_phone = {
        (accounts.get(person.user_id or 0) or person.phone_blind or b"", person.name): person
        for person in uow.session.scalars(with_phone.order_by(Person.id.desc()))
    }
    return Known(by_identity, by_phone)


def forget_people(uow: UnitOfWork, person_ids: Collection[int], *, import_id: str) -> None:
    """Take back files that were opened by mistake and that nobody has touched since.

    The rows stay without any content, because an index may still name them; who was opened and taken back is told by
    the audit trail. The caller has made sure that nothing else hangs on them.
    """
    require(can_register_person(uow.actor, None))
    ids = list(person_ids)
    people = uow.session.scalars(select(Person).where(Person.id.in_(ids))).all()
    uow.audit_each("person.import_undone", people, import_id=import_id)
    for model in (PersonKind, ServiceRecord):
        uow.session.execute(delete(model).where(model.person_id.in_(ids)))
    blank: dict[str, Any] = dict.fromkeys(_BLANK)
    uow.session.execute(
        update(Person)
        .where(Person.id.in_(ids))
        .values(
            **blank,
            name="",
            pinyin="",
            initials="",
            sex="",
            major="",
            search_state=JobSearchState.NOT_LOOKING,
            erased_at=uow.now,
            changed_at=uow.now,
            version=Person.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


_BLANK = (
    *("phone_sealed", "phone_blind", "phone_tail_blind"),
    *("id_number_sealed", "id_number_blind", "id_number_tail_blind"),
    *("birth_on", "station_id", "registered_region_code", "resettled_region_code", "living_region_code"),
    *("latitude", "longitude", "education_code"),
)
