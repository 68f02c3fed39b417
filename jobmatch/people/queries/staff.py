"""The staff's list of people, and what stands on one person's page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import selectinload

from jobmatch.accounts.models import User, clean_phone
from jobmatch.core.audit import AuditEntry
from jobmatch.core.i18n import N_
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.cards import age_on, township
from jobmatch.people.duplicates import find_twins
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.pinyin import PINYIN_LENGTH
from jobmatch.people.policies import visible_people
from jobmatch.people.queries.people import IS_NOW, current_kinds, phones_of
from jobmatch.people.states import JobSearchState, TwinReason, VerificationState
from jobmatch.reference.models import EmploymentStatusKind, ServiceObjectKind
from jobmatch.reference.queries import names, region_label

MOST_LISTED = 10_000
"""People that a list counts and pages through; beyond that staff narrow the search."""
FEW = 20_000
"""People of a kind up to whom a list of their ids is quicker than a look at each person."""
SORTS: dict[str, Any] = {
    "name": Person.name,
    "changed": Person.changed_at,
    "birth": Person.birth_on,
    "created": Person.created_at,
}


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One line of the list; the phone is masked where it is shown."""

    person: Person
    age: int | None
    kinds: str
    town: str
    phone: str | None
    status: str
    is_employed: bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a person's timeline."""

    at: datetime
    title: str
    who: str


@dataclass(frozen=True, slots=True)
class LikelyFile:
    """A file in reach that may be of the same person, 0 to 100, and why."""

    person: Person
    score: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Twins:
    """Files likely to be of one person: those in reach, and whether another one bears the same number elsewhere."""

    near: list[LikelyFile]
    has_far: bool


def staff_people(uow: UnitOfWork, filters: Mapping[str, str | None], sort: str) -> Select[*tuple[Any, ...]]:
    """People the actor may see, narrowed by what was asked and in the order asked for."""
    asked = _conditions(uow, {name: value or "" for name, value in filters.items()})
    # What was asked goes before the reach: SQLite tests in this order, and most people meet the reach.
    query = visible_people(uow.actor, select(Person).options(selectinload(Person.kinds)).where(*asked))
    column = SORTS.get(sort.lstrip("-"), Person.changed_at)
    falling = sort.startswith("-") or sort.lstrip("-") not in SORTS
    ordered: Select[*tuple[Any, ...]] = query.order_by(column.desc() if falling else column.asc(), Person.id.desc())
    return ordered


def _conditions(uow: UnitOfWork, filters: Mapping[str, str]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if words := filters.get("q", "").strip():
        found.append(_matches(words))
    if kind := filters.get("kind"):
        found.append(_is_of(uow, kind))
    if (state := filters.get("state")) in set(JobSearchState):
        found.append(Person.search_state == state)
    if (verification := filters.get("verification")) in set(VerificationState):
        found.append(Person.verification == verification)
    if town := filters.get("town"):
        found.append(Person.living_region_code.startswith(town, autoescape=True))
    if (days := filters.get("stale", "")).isdecimal():
        found.append(Person.changed_at < uow.now - timedelta(days=min(int(days), 10_000)))
    if work := filters.get("work"):
        found.append(_works(work))
    return found


def _is_of(uow: UnitOfWork, kind: str) -> ColumnElement[bool]:
    """Of a kind today: few of them are a list of ids, and of many the people are looked at until a page is full.

    Either way is slow where the other one is quick (docs/benchmarks.md), so they are counted first, up to ``FEW``.
    """
    is_now = (PersonKind.kind_code == kind, or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= uow.today))
    ids = select(PersonKind.person_id).where(*is_now)
    if uow.session.scalar(select(func.count()).select_from(ids.limit(FEW).subquery())) == FEW:
        return exists().where(PersonKind.person_id == Person.id, *is_now)
    return Person.id.in_(ids)


def _matches(words: str) -> ColumnElement[bool]:
    """What somebody typed: a whole number, its last four, letters as the name sounds, or a part of the name."""
    plain = re.sub(r"[\s\-–—'’]", "", unicodedata.normalize("NFKC", words)).upper()
    digits = clean_phone(words)
    if re.fullmatch(r"\d{14,17}[\dX]", plain):
        return Person.id_number_blind == Person.id_number.fingerprint(plain)
    if len(digits) == 11:
        blind = Person.phone.fingerprint(digits)
        return or_(Person.phone_blind == blind, Person.user_id.in_(select(User.id).where(User.phone_blind == blind)))
    if re.fullmatch(r"\d{3}[\dX]", plain):
        return _ends_with(plain)
    if re.fullmatch(r"[A-Z]+", plain):
        return or_(_begins(Person.initials, plain.lower()), _begins(Person.pinyin, plain.lower()))
    return Person.name.contains(words, autoescape=True)


def _ends_with(tail: str) -> ColumnElement[bool]:
    """The last four of the phone that somebody gave or signs in with, or of the identity number."""
    phone = Person.phone.tail_fingerprint(tail)
    return or_(
        Person.phone_tail_blind == phone,
        Person.user_id.in_(select(User.id).where(User.phone_tail_blind == phone)),
        Person.id_number_tail_blind == Person.id_number.tail_fingerprint(tail),
    )


