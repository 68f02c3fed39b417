"""The four pages of a posting's form, used by its employer and, for imported postings, by the office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from jobmatch.core.errors import NotFound
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Certificate, DriverLicence, EducationLevel, MilitarySpecialty, Skill
from jobmatch.reference.queries import choices as code_choices
from jobmatch.reference.queries import names, search_occupations
from jobmatch.web.edge import current_uow
from recruiters.employers import choices
from recruiters.postings.forms import (
    NeedsForm,
    PayForm,
    PlaceForm,
    VersionedForm,
    WorkForm,
    validity_choices,
)
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.paste import Advertisement, read_advertisement
from recruiters.postings.services.writing import update_posting
from recruiters.postings.states import RequirementKind
from recruiters.postings.values import REQUIREMENT_TABLES, SKILL_LEVELS, RequirementInput, picked_needs

FORMS: dict[str, type[VersionedForm]] = {"work": WorkForm, "needs": NeedsForm, "pay": PayForm, "place": PlaceForm}
EDUCATION_CODES = ("71", "61", "41", "44", "47", "31", "21", "14", "11")
SUGGESTED = 6


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A condition that may be picked, with what was chosen so far."""

    kind: str
    code: str
    label: str
    weight: str
    level: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.code}"


def is_searching() -> bool:
    """Whether the button beside a search box was pressed: the page comes back and nothing is saved."""
    return request.method == "POST" and "find" in request.form


def form_for(posting: Posting, part: str) -> VersionedForm:
    """The form of one part, filled from the request or from the posting. Raises ``NotFound`` for another part."""
    if part not in FORMS:
        raise NotFound
    form: VersionedForm = FORMS[part].submitted(obj=posting, data=_extra_data(posting, part))
    uow = current_uow()
    if isinstance(form, WorkForm):
        form.occupation_code.choices = _occupations(uow, form, posting)
    elif isinstance(form, NeedsForm):
        levels = names(uow.session, EducationLevel)
        form.education.choices = [
            ("", _("不限")),
            *((code, levels[code]) for code in EDUCATION_CODES if code in levels),
        ]
    elif isinstance(form, PlaceForm):
        home = posting.employer.organization.region_code
        form.region_code.choices = [("", _("请选择")), *choices.places(uow, posting.region_code or home)]
        if request.method == "GET" and not posting.region_code:
            form.region_code.data = home
        days = validity_choices(uow.today, posting.valid_through)
        form.valid_through.choices = [one for one in days if not posting.only_for or one[0] == posting.valid_through]
    return form


def _extra_data(posting: Posting, part: str) -> dict[str, Any]:
    if part != "needs":
        return {}
    data: dict[str, Any] = {}
    for need in posting.requirements:
        weight = "must" if need.is_must else "nice"
        if need.kind is RequirementKind.EDUCATION:
            data |= {"education": need.code, "education_weight": weight}
        elif need.kind is RequirementKind.YEARS:
            data |= {"years": need.years, "years_weight": weight}
        elif need.kind is RequirementKind.LEADERSHIP:
            data |= {"leadership": str(need.level), "leadership_weight": weight}
    return data


def _occupations(uow: UnitOfWork, form: WorkForm, posting: Posting) -> list[tuple[str, str]]:
    """What the title or the typed words mean, the stored choice first."""
    words = form.words.data or form.title.data or posting.title
    found = search_occupations(uow.session, words, SUGGESTED) if words else []
    kept = form.occupation_code.data or posting.occupation_code
    if kept and kept not in {code for code, _name in found}:
        found.insert(0, (kept, choices.occupation_name(uow, kept)))
    return [(code, name) for code, name in found if name]


def save(posting: Posting, form: VersionedForm) -> Posting:
    """Store one part. Raises what ``update_posting`` raises."""
    uow = current_uow()
    values, needs = form.values(), None
    if isinstance(form, NeedsForm):
        values = {"requirement_text": form.requirement_text.data}
        needs = picked_needs(request.form)
    elif isinstance(form, PlaceForm):
        values["region_code"] = choices.chosen_place(uow, form.region_code.data, form.place.data)
    return update_posting(uow, posting, values=values, requirements=needs, version=form.seen_version)


def need_lines(posting: Posting, form: VersionedForm) -> list[NeedLine]:
    """Conditions on the page: those chosen, then what the search or the duties suggest."""
    if not isinstance(form, NeedsForm):
        return []
    uow = current_uow()
    chosen = picked_needs(request.form) if request.method == "POST" else [_as_input(n) for n in posting.requirements]
    lines: dict[tuple[str, str], NeedLine] = {}
    for need in chosen:
        if need.kind in REQUIREMENT_TABLES and need.kind is not RequirementKind.EDUCATION:
            label = names(uow.session, REQUIREMENT_TABLES[need.kind]).get(need.code, "")
            weight = "must" if need.is_must else "nice"
            lines[need.kind.value, need.code] = NeedLine(need.kind.value, need.code, label, weight, need.level)
    for kind, code, label in _found(uow, posting, form.words.data or ""):
        lines.setdefault((kind, code), NeedLine(kind, code, label, "", 0))
    return [line for line in lines.values() if line.label]


def _as_input(need: PostingRequirement) -> RequirementInput:
    return RequirementInput(need.kind, need.code, need.level, need.years, need.is_must, need.label)


_TABLES = (
    (RequirementKind.LICENCE, DriverLicence),
    (RequirementKind.CERTIFICATE, Certificate),
    (RequirementKind.SKILL, Skill),
    (RequirementKind.SPECIALTY, MilitarySpecialty),
)


def _found(uow: UnitOfWork, posting: Posting, words: str) -> list[tuple[str, str, str]]:
    """Kind, code and name of the conditions that ``words`` name; without words, those the duties speak of."""
    found: list[tuple[str, str, str]] = []
    for word in words.replace("，", " ").replace("、", " ").replace(",", " ").split():
        for kind, table in _TABLES:
            found += [
                (kind.value, code, name)
                for code, name in code_choices(uow.session, table)
                if word.upper() == code or word in name
            ][:8]
    named = read_advertisement(words or f"{posting.title}\n{posting.duties}").needs
    for reading in named:
        need = reading.value
        if need.kind in REQUIREMENT_TABLES and need.kind is not RequirementKind.EDUCATION:
            found.append(
                (need.kind.value, need.code, names(uow.session, REQUIREMENT_TABLES[need.kind]).get(need.code, ""))
            )
    return found


def quotes(posting: Posting) -> dict[str, str]:
    """For a posting made from pasted text: the words each value was read from, by column."""
    text = posting.source_row.get("advertisement", "")
    if not text:
        return {}
    found: Advertisement = read_advertisement(text)
    return {name: found.quote(reading) for name, reading in found.values.items()}


def skill_levels() -> dict[int, str]:
    """Words for the levels of a skill."""
    return SKILL_LEVELS
