"""What is not right behind the year table: people whose rows contradict each other or prove nothing, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from jobmatch.casework.plans.queries import is_recognized
from jobmatch.core.i18n import N_
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.figures.queries import rows_behind
from jobmatch.reports.indicators.policies import visible_behind, visible_counts
from jobmatch.reports.indicators.standing import (
    LEFT_CODE,
    LOST_TOUCH,
    Column,
    Scores,
    off_roster,
    returnees,
    standing,
)

PLACED = ("W1", "W2")


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of doubt about a row: how it is counted as it stands, what to do, and who is meant."""

    code: str
    name: str
    counted: str
    advice: str
    condition: Callable[[Any, Scores, date], ColumnElement[bool]]


def _two_states(rows: Any, scores: Scores, day: date) -> ColumnElement[bool]:
    spell = aliased(EmploymentSpell)
    columns = {code: place.column.value for code, place in scores.by_code().items()}
    several = (
        select(func.count(case(columns, value=spell.status_code).distinct()))
        .where(
            spell.person_id == rows.c.person_id,
            spell.superseded_at.is_(None),
            spell.started_on <= day,
            or_(spell.ended_on.is_(None), spell.ended_on >= day),
        )
        .correlate(rows)
        .scalar_subquery()
    )
    return several > 1


def _unproved(rows: Any, scores: Scores, _day: date) -> ColumnElement[bool]:
    codes = [code for code in scores.by_code() if code not in {LEFT_CODE, LOST_TOUCH}]
    condition: ColumnElement[bool] = rows.c.score.in_(scores.codes(*codes, proved=False))
    return condition


def _hard_at_work(rows: Any, scores: Scores, day: date) -> ColumnElement[bool]:
    working = rows.c.score.in_(scores.where(Column.E, Column.G, Column.I, Column.J, Column.K))
    return and_(working, is_recognized(day))


PROBLEMS = (
    Problem(
        "unproved",
        N_("说有去向，但没有有效证明"),
        N_("按待就业（L）统计"),
        N_("联系本人或单位，把证明补进就业台账"),
        _unproved,
    ),
    Problem(
        "silent",
        N_("就业台账里没有记录"),
        N_("按待就业（L）统计"),
        N_("联系本人，记下现在的情况"),
        lambda rows, _scores, _day: and_(rows.c.score == 0, rows.c.person_id.is_not(None)),
    ),
    Problem(
        "no_file",
        N_("在名册上，还没有建档"),
        N_("按待就业（L）统计"),
        N_("通知本人来报到，或者按名册建档"),
        lambda rows, _scores, _day: rows.c.person_id.is_(None),
    ),
    Problem(
        "two_states",
        N_("同一天有两种去向"),
        N_("按在学、创业、城镇就业、务农的顺序只算一格"),
        N_("核对起止日期，错的那条在台账里更正"),
        _two_states,
    ),
    Problem(
        "left_unproved",
        N_("记了退出统计，但没有证明"),
        N_("仍在总数（A）里，按待就业（L）统计"),
        N_("补死亡、再入伍、移居的证明；没有证明就更正台账"),
        lambda rows, scores, _day: rows.c.score.in_(scores.codes(LEFT_CODE, proved=False)),
    ),
    Problem(
        "hard_at_work",
        N_("认定了就业困难，但已经就业"),
        N_("算已就业（D），不算就业困难（M）"),
        N_("请人社部门退出困难认定，在档案里填结束日期"),
        _hard_at_work,
    ),
    Problem(
        "placed",
        N_("自主就业的人记成了安排工作"),
        N_("有上岗证明的算城镇就业（E），其余算待就业（L）"),
        N_("核对安置方式，改档案或者改台账"),
        lambda rows, scores, _day: rows.c.score.in_(scores.codes(*PLACED)),
    ),
)
OFF_ROSTER = "off_roster"
BY_CODE = {problem.code: problem for problem in PROBLEMS}


def problem_counts(uow: UnitOfWork, year: int, day: date, path: str) -> dict[str, int]:
    """How many people of the table of ``year`` each kind of doubt concerns: two statements."""
    scores = Scores(uow.session)
    rows = standing(returnees(year, path), scores, day).subquery()
    sums = [func.sum(case((problem.condition(rows, scores, day), 1), else_=0)) for problem in PROBLEMS]
    counting = select(*sums).select_from(rows).outerjoin(Person, Person.id == rows.c.person_id)
    found = uow.rows(visible_counts(uow.actor, counting, path))[0]
    counts = {problem.code: int(count or 0) for problem, count in zip(PROBLEMS, found, strict=True)}
    others = select(func.count()).select_from(off_roster(year, path).subquery())
    counts[OFF_ROSTER] = int(uow.rows(visible_counts(uow.actor, others, path))[0])
    return counts


def people_with(uow: UnitOfWork, year: int, day: date, path: str, code: str) -> Select[*tuple[Any, ...]]:
    """Whom a kind of doubt concerns; its length is the number of ``problem_counts``."""
    scores = Scores(uow.session)
    if code == OFF_ROSTER:
        rows = standing(off_roster(year, path), scores, day).subquery()
        return visible_behind(uow.actor, rows_behind(rows), path)
    rows = standing(returnees(year, path), scores, day).subquery()
    return visible_behind(uow.actor, rows_behind(rows, BY_CODE[code].condition(rows, scores, day)), path)
