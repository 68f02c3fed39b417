"""Rows of people and postings as the values that the ranker takes.

``Profile`` is all that a score may depend on: its list of fields is closed and under test. ``Eligibility`` carries what
lawful hard rules need, which exclude or do not and never change a score. Plain column reads, one statement a table
whatever the number of rows, so that 20,000 postings take seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import Organization
from jobmatch.core.clock import local_day, utcnow
from jobmatch.matching.attention import waiting_count
from jobmatch.matching.crosswalk import service_trades
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonCertificate,
    PersonKind,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
    ServiceSpecialty,
    WorkHistory,
)
from jobmatch.reference.models import EducationLevel, Region, ServiceObjectKind
from jobmatch.reference.queries import sure_occupation
from ml.matching import Eligibility, Point, PostingDocument, Profile, Requirement
from recruiters.employers.models import Employer, EmployerReputation
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import PayUnit

YEAR_DAYS = 365.25
MONTHLY: dict[PayUnit, int] = {PayUnit.MONTH: 1, PayUnit.DAY: 22, PayUnit.HOUR: 176}
"""How many units of pay make a month: 22 working days of 8 hours. Pay by the piece says nothing about a month."""


def monthly_pay(low: int | None, high: int | None, unit: PayUnit | None) -> tuple[int | None, int | None]:
    """A pay range in yuan per month; unknown for pay by the piece or without a unit."""
    times = MONTHLY.get(unit) if unit else None
    if times is None:
        return None, None
    return (low * times if low else None), (high * times if high else None)


def posting_document(session: Session, posting: Posting) -> PostingDocument:
    """One posting as the ranker sees it, whatever its state."""
    return read_postings(session, Posting.id == posting.id)[0]


def read_postings(session: Session, *where: ColumnElement[bool]) -> list[PostingDocument]:
    """Documents of all postings that meet ``where`` (conditions on ``Posting`` or its ``Employer``), in two reads."""
    columns = (
        Posting.id,
        Posting.title,
        Posting.duties,
        Posting.requirement_text,
        Posting.benefits,
        Posting.published_at,
        Posting.created_at,
        Posting.employer_id,
        Posting.occupation_code,
        Posting.region_code,
        Posting.latitude,
        Posting.longitude,
        Posting.pay_low_yuan,
        Posting.pay_high_yuan,
        Posting.pay_unit,
        Posting.shift,
        Posting.employment_type,
        Posting.kind,
        Posting.vacancy_count,
        Posting.filled_count,
        Posting.is_veterans_first,
        Posting.is_reserved,
        Posting.min_age,
        Posting.max_age,
        Posting.hoped_min_age,
        Posting.hoped_max_age,
        Posting.welcomes_over,
        waiting_count().label("applicant_count"),
        Employer.industry_code,
        EmployerReputation.shrunk_rate,
        Organization.name.label("employer_name"),
        Region.latitude.label("region_latitude"),
        Region.longitude.label("region_longitude"),
    )
    found = session.execute(
        select(*columns)
        .join(Employer, Posting.employer_id == Employer.id)
        .join(Organization, Employer.organization_id == Organization.id)
        .outerjoin(EmployerReputation, EmployerReputation.employer_id == Employer.id)
        .outerjoin(Region, Posting.region_code == Region.code)
        .where(*where)
    ).all()
    needs = _requirements(session, where)
    return [_posting(row, tuple(needs[row.id])) for row in found]


def _requirements(session: Session, where: Sequence[ColumnElement[bool]]) -> dict[int, list[Requirement]]:
    chosen = select(Posting.id).join(Employer, Posting.employer_id == Employer.id).where(*where)
    need = PostingRequirement
    found: dict[int, list[Requirement]] = defaultdict(list)
    rows = session.execute(
        select(need.posting_id, need.kind, need.code, need.is_must, need.label, need.level, need.years)
        .where(need.posting_id.in_(chosen))
        .order_by(need.id)
    )
    for posting_id, kind, code, is_must, label, level, years in rows:
        found[posting_id].append(Requirement(kind.value, code, is_must, label, level, years))
    return found


def _posting(row: Any, requirements: tuple[Requirement, ...]) -> PostingDocument:
    low, high = monthly_pay(row.pay_low_yuan, row.pay_high_yuan, row.pay_unit)
    texts = (row.duties, row.requirement_text, row.benefits, row.employer_name)
    return PostingDocument(
        key=str(row.id),
        title=row.title,
        published_on=local_day(row.published_at or row.created_at),
        text="\n".join(text for text in texts if text),
        employer_key=str(row.employer_id),
        occupation=row.occupation_code or "",
        industry=row.industry_code or "",
        requirements=requirements,
        region=row.region_code or "",
        point=_point(row),
        pay_low_yuan=low,
        pay_high_yuan=high,
        shift=row.shift.value if row.shift else "",
        employment_type=row.employment_type.value if row.employment_type else "",
        kind=row.kind.value,
        vacancy_count=max(row.vacancy_count - row.filled_count, 1),
        veterans_first=row.is_veterans_first,
        reserved_for_veterans=row.is_reserved,
        min_age=row.min_age,
        max_age=row.max_age,
        hoped_min_age=row.hoped_min_age,
        hoped_max_age=row.hoped_max_age,
        welcomes_over=row.welcomes_over,
        applicant_count=row.applicant_count,
        employer_answer_rate=row.shrunk_rate,
    )


def _point(row: Any) -> Point | None:
    """The place itself where it was typed, else the middle of its region."""
    for latitude, longitude in ((row.latitude, row.longitude), (row.region_latitude, row.region_longitude)):
        if latitude is not None and longitude is not None:
            return latitude, longitude
    return None


def profile_of(session: Session, person: Person) -> tuple[Profile, Eligibility]:
    """One person as the ranker sees them."""
    return read_people(session, Person.id == person.id)[0]


def read_people(session: Session, *where: ColumnElement[bool]) -> list[tuple[Profile, Eligibility]]:
    """Values of all people that meet ``where`` (conditions on ``Person``), in one read a table."""
    today = local_day(utcnow())
    rows = session.execute(
        select(
            Person.id,
            Person.birth_on,
            Person.latitude,
            Person.longitude,
            EducationLevel.platform_rank,
            ServiceRecord.leadership,
            ServiceRecord.enlisted_on,
            ServiceRecord.discharged_on,
            JobIntention.words,
            JobIntention.occupation_codes,
            JobIntention.region_codes,
            JobIntention.max_distance_km,
            JobIntention.pay_floor_yuan,
            JobIntention.shifts,
            JobIntention.employment_types,
            Region.latitude.label("region_latitude"),
            Region.longitude.label("region_longitude"),
        )
        .outerjoin(EducationLevel, Person.education_code == EducationLevel.code)
        .outerjoin(ServiceRecord, ServiceRecord.person_id == Person.id)
        .outerjoin(JobIntention, JobIntention.person_id == Person.id)
        .outerjoin(Region, Person.living_region_code == Region.code)
        .where(*where)
    ).all()
    chosen = select(Person.id).where(*where)
    facts = _Facts(session, chosen, today)
    return [_person(row, facts, today) for row in rows]


class _Facts:
    """The child rows of the chosen people, by person."""

    def __init__(self, session: Session, chosen: Any, today: date) -> None:
        def rows(key: Any, *columns: Any, where: Iterable[Any] = (), join: Any = None) -> dict[int, list[Any]]:
            query = select(key, *columns).where(key.in_(chosen), *where).order_by(key, columns[0])
            found: dict[int, list[Any]] = defaultdict(list)
            for row in session.execute(query.join(*join) if join else query):
                found[row[0]].append(row[1] if len(columns) == 1 else tuple(row[1:]))
            return found

        self.skills = rows(PersonSkill.person_id, PersonSkill.skill_code, PersonSkill.level)
        certificate, work, kind = PersonCertificate, WorkHistory, PersonKind
        unexpired = (certificate.expires_on.is_(None) | (certificate.expires_on >= today),)
        self.certificates = rows(certificate.person_id, certificate.certificate_code, where=unexpired)
        self.licences = rows(PersonLicence.person_id, PersonLicence.licence_code)
        self.work = rows(work.person_id, work.started_on, work.ended_on, work.occupation_code, work.title)
        self.specialties = rows(
            ServiceRecord.person_id,
            ServiceSpecialty.specialty_code,
            ServiceSpecialty.years,
            join=(ServiceSpecialty, ServiceSpecialty.service_record_id == ServiceRecord.id),
        )
        self.trades = service_trades(session)
        self.groups = rows(
            kind.person_id,
            ServiceObjectKind.group,
            where=(kind.valid_from <= today, kind.valid_to.is_(None) | (kind.valid_to >= today)),
            join=(ServiceObjectKind, ServiceObjectKind.code == kind.kind_code),
        )


def _person(row: Any, facts: _Facts, today: date) -> tuple[Profile, Eligibility]:
    work, specialties = facts.work[row.id], tuple(facts.specialties[row.id])
    profile = Profile(
        key=str(row.id),
        wanted_occupations=tuple(row.occupation_codes or ()) or _occupations_in(row.words or ""),
        wanted_words=row.words or "",
        past_occupations=_years_by_occupation(work, today),
        past_words="；".join(title for _, _, _, title in work if title),
        specialties=specialties,
        service_trades=facts.trades(specialties),
        leadership=row.leadership or 0,
        service_years=_years([(row.enlisted_on, row.discharged_on)], today) if row.enlisted_on else 0.0,
        years_since_service=_years([(row.discharged_on, None)], today) if row.discharged_on else None,
        work_years=_years([(start, end) for start, end, *_ in work], today),
        skills=tuple(facts.skills[row.id]),
        certificates=tuple(facts.certificates[row.id]),
        licences=tuple(facts.licences[row.id]),
        education_rank=row.platform_rank or 0,
        wanted_regions=tuple(row.region_codes or ()),
        point=_point(row),
        max_distance_km=row.max_distance_km,
        pay_floor_yuan=row.pay_floor_yuan,
        shifts=tuple(row.shifts or ()),
        employment_types=tuple(row.employment_types or ()),
    )
    groups = {group.split("_")[0] for group in facts.groups[row.id]}
    return profile, Eligibility(
        birth_on=row.birth_on,
        is_veteran="veteran" in groups,
        is_dependant=bool(groups - {"veteran", ""}),
    )


def _years(spells: Iterable[tuple[date, date | None]], today: date) -> float:
    """Years covered by spells, each day counted once; an open spell lasts until today."""
    total, reached = 0, date.min
    for start, end in sorted(spells, key=lambda spell: spell[0]):
        start, end = max(start, reached), min(end or today, today)
        if end > start:
            total += (end - start).days
            reached = end
    return round(total / YEAR_DAYS, 1)


def _occupations_in(words: str) -> tuple[str, ...]:
    """The occupations that a wish names beyond doubt; for people who ticked none."""
    return tuple(dict.fromkeys(code for word in words.split()[:4] if (code := sure_occupation(word))))


def _years_by_occupation(work: Iterable[tuple[date, date | None, str | None, str]], today: date) -> tuple[Any, ...]:
    """Occupation, years in it, and years since the last of them; a line without a code takes what its title says."""
    spells: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    for start, end, stated, title in work:
        code = stated or sure_occupation(title)
        if code:
            spells[code].append((start, end))
    return tuple(
        (code, _years(these, today), _years([(max(end or today for _, end in these), None)], today))
        for code, these in spells.items()
    )
