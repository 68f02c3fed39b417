"""What an outsider sees of a person: built here from loaded rows, and only this ever leaves the room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.people.states import VETERAN_KINDS, GrantField, JobSearchState, VerificationState

SKILL_LEVELS = {
    1: N_("五级（初级工）"),
    2: N_("四级（中级工）"),
    3: N_("三级（高级工）"),
    4: N_("二级（技师）"),
    5: N_("一级（高级技师）"),
}
LEADERSHIP = {0: "", 1: N_("带过班"), 2: N_("带过排或以上")}


@dataclass(frozen=True, slots=True)
class Words:
    """Names of codes in the reader's language, one mapping for each code table that a card shows."""

    occupations: Mapping[str, str] = field(default_factory=dict)
    specialties: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    certificates: Mapping[str, str] = field(default_factory=dict)
    educations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of civil work; ``employer_name`` is empty unless granted."""

    title: str
    years: float
    employer_name: str = ""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as others see them; ``phone`` is None and the name is masked unless a live grant opens them.

    Identity number, birthday, address, disability and hardship are never on a card.
    """

    public_id: str
    name: str
    is_masked: bool
    age: str
    place: str
    group: str
    is_verified: bool
    search_state: JobSearchState
    education: str
    major: str
    service_years: float
    leadership: str
    specialties: tuple[str, ...]
    skills: tuple[str, ...]
    certificates: tuple[str, ...]
    licences: tuple[str, ...]
    work: tuple[WorkLine, ...]
    wanted: tuple[str, ...]
    pay_floor_yuan: int | None
    phone: str | None
    about: str


def mask_name(name: str) -> str:
    """The first character and two stars, whatever the length."""
    return f"{name[:1]}**"


def mask_id_number(value: str | None) -> str:
    """The first six and the last four characters of an identity number."""
    return f"{value[:6]}{'*' * (len(value) - 10)}{value[-4:]}" if value and len(value) > 10 else ""


def age_on(birth_on: date, day: date) -> int:
    """Full years between two days."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def age_band(birth_on: date | None, day: date) -> str:
    """The age in bands of five years, so that it does not point at somebody."""
    if birth_on is None:
        return ""
    age = age_on(birth_on, day)
    if age < 20:
        return _("20 岁以下")
    if age >= 60:
        return _("60 岁以上")
    low = age // 5 * 5
    return _("%(low)s–%(high)s 岁", low=low, high=low + 4)


def years_between(start: date | None, end: date | None) -> float:
    """Years from ``start`` to ``end`` with one decimal; 0 where one is missing."""
    return max(round((end - start).days / 365.25, 1), 0.0) if start and end else 0.0


def township(code: str | None) -> str:
    """The code of the township that ``code`` lies in: nobody outside learns the village."""
    return (code or "")[:9]


def build_card(
    person: Person, words: Words, *, today: date, place: str, fields: Collection[GrantField], phone: str | None
) -> PersonCard:
    """The card of a person loaded with ``load_full``; ``place`` is the township, ``fields`` what a live grant opens."""
    service, intention = person.service, person.intention
    shows_age = GrantField.AGE in fields and person.birth_on is not None
    return PersonCard(
        public_id=person.public_id,
        name=person.name if GrantField.NAME in fields else mask_name(person.name),
        is_masked=GrantField.NAME not in fields,
        age=_("%(n)s 岁", n=age_on(person.birth_on, today))
        if shows_age and person.birth_on
        else age_band(person.birth_on, today),
        place=place,
        group=group_label(person, today),
        is_verified=person.verification is VerificationState.VERIFIED,
        search_state=person.search_state,
        education=words.educations.get(person.education_code or "", ""),
        major=person.major,
        service_years=years_between(service.enlisted_on, service.discharged_on) if service else 0.0,
        leadership=_(LEADERSHIP[service.leadership]) if service and service.leadership else "",
        specialties=tuple(words.specialties.get(s.specialty_code, "") for s in service.specialties) if service else (),
        skills=tuple(_skill_text(words.skills.get(s.skill_code, ""), s.level) for s in person.skills),
        certificates=tuple(words.certificates.get(c.certificate_code, "") for c in person.certificates),
        licences=tuple(licence.licence_code for licence in person.licences),
        work=tuple(
            WorkLine(
                title=line.title,
                years=years_between(line.started_on, line.ended_on or today),
                employer_name=line.employer_name if GrantField.WORK_HISTORY in fields else "",
            )
            for line in person.work_history
        ),
        wanted=tuple(words.occupations.get(code, "") for code in intention.occupation_codes) if intention else (),
        pay_floor_yuan=intention.pay_floor_yuan if intention else None,
        phone=phone if GrantField.PHONE in fields else None,
        about=person.about if GrantField.ABOUT in fields else "",
    )


def _skill_text(name: str, level: int) -> str:
    return f"{name} · {_(SKILL_LEVELS[level])}" if level else name


def group_label(person: Person, today: date) -> str:
    """退役军人 or 军人家属: the exact kind, above all disability or bereavement, is nobody else's business."""
    kinds = {kind.kind_code for kind in person.kinds if kind.valid_to is None or kind.valid_to >= today}
    if kinds & VETERAN_KINDS:
        return _("退役军人")
    return _("军人家属") if kinds else ""
