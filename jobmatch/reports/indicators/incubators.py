"""The figures of incubators (T6; I15 to I17): tenancies, what became of those that left, and the use of desks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.core.i18n import N_
from jobmatch.reference.queries import rule_value
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit
from jobmatch.reports.indicators.loading import counted, once, weighed
from training.incubation.growth import making, queries
from training.incubation.growth.figures import Leaving, Rate, expiry_rate, incubation_success
from training.incubation.parks.models import Incubator, Tenancy
from training.incubation.parks.states import TenancyState
from training.incubation.ventures.models import Venture
from training.incubation.ventures.queries import verdicts

_SOURCE = "report_templates.md"
_ONE_TENANCY = N_("一次入驻计一户，以入驻协议为准")
_NO_TENANCY = N_("申请、评审、公示中还没入驻的不算")
_NO_DAY = N_("没有登记出园的按在园")


@once
def _tenancies(scope: Scope) -> Sequence[Tenancy]:
    query = select(Tenancy).where(scope.below(Tenancy.region_path), Tenancy.term_from.is_not(None))
    return scope.uow.session.scalars(query.order_by(Tenancy.id)).all()


@once
def _leavings(scope: Scope) -> list[Leaving]:
    return queries.leavings_of(scope.uow.session, scope.below(Tenancy.region_path))


@once
def _desks(scope: Scope) -> dict[int, Rate]:
    """By the organization of each incubator."""
    session = scope.uow.session
    parks = session.scalars(select(Incubator).where(scope.below(Incubator.region_path)).order_by(Incubator.id)).all()
    return {one.organization_id: making.desk_use(session, one, scope.until) for one in parks}


def _inside(scope: Scope) -> list[Tenancy]:
    return [one for one in _tenancies(scope) if making.is_in(one, scope.until)]


def _inside_founded(scope: Scope) -> Collection[int]:
    rows = _inside(scope)
    session = scope.uow.session
    ventures = session.scalars(select(Venture).where(Venture.id.in_([one.venture_id for one in rows]))).all()
    founded = {key for key, one in verdicts(session, ventures, scope.until).items() if one.is_founded}
    return [one.id for one in rows if one.venture_id in founded]


def _came(scope: Scope) -> Collection[int]:
    return [one.id for one in _tenancies(scope) if making.is_between(one.term_from, scope.since, scope.until)]


def _left(state: TenancyState) -> Callable[[Scope], Collection[int]]:
    return lambda scope: [
        one.id
        for one in _tenancies(scope)
        if one.state is state and making.is_between(one.left_on, scope.since, scope.until)
    ]


def _success_months(scope: Scope) -> int:
    return int(rule_value(scope.uow.session, making.SUCCESS_RULE, scope.until))


def _leavings_where(test: Callable[[Leaving, int, date], bool]) -> Callable[[Scope], Collection[int]]:
    """Tenancies that the room's own counting puts into a number, each asked alone."""

    def ids(scope: Scope) -> Collection[int]:
        months = _success_months(scope)
        return [one.tenancy_id for one in _leavings(scope) if test(one, months, scope.until)]

    return ids


def _tenant(
    code: str, name: str, ids: Callable[[Scope], Collection[int]], formula: str, span: Span = Span.FLOW, **words: str
) -> Figure:
    given = {"counts": _ONE_TENANCY, "excludes": _NO_TENANCY, "unknown": _NO_DAY, "source": f"{_SOURCE} T6"} | words
    return counted(code, name, Unit.HOUSEHOLD, Tenancy.id, Subject.TENANCY, ids, formula, span=span, **given)


def _desk(code: str, name: str, part: Callable[[Rate], int], formula: str) -> Figure:
    def rows(scope: Scope) -> Rows:
        return weighed(Organization.id, {key: part(one) for key, one in _desks(scope).items()})

    return Figure(
        code,
        name,
        Unit.PIECE,
        Span.STOCK,
        Subject.INCUBATOR,
        formula,
        rows,
        counts=N_("工位和房间各算一个"),
        excludes=N_("停用的不算"),
        unknown=N_("没有登记使用人的按空着"),
        source="indicator I17",
    )


