"""What a posting may hold: values cleaned and checked one by one, and requirements with the words shown for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.reference.models import (
    Certificate,
    CodeMixin,
    DriverLicence,
    EducationLevel,
    MilitarySpecialty,
    Occupation,
    Skill,
)
from jobmatch.reference.queries import find_region, names
from recruiters.postings.models import Posting, PostingRequirement
from recruiters.postings.states import PayKind, RequirementKind

_TEXTS = {
    "title": 80,
    "duties": 4000,
    "requirement_text": 4000,
    "contract_party": 120,
    "address": 200,
    "work_time": 120,
    "benefits": 200,
    "age_basis": 120,
}
_CHOICES = (
    "kind",
    "employment_type",
    "pay_kind",
    "pay_unit",
    "pay_basis",
    "shift",
    "meals",
    "housing",
    "social_insurance",
    "welcomes_over",
    "is_veterans_first",
    "is_reserved",
    "valid_through",
)
_NUMBERS: dict[str, tuple[int, int, str]] = {
    "vacancy_count": (1, 9999, N_("招聘人数应在 1 到 9999 之间")),
    "pay_low_yuan": (1, 1_000_000, N_("工资应是 1 到 1000000 之间的整数，单位是元")),
    "pay_high_yuan": (1, 1_000_000, N_("工资应是 1 到 1000000 之间的整数，单位是元")),
    "pay_base_yuan": (1, 1_000_000, N_("工资应是 1 到 1000000 之间的整数，单位是元")),
    "min_age": (16, 70, N_("年龄应在 16 到 70 之间")),
    "max_age": (16, 70, N_("年龄应在 16 到 70 之间")),
    "hoped_min_age": (16, 70, N_("年龄应在 16 到 70 之间")),
    "hoped_max_age": (16, 70, N_("年龄应在 16 到 70 之间")),
}
EDITABLE = (*_TEXTS, *_CHOICES, *_NUMBERS, "occupation_code", "region_code")
"""Columns that ``values`` of the services may name."""

REQUIREMENT_TABLES: dict[RequirementKind, type[CodeMixin]] = {
    RequirementKind.EDUCATION: EducationLevel,
    RequirementKind.LICENCE: DriverLicence,
    RequirementKind.CERTIFICATE: Certificate,
    RequirementKind.SKILL: Skill,
    RequirementKind.SPECIALTY: MilitarySpecialty,
}
MAX_REQUIREMENTS = 20
SKILL_LEVELS = {1: N_("了解"), 2: N_("会"), 3: N_("熟悉"), 4: N_("熟练"), 5: N_("精通")}
LEADERSHIP_LEVELS = {1: N_("带过班组"), 2: N_("带过排或以上队伍")}


@dataclass(frozen=True, slots=True)
class RequirementInput:
    """One condition as somebody states it.

    ``code``: of the code table of its kind; for years optionally an occupation. ``level``: 1 to 5 for a skill (0 any),
    1 or 2 for leadership. ``years``: for years. ``label``: the words shown; made from the code where empty.
    """

    kind: RequirementKind
    code: str = ""
    level: int = 0
    years: float = 0.0
    is_must: bool = True
    label: str = ""


def years_in(text: str) -> float | None:
    """Years as people write them (``3``, ``3 年``, ``半年``, ``6 个月``); None for nothing.

    Raises ``ValueError`` for anything else.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        return None
    if plain == "半年":
        return 0.5
    is_months = plain.endswith("个月")
    number = float(plain.removesuffix("个月").removesuffix("年"))
    number = round(number / 12, 1) if is_months else number
    if not 0 <= number <= 100:
        raise ValueError(plain)
    return number


