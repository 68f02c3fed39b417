"""What pages say about one file: its parts, what is missing, who may see it, and what stands in the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import LEADERSHIP, SKILL_LEVELS, age_on, township, years_between
from jobmatch.people.models.consents import Grant
from jobmatch.people.models.person import Person
from jobmatch.people.queries.choices import Choice
from jobmatch.people.queries.people import current_kinds, current_spell, live_grants, phone_of
from jobmatch.people.queries.service import rank_name
from jobmatch.people.states import SERVING_KINDS, VETERAN_KINDS, GrantField, VerificationState
from jobmatch.reference.models import (
    Certificate,
    EducationLevel,
    EmploymentStatusKind,
    MilitarySpecialty,
    Occupation,
    ResettlementMethod,
    ServiceBranch,
    ServiceObjectKind,
    Skill,
)
from jobmatch.reference.queries import (
    names,
    place_seen_from,
    region_label,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a résumé: what stands there, or what it would bring; optional parts are never missing."""

    key: str
    title: str
    text: str
    is_done: bool
    is_optional: bool = False
    state: str = ""


# ---------- the résumé ----------


def is_veteran(uow: UnitOfWork, person: Person) -> bool:
    """Whether the person served: then there is a part about the service."""
    return (
        any(kind.kind_code in VETERAN_KINDS for kind in current_kinds(person, uow.today)) or person.service is not None
    )


def is_serving(uow: UnitOfWork, person: Person) -> bool:
    """Whether somebody loaded with their kinds is family of a serving soldier: then only their county is stored."""
    return any(kind.kind_code in SERVING_KINDS for kind in current_kinds(person, uow.today))


def parts(uow: UnitOfWork, person: Person) -> list[Part]:
    """The parts of the résumé of a person loaded with ``load_full``, in the order they are asked."""
    found = [_basics_part(uow, person)]
    if is_veteran(uow, person):
        found.append(_service_part(uow, person))
    return [
        *found,
        _education_part(uow, person),
        _skills_part(uow, person),
        _work_part(person),
        _intention_part(uow, person),
        _verification_part(person),
    ]


def missing_count(found: Sequence[Part]) -> int:
    """How many parts are still to be done."""
    return sum(not part.is_done and not part.is_optional for part in found)


def _basics_part(uow: UnitOfWork, person: Person) -> Part:
    age = _("%(n)s 岁", n=age_on(person.birth_on, uow.today)) if person.birth_on else ""
    place = region_label(uow.session, township(person.living_region_code))
    text = _("，").join(filter(None, (person.name, age, place)))
    return Part("basics", _("个人信息"), text, bool(person.birth_on and person.living_region_code))


def _service_part(uow: UnitOfWork, person: Person) -> Part:
    service = person.service
    is_done = bool(service and service.specialties and service.discharged_on)
    if service is None or not (service.specialties or service.discharged_on):
        return Part("service", _("服役经历"), _("填了才能对上部队里学的本事，很多岗位直接认"), is_done)
    labels = names(uow.session, MilitarySpecialty)
    years = years_between(service.enlisted_on, service.discharged_on)
    facts = [
        names(uow.session, ServiceBranch).get(service.branch_code or "", ""),
        _("服役 %(n)s 年", n=round(years)) if years >= 1 else "",
        _("、").join(labels.get(line.specialty_code, "") for line in service.specialties[:3]),
        _(LEADERSHIP[service.leadership]) if service.leadership else "",
    ]
    if not is_done:
        facts.append(_("还差退役时间") if service.specialties else _("还差做过的工作"))
    return Part("service", _("服役经历"), _("，").join(filter(None, facts)), is_done)


def _education_part(uow: UnitOfWork, person: Person) -> Part:
    label = names(uow.session, EducationLevel).get(person.education_code or "", "")
    text = _("，").join(filter(None, (label, person.major))) or _("填了才知道够不够岗位的学历要求")
    return Part("education", _("学历"), text, bool(label))


def _skills_part(uow: UnitOfWork, person: Person) -> Part:
    skills, papers = names(uow.session, Skill), names(uow.session, Certificate)
    held = [_("%(code)s 驾驶证", code=row.licence_code) for row in person.licences]
    held += [papers.get(row.certificate_code, "") for row in person.certificates]
    held += [skill_text(skills.get(row.skill_code, ""), row.level) for row in person.skills]
    text = _("，").join(held[:4]) + (_("，共 %(n)s 项", n=len(held)) if len(held) > 4 else "")
    return Part("skills", _("技能和证书"), text or _("有证的岗位工资更高，一证一点就能加上"), bool(held))


def skill_text(name: str, level: int) -> str:
    """A skill with its level, where there is one."""
    return f"{name} · {_(SKILL_LEVELS[level])}" if level else name


def _work_part(person: Person) -> Part:
    if person.work_history:
        last = person.work_history[0]
        return Part(
            "work", _("退役后的工作") if person.service else _("工作经历"), f"{last.employer_name}，{last.title}", True
        )
    return Part(
        "work", _("工作经历"), _("做过的工作越具体，越容易对上岗位"), False, is_optional=True, state=_("可不填")
    )


