"""What was read in a résumé, set beside what the file has: one offer for each thing that may be taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect

from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.queries.files import skill_text, year_month
from jobmatch.people.secrecy import SecretKind
from jobmatch.reference.models import (
    Certificate,
    DriverLicence,
    EducationLevel,
    MilitarySpecialty,
    Rank,
    ServiceBranch,
    Skill,
)
from jobmatch.reference.queries import names

FILE_CHILDREN = ("service", "skills", "certificates", "licences", "work_history", "intention")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that was read. ``part`` and ``data`` say how it is saved; ``stored`` is what the file has now.

    ``hidden`` are the kinds of words (部队番号 and the like) that were taken out.
    """

    key: str
    part: str
    label: str
    value: str
    stored: str
    source: str
    is_sure: bool
    is_same: bool = False
    hidden: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def offers_of(uow: UnitOfWork, person: Person, found: dict[str, Any]) -> list[Offer]:
    """The offers of a reading in the order of the file, for a ``person`` loaded in full."""
    missing = set(FILE_CHILDREN) & set(inspect(person).unloaded)
    if missing:
        raise LookupError(f"load the file in full first: {sorted(missing)}")
    return [
        *_basics(person, found),
        *_education(uow, person, found),
        *_service(uow, person, found),
        *_work(person, found),
        *_codes(uow, person, found),
        *_unlisted(person, found),
        *_wishes(person, found),
    ]


def _offer(one: dict[str, Any], key: str, part: str, label: str, value: str, stored: str, **data: Any) -> Offer:
    return Offer(
        key=key,
        part=part,
        label=label,
        value=value,
        stored=stored,
        source=one["source"],
        is_sure=one["confidence"] == "sure",
        is_same=value == stored,
        hidden=tuple(SecretKind(kind).label for kind in one["secrets"]),
        data=data,
    )


def month_words(text: str) -> str:
    """``2018-09`` as it is shown."""
    return _("%(year)s 年 %(month)s 月", year=text[:4], month=int(text[5:7])) if len(text) == 7 else text