INSIDE = _tenant(
    "T6.inside", N_("在孵"), lambda scope: [one.id for one in _inside(scope)], N_("期末当天在园的入驻"), Span.STOCK
)

INSIDE_FOUNDED = _tenant(
    "T6.inside_veteran",
    N_("在孵：退役军人创办"),
    _inside_founded,
    N_("期末在孵、按军创认定规则是退役军人创办的"),
    Span.STOCK,
)

CAME = _tenant("T6.came", N_("新入驻"), _came, N_("期内开始入驻的"))

GRADUATED = _tenant("T6.graduated", N_("毕业出园"), _left(TenancyState.GRADUATED), N_("期内毕业的"))

EXPIRED = _tenant("T6.expired", N_("到期出园"), _left(TenancyState.EXPIRED), N_("期内到期出园的"))

EVICTED = _tenant("T6.evicted", N_("清退"), _left(TenancyState.EVICTED), N_("期内清退的"))

LEFT_DUE = _tenant(
    "I15.left",
    N_("出园满观察期"),
    _leavings_where(lambda one, months, on: bool(incubation_success([one], months, on=on).whole)),
    N_("出园满规定月数（默认 6 个月）的，毕业、到期、清退都算，累计"),
    Span.STOCK,
    source="indicator I15",
)

LEFT_GOOD = _tenant(
    "I15.good",
    N_("成功孵化出园"),
    _leavings_where(lambda one, months, on: bool(incubation_success([one], months, on=on).part)),
    N_("毕业出园、满规定月数（默认 6 个月）仍在正常经营的，累计"),
    Span.STOCK,
    source="indicator I15",
)

LEFT_OBSERVED = _tenant(
    "I15.observed",
    N_("出园没满观察期"),
    _leavings_where(lambda one, months, on: bool(incubation_success([one], months, on=on).open_count)),
    N_("出园没满规定月数（默认 6 个月）的，不进孵化成功率"),
    Span.STOCK,
    source="indicator I15",
)

LEFT_ALL = _tenant(
    "I16.left",
    N_("累计出园"),
    _leavings_where(lambda one, _months, on: bool(expiry_rate([one], on=on).whole)),
    N_("到期末已出园的，毕业、到期、清退都算"),
    Span.STOCK,
    source="indicator I16",
)

LEFT_EXPIRED = _tenant(
    "I16.expired",
    N_("累计到期出园"),
    _leavings_where(lambda one, _months, on: bool(expiry_rate([one], on=on).part)),
    N_("到期末已按协议到期出园的"),
    Span.STOCK,
    source="indicator I16",
)

DESKS_LET = _desk("I17.let", N_("已分配工位"), lambda rate: rate.part, N_("期末当天有人用的工位和房间"))

DESKS = _desk("I17.usable", N_("可用工位"), lambda rate: rate.whole, N_("能用的工位和房间"))

FIGURES: tuple[Figure, ...] = (
    INSIDE,
    INSIDE_FOUNDED,
    CAME,
    GRADUATED,
    EXPIRED,
    EVICTED,
    LEFT_DUE,
    LEFT_GOOD,
    LEFT_OBSERVED,
    LEFT_ALL,
    LEFT_EXPIRED,
    DESKS_LET,
    DESKS,
)
RATIOS: tuple[Ratio, ...] = (
    Ratio(
        "I15",
        N_("累计孵化成功率"),
        LEFT_GOOD,
        LEFT_DUE,
        N_("毕业出园、满规定月数仍在正常经营的÷出园满规定月数的，累计"),
        caution=N_("出园没满规定月数（观察期）的两边都不算"),
        source="indicator I15",
    ),
    Ratio(
        "I16",
        N_("到期出园率"),
        LEFT_EXPIRED,
        LEFT_ALL,
        N_("按协议到期出园的÷已出园的，累计"),
        caution=N_("分母是已出园的户，和孵化基地季报一致；协议到期还没出园的不在分母里"),
        source="indicator I16",
    ),
    Ratio(
        "I17",
        N_("场地利用率"),
        DESKS_LET,
        DESKS,
        N_("期末已分配的工位和房间÷能用的工位和房间，按个数"),
        caution=N_("按个数，不按面积"),
        source="indicator I17",
    ),
)
