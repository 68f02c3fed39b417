"""What the room's own pages offer and say: choices of forms, parts of a résumé, forces to civil work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.queries import served_regions
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import LEADERSHIP, SKILL_LEVELS, age_on, township, years_between
from jobmatch.people.models import Person
from jobmatch.people.queries.people import current_kinds
from jobmatch.people.states import VETERAN_KINDS, VerificationState
from jobmatch.reference.models import (
    Certificate,
    CodeMixin,
    DriverLicence,
    EducationLevel,
    EmploymentStatusKind,
    MilitarySpecialty,
    Occupation,
    Rank,
    ResettlementMethod,
    ServiceBranch,
    ServiceObjectKind,
    Skill,
)
from jobmatch.reference.queries import (
    children_of,
    choices,
    find_region,
    find_region_by_name,
    lineage,
    names,
    region_label,
    search_occupations,
)

Choice = tuple[str, str]
MOST_PLACES = 300
EDUCATION_CODES = ("81", "71", "61", "41", "44", "47", "31", "21", "14", "11", "90")
COMMON_FIRST = (
    *("SP11", "SP12", "SP02", "SP48", "SP49", "SP53", "SP45", "SP15"),
    *("SP22", "SP24", "SP50", "SP55", "SP18", "SP33", "SP56"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under a heading."""

    label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a résumé: what stands there, or what it would bring; optional parts are never missing."""

    key: str
    title: str
    text: str
    is_done: bool
    is_optional: bool = False
    state: str = ""


@dataclass(frozen=True, slots=True)
class CivilLine:
    """A specialty and the civil work it leads to."""

    code: str
    name: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...]


# ---------- places ----------


def places(uow: UnitOfWork, current: str | None = None) -> list[Choice]:
    """Places that a station answers for, to choose from; ``current`` is offered too."""
    rows = uow.rows(served_regions())
    found = [(code, region_label(uow.session, code)) for code, _name, _parent, _path in rows if len(code) >= 6]
    if len(found) > MOST_PLACES:
        found = []
    if current and current not in {code for code, _label in found}:
        found.insert(0, (current, region_label(uow.session, current)))
    return found


def place_code(uow: UnitOfWork, text: str) -> str | None:
    """The code of a typed place; None for no text, and the text itself (no code) where nothing fits."""
    text = text.strip()
    if not text:
        return None
    found = find_region_by_name(uow.session, text)
    return found.code if found else text[:12]


def chosen_place(uow: UnitOfWork, chosen: str | None, text: str) -> str:
    """The place that was typed where something was typed, else the one that was chosen."""
    return place_code(uow, text) or chosen or ""


def place_name(uow: UnitOfWork, code: str | None) -> str:
    """The whole name of a place, from the province down."""
    return region_label(uow.session, code, depth=5) if code else ""


def near_places(uow: UnitOfWork, person: Person, chosen: Collection[str]) -> list[Choice]:
    """Where somebody may want to work: their own county, city and province, the towns around, and what was chosen."""
    line = lineage(uow.session, person.living_region_code)
    codes = [place.code for place in reversed(line) if len(place.code) <= 6]
    county = next((place.code for place in line if len(place.code) == 6), None)
    towns = [place.code for place in children_of(uow.session, county)] if county else []
    wanted = dict.fromkeys([*chosen, *codes, *towns[:12]])
    return [(code, region_label(uow.session, code, depth=1)) for code in wanted if find_region(uow.session, code)]


def towns_of(uow: UnitOfWork) -> list[Choice]:
    """The places right below what the actor answers for."""
    code = uow.actor.region_path.strip("/").split("/")[-1]
    return [(place.code, place.name) for place in children_of(uow.session, code or None)]


# ---------- codes ----------


def kind_groups(uow: UnitOfWork) -> list[Group]:
    """The kinds of service objects in plain groups: who served, whose family serves, who lost somebody."""
    titles = {
        "veteran": _("退役军人"),
        "veteran_flag": _("退役军人的其他情况（有就选）"),
        "dependant": _("现役军人的家属"),
        "transferred": _("退役军人的家属"),
        "bereaved": _("烈士、因公牺牲和病故军人的遗属"),
    }
    return [Group(title, choices(uow.session, ServiceObjectKind, kind=group)) for group, title in titles.items()]


def kind_choices(uow: UnitOfWork) -> list[Choice]:
    """All kinds of service objects."""
    return choices(uow.session, ServiceObjectKind)


def proofs(uow: UnitOfWork, codes: Collection[str]) -> list[Choice]:
    """Name of each kind and the papers that prove it."""
    rows = uow.session.execute(
        select(ServiceObjectKind.code, ServiceObjectKind.proof_documents)
        .where(ServiceObjectKind.code.in_(codes))
        .order_by(ServiceObjectKind.count_order)
    )
    labels = names(uow.session, ServiceObjectKind)
    return [(labels[code], papers) for code, papers in rows]


def branches(uow: UnitOfWork) -> list[Choice]:
    return choices(uow.session, ServiceBranch)


def resettlement_methods(uow: UnitOfWork) -> list[Choice]:
    return choices(uow.session, ResettlementMethod)


def rank_groups(uow: UnitOfWork) -> list[tuple[str, list[Choice]]]:
    """Ranks by group; a rank that was renamed in 2022 shows its old name too."""
    labels = names(uow.session, Rank)
    groups: dict[str, list[Choice]] = {}
    for row in uow.session.scalars(select(Rank).where(Rank.is_active).order_by(Rank.sort_order)):
        renamed = row.old_name and row.old_name != row.name_zh and not row.name_zh.startswith(row.old_name)
        label = _("%(now)s（旧称%(old)s）", now=labels[row.code], old=row.old_name) if renamed else labels[row.code]
        groups.setdefault(row.group, []).append((row.code, label))
    return list(groups.items())


def educations(uow: UnitOfWork, current: str | None) -> list[Choice]:
    """The levels people hold, lowest first; a rarer one that is stored is offered too."""
    labels = names(uow.session, EducationLevel)
    codes = EDUCATION_CODES if current in (None, *EDUCATION_CODES) else (*EDUCATION_CODES, current)
    return [(code, labels[code]) for code in codes if code in labels]


def licences(uow: UnitOfWork) -> list[Choice]:
    return [(code, f"{code} {name}" if code != "JUN" else name) for code, name in choices(uow.session, DriverLicence)]


def register_states(uow: UnitOfWork) -> list[Choice]:
    """States of the register that a person may be in."""
    return choices(uow.session, EmploymentStatusKind)


def occupation_choices(uow: UnitOfWork, chosen: Sequence[str], words: str) -> list[Choice]:
    """What was chosen, then what fits the typed words."""
    labels = names(uow.session, Occupation)
    found = dict.fromkeys(code for code in chosen if code in labels)
    for word in words.split()[:4]:
        found |= dict.fromkeys(code for code, _name in search_occupations(uow.session, word, 6))
    return [(code, labels[code]) for code in found]


def grouped(uow: UnitOfWork, table: type[CodeMixin], words: str, chosen: Collection[str]) -> list[Group]:
    """Skills, certificates or specialties under their headings, narrowed to what contains one of ``words``.

    What was chosen stands first under a heading of its own, so that it is neither lost nor searched for.
    """
    rows = uow.session.scalars(select(table).where(table.is_active).order_by(table.sort_order, table.code)).all()
    labels = names(uow.session, table)
    terms = words.split()
    picked = [(row.code, labels[row.code]) for row in rows if row.code in chosen]
    groups: dict[str, list[Choice]] = {}
    for row in rows:
        told = " ".join([row.name_zh, row.name_en.lower(), *getattr(row, "aliases", ())])
        if row.code not in chosen and (not terms or any(term.lower() in told.lower() for term in terms)):
            groups.setdefault(_heading(row), []).append((row.code, labels[row.code]))
    found = [Group(label, items) for label, items in groups.items()]
    if table is MilitarySpecialty and not terms:
        found = [_common(found), *found]
    return ([Group(_("已选"), picked)] if picked else []) + [group for group in found if group.choices]


def _heading(row: Any) -> str:
    if isinstance(row, MilitarySpecialty):
        return row.service_family.split(";")[0].split("、")[0].split("(")[0] or _("其他")
    return str(getattr(row, "category", "") or getattr(row, "kind", "") or _("其他"))


def _common(groups: list[Group]) -> Group:
    """The specialties most people come with, moved out of their groups to the front."""
    by_code = {code: (code, label) for group in groups for code, label in group.choices}
    first = [by_code[code] for code in COMMON_FIRST if code in by_code]
    for group in groups:
        group.choices[:] = [choice for choice in group.choices if choice not in first]
    return Group(_("常见的"), first)


def specialty_groups(uow: UnitOfWork, words: str, chosen: Collection[str]) -> list[Group]:
    return grouped(uow, MilitarySpecialty, words, chosen)


def skill_groups(uow: UnitOfWork, words: str, chosen: Collection[str]) -> list[Group]:
    return grouped(uow, Skill, words, chosen)


def certificate_groups(uow: UnitOfWork, words: str, chosen: Collection[str]) -> list[Group]:
    return grouped(uow, Certificate, words, chosen)


def civil_lines(uow: UnitOfWork, codes: Sequence[str]) -> list[CivilLine]:
    """What the chosen specialties are called in civil life, in the order chosen."""
    if not codes:
        return []
    labels, jobs = names(uow.session, MilitarySpecialty), names(uow.session, Occupation)
    rows = {
        row.code: row for row in uow.session.scalars(select(MilitarySpecialty).where(MilitarySpecialty.code.in_(codes)))
    }
    return [
        CivilLine(
            code,
            labels[code],
            tuple(jobs[c] for c in rows[code].primary_occupation_codes if c in jobs),
            tuple(jobs[c] for c in rows[code].secondary_occupation_codes if c in jobs),
        )
        for code in codes
        if code in rows
    ]


# ---------- the résumé ----------


def is_veteran(uow: UnitOfWork, person: Person) -> bool:
    """Whether the person served: then there is a part about the service."""
    return (
        any(kind.kind_code in VETERAN_KINDS for kind in current_kinds(person, uow.today)) or person.service is not None
    )


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
    text = "，".join(filter(None, (person.name, age, place)))
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
        "、".join(labels.get(line.specialty_code, "") for line in service.specialties[:3]),
        _(LEADERSHIP[service.leadership]) if service.leadership else "",
    ]
    if not is_done:
        facts.append(_("还差退役时间") if service.specialties else _("还差做过的工作"))
    return Part("service", _("服役经历"), "，".join(filter(None, facts)), is_done)


def _education_part(uow: UnitOfWork, person: Person) -> Part:
    label = names(uow.session, EducationLevel).get(person.education_code or "", "")
    text = "，".join(filter(None, (label, person.major))) or _("填了才知道够不够岗位的学历要求")
    return Part("education", _("学历"), text, bool(label))


def _skills_part(uow: UnitOfWork, person: Person) -> Part:
    skills, papers = names(uow.session, Skill), names(uow.session, Certificate)
    held = [_("%(code)s 驾驶证", code=row.licence_code) for row in person.licences]
    held += [papers.get(row.certificate_code, "") for row in person.certificates]
    held += [skill_text(skills.get(row.skill_code, ""), row.level) for row in person.skills]
    text = "，".join(held[:4]) + (_(" 等 %(n)s 项", n=len(held)) if len(held) > 4 else "")
    return Part("skills", _("技能和证书"), text or _("有证的岗位工资更高，一证一点就能加上"), bool(held))


def skill_text(name: str, level: int) -> str:
    """A skill with its level, where there is one."""
    return f"{name}（{_(SKILL_LEVELS[level])}）" if level else name


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
        "、".join([*(jobs.get(code, "") for code in wish.occupation_codes[:3]), wish.words][:3]).strip("、"),
        _("%(n)s 公里内", n=wish.max_distance_km) if wish.max_distance_km else "",
        _("%(n)s 元以上", n=wish.pay_floor_yuan) if wish.pay_floor_yuan else "",
    ]
    return Part("intention", _("想找什么工作"), "，".join(filter(None, facts)), True)


def _verification_part(person: Person) -> Part:
    state = person.verification
    if state is VerificationState.VERIFIED:
        return Part("verification", _("身份核验"), _("单位会看到“已核验”"), True, state=_("已核验"))
    if state is VerificationState.REFUSED:
        return Part("verification", _("身份核验"), person.verification_note, False, state=_("补材料"))
    return Part(
        "verification", _("身份核验"), _("带证件到服务站当面核对，核验过的简历单位更放心"), False, state=_("去办")
    )
