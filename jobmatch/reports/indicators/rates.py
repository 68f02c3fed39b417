"""The employment rates, each with its population, defined once: no rate is ever called 就业率 alone.

Every person of a population falls into exactly one cell, so the cells add up, and a number is the length of the list
that it opens. Work without a confirmation that holds on the day is never counted as employed: those people stay in the
denominator as 情况未掌握 (handbook §5). A past day is counted by the confirmations that held then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.people.models.person import JobIntention, Person, PersonKind, ServiceRecord
from jobmatch.people.states import JobSearchState
from jobmatch.reference.rules import retired_born_before
from jobmatch.reports.indicators.standing import Column, MemberQuery, Scores, age_on, members_of, returnees

VETERAN = "TYJR"
DEPENDANTS = ("JS_PO", "JS_FM", "JS_ZN", "SJJS")
ACCOMPANYING = ("SJJS",)
PENSION, DEMOBILIZED, OWN_WAY = "ZYLQ", "FUYUAN", "ZZZY"
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


NUMERATOR = frozenset({Cell.EMPLOYED})
DENOMINATOR = frozenset({Cell.EMPLOYED, Cell.SEEKING, Cell.UNKNOWN})
EXCLUDED = frozenset(Cell) - DENOMINATOR


def cell_of(rows: Any, scores: Scores) -> ColumnElement[str]:
    """The cell of rows of ``standing``."""
    score = rows.c.score
    employed = scores.where(Column.E, Column.G, Column.I, Column.J, Column.K)
    return case(
        (score.in_(scores.where(Column.OUT)), literal(Cell.LEFT.value)),
        (rows.c.is_outside, literal(Cell.OUTSIDE_AGE.value)),
        (score.in_(scores.where(Column.B)), literal(Cell.RETURNED_TO_SCHOOL.value)),
        (score.in_(scores.where(Column.C)), literal(Cell.ADMITTED.value)),
        (score.in_(employed), literal(Cell.EMPLOYED.value)),
        (score.in_(scores.unverified()), literal(Cell.UNKNOWN.value)),
        else_=literal(Cell.SEEKING.value),
    )


@dataclass(frozen=True, slots=True)
class RateKind:
    """The definition of a rate, as it is printed beside the number, and who belongs to its population."""

    code: str
    name: str
    formula: str
    population: str
    source: str
    members: MemberQuery
    numerator: frozenset[Cell] = NUMERATOR
    denominator: frozenset[Cell] = DENOMINATOR
    excluded: frozenset[Cell] = EXCLUDED


def outside_age(day: date) -> ColumnElement[bool]:
    """Condition on ``Person``: too young to work on ``day``, or past the statutory retirement age."""
    return or_(
        and_(Person.sex == "female", Person.birth_on <= retired_born_before("female", day)),
        and_(Person.sex != "female", Person.birth_on <= retired_born_before("male", day)),
        Person.birth_on > age_on(day, FIRST_WORKING_AGE),
    )


def is_of_kind(codes: Collection[str], day: date) -> ColumnElement[bool]:
    """Condition on ``Person``: one of these kinds of service objects holds on ``day``."""
    return exists(
        select(PersonKind.id).where(
            PersonKind.person_id == Person.id,
            PersonKind.kind_code.in_(codes),
            PersonKind.valid_from <= day,
            or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= day),
        )
    )


def is_resettled_by(*methods: str) -> ColumnElement[bool]:
    """Condition on ``Person``: discharged in one of these ways."""
    return exists(
        select(ServiceRecord.id).where(
            ServiceRecord.person_id == Person.id, ServiceRecord.resettlement_code.in_(methods)
        )
    )


def has_wish(day: date) -> ColumnElement[bool]:
    """Condition on ``Person``: a wish for work was stated or confirmed in the year before ``day``."""
    since = day - timedelta(days=WISH_DAYS)
    stated = exists(
        select(JobIntention.id).where(JobIntention.person_id == Person.id, JobIntention.stated_on.between(since, day))
    )
    # Somebody in work who only looks around (OPEN) expressed no wish that a figure could count.
    looking = and_(Person.search_state == JobSearchState.LOOKING, Person.search_state_since.between(since, day))
    return or_(stated, looking)


_FORMULA = N_("就业核实在有效期内的人÷能工作的人；核实过期的人仍在分母里")
NEW_RETURNEES = RateKind(
    "new-returnees",
    N_("上年度新退役自主就业退役士兵就业率"),
    N_("已就业（D）÷（已就业（D）＋待就业（L））；核实过期或联系不上的人不算已就业，仍在分母里"),
    N_("上一自然年度退役、安置方式为自主就业的退役士兵，以移交接收名册为准；复学和考试入学的人单列，不进分母"),
    "《上年度新增自主就业退役士兵就业及去向情况表》；indicator I01",
    lambda day, path: returnees(day.year - 1, path),
)
REGISTERED_SEEKERS = RateKind(
    "registered-seekers",
    N_("登记求职退役军人就业率"),
    N_("就业核实在有效期内的人÷登记过求职愿望、能工作的人；核实过期的人仍在分母里"),
    N_("近 12 个月登记或确认过求职愿望、在劳动年龄内的退役军人；在校和已退出统计的人不进分母"),
    "jobmatch",
    lambda day, path: members_of(path, has_wish(day), is_of_kind((VETERAN,), day), outside=outside_age(day)),
)
DEPENDANT_RATE = RateKind(
    "dependants",
    N_("军属就业率"),
    _FORMULA,
    N_("登记在册、在劳动年龄内的军属（含随军家属）；在校和已退出统计的人不进分母"),
    "jobmatch",
    lambda day, path: members_of(path, is_of_kind(DEPENDANTS, day), outside=outside_age(day)),
)
ACCOMPANYING_RATE = RateKind(
    "accompanying",
    N_("其中随军家属就业率"),
    _FORMULA,
    N_("登记在册、在劳动年龄内的随军家属；在校和已退出统计的人不进分母"),
    "jobmatch",
    lambda day, path: members_of(path, is_of_kind(ACCOMPANYING, day), outside=outside_age(day)),
)
PENSIONED_RATE = RateKind(
    "pensioned",
    N_("逐月领取退役金、复员、自主择业人员就业率"),
    _FORMULA,
    N_("以逐月领取退役金、复员、自主择业方式退役、在劳动年龄内的退役军人；不并入自主就业退役士兵"),
    "jobmatch",
    lambda day, path: members_of(path, is_resettled_by(PENSION, DEMOBILIZED, OWN_WAY), outside=outside_age(day)),
)
RATES = {
    kind.code: kind for kind in (NEW_RETURNEES, REGISTERED_SEEKERS, DEPENDANT_RATE, ACCOMPANYING_RATE, PENSIONED_RATE)
}
