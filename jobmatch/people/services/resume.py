"""What somebody can and wants: service, education, skills, papers, civil work, intention, and who may find them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from jobmatch.core.errors import NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people import notices
from jobmatch.people.models.person import (
    JobIntention,
    Person,
    PersonCertificate,
    PersonLicence,
    PersonSkill,
    ServiceRecord,
    ServiceSpecialty,
    WorkHistory,
)
from jobmatch.people.policies import can_edit_person
from jobmatch.people.services.common import (
    Findings,
    check_period,
    clean_line,
    clean_text,
    keep_secrets_out,
    known_codes,
    limit,
    look_again,
    on_behalf,
    replace_children,
    require_version,
    tell_person,
    touch,
)
from jobmatch.people.services.consents import record_consent
from jobmatch.people.services.service_rules import ServiceFacts, check_record, further_facts, season_of
from jobmatch.people.states import ConsentPurpose, EmploymentType, JobSearchState, Shift
from jobmatch.reference.models import (
    Certificate,
    DriverLicence,
    EducationLevel,
    MilitarySpecialty,
    Occupation,
    Rank,
    Region,
    ResettlementMethod,
    ServiceBranch,
    Skill,
)

MOST_WORK = 30


def _begin(uow: UnitOfWork, person: Person, version: int | None) -> Findings:
    require(can_edit_person(uow.actor, person))
    require_version(person, version)
    return Findings()


def _service(uow: UnitOfWork, person: Person) -> ServiceRecord:
    record = uow.session.scalars(select(ServiceRecord).where(ServiceRecord.person_id == person.id)).one_or_none()
    if record is None:
        record = ServiceRecord(person_id=person.id)
        uow.session.add(record)
        uow.session.flush()
    return record


def check_service(
    uow: UnitOfWork,
    found: Findings,
    *,
    birth_on: date | None,
    branch_code: str | None,
    rank_code: str | None,
    resettlement_code: str | None,
    enlisted_on: date | None,
    discharged_on: date | None,
    posts_held: str = "",
    honours: str = "",
    accept_masked: bool = False,
) -> dict[str, str]:
    """Texts and method of a service record as they may be stored, after noting everything wrong with the record."""
    known_codes(uow, found, "branch_code", ServiceBranch.code, [branch_code])
    known_codes(uow, found, "rank_code", Rank.code, [rank_code])
    known_codes(uow, found, "resettlement_code", ResettlementMethod.code, [resettlement_code])
    check_period(found, "discharged_on", enlisted_on, discharged_on, uow.today)
    method = check_record(
        uow,
        found,
        birth_on=birth_on,
        rank_code=rank_code,
        resettlement_code=resettlement_code,
        enlisted_on=enlisted_on,
        discharged_on=discharged_on,
    )
    texts = {"posts_held": clean_text(posts_held)[:1000], "honours": clean_line(honours)[:200]}
    return keep_secrets_out(found, texts, accept_masked=accept_masked) | {"resettlement_code": method or ""}


def save_service_record(
    uow: UnitOfWork,
    person: Person,
    *,
    branch_code: str | None = None,
    rank_code: str | None = None,
    resettlement_code: str | None = None,
    enlisted_on: date | None = None,
    discharged_on: date | None = None,
    leadership: int = 0,
    posts_held: str = "",
    honours: str = "",
    more: ServiceFacts | None = None,
    accept_masked: bool = False,
    version: int | None = None,
) -> ServiceRecord:
    """Time, branch, rank and way of resettlement, in categories; what was done there is ``save_specialties``.

    ``more`` are the facts that few forms ask for; without it they stay as they are. Texts with unit numbers and the
    like are refused with the version that could be kept. Raises ``Invalid``.
    """
    found = _begin(uow, person, version)
    further = further_facts(found, more, discharged_on, accept_masked=accept_masked) if more else {}
    texts = check_service(
        uow,
        found,
        birth_on=person.birth_on,
        branch_code=branch_code,
        rank_code=rank_code,
        resettlement_code=resettlement_code,
        enlisted_on=enlisted_on,
        discharged_on=discharged_on,
        posts_held=posts_held,
        honours=honours,
        accept_masked=accept_masked,
    )
    found.check(leadership in (0, 1, 2), "leadership", _("请选一项"))
    found.stop()
    record = _service(uow, person)
    facts = {
        "branch_code": branch_code or None,
        "rank_code": rank_code or None,
        "resettlement_code": texts.pop("resettlement_code") or None,
        "enlisted_on": enlisted_on,
        "discharged_on": discharged_on,
    }
    if any(getattr(record, name) != value for name, value in facts.items()):
        look_again(uow, person)
    if record.discharge_season is None or record.discharged_on != discharged_on:
        record.discharge_season = season_of(discharged_on, None)
    for name, value in {**facts, **texts, **further, "leadership": leadership}.items():
        setattr(record, name, value)
    touch(uow, person, "service")
    uow.audit("person.service", person, **on_behalf(uow, person))
    return record


def save_specialties(
    uow: UnitOfWork, person: Person, *, years: Mapping[str, float], version: int | None = None
) -> ServiceRecord:
    """What somebody did in the forces: specialty codes with years (0 not said). Raises ``Invalid``."""
    found = _begin(uow, person, version)
    limit(found, "specialties", years, 10)
    known_codes(uow, found, "specialties", MilitarySpecialty.code, years)
    found.check(all(0 <= value <= 45 for value in years.values()), "specialties", _("年数应在 0 到 45 之间"))
    found.stop()
    record = _service(uow, person)
    wanted = {code: {"years": float(value)} for code, value in years.items()}
    replace_children(uow, ServiceSpecialty, ("service_record_id", record.id), "specialty_code", wanted)
    uow.session.flush()
    uow.session.expire(record, ["specialties"])
    touch(uow, person, "service")
    uow.audit("person.specialties", person, count=len(years), **on_behalf(uow, person))
    return record


def save_education(
    uow: UnitOfWork,
    person: Person,
    *,
    education_code: str | None,
    major: str = "",
    school: str | None = None,
    version: int | None = None,
) -> Person:
    """Level of education, subject and school (None leaves the school as it is). Raises ``Invalid``."""
    found = _begin(uow, person, version)
    found.check(bool(education_code), "education_code", _("请选您的学历"))
    known_codes(uow, found, "education_code", EducationLevel.code, [education_code])
    found.check(len(clean_line(major)) <= 80, "major", _("专业最多写 80 个字"))
    found.check(len(clean_line(school or "")) <= 80, "school", _("学校名称最多写 80 个字"))
    texts = keep_secrets_out(
        found, {"major": clean_line(major), "school": clean_line(school or "")}, accept_masked=False
    )
    found.stop()
    person.education_code, person.major = education_code, texts["major"]
    if school is not None:
        person.school = texts["school"]
    touch(uow, person)
    uow.audit("person.education", person, **on_behalf(uow, person))
    return person


def save_skills(uow: UnitOfWork, person: Person, *, levels: Mapping[str, int], version: int | None = None) -> Person:
    """Skill codes with levels (0 not said, 1 to 5 as 五级 to 一级); another level loses the mark of staff.

    Raises ``Invalid``.
    """
    found = _begin(uow, person, version)
    limit(found, "skills", levels, 30)
    known_codes(uow, found, "skills", Skill.code, levels)
    found.check(all(level in range(6) for level in levels.values()), "skills", _("请从列表里选等级"))
    found.stop()
    wanted = {code: {"level": level} for code, level in levels.items()}
    replace_children(uow, PersonSkill, ("person_id", person.id), "skill_code", wanted, on_change=_unprove)
    touch(uow, person, "skills")
    uow.audit("person.skills", person, count=len(levels), **on_behalf(uow, person))
    return person


def _unprove(row: PersonSkill | PersonCertificate) -> None:
    row.is_verified = False


def save_certificates(uow: UnitOfWork, person: Person, *, codes: Sequence[str], version: int | None = None) -> Person:
    """Certificates somebody holds. Raises ``Invalid``."""
    found = _begin(uow, person, version)
    limit(found, "certificates", codes, 30)
    known_codes(uow, found, "certificates", Certificate.code, codes)
    found.stop()
    wanted: dict[str, dict[str, object]] = {code: {} for code in codes}
    replace_children(uow, PersonCertificate, ("person_id", person.id), "certificate_code", wanted)
    touch(uow, person, "certificates")
    uow.audit("person.certificates", person, count=len(codes), **on_behalf(uow, person))
    return person


def save_licences(uow: UnitOfWork, person: Person, *, codes: Sequence[str], version: int | None = None) -> Person:
    """Driving licence classes somebody holds. Raises ``Invalid``."""
    found = _begin(uow, person, version)
    known_codes(uow, found, "licences", DriverLicence.code, codes)
    found.stop()
    wanted: dict[str, dict[str, object]] = {code: {} for code in codes}
    replace_children(uow, PersonLicence, ("person_id", person.id), "licence_code", wanted)
    touch(uow, person, "licences")
    uow.audit("person.licences", person, count=len(codes), **on_behalf(uow, person))
    return person


def save_papers(
    uow: UnitOfWork,
    person: Person,
    *,
    licences: Sequence[str],
    certificates: Sequence[str],
    version: int | None = None,
) -> Person:
    """Licences and certificates of one page. Raises ``Invalid``, ``Conflict``."""
    save_licences(uow, person, codes=licences, version=version)
    return save_certificates(uow, person, codes=certificates)


def save_work(
    uow: UnitOfWork,
    person: Person,
    work: WorkHistory | None,
    *,
    employer_name: str,
    title: str,
    started_on: date | None,
    ended_on: date | None = None,
    occupation_code: str | None = None,
    duties: str = "",
    accept_masked: bool = False,
) -> WorkHistory:
    """Add a line of civil work (``work`` None) or change one. Raises ``Invalid``."""
    found = _begin(uow, person, None)
    found.check(0 < len(clean_line(employer_name)) <= 120, "employer_name", _("请填写单位名称，个体也可以写摊位或平台"))
    found.check(0 < len(clean_line(title)) <= 80, "title", _("请填写做的工作，例如货车司机"))
    found.check(started_on is not None, "started_on", _("请填写开始的年月"))
    check_period(found, "ended_on", started_on, ended_on, uow.today)
    known_codes(uow, found, "occupation_code", Occupation.code, [occupation_code])
    texts = keep_secrets_out(
        found,
        {"employer_name": clean_line(employer_name), "title": clean_line(title), "duties": clean_text(duties)[:1000]},
        accept_masked=accept_masked,
    )
    if work is None:
        count = uow.session.scalar(
            select(func.count()).select_from(WorkHistory).where(WorkHistory.person_id == person.id)
        )
        found.check((count or 0) < MOST_WORK, "employer_name", _("最多记 %(n)s 段，请先删掉一段", n=MOST_WORK))
    started_on = found.need(started_on)
    if work is None:
        work = WorkHistory(person_id=person.id)
        uow.session.add(work)
    elif work.person_id != person.id:
        raise NotFound
    for name, value in texts.items():
        setattr(work, name, value)
    work.occupation_code = occupation_code or None
    work.started_on, work.ended_on = started_on, ended_on
    touch(uow, person, "work_history")
    uow.audit("person.work", person, **on_behalf(uow, person))
    return work


def remove_work(uow: UnitOfWork, person: Person, work: WorkHistory) -> Person:
    """Take a line of civil work out of the profile."""
    require(can_edit_person(uow.actor, person) and work.person_id == person.id)
    uow.session.delete(work)
    touch(uow, person, "work_history")
    uow.audit("person.work_removed", person, **on_behalf(uow, person))
    return person


def save_intention(
    uow: UnitOfWork,
    person: Person,
    *,
    words: str = "",
    occupation_codes: Sequence[str] = (),
    region_codes: Sequence[str] = (),
    max_distance_km: int | None = None,
    pay_floor_yuan: int | None = None,
    shifts: Sequence[str] = (),
    employment_types: Sequence[str] = (),
    start_on: date | None = None,
    version: int | None = None,
) -> JobIntention:
    """What somebody wants; empty lists mean anything. Saying it states the wish anew, on today's date.

    Raises ``Invalid`` where neither words nor an occupation are given.
    """
    found = _begin(uow, person, version)
    text = clean_line(words)
    found.check(bool(text or occupation_codes), "occupation_codes", _("请选或写一种想做的工作"))
    found.check(len(text) <= 200, "words", _("最多写 200 个字"))
    limit(found, "occupation_codes", occupation_codes, 8)
    limit(found, "region_codes", region_codes, 8)
    known_codes(uow, found, "occupation_codes", Occupation.code, occupation_codes)
    known_codes(uow, found, "region_codes", Region.code, region_codes)
    found.check(
        max_distance_km is None or 1 <= max_distance_km <= 3000, "max_distance_km", _("公里数应在 1 到 3000 之间")
    )
    found.check(
        pay_floor_yuan is None or 500 <= pay_floor_yuan <= 200_000,
        "pay_floor_yuan",
        _("按每月填写，500 元到 200000 元之间"),
    )
    found.check(set(shifts) <= set(Shift), "shifts", _("请从列表里选一项"))
    found.check(set(employment_types) <= set(EmploymentType), "employment_types", _("请从列表里选一项"))
    texts = keep_secrets_out(found, {"words": text}, accept_masked=False)
    found.stop()
    row = uow.session.scalars(select(JobIntention).where(JobIntention.person_id == person.id)).one_or_none()
    if row is None:
        row = JobIntention(person_id=person.id)
        uow.session.add(row)
    row.words = texts["words"]
    row.occupation_codes, row.region_codes = list(occupation_codes), list(region_codes)
    row.max_distance_km, row.pay_floor_yuan, row.start_on = max_distance_km, pay_floor_yuan, start_on
    row.shifts = [Shift(value).value for value in shifts]
    row.employment_types = [EmploymentType(value).value for value in employment_types]
    row.stated_on = uow.today
    touch(uow, person, "intention")
    uow.audit("person.intention", person, **on_behalf(uow, person))
    return row


def set_search_state(uow: UnitOfWork, person: Person, state: JobSearchState) -> Person:
    """What somebody says about looking for work; saying the same again confirms it today."""
    require(can_edit_person(uow.actor, person))
    person.search_state, person.search_state_since = state, uow.today
    touch(uow, person)
    uow.audit("person.search_state", person, state=state.value, **on_behalf(uow, person))
    return person


def record_search_state_before(uow: UnitOfWork, person: Person, state: JobSearchState, *, since: date) -> Person:
    """What somebody had said of looking for work, and since when, before something that was undone."""
    require(can_edit_person(uow.actor, person))
    person.search_state, person.search_state_since = state, since
    touch(uow, person)
    uow.audit("person.search_state", person, state=state.value, **on_behalf(uow, person))
    return person


def set_open_to_employers(uow: UnitOfWork, person: Person, is_open: bool) -> Person:
    """Whether vetted employers may find the masked card; staff note what somebody agreed to, and the person is told."""
    require(can_edit_person(uow.actor, person))
    if person.is_open_to_employers is is_open:
        return person
    person.is_open_to_employers = is_open
    touch(uow, person)
    record_consent(uow, person, ConsentPurpose.EMPLOYERS, is_given=is_open)
    if is_open and uow.actor.user_id != person.user_id:
        tell_person(uow, person, notices.opened_by_staff, link="/me/privacy", once=f"open:{uow.now.isoformat()}")
    return person
