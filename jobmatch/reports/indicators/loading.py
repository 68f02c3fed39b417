"""What several definitions of one room stand on is read once, and rows that were weighed in Python become a query."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import case, literal

from jobmatch.core.clock import SHANGHAI
from jobmatch.core.uow import UnitOfWork
from jobmatch.reports.indicators.base import Figure, Rows, Scope, Span, Subject, Unit, among, listed, rows_of

T = TypeVar("T")
_read: WeakKeyDictionary[UnitOfWork, dict[Any, Any]] = WeakKeyDictionary()


def once(load: Callable[[Scope], T]) -> Callable[[Scope], T]:
    """``load`` that reads each place and period once in a unit that only reads; a writing unit reads each time."""

    def loaded(scope: Scope) -> T:
        if scope.uow.writing:
            return load(scope)
        known = _read.setdefault(scope.uow, {})
        key = (load, scope.path, scope.since, scope.until)
        if key not in known:
            known[key] = load(scope)
        found: T = known[key]
        return found

    return loaded


def instants(scope: Scope) -> tuple[datetime, datetime]:
    """The first instant of the period and the first one after it, by the clock of Shanghai."""
    return (
        datetime.combine(scope.since, time(), SHANGHAI),
        datetime.combine(scope.until + timedelta(days=1), time(), SHANGHAI),
    )


def weighed(key: Any, amounts: Mapping[int, int]) -> Rows:
    """Rows of subjects that count for more than one; those that count for nothing are left out."""
    by_amount: dict[int, list[int]] = {}
    for subject_id, amount in amounts.items():
        if amount:
            by_amount.setdefault(amount, []).append(subject_id)
    if not by_amount:
        return listed(key, ())
    weight = case(*((among(key, ids), amount) for amount, ids in sorted(by_amount.items())), else_=literal(0))
    return rows_of(key, among(key, [one for ids in by_amount.values() for one in ids]), amount=weight)


def counted(
    code: str,
    name: str,
    unit: Unit,
    key: Any,
    subject: Subject,
    ids: Callable[[Scope], Collection[int]],
    formula: str,
    *,
    span: Span = Span.FLOW,
    **words: Any,
) -> Figure:
    """A figure whose subjects a room finds in Python."""
    return Figure(code, name, unit, span, subject, formula, lambda scope: listed(key, ids(scope)), **words)