def picked_needs(sent: Mapping[str, str]) -> list[RequirementInput]:
    """The conditions a form sent: three kinds of its own, and lines ``need-<kind>-<code>`` with a weight each."""
    found = []
    if code := sent.get("education", "")[:20]:
        is_must = sent.get("education_weight") != "nice"
        found.append(RequirementInput(RequirementKind.EDUCATION, code, is_must=is_must))
    try:
        years = years_in(sent.get("years", ""))
    except ValueError:
        years = None
    if years:
        is_must = sent.get("years_weight") != "nice"
        found.append(RequirementInput(RequirementKind.YEARS, years=years, is_must=is_must))
    if (level := sent.get("leadership", "")) in {"1", "2"}:
        is_must = sent.get("leadership_weight") != "nice"
        found.append(RequirementInput(RequirementKind.LEADERSHIP, level=int(level), is_must=is_must))
    for name, weight in sent.items():
        parts = name.split("-", 2)
        if len(parts) != 3 or parts[0] != "need" or weight not in {"must", "nice"}:
            continue
        if parts[1] in set(RequirementKind):
            text = sent.get(f"level-{parts[1]}-{parts[2]}", "")
            number = int(text) if text in {"1", "2", "3", "4", "5"} else 0
            found.append(RequirementInput(RequirementKind(parts[1]), parts[2], number, is_must=weight == "must"))
    return found


def clean_text(text: str) -> str:
    """The text without control and private characters, line ends as ``\\n``, without outer blanks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c == "\n" or unicodedata.category(c)[0] != "C").strip()


def apply_values(session: Session, posting: Posting, values: Mapping[str, Any]) -> dict[str, str]:
    """Set the given columns of ``posting`` and return a message for each value that cannot be kept.

    Raises ``KeyError`` for a name that is not ``EDITABLE``: a bug of the caller.
    """
    unknown = set(values) - set(EDITABLE)
    if unknown:
        raise KeyError(f"not values of a posting: {sorted(unknown)}")
    errors: dict[str, str] = {}
    _apply_texts(posting, values, errors)
    _apply_numbers(posting, values, errors)
    for name in _CHOICES:
        if name in values and not (values[name] is None and name in {"kind", "is_veterans_first", "is_reserved"}):
            setattr(posting, name, values[name])
    if posting.is_reserved:
        posting.is_veterans_first = True
    if "occupation_code" in values:
        _apply_occupation(session, posting, values["occupation_code"], errors)
    if "region_code" in values:
        _apply_region(session, posting, values["region_code"], errors)
    _check_together(posting, errors)
    return errors


def values_of(posting: Posting) -> dict[str, Any]:
    """All editable values of a posting."""
    return {name: getattr(posting, name) for name in EDITABLE}


def _apply_texts(posting: Posting, values: Mapping[str, Any], errors: dict[str, str]) -> None:
    for name, longest in _TEXTS.items():
        if name in values:
            text = clean_text(values[name] or "")
            if len(text) > longest:
                errors[name] = _("最多 %(n)s 个字，请写短一些", n=longest)
            else:
                setattr(posting, name, text)
    if len(posting.title or "") < 2 and "title" not in errors:
        errors["title"] = _("请填岗位名称，至少 2 个字")


def _apply_numbers(posting: Posting, values: Mapping[str, Any], errors: dict[str, str]) -> None:
    for name, (low, high, message) in _NUMBERS.items():
        number = values.get(name)
        if number is not None and not low <= number <= high:
            errors[name] = _(message)
        elif name in values and (number is not None or name != "vacancy_count"):
            setattr(posting, name, number)


def _apply_occupation(session: Session, posting: Posting, code: str | None, errors: dict[str, str]) -> None:
    if code and code not in names(session, Occupation):
        errors["occupation_code"] = _("请从列表里选一个职业")
    else:
        posting.occupation_code = code or None


def _apply_region(session: Session, posting: Posting, code: str | None, errors: dict[str, str]) -> None:
    """The point is the region's: nobody has typed or measured one, so it is not exact."""
    place = find_region(session, code) if code else None
    if code and place is None:
        errors["region_code"] = _("请从列表里选工作地点")
        return
    posting.region_code = place.code if place else None
    posting.region_path = place.path if place else ""
    posting.latitude = place.latitude if place else None
    posting.longitude = place.longitude if place else None
    posting.is_point_exact = False


