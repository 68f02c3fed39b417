"""The figures of accompanying families (随军家属) that the half-yearly table asks for beside their employment rate.

Who was asked, what they want to learn, what they learned, and what was done for them; each person once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, select

from jobmatch.casework.families.models import FamilyAid, FamilyCheck
from jobmatch.casework.families.states import TrainingWish
from jobmatch.core.i18n import N_
from jobmatch.people.models.person import Person
from jobmatch.people.policies import counted_below
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.rates import ACCOMPANYING, is_of_kind
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES

_SOURCE = "军人地位和权益保障法第五十二条至第五十四条"
_WHO = N_("期末是随军家属的人，一人计一次，按档案")
_NO_FILE = N_("没有档案的人不算")
_NOT_ASKED = N_("没有登记的按没有，不推算")
_WISHES = (TrainingWish.SKILL, TrainingWish.DEGREE, TrainingWish.START_UP)
PersonIds = Select[Any]


def _family(code: str, name: str, people: Callable[[Scope], PersonIds], formula: str) -> Figure:
    def rows(scope: Scope) -> Rows:
        return rows_of(
            Person.id,
            Person.id.in_(people(scope)),
            Person.erased_at.is_(None),
            is_of_kind(ACCOMPANYING, scope.until),
            counted_below(scope.path or "/"),
        )

    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.FLOW,
        Subject.PERSON,
        formula,
        rows,
        counts=_WHO,
        excludes=_NO_FILE,
        unknown=_NOT_ASKED,
        source=_SOURCE,
    )


def _checked(scope: Scope) -> PersonIds:
    return select(FamilyCheck.person_id).where(FamilyCheck.checked_on.between(scope.since, scope.until))


FIGURES: tuple[Figure, ...] = (
    _family("families.checked", N_("核查过的随军家属"), _checked, N_("期内做过半年核查的随军家属")),
    _family(
        "families.wishing",
        N_("想学习的随军家属"),
        lambda scope: _checked(scope).where(FamilyCheck.training_wish.in_(_WISHES)),
        N_("期内核查时说想学技能、想提升学历或者想学创业的"),
    ),
    _family(
        "families.trained",
        N_("参加培训的随军家属"),
        lambda scope: select(Enrollment.person_id).where(
            Enrollment.person_id.is_not(None),
            Enrollment.state.in_(ARRIVED_STATES),
            Enrollment.arrived_on.between(scope.since, scope.until),
        ),
        N_("期内到培训班报到的，上几个班的算一人"),
    ),
    _family(
        "families.aided",
        N_("得到就业帮助的随军家属"),
        lambda scope: select(FamilyAid.person_id).where(FamilyAid.happened_on.between(scope.since, scope.until)),
        N_("期内有对口安置、推荐就业或者就业补助登记的"),
    ),
)
