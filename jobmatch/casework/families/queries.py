"""Reads: who belongs to accompanying families, who was asked this half-year, and what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.casework.families.models import FamilyAid, FamilyCheck
from jobmatch.casework.families.states import ACCOMPANYING, AidKind
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person, PersonKind
from jobmatch.people.policies import visible_people


@dataclass(frozen=True, slots=True)
class Counts:
    """The head of the page: families, those asked this half-year, and what was done in it."""

    people: int
    checked: int
    aids: Counter[AidKind]

    @property
    def left(self) -> int:
        return self.people - self.checked


def half_year_of(day: date) -> str:
    """``2026-1`` until the end of June, ``2026-2`` after it."""
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def first_day(half_year: str) -> date:
    """The first day of a half-year."""
    year, half = half_year.split("-")
    return date(int(year), 1 if half == "1" else 7, 1)


def is_accompanying(day: date) -> ColumnElement[bool]:
    """Whether a person is 随军家属 on ``day`` (condition over ``Person``)."""
    return exists().where(
        PersonKind.person_id == Person.id,
        PersonKind.kind_code == ACCOMPANYING,
        PersonKind.valid_from <= day,
        or_(PersonKind.valid_to.is_(None), PersonKind.valid_to >= day),
    )


def counts(uow: UnitOfWork) -> Counts:
    """The numbers of this half-year: three statements."""
    half = half_year_of(uow.today)
    everybody = select(func.count(Person.id)).where(is_accompanying(uow.today))
    asked = exists().where(FamilyCheck.person_id == Person.id, FamilyCheck.half_year == half)
    aids = (
        select(FamilyAid.kind, func.count(FamilyAid.id))
        .join(Person, Person.id == FamilyAid.person_id)
        .where(FamilyAid.happened_on >= first_day(half))
        .group_by(FamilyAid.kind)
    )
    return Counts(
        int(uow.one(visible_people(uow.actor, everybody))),
        int(uow.one(visible_people(uow.actor, everybody.where(asked)))),
        Counter(dict(map(tuple, uow.rows(visible_people(uow.actor, aids))))),
    )


def families(day: date, *, only_left: bool = False) -> Select[*tuple[Any, ...]]:
    """People with this half-year's check, those not asked yet first; to be narrowed by ``visible_people``."""
    mine = and_(FamilyCheck.person_id == Person.id, FamilyCheck.half_year == half_year_of(day))
    query = select(Person, FamilyCheck).outerjoin(FamilyCheck, mine).where(is_accompanying(day))
    if only_left:
        query = query.where(FamilyCheck.id.is_(None))
    return query.order_by(FamilyCheck.id.is_not(None), Person.living_region_code, Person.id)


def check_of(session: Session, person_id: int, half_year: str) -> FamilyCheck | None:
    """What was noted of a person in a half-year."""
    return session.scalars(
        select(FamilyCheck).where(FamilyCheck.person_id == person_id, FamilyCheck.half_year == half_year)
    ).one_or_none()


def checks_of(session: Session, person_id: int) -> Sequence[FamilyCheck]:
    """Every check of a person, the newest first."""
    return session.scalars(
        select(FamilyCheck).where(FamilyCheck.person_id == person_id).order_by(FamilyCheck.half_year.desc())
    ).all()


def aids_of(session: Session, person_id: int) -> Sequence[FamilyAid]:
    """What was done for a person, the newest first."""
    return session.scalars(
        select(FamilyAid)
        .where(FamilyAid.person_id == person_id)
        .order_by(FamilyAid.happened_on.desc(), FamilyAid.id.desc())
    ).all()
