"""Figures of the desk: 件 by item, days against the limits, and the satisfaction rate with its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, case, func, literal, select

from jobmatch.casework.desk.items import item_name, saved_share, service_items
from jobmatch.casework.desk.models import Rating, ServiceItem, ServiceRequest
from jobmatch.casework.desk.policies import visible_requests
from jobmatch.casework.desk.states import ENDED, RUNNING, SATISFIED_FROM, RequestState, RequestWay
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import rule_value


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Answers about finished services; ``least`` is how many it takes for a rate to be shown."""

    asked: int = 0
    answered: int = 0
    satisfied: int = 0
    proxy_answered: int = 0
    proxy_satisfied: int = 0
    least: int = 0

    @property
    def rate(self) -> float | None:
        """满意率 = 满意及以上 ÷ 有效评价 (the person's own answers); None below ``least`` answers."""
        return self.satisfied / self.answered if self.answered and self.answered >= self.least else None

    @property
    def answer_rate(self) -> float | None:
        """评价率 = 有效评价 ÷ 应评价."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item in a period: 件 that came in, ended, are open or overdue today; ``days`` are those of the done."""

    item: ServiceItem
    name: str
    asked: int
    done: int
    refused: int
    withdrawn: int
    open: int
    overdue: int
    days: float | None
    saved: float | None
    satisfaction: Satisfaction

    @property
    def is_few(self) -> bool:
        """Whether the mean of the days would speak of a few people."""
        return is_small(self.done)


@dataclass(frozen=True, slots=True)
class Figures:
    """The page: each item that somebody asked for, the ways they came, and all answers together."""

    rows: list[ItemFigures]
    asked: int
    done: int
    overdue: int
    ways: list[tuple[str, int]]
    satisfaction: Satisfaction


def figures(uow: UnitOfWork, since: date, until: date) -> Figures:
    """Requests that came in from ``since`` to ``until`` (both included), in the actor's reach; four statements."""
    least = int(rule_value(uow.session, "rating_least_count", uow.today))
    answers = _answers(uow, since, until, least)
    items = service_items(uow.session)
    rows = []
    for row in uow.rows(_counts(uow, since, until)):
        item = items.get(row.item_code)
        if item is None:
            continue
        rows.append(
            ItemFigures(
                item,
                item_name(item),
                row.asked,
                row.done,
                row.refused,
                row.withdrawn,
                row.open,
                row.overdue,
                float(row.days) if row.days is not None else None,
                saved_share(item),
                answers.get(item.code, Satisfaction(least=least)),
            )
        )
    rows.sort(key=lambda one: (-one.asked, one.item.sort_order))
    return Figures(
        rows,
        sum(row.asked for row in rows),
        sum(row.done for row in rows),
        sum(row.overdue for row in rows),
        _ways(uow, since, until),
        _total(list(answers.values()), least),
    )


def _within(column: Any, since: date, until: date) -> Any:
    start = datetime.combine(since, time.min, SHANGHAI)
    end = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI)
    return (column >= start) & (column < end)


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _counts(uow: UnitOfWork, since: date, until: date) -> Select[Any]:
    state = ServiceRequest.state
    days = case((state == RequestState.DONE, ServiceRequest.used_days))
    query = select(
        ServiceRequest.item_code,
        func.count().label("asked"),
        _sum(state == RequestState.DONE).label("done"),
        _sum(state == RequestState.REFUSED).label("refused"),
        _sum(state == RequestState.WITHDRAWN).label("withdrawn"),
        _sum(state.not_in(ENDED)).label("open"),
        _sum(state.in_(RUNNING) & (ServiceRequest.due_on < uow.today)).label("overdue"),
        func.avg(days).label("days"),
    ).where(_within(ServiceRequest.asked_at, since, until))
    grouped: Select[Any] = visible_requests(uow.actor, query.group_by(ServiceRequest.item_code), aggregate=True)
    return grouped


def _ways(uow: UnitOfWork, since: date, until: date) -> list[tuple[str, int]]:
    query = select(ServiceRequest.way, func.count()).where(_within(ServiceRequest.asked_at, since, until))
    rows = uow.rows(visible_requests(uow.actor, query.group_by(ServiceRequest.way), aggregate=True))
    counts = {RequestWay(way): count for way, count in rows}
    return [(way.label, counts.get(way, 0)) for way in RequestWay]


def _answers(uow: UnitOfWork, since: date, until: date, least: int) -> dict[str, Satisfaction]:
    query = (
        select(
            ServiceRequest.item_code,
            func.count(Rating.id),
            func.count(Rating.level),
            _sum(Rating.level >= SATISFIED_FROM),
            func.count(Rating.proxy_level),
            _sum(Rating.proxy_level >= SATISFIED_FROM),
        )
        .select_from(ServiceRequest)
        .join(Rating, Rating.about == literal("desk:").concat(ServiceRequest.public_id))
        .where(_within(ServiceRequest.asked_at, since, until))
        .group_by(ServiceRequest.item_code)
    )
    rows = uow.session.execute(visible_requests(uow.actor, query, aggregate=True))
    return {
        code: Satisfaction(asked, answered, int(good or 0), by_proxy, int(proxy_good or 0), least)
        for code, asked, answered, good, by_proxy, proxy_good in rows
    }


def _total(parts: list[Satisfaction], least: int) -> Satisfaction:
    return Satisfaction(
        sum(p.asked for p in parts),
        sum(p.answered for p in parts),
        sum(p.satisfied for p in parts),
        sum(p.proxy_answered for p in parts),
        sum(p.proxy_satisfied for p in parts),
        least,
    )
