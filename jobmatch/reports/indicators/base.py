"""What a published number is: one definition, the rows behind it, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.indicators.policies import visible_counts


class Unit(LabelledEnum):
    """What is counted: a person once, or each time; an organization once, or each time."""

    PERSON = "person", N_("人")
    PERSON_TIMES = "person_times", N_("人次")
    ORGANIZATION = "organization", N_("家")
    ORGANIZATION_TIMES = "organization_times", N_("家次")
    HOUSEHOLD = "household", N_("户")
    PIECE = "piece", N_("个")
    COPY = "copy", N_("份")
    ITEM = "item", N_("条")
    EVENT = "event", N_("场")
    COURSE_RUN = "course_run", N_("期")
    CASE = "case", N_("件")
    LOAN = "loan", N_("笔")
    YUAN = "yuan", N_("元")
    DAY = "day", N_("天")
    SQUARE_METER = "square_meter", N_("平方米")
    PERCENT = "percent", N_("%")
    TIMES = "times", N_("倍")


class Span(LabelledEnum):
    """Whether a number is a stock at the end of the period or what happened in it; stocks are never added up."""

    STOCK = "stock", N_("期末时点数")
    FLOW = "flow", N_("期内发生数")


class Subject(LabelledEnum):
    """What stands behind a number: which kind of row its list shows."""

    PERSON = "person", N_("人员")
    MEMBER = "member", N_("名册和档案")
    POSTING = "posting", N_("岗位")
    ORGANIZATION = "organization", N_("单位")
    APPLICATION = "application", N_("投递")
    FAIR = "fair", N_("招聘会")
    EXHIBITOR = "exhibitor", N_("参会单位")
    INTENTION = "intention", N_("意向")
    FAIR_VISITOR = "fair_visitor", N_("进场人员")
    COURSE_SESSION = "course_session", N_("班次")
    ENROLLMENT = "enrollment", N_("学员")
    VENTURE = "venture", N_("创业项目")
    VENTURE_WORKER = "venture_worker", N_("带动就业人员")
    TENANCY = "tenancy", N_("入驻")
    INCUBATOR = "incubator", N_("孵化基地")
    SUPPORT = "support", N_("扶持")
    TASK = "task", N_("办件")
    RATING = "rating", N_("评价")
    PLACEMENT = "placement", N_("安置")
    CONTACT = "contact", N_("联系记录")


@dataclass(frozen=True, slots=True)
class Scope:
    """Over what is counted: the subtree ``path`` and the days ``since`` to ``until``, both included, by Shanghai."""

    uow: UnitOfWork
    path: str
    since: date
    until: date

    @property
    def starts_at(self) -> datetime:
        """The first instant of the period: midnight in Shanghai."""
        return datetime.combine(self.since, time(), SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period: midnight in Shanghai."""
        return datetime.combine(self.until + timedelta(days=1), time(), SHANGHAI)

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Condition: ``column`` (an instant) lies in the period."""
        condition: ColumnElement[bool] = (column >= self.starts_at) & (column < self.ends_at)
        return condition

    def counts(self, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """``query``, which the definition narrowed to ``path``, for whoever may read figures of it."""
        narrowed: Select[*tuple[Any, ...]] = visible_counts(self.uow.actor, query, self.path)
        return narrowed

    def below(self, column: Any) -> ColumnElement[bool]:
        """Condition: ``column`` (a path) lies in the subtree."""
        condition: ColumnElement[bool] = column.startswith(self.path, autoescape=True)
        return condition


Rows = Select[*tuple[Any, ...]]
"""Columns ``id`` (of the subject) and ``amount`` (how much this row counts for)."""


def rows_of(key: Any, *where: Any, amount: Any = 1) -> Rows:
    """Rows behind a number: ``key`` is the subject's id column; ``amount`` a column where a row is not one."""
    weight = literal(amount) if isinstance(amount, int) else amount
    return select(key.label("id"), weight.label("amount")).where(*where)


