"""Conditions over people that several definitions stand on: who counts here, and what the register says of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.policies import counted_below
from jobmatch.people.queries.register import is_confirmed
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reference.queries import rule_value
from jobmatch.reports.indicators.base import Rows, Scope, rows_of
from jobmatch.reports.indicators.standing import LEFT_CODE

RULES_BEGAN = date(2020, 1, 1)
WORK = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
_SCHOOL = select(EmploymentStatusKind.code).where(EmploymentStatusKind.official_column.in_(("B", "C")))


def people_here(scope: Scope, *where: Any, amount: Any = 1) -> Rows:
    """Files that count in the figures of the place, by 安置地, and meet conditions over ``Person``."""
    query = rows_of(Person.id, Person.erased_at.is_(None), *where, amount=amount)
    return query.where(counted_below(scope.path)) if scope.path else query


def is_filed(scope: Scope) -> ColumnElement[bool]:
    """Condition on ``Person``: the file was there at the end of the period."""
    condition: ColumnElement[bool] = Person.created_at < scope.ends_at
    return condition


def rule_of(scope: Scope, code: str) -> int:
    """What a dated rule of figures says at the end of the period; before the rules began, what the first one says."""
    return int(rule_value(scope.uow.session, code, max(scope.until, RULES_BEGAN)))


def ever_confirmed(spell: Any, day: date) -> ColumnElement[bool]:
    """Whether a line had a confirmation by ``day``, be it one that no longer holds."""
    return exists(select(Confirmation.id).where(Confirmation.spell_id == spell.id, Confirmation.confirmed_on <= day))


def stands_on(spell: Any, day: date) -> ColumnElement[bool]:
    """Whether a line of the register runs on ``day`` and was not replaced by another."""
    return and_(
        spell.superseded_at.is_(None), spell.started_on <= day, or_(spell.ended_on.is_(None), spell.ended_on >= day)
    )


def work_line(day: date) -> Any:
    """Id of the one line of verified work that speaks for a ``Person`` on ``day``.

    Of two such lines the one entered last speaks. Who is in school, or left, is not counted as working.
    """
    spell = aliased(EmploymentSpell)
    apart = aliased(EmploymentSpell)
    elsewhere = exists(
        select(apart.id).where(
            # By the line and not by Person: what is not in the next statement out is not correlated but joined anew.
            apart.person_id == spell.person_id,
            or_(apart.status_code.in_(_SCHOOL), apart.status_code == LEFT_CODE),
            stands_on(apart, day),
            ever_confirmed(apart, day),
        )
    )
    return (
        select(func.max(spell.id))
        .where(
            spell.person_id == Person.id,
            spell.status_code.in_(WORK),
            stands_on(spell, day),
            is_confirmed(spell, day),
            ~elsewhere,
        )
        .correlate(Person)
        .scalar_subquery()
    )


def works(day: date, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition on ``Person``: in verified work on ``day`` by a line that meets conditions over ``EmploymentSpell``."""
    return exists(select(EmploymentSpell.id).where(EmploymentSpell.id == work_line(day), *where))
