"""The two employment rates, each defined once: population, cells, formula in words, numerator and denominator.

Every person of a population falls into exactly one cell, so the cells add up, and a number is the length of the list
that it opens. Work without a confirmation that holds on the day is never counted as employed: those people stay in the
denominator as 情况未掌握 (handbook §5). A past day is counted by the confirmations that held then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, or_, select
from sqlalchemy.orm import aliased

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.people.queries.register import is_confirmed
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import EmploymentStatusKind, ResettlementMethod
from jobmatch.reference.rules import retired_born_before

VETERAN = "TYJR"
LEFT = "R1"
RETURNED, ADMITTED, LOST_TOUCH = "B", "C", "X2"
WISH_DAYS = 365
FIRST_WORKING_AGE = 16


class Cell(LabelledEnum):
    """Where a person of a population stands on the cut-off day."""

    EMPLOYED = "employed", N_("已就业")
    SEEKING = "seeking", N_("待就业")
    UNKNOWN = "unknown", N_("情况未掌握")
    RETURNED_TO_SCHOOL = "school_return", N_("复学")
    ADMITTED = "school_admitted", N_("考试入学")
    OUTSIDE_AGE = "outside_age", N_("不在劳动年龄")
    LEFT = "left", N_("已退出统计")


@dataclass(frozen=True, slots=True)
class RateKind:
    """The definition of a rate, as it is printed beside the number."""

    code: str
    name: str
    formula: str
    population: str
    source: str
    numerator: frozenset[Cell]
    denominator: frozenset[Cell]
    excluded: frozenset[Cell]


_NEW = frozenset({Cell.EMPLOYED, Cell.SEEKING, Cell.UNKNOWN})
NEW_RETURNEES = RateKind(
    code="new-returnees",
    name=N_("上年度新退役自主就业退役士兵就业率"),
    formula=N_("已就业（D）÷（已就业（D）＋待就业（L））；核实过期或联系不上的人不算已就业，仍在分母里"),
    population=N_("上一自然年度退役、安置方式为自主就业的退役士兵；复学和考试入学的人单列，不进分母"),
    source="《上年度新增自主就业退役士兵就业及去向情况表》；indicator I01",
    numerator=frozenset({Cell.EMPLOYED}),
    denominator=_NEW,
    excluded=frozenset({Cell.RETURNED_TO_SCHOOL, Cell.ADMITTED, Cell.LEFT}),
)
REGISTERED_SEEKERS = RateKind(
    code="registered-seekers",
    name=N_("登记求职退役军人就业率"),
    formula=N_("就业核实在有效期内的人÷登记过求职愿望、能工作的人；核实过期的人仍在分母里"),
    population=N_("近 12 个月登记或确认过求职愿望、在劳动年龄内的退役军人；在校和已退出统计的人不进分母"),
    source="jobmatch",
    numerator=frozenset({Cell.EMPLOYED}),
    denominator=_NEW,
    excluded=frozenset({Cell.RETURNED_TO_SCHOOL, Cell.ADMITTED, Cell.OUTSIDE_AGE, Cell.LEFT}),
)
RATES = {kind.code: kind for kind in (NEW_RETURNEES, REGISTERED_SEEKERS)}


def _spell_on(day: date) -> tuple[type[EmploymentSpell], ColumnElement[bool]]:
    """The register entry that covers ``day`` and how it joins a person: of several, the one that began last."""
    spell, other = aliased(EmploymentSpell), aliased(EmploymentSpell)
    newest = (
        select(other.id)
        .where(
            other.person_id == Person.id,
            other.superseded_at.is_(None),
            other.started_on <= day,
            or_(other.ended_on.is_(None), other.ended_on >= day),
        )
        .order_by(other.started_on.desc(), other.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return spell, spell.id == newest


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 2, 28)


def _cell(spell: type[EmploymentSpell], day: date, *extra: tuple[ColumnElement[bool], str]) -> ColumnElement[str]:
    employed = EmploymentStatusKind.counts_as_employed
    unknown = or_(spell.id.is_(None), spell.status_code == LOST_TOUCH, employed)
    return case(
        (spell.status_code == LEFT, literal(Cell.LEFT.value)),
        *((condition, literal(value)) for condition, value in extra),
        (spell.status_code == RETURNED, literal(Cell.RETURNED_TO_SCHOOL.value)),
        (spell.status_code == ADMITTED, literal(Cell.ADMITTED.value)),
        (and_(employed, is_confirmed(spell, day)), literal(Cell.EMPLOYED.value)),
        (unknown, literal(Cell.UNKNOWN.value)),
        else_=literal(Cell.SEEKING.value),
    ).label("cell")


def _veterans(day: date) -> ColumnElement[bool]:
    return exists(
        select(PersonKind.id).where(
            PersonKind.person_id == Person.id,
            PersonKind.kind_code == VETERAN,
            PersonKind.valid_from <= day,
            or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= day),
        )
    )


def population(kind: RateKind, day: date) -> Select[int, str]:
    """``person.id`` and the cell of everyone of the population on ``day``; to be narrowed by ``visible_people``."""
    spell, covers = _spell_on(day)
    if kind is NEW_RETURNEES:
        year = day.year - 1
        cell = _cell(spell, day)
        members = (
            select(Person.id, cell)
            .join(ServiceRecord, ServiceRecord.person_id == Person.id)
            .join(ResettlementMethod, ResettlementMethod.code == ServiceRecord.resettlement_code)
            .where(
                ResettlementMethod.counts_in_new_returnees,
                ServiceRecord.discharged_on.between(date(year, 1, 1), date(year, 12, 31)),
            )
        )
    else:
        since = day - timedelta(days=WISH_DAYS)
        too_old = or_(
            and_(Person.sex == "female", Person.birth_on <= retired_born_before("female", day)),
            and_(Person.sex != "female", Person.birth_on <= retired_born_before("male", day)),
        )
        too_young = Person.birth_on > _years_before(day, FIRST_WORKING_AGE)
        cell = _cell(spell, day, (or_(too_old, too_young), Cell.OUTSIDE_AGE.value))
        wished = or_(
            Person.id.in_(select(JobIntention.person_id).where(JobIntention.stated_on.between(since, day))),
            and_(
                # Somebody in work who only looks around (OPEN) expressed no wish that a figure could count.
                Person.search_state == JobSearchState.LOOKING,
                Person.search_state_since.between(since, day),
            ),
        )
        members = select(Person.id, cell).where(wished, _veterans(day))
    return (
        members.outerjoin(spell, covers)
        .outerjoin(EmploymentStatusKind, EmploymentStatusKind.code == spell.status_code)
        .where(Person.erased_at.is_(None))
    )
