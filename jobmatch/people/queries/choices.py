"""What forms offer: places, codes under their headings, and what military work is called in civil life."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.queries import served_regions
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.service import methods_on, rank_groups_on
from jobmatch.reference.models import (
    Certificate,
    CodeMixin,
    DriverLicence,
    EducationLevel,
    EmploymentStatusKind,
    MilitarySpecialty,
    Occupation,
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
WORK_CHOICES = 6
LICENCE_KIND = "驾驶证"
"""The heading in the table of certificates whose entries the driver's licences of a file cover."""
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


def picked_point(uow: UnitOfWork, text: str) -> tuple[float | None, float | None] | None:
    """The point of a place that somebody wrote as the one to count distances from; None for no text."""
    found = find_region_by_name(uow.session, text.strip()) if text.strip() else None
    return (found.latitude, found.longitude) if found else None


def place_name(uow: UnitOfWork, code: str | None) -> str:
    """The whole name of a place, from the province down, as it stands in a field that can be typed over."""
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


def resettlement_methods(
    uow: UnitOfWork, discharged_on: date | None = None, current: str | None = None
) -> list[Choice]:
    return list(methods_on(uow, discharged_on, current))


def rank_groups(
    uow: UnitOfWork, discharged_on: date | None = None, current: str | None = None
) -> list[tuple[str, list[Choice]]]:
    return rank_groups_on(uow, discharged_on, current)


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


def work_occupations(uow: UnitOfWork, chosen: str | None, title: str) -> list[Choice]:
    """Occupations that the title of past work may mean, what was chosen first."""
    labels = names(uow.session, Occupation)
    found = dict.fromkeys([chosen] if chosen in labels else [])
    if title.strip():
        found |= dict.fromkeys(code for code, _name in search_occupations(uow.session, title[:80], WORK_CHOICES))
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


def paper_groups(uow: UnitOfWork, words: str, chosen: Collection[str]) -> list[Group]:
    """Certificates that somebody may hold; the driver's licences are a question of their own."""
    return [group for group in certificate_groups(uow, words, chosen) if group.label != LICENCE_KIND]


def certificate_name(uow: UnitOfWork, code: str) -> str:
    """The name of a certificate."""
    return names(uow.session, Certificate).get(code, "")


def skill_lines(uow: UnitOfWork, levels: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Code, name and level of each skill."""
    labels = names(uow.session, Skill)
    return [(code, labels.get(code, code), level) for code, level in levels.items()]


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
