"""The figures of the desk: satisfaction, days saved, and T8 (办理件数, 按时办结率, 平均用时)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import case

from jobmatch.casework.desk.items import service_items
from jobmatch.casework.desk.models import Rating, ServiceRequest
from jobmatch.casework.desk.states import SATISFIED_FROM, RequestState
from jobmatch.core.i18n import N_
from jobmatch.reports.indicators.base import Figure, Ratio, Rows, Scope, Span, Subject, Unit, rows_of
from jobmatch.reports.indicators.people import NONE_UNKNOWN

_DONE = N_("期内办结的件；按提出地统计")
_OTHERS = N_("不予办理和本人撤回的件")
_T8 = "report_templates.md T8"


def _rated(*where: Any) -> Callable[[Scope], Rows]:
    return lambda scope: rows_of(
        Rating.id,
        Rating.level.is_not(None),
        scope.holds(Rating.answered_at),
        scope.below(Rating.region_path),
        *where,
    )


def _rating(code: str, name: str, formula: str, rows: Callable[[Scope], Rows]) -> Figure:
    return Figure(
        code,
        name,
        Unit.ITEM,
        Span.FLOW,
        Subject.RATING,
        formula,
        rows,
        counts=N_("本人对已办结的事的评价，一件事只评一次"),
        excludes=N_("工作人员代填的评价；没答的"),
        unknown=N_("没答的人不在分母里，评价数要一起看"),
        source="employment_indicators.csv I18",
    )


I18 = Ratio(
    "I18",
    N_("群众满意度"),
    _rating("I18.satisfied", N_("满意及以上"), N_("评“满意”和“很满意”的评价"), _rated(Rating.level >= SATISFIED_FROM)),
    _rating("I18.answered", N_("有效评价"), N_("期内本人给出的评价"), _rated()),
    N_("满意及以上的评价数÷有效评价数"),
    caution=N_("评价绑定已办结的事，一件一评；评价很少时不说明问题"),
    source="employment_indicators.csv I18",
)


def _requests(scope: Scope, *where: Any, amount: Any = 1) -> Rows:
    return rows_of(
        ServiceRequest.id,
        ServiceRequest.state == RequestState.DONE,
        scope.holds(ServiceRequest.finished_at),
        scope.below(ServiceRequest.region_path),
        *where,
        amount=amount,
    )


def _limits(days_of: Callable[[Any], int]) -> Callable[[Scope], Rows]:
    """Done requests of items with a paper that set their old limit, weighed by days of the item."""

    def rows(scope: Scope) -> Rows:
        items = service_items(scope.uow.session)
        days: Mapping[str, int] = {
            code: days_of(item) for code, item in items.items() if item.old_limit_days and item.old_limit_paper
        }
        if not days:
            return _requests(scope, ServiceRequest.item_code.in_(()))
        weight = case(days, value=ServiceRequest.item_code, else_=0)
        return _requests(scope, ServiceRequest.item_code.in_(sorted(days)), amount=weight)

    return rows


def _task(
    code: str, name: str, unit: Unit, formula: str, rows: Callable[[Scope], Rows], source: str, excludes: str = _OTHERS
) -> Figure:
    return Figure(
        code,
        name,
        unit,
        Span.FLOW,
        Subject.TASK,
        formula,
        rows,
        counts=_DONE,
        excludes=excludes,
        unknown=NONE_UNKNOWN,
        source=source,
    )


_I19 = "employment_indicators.csv I19"
_NO_PAPER = N_("没有文件依据的原时限不算")
I19 = Ratio(
    "I19",
    N_("时限压缩率"),
    _task(
        "I19.saved",
        N_("压缩的工作日"),
        Unit.DAY,
        N_("每件办结的事：原时限－现时限，相加"),
        _limits(lambda item: max(item.old_limit_days - item.limit_days, 0)),
        _I19,
        _NO_PAPER,
    ),
    _task(
        "I19.old",
        N_("原时限工作日"),
        Unit.DAY,
        N_("每件办结的事的原时限，相加"),
        _limits(lambda item: item.old_limit_days),
        _I19,
        _NO_PAPER,
    ),
    N_("(原时限－现时限)÷原时限，按期内办结的件数加权"),
    caution=N_("比的是承诺的工作日，不是实际用时；实际用时见平均用时"),
    source=_I19,
)
DONE = _task("T8.done", N_("办理件数"), Unit.CASE, N_("期内办结的件数"), _requests, _T8)
ON_TIME = Ratio(
    "T8.on_time",
    N_("按时办结率"),
    _task(
        "T8.on_time.yes",
        N_("按时办结"),
        Unit.CASE,
        N_("用去的工作日不超过办理时限的件；等补材料的日子不计"),
        lambda scope: _requests(scope, ServiceRequest.used_days <= ServiceRequest.limit_days),
        _T8,
    ),
    DONE,
    N_("按时办结的件÷期内办结的件"),
    caution=N_("还没办结又超期的件不在里面，要和超期件数一起看"),
    source=_T8,
)
DAYS = Ratio(
    "T8.days",
    N_("平均用时（工作日）"),
    _task(
        "T8.days.used",
        N_("用去的工作日"),
        Unit.DAY,
        N_("每件用去的工作日相加；等补材料的日子不计"),
        lambda scope: _requests(scope, amount=ServiceRequest.used_days),
        _T8,
    ),
    DONE,
    N_("用去的工作日÷期内办结的件"),
    caution=N_("是平均数，个别拖得久的件会拉高"),
    source=_T8,
    unit=Unit.DAY,
)

RATIOS: tuple[Ratio, ...] = (I18, I19, ON_TIME, DAYS)
FIGURES: tuple[Figure, ...] = (DONE,)