def _begins(column: Any, letters: str) -> ColumnElement[bool]:
    """A prefix as a range of plain small letters, which an index answers in every collation (LIKE would read all)."""
    condition: ColumnElement[bool] = column.between(letters, letters + "z" * PINYIN_LENGTH)
    return condition


def _works(work: str) -> ColumnElement[bool]:
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    is_open = exists().where(EmploymentSpell.person_id == Person.id, *IS_NOW)
    if work == "employed":
        return is_open.where(EmploymentSpell.status_code.in_(employed))
    if work == "seeking":
        return is_open.where(EmploymentSpell.status_code.not_in(employed))
    return ~is_open


def staff_rows(uow: UnitOfWork, people: Sequence[Person]) -> list[StaffRow]:
    """What the list shows of each person, with a fixed number of statements."""
    ids = [person.id for person in people]
    spells = {
        spell.person_id: spell
        for spell in uow.session.scalars(select(EmploymentSpell).where(EmploymentSpell.person_id.in_(ids), *IS_NOW))
    }
    employed = set(
        uow.session.scalars(select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed))
    )
    phones = phones_of(uow.session, people)
    kinds, states = names(uow.session, ServiceObjectKind), names(uow.session, EmploymentStatusKind)
    rows = []
    for person in people:
        spell = spells.get(person.id)
        rows.append(
            StaffRow(
                person,
                age_on(person.birth_on, uow.today) if person.birth_on else None,
                _("、").join(kinds.get(kind.kind_code, "") for kind in current_kinds(person, uow.today)),
                region_label(uow.session, township(person.living_region_code), depth=1),
                phones.get(person.id),
                states.get(spell.status_code, "") if spell else _("没有登记"),
                (spell.status_code in employed) if spell else None,
            )
        )
    return rows


def likely_files(
    uow: UnitOfWork,
    *,
    name: str = "",
    birth_on: date | None = None,
    phone: str = "",
    id_number: str = "",
    but: Person | None = None,
) -> Twins:
    """Files likely to be of the same person; those outside the actor's reach only as a fact, and only by a number."""
    twins = find_twins(
        uow.session, name=name, birth_on=birth_on, phone=phone, id_number=id_number, but=but.id if but else None
    )
    found = {twin.person_id: twin for twin in twins}
    people = {
        one.id: one for one in uow.rows(visible_people(uow.actor, select(Person).where(Person.id.in_(list(found)))))
    }
    near = [
        LikelyFile(people[key], twin.score, [reason.label for reason in twin.reasons])
        for key, twin in found.items()
        if key in people
    ]
    numbers = {TwinReason.SAME_ID, TwinReason.SAME_PHONE}
    return Twins(near, any(numbers & set(twin.reasons) for key, twin in found.items() if key not in people))


ACTIONS = {
    "person.register": N_("建档"),
    "person.import": N_("从表格导入建档"),
    "person.claim": N_("本人认领档案"),
    "person.basics": N_("改了个人信息"),
    "person.kinds": N_("改了人员类别"),
    "person.identity": N_("填了身份证号"),
    "person.service": N_("改了服役经历"),
    "person.specialties": N_("改了部队做过的工作"),
    "person.education": N_("改了学历"),
    "person.skills": N_("改了技能"),
    "person.certificates": N_("改了证书"),
    "person.licences": N_("改了驾驶证"),
    "person.work": N_("改了工作经历"),
    "person.work_removed": N_("删了一段工作经历"),
    "person.intention": N_("填了求职意向"),
    "person.search_state": N_("更新了求职状态"),
    "person.verify": N_("核验身份"),
    "person.strengths": N_("改了语言和特长"),
    "person.block": N_("不让一家单位看到"),
    "person.unblock": N_("重新让一家单位看到"),
    "person.claim_released": N_("当面核对，交还档案"),
    "proxy.given": N_("同意代办"),
    "proxy.used": N_("按同意代投"),
    "proxy.ended": N_("停止代办"),
    "verification.appeal": N_("对核验结果申诉"),
    "verification.decide": N_("申诉有了结果"),
    "person.reveal": N_("查看了完整的电话和身份证号"),
    "consent.given": N_("同意公开"),
    "consent.withdrawn": N_("收回公开"),
    "grant.given": N_("同意一家单位看简历"),
    "grant.revoked": N_("停止一家单位看简历"),
}


def timeline(uow: UnitOfWork, person: Person, limit: int = 30) -> list[Event]:
    """What happened with the file, the newest first: the acts in the audit trail that have words for people."""
    rows = uow.session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "person",
            AuditEntry.object_id == person.public_id,
            AuditEntry.action.in_(ACTIONS),
        )
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [
        Event(row.at, _(ACTIONS[row.action]) + (_("（代办）") if row.detail.get("on_behalf") else ""), row.actor_label)
        for row in rows
    ]