def among(key: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """Condition: ``key`` is one of ``ids``, however many: they stand in the statement, which has a limit of values."""
    known: Any = bindparam("among", sorted(ids), unique=True, expanding=True, literal_execute=True)
    condition: ColumnElement[bool] = key.in_(known)
    return condition


def listed(key: Any, ids: Collection[int]) -> Rows:
    """Rows of subjects that were found in Python, by their ids."""
    return rows_of(key, among(key, ids))


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: its name and formula in words, who counts and who does not, and its rows as a query.

    ``excludes`` and ``unknown`` say in words what is left out and where people stand of whom nothing is known.
    ``total`` counts faster than its rows do, where many figures stand on one table, and gives the same number.
    """

    code: str
    name: str
    unit: Unit
    span: Span
    subject: Subject
    formula: str
    rows: Callable[[Scope], Rows]
    counts: str = ""
    excludes: str = ""
    unknown: str = ""
    source: str = ""
    total: Callable[[Scope], int] | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """One number over another, each a figure of its own; in percent unless ``unit`` says otherwise.

    ``unknown`` names the figure of those of whom nothing is known and who stand in the denominator.
    """

    code: str
    name: str
    numerator: Figure
    denominator: Figure
    formula: str
    unknown: Figure | None = None
    caution: str = ""
    source: str = ""
    unit: Unit = Unit.PERCENT


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of what is measured: ``amount`` of each row is its measure, not how much it counts for.

    Below ``least`` rows nothing is shown. ``steps`` name what is measured in bands: an amount is a place among them.
    """

    code: str
    name: str
    unit: Unit
    subject: Subject
    formula: str
    rows: Callable[[Scope], Rows]
    least: int = 1
    steps: tuple[str, ...] = ()
    span: Span = Span.STOCK
    counts: str = ""
    excludes: str = ""
    unknown: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Middle:
    """A median as it was found, and of how many rows; none where there were fewer than its least."""

    row_count: int
    value: float | None


Definition = Figure | Ratio | Median


@dataclass(frozen=True, slots=True)
class Value:
    """A ratio as it was counted."""

    numerator: int
    denominator: int
    unit: Unit = Unit.PERCENT

    @property
    def value(self) -> float | None:
        """Percent, or times, with one digit; none where the denominator is zero: nothing over nothing is no rate."""
        if not self.denominator:
            return None
        share = self.numerator / self.denominator
        return round(100 * share, 1) if self.unit is Unit.PERCENT else round(share, 1)


def count(scope: Scope, figure: Figure) -> int:
    """The number of ``figure``; one statement at most."""
    if figure.total is not None:
        return figure.total(scope)
    rows = figure.rows(scope).subquery()
    total = scope.counts(select(func.coalesce(func.sum(rows.c.amount), 0)))
    return int(scope.uow.rows(total)[0])


def measure(scope: Scope, ratio: Ratio) -> Value:
    """Both sides of ``ratio``; two statements."""
    return Value(count(scope, ratio.numerator), count(scope, ratio.denominator), ratio.unit)


def middle(scope: Scope, median: Median) -> Middle:
    """The median; of an even number of rows the mean of the two in the middle, in bands the lower. Two statements."""
    rows = median.rows(scope).subquery()
    row_count = int(scope.uow.rows(scope.counts(select(func.count()).select_from(rows)))[0])
    if row_count < max(median.least, 1):
        return Middle(row_count, None)
    one_or_two = select(rows.c.amount).order_by(rows.c.amount).offset((row_count - 1) // 2).limit(2 - row_count % 2)
    found = list(scope.uow.rows(scope.counts(one_or_two)))
    return Middle(row_count, float(found[0]) if median.steps else sum(found) / len(found))


def by_code(entries: Iterable[Any]) -> dict[str, Any]:
    """Entries by their codes. Raises ``ValueError`` where one code names two things: each number is defined once."""
    found: dict[str, Any] = {}
    for entry in entries:
        if found.setdefault(entry.code, entry) is not entry:
            raise ValueError(f"two definitions of {entry.code}")
    return found