def _basics(person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    if one := found["name"]:
        yield _offer(one, "name", "basics", _("姓名"), one["value"], person.name, name=one["value"])
    if (one := found["phone"]) and person.user_id is None:
        yield _offer(one, "phone", "basics", _("电话"), one["value"], person.phone or "", phone=one["value"])
    if (one := found["birth"]) and person.id_number_blind is None:
        stored = year_month(person.birth_on) if person.birth_on else ""
        yield _offer(one, "birth", "basics", _("出生年月"), month_words(one["value"]), stored, birth_on=one["value"])


def _education(uow: UnitOfWork, person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    level = found["education_level"]
    if level is None:
        return
    known = names(uow.session, EducationLevel)
    code = level["value"]["level_code"]
    major = next((one["value"]["major"] for one in found["education"] if one["value"]["level_code"] == code), "")
    value, stored = (
        _("，").join(filter(None, pair))
        for pair in ((known.get(code, ""), major), (known.get(person.education_code or "", ""), person.major))
    )
    yield _offer(level, "education", "education", _("学历"), value, stored, level_code=code, major=major)


def _service(uow: UnitOfWork, person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    record = person.service
    for name, field_name, label in (
        ("enlisted", "enlisted_on", _("入伍时间")),
        ("discharged", "discharged_on", _("退役时间")),
    ):
        if one := found[name]:
            day = getattr(record, field_name) if record else None
            yield _offer(
                one,
                name,
                "service",
                label,
                month_words(one["value"]),
                year_month(day) if day else "",
                **{field_name: one["value"]},
            )
    tables: tuple[tuple[str, str, str, Any], ...] = (
        ("branch", "branch_code", _("军兵种"), ServiceBranch),
        ("rank", "rank_code", _("退役时的军衔"), Rank),
    )
    for name, field_name, label, table in tables:
        if one := found[name]:
            known, code = names(uow.session, table), one["value"]["code"]
            stored = known.get(getattr(record, field_name) or "", "") if record else ""
            yield _offer(one, name, "service", label, known.get(code, code), stored, **{field_name: code})
    if one := found["posts_held"]:
        stored = record.posts_held if record else ""
        yield _offer(one, "posts_held", "service", _("在部队做过什么"), one["value"], stored, posts_held=one["value"])
    held = {line.specialty_code for line in record.specialties} if record else set()
    known = names(uow.session, MilitarySpecialty)
    for one in found["specialties"]:
        code = one["value"]["code"]
        value = known.get(code, code)
        stored = value if code in held else ""
        yield _offer(one, f"specialty-{code}", "specialty", _("军事专业"), value, stored, code=code)


def _work(person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    held = {(line.employer_name, f"{line.started_on:%Y-%m}") for line in person.work_history}
    for number, one in enumerate(found["work"], 1):
        work = one["value"]
        until = month_words(work["to"]) or (_("现在") if work["is_current"] else "")
        when = " – ".join(filter(None, (month_words(work["from"]), until)))
        value = _("，").join(filter(None, (work["employer"], work["title"], when)))
        stored = value if (work["employer"], work["from"]) in held else ""
        yield _offer(one, f"work-{number}", "work", _("工作经历 %(n)s", n=number), value, stored, **work)


def _codes(uow: UnitOfWork, person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    kinds: tuple[tuple[str, str, str, Any, set[str]], ...] = (
        ("certificates", "certificate", _("证书"), Certificate, {row.certificate_code for row in person.certificates}),
        ("licences", "licence", _("驾驶证"), DriverLicence, {row.licence_code for row in person.licences}),
        ("skills", "skill", _("技能"), Skill, {row.skill_code for row in person.skills}),
    )
    for name, part, label, table, held in kinds:
        known = names(uow.session, table)
        offered: set[str] = set()
        for one in found[name]:
            code = one["value"]["code"]
            if code not in known or code in offered:
                continue
            offered.add(code)
            value = known[code]
            if part == "skill":
                value = skill_text(value, one["value"]["level"])
            if part == "licence":
                value = f"{code} {value}"
            stored = value if code in held else ""
            yield _offer(one, f"{part}-{code}", part, label, value, stored, code=code, level=one["value"]["level"])


def _unlisted(person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    """Certificates that the table does not know cannot be matched with posts; their words may be kept as strengths."""
    for number, one in enumerate((one for one in found["certificates"] if not one["value"]["code"]), 1):
        words = one["value"]["words"]
        stored = words if words in person.strengths else ""
        yield _offer(one, f"paper-{number}", "strengths", _("目录里没有的证书，记在特长里"), words, stored, words=words)


def _wishes(person: Person, found: dict[str, Any]) -> Iterator[Offer]:
    wish = person.intention
    if one := found["wanted_post"]:
        pay, place = (found[name]["value"] if found[name] else "" for name in ("wanted_pay", "wanted_place"))
        value = _("，").join(filter(None, (one["value"], pay, place)))
        stored = wish.words if wish else ""
        data = {"post": one["value"], "pay": pay, "place": place}
        yield _offer(one, "intention", "intention", _("想找的工作"), value, stored, **data)
    if one := found["about"]:
        yield _offer(one, "about", "basics", _("自我介绍"), one["value"], person.about, about=one["value"])


def pay_of(text: str) -> int | None:
    """The least monthly pay in yuan that a text names, or nothing where it is no monthly sum."""
    found = re.search(
        r"(\d{1,6}(?:\.\d{1,2})?)\s*(?:[-—~～至到]\s*\d{1,6}(?:\.\d{1,2})?)?\s*([kK千万]?)", text.replace(",", "")
    )
    if found is None or re.search(r"年薪|/年|每年", text):
        return None
    pay = round(float(found[1]) * {"": 1, "k": 1000, "千": 1000, "万": 10_000}[found[2].lower()])
    return pay if 500 <= pay <= 200_000 else None
