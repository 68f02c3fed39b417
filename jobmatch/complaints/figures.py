"""Figures of complaints: by kind, by month, days to decide, overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from jobmatch.complaints.models import Complaint
from jobmatch.complaints.policies import visible_complaints
from jobmatch.complaints.queries import kind_names
from jobmatch.complaints.states import RUNNING, ComplaintState, Outcome
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.small import is_small
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import working_days_between


@dataclass(slots=True)
class Counts:
    """Complaints of one kind or month: 件 as they were worked on, and the reports behind them."""

    reports: int = 0
    cases: int = 0
    waiting: int = 0
    overdue: int = 0
    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    days: list[int] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """件 with a result."""
        return sum(self.outcomes.values())

    @property
    def mean_days(self) -> float | None:
        """Mean working days from the report to the result; None where nothing was decided."""
        return sum(self.days) / len(self.days) if self.days else None

    @property
    def is_few(self) -> bool:
        """Whether the mean would speak of a few complaints."""
        return is_small(len(self.days))

    def outcome(self, name: str) -> int:
        """件 with this result."""
        return self.outcomes[Outcome(name)]


@dataclass(frozen=True, slots=True)
class Figures:
    """The page: every kind that was reported, every month, and all together."""

    kinds: list[tuple[str, Counts]]
    months: list[tuple[date, Counts]]
    total: Counts


def figures(uow: UnitOfWork, since: date, until: date) -> Figures:
    """Complaints filed from ``since`` to ``until`` (both included) in the actor's reach, in one statement."""
    start = datetime.combine(since, time.min, SHANGHAI)
    end = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI)
    query = select(
        Complaint.kind_code,
        Complaint.filed_at,
        Complaint.decided_at,
        Complaint.outcome,
        Complaint.state,
        Complaint.due_on,
        Complaint.same_as_id,
    ).where(Complaint.filed_at >= start, Complaint.filed_at < end)
    kinds: dict[str, Counts] = defaultdict(Counts)
    months: dict[date, Counts] = defaultdict(Counts)
    total = Counts()
    for row in uow.rows(visible_complaints(uow.actor, query, aggregate=True)):
        filed = local_day(row.filed_at)
        parts = (kinds[row.kind_code], months[filed.replace(day=1)], total)
        for part in parts:
            part.reports += 1
        if row.same_as_id is not None:
            continue
        days = working_days_between(uow.session, filed, local_day(row.decided_at)) if row.decided_at else None
        _count(parts, row.outcome, days, row.state, row.due_on < uow.today)
    names = kind_names(uow.session)
    by_kind = sorted(kinds.items(), key=lambda one: (-one[1].cases, one[0]))
    return Figures([(names.get(code, code), part) for code, part in by_kind], sorted(months.items()), total)


def _count(
    parts: Iterable[Counts], outcome: Outcome | None, days: int | None, state: ComplaintState, is_late: bool
) -> None:
    for part in parts:
        part.cases += 1
        part.overdue += is_late and state in RUNNING
        if outcome is None:
            part.waiting += 1
        else:
            part.outcomes[outcome] += 1
        if days is not None:
            part.days.append(days)