def _intention_part(uow: UnitOfWork, person: Person) -> Part:
    wish = person.intention
    if wish is None:
        return Part("intention", _("想找什么工作"), _("填了才能给您推荐岗位"), False)
    jobs = names(uow.session, Occupation)
    facts = [
        _("、").join([*(jobs.get(code, "") for code in wish.occupation_codes[:3]), wish.words][:3]).strip(_("、")),
        _("%(n)s 公里内", n=wish.max_distance_km) if wish.max_distance_km else "",
        _("%(n)s 元以上", n=wish.pay_floor_yuan) if wish.pay_floor_yuan else "",
    ]
    return Part("intention", _("想找什么工作"), _("，").join(filter(None, facts)), True)


def _verification_part(person: Person) -> Part:
    state = person.verification
    if state is VerificationState.VERIFIED:
        return Part("verification", _("身份核验"), _("单位会看到“已核验”"), True, state=_("已核验"))
    if state is VerificationState.REFUSED:
        return Part("verification", _("身份核验"), person.verification_note, False, state=_("补材料"))
    return Part(
        "verification", _("身份核验"), _("带证件到服务站当面核对，核验过的简历单位更放心"), False, state=_("去办")
    )


# ---------- who may see me ----------


@dataclass(frozen=True, slots=True)
class Watcher:
    """An organization that may see the person: why, which fields, until when."""

    organization: Organization
    purposes: tuple[str, ...]
    fields: tuple[str, ...]
    since: datetime
    until: date


def watchers(uow: UnitOfWork, person: Person) -> list[Watcher]:
    """Organizations with a live grant, each once, the newest first."""
    grants: dict[int, list[Grant]] = {}
    organizations: dict[int, Organization] = {}
    for grant, organization in live_grants(uow.session, person.id, uow.today):
        organizations[organization.id] = organization
        grants.setdefault(organization.id, []).append(grant)
    return [
        Watcher(
            organizations[key],
            tuple(dict.fromkeys(grant.purpose.label for grant in given)),
            tuple(field.label for field in GrantField if any(field.value in grant.fields for grant in given)),
            min(grant.created_at for grant in given),
            max(grant.valid_until for grant in given),
        )
        for key, given in grants.items()
    ]


def spell_line(uow: UnitOfWork, person: Person) -> str:
    """What the employment register says about now, in one line; empty where nothing is registered."""
    spell = current_spell(uow.session, person.id)
    if spell is None:
        return ""
    status = names(uow.session, EmploymentStatusKind).get(spell.status_code, "")
    return _("，").join(filter(None, (status, spell.employer_name)))


def station_line(uow: UnitOfWork, person: Person) -> tuple[str, str]:
    """Name and phone of the station that answers for the person."""
    station = uow.session.get(Organization, person.station_id) if person.station_id else None
    return (station.name, station.phone) if station else ("", "")


# ---------- one file, for staff ----------


def phone(uow: UnitOfWork, person: Person) -> str | None:
    """The number the person is reached at."""
    return phone_of(uow.session, person)


def papers_of(uow: UnitOfWork, person: Person) -> list[Choice]:
    """Everything of a file that a paper can prove, for staff to tick what they saw."""
    kinds, papers, skills = (names(uow.session, table) for table in (ServiceObjectKind, Certificate, Skill))
    found = [(f"kind:{row.kind_code}", kinds.get(row.kind_code, "")) for row in current_kinds(person, uow.today)]
    found += [(f"licence:{row.licence_code}", _("%(code)s 驾驶证", code=row.licence_code)) for row in person.licences]
    found += [
        (f"certificate:{row.certificate_code}", papers.get(row.certificate_code, "")) for row in person.certificates
    ]
    leveled = [row for row in person.skills if row.level]
    return found + [(f"skill:{r.skill_code}", skill_text(skills.get(r.skill_code, ""), r.level)) for r in leveled]


def file_facts(uow: UnitOfWork, person: Person) -> list[Choice]:
    """Name and value of the facts at the head of a file."""
    kinds = names(uow.session, ServiceObjectKind)
    service = person.service
    methods = names(uow.session, ResettlementMethod)
    found = [
        (_("类别"), _("、").join(kinds.get(row.kind_code, "") for row in current_kinds(person, uow.today))),
        (_("年龄"), _("%(n)s 岁", n=age_on(person.birth_on, uow.today)) if person.birth_on else ""),
        (_("性别"), {"male": _("男"), "female": _("女")}.get(person.sex, "")),
        (_("现居住地"), place_seen_from(uow.session, person.living_region_code, uow.actor.region_path)),
        (_("户籍地"), place_seen_from(uow.session, person.registered_region_code, uow.actor.region_path)),
        (_("安置地"), place_seen_from(uow.session, person.resettled_region_code, uow.actor.region_path)),
        (_("求职"), person.search_state.label),
        (_("责任站"), station_line(uow, person)[0]),
    ]
    if service:
        found += [
            (_("入伍"), year_month(service.enlisted_on)),
            (_("退役"), year_month(service.discharged_on)),
            (_("军衔"), rank_name(uow.session, service.rank_code, service.discharged_on)),
            (_("安置方式"), methods.get(service.resettlement_code or "", "")),
        ]
    return [(name, value) for name, value in found if value]


def year_month(day: date | None) -> str:
    """A month in words."""
    return _("%(year)s 年 %(month)s 月", year=day.year, month=day.month) if day else ""
