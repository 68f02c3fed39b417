"""帮助就业人数: who began verified work after something was done for them, each person once, by one main channel.

The order of the channels is the order of ``CHANNELS`` and is printed with the figure. Who began work without any act
in the days before is 自行就业, apart. Neither is ever added to 带动就业, which counts whom ventures employ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from jobmatch.applications.models import Application
from jobmatch.applications.states import ApplicationState
from jobmatch.casework.plans.models import Support
from jobmatch.casework.plans.states import SupportKind
from jobmatch.core.i18n import N_
from jobmatch.fairs.day.models import Intention
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import EmploymentSpell
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit
from jobmatch.reports.indicators.days import days_between, local_day
from jobmatch.reports.indicators.lines import WORK, ever_confirmed, people_here, rule_of
from recruiters.postings.models import Posting
from training.courses.enrollment.models import Enrollment
from training.courses.enrollment.states import ARRIVED_STATES
from training.incubation.support.models import VentureSupport
from training.incubation.support.states import SupportState

RECOMMENDED = (SupportKind.RECOMMENDATION, SupportKind.PUBLIC_POST)
Act = Callable[[Any, int], ColumnElement[bool]]
"""From a line of the register (an alias) and the days of the rule: whether something was done before its start."""


def _before(day: Any, spell: Any, days: int) -> ColumnElement[bool]:
    gap = days_between(spell.started_on, day)
    return and_(gap >= 0, gap <= days)


def _reserved(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(Application.id)
        .join(Posting, Posting.id == Application.posting_id)
        .where(
            Application.person_id == spell.person_id,
            Application.state == ApplicationState.STARTED,
            Posting.is_reserved,
            _before(local_day(Application.created_at), spell, days),
        )
    )


def _applied(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(Application.id).where(
            Application.person_id == spell.person_id, _before(local_day(Application.created_at), spell, days)
        )
    )


def _recommended(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(Support.id).where(
            Support.person_id == spell.person_id,
            Support.kind.in_(RECOMMENDED),
            _before(Support.happened_on, spell, days),
        )
    )


def _intended(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(Intention.id)
        .join(FairRegistration, FairRegistration.id == Intention.registration_id)
        .where(
            FairRegistration.person_id == spell.person_id,
            Intention.employer_yes_at.is_not(None),
            or_(Intention.person_yes_at.is_not(None), Intention.is_from_sheet),
            Intention.declined_at.is_(None),
            _before(local_day(Intention.created_at), spell, days),
        )
    )


def _taught(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(Enrollment.id).where(
            Enrollment.person_id == spell.person_id,
            Enrollment.state.in_(ARRIVED_STATES),
            _before(Enrollment.arrived_on, spell, days),
        )
    )


def _supported(spell: Any, days: int) -> ColumnElement[bool]:
    return exists(
        select(VentureSupport.id).where(
            VentureSupport.person_id == spell.person_id,
            VentureSupport.state == SupportState.PAID,
            _before(VentureSupport.given_on, spell, days),
        )
    )


CHANNELS: tuple[tuple[str, str, Act], ...] = (
    ("reserved", N_("专岗"), _reserved),
    ("application", N_("平台投递"), _applied),
    ("recommendation", N_("推荐和公益性岗位"), _recommended),
    ("fair", N_("招聘会意向"), _intended),
    ("class", N_("培训班"), _taught),
    ("venture", N_("创业扶持"), _supported),
)
"""The main channels in their order: of several the first one counts."""


def _started(scope: Scope, *acts: Act) -> ColumnElement[bool]:
    """Condition on ``Person``: work that was verified by the end began in the period, after one of ``acts``, if any."""
    spell = aliased(EmploymentSpell)
    days = rule_of(scope, "help_window_days")
    done = [or_(*(act(spell, days) for act in acts))] if acts else []
    return exists(
        select(spell.id).where(
            spell.person_id == Person.id,
            spell.superseded_at.is_(None),
            spell.status_code.in_(WORK),
            spell.started_on.between(scope.since, scope.until),
            ever_confirmed(spell, scope.until),
            *done,
        )
    )


_ACTS = tuple(act for _code, _name, act in CHANNELS)


def _by_channel(place: int) -> Callable[[Scope], Rows]:
    def rows(scope: Scope) -> Rows:
        earlier = _ACTS[:place]
        left = [~_started(scope, *earlier)] if earlier else []
        return people_here(scope, _started(scope, _ACTS[place]), *left)

    return rows


_SOURCE = N_("平台统计口径；规则表“帮助就业：服务后多少天内入职”")
_ORDER = N_("主渠道按次序取第一个：专岗、平台投递、推荐和公益性岗位、招聘会意向、培训班、创业扶持")


def _figure(code: str, name: str, formula: str, rows: Callable[[Scope], Rows]) -> Figure:
    return Figure(
        code,
        name,
        Unit.PERSON,
        Span.FLOW,
        Subject.PERSON,
        formula,
        rows,
        counts=N_("期内开始工作、到期末核实过的人，每人算一次"),
        excludes=N_("服务在入职之后，或早于规定天数的不算；不与带动就业相加"),
        unknown=N_("入职没核实过的人不算"),
        source=_SOURCE,
    )


HELPED = _figure(
    "helped",
    N_("帮助就业人数"),
    N_("入职前规定天数内（默认 180 天）有过投递、推荐、招聘会意向、培训、创业扶持或专岗服务，并核实入职的人"),
    lambda scope: people_here(scope, _started(scope, *_ACTS)),
)
BY_CHANNEL = tuple(
    _figure(f"helped.{code}", name, _ORDER, _by_channel(place)) for place, (code, name, _act) in enumerate(CHANNELS)
)
ALONE = _figure(
    "helped.alone",
    N_("自行就业"),
    N_("期内核实入职、入职前规定天数内没有任何服务记录的人；不算帮助就业"),
    lambda scope: people_here(scope, _started(scope), ~_started(scope, *_ACTS)),
)

FIGURES: tuple[Figure, ...] = (HELPED, *BY_CHANNEL, ALONE)