def _check_together(posting: Posting, errors: dict[str, str]) -> None:
    low, high, base = posting.pay_low_yuan, posting.pay_high_yuan, posting.pay_base_yuan
    if low is not None and high is not None and high < low:
        errors.setdefault("pay_high_yuan", _("工资上限不能低于下限"))
    if base is not None and high is not None and base > high:
        errors.setdefault("pay_base_yuan", _("固定部分不能高于工资上限"))
    if posting.pay_kind is PayKind.FIXED:
        posting.pay_base_yuan = None
    if posting.vacancy_count < posting.filled_count:
        errors.setdefault("vacancy_count", _("已经录用 %(n)s 人，招聘人数不能更少", n=posting.filled_count))
    for name, youngest, oldest in (
        ("hoped_max_age", posting.hoped_min_age, posting.hoped_max_age),
        ("max_age", posting.min_age, posting.max_age),
    ):
        if youngest is not None and oldest is not None and oldest < youngest:
            errors.setdefault(name, _("年龄上限不能低于下限"))
    if (posting.min_age is not None or posting.max_age is not None) and not posting.age_basis:
        errors.setdefault("age_basis", _("法律法规对这个岗位有年龄规定才能填，请写明是哪一条"))


def requirement_rows(
    session: Session, requirements: Sequence[RequirementInput], errors: dict[str, str]
) -> list[PostingRequirement]:
    """Rows for the given conditions, without repetitions; what cannot be kept is said under ``requirements``."""
    rows: dict[tuple[RequirementKind, str], PostingRequirement] = {}
    for need in requirements:
        problem = _problem(session, need)
        if problem:
            errors["requirements"] = problem
            continue
        rows[need.kind, need.code] = PostingRequirement(
            kind=need.kind,
            code=need.code,
            level=need.level,
            years=need.years,
            is_must=need.is_must,
            label=(need.label or requirement_label(session, need))[:80],
        )
    if len(rows) > MAX_REQUIREMENTS:
        errors["requirements"] = _("要求最多 %(n)s 条，请留下最要紧的", n=MAX_REQUIREMENTS)
    return list(rows.values())


def _problem(session: Session, need: RequirementInput) -> str:
    table = REQUIREMENT_TABLES.get(need.kind)
    if table is not None and need.code not in names(session, table):
        return _("有一条要求不在列表里，请重新选")
    if need.kind is RequirementKind.YEARS:
        if need.code and need.code not in names(session, Occupation):
            return _("有一条要求不在列表里，请重新选")
        if not 0.5 <= need.years <= 50:
            return _("工作经验应在 0.5 到 50 年之间")
    if need.kind is RequirementKind.LEADERSHIP and need.level not in LEADERSHIP_LEVELS:
        return _("带队经历请选班组或排以上")
    if need.kind is RequirementKind.SKILL and need.level not in {0, *SKILL_LEVELS}:
        return _("技能水平请从列表里选")
    return ""


def requirement_label(session: Session, need: RequirementInput) -> str:
    """The words people read for a condition, such as ``B2 驾驶证`` or ``3 年以上工作经验``."""
    if need.kind is RequirementKind.YEARS:
        years = f"{need.years:g}"
        if need.code:
            name = names(session, Occupation)[need.code]
            return _("%(years)s 年以上%(occupation)s经验", years=years, occupation=name)
        return _("%(years)s 年以上工作经验", years=years)
    if need.kind is RequirementKind.LEADERSHIP:
        return _(LEADERSHIP_LEVELS[need.level])
    name = names(session, REQUIREMENT_TABLES[need.kind])[need.code]
    if need.kind is RequirementKind.EDUCATION:
        return _("%(name)s及以上", name=name)
    if need.kind is RequirementKind.LICENCE:
        return _("%(code)s 驾驶证", code=need.code) if need.code != "JUN" else name
    if need.kind is RequirementKind.SKILL and need.level:
        return f"{name}（{_(SKILL_LEVELS[need.level])}）"
    return name
