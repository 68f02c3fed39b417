"""带动就业 and what became of ventures: pure, one way of counting for pages, reports and standards.

The stock of a day is counted anew for that day; the stocks of several quarters are never added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from jobmatch.reference.rules import add_months
from training.incubation.growth.states import WorkerEvidence

SURVIVAL_MONTHS = (6, 12, 24)
_STRENGTH = {WorkerEvidence.INSURANCE: 0, WorkerEvidence.ROSTER: 1, WorkerEvidence.WORD: 2}


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works for a venture; ``ended_on`` is the last day. ``person_id`` where they are in the pool.

    ``is_founder``: of this very venture. ``is_placed``: on the day that is counted they are placed elsewhere by us.
    """

    row_id: int
    venture_id: int
    person_id: int | None
    evidence: WorkerEvidence
    is_veteran: bool
    started_on: date
    ended_on: date | None
    is_founder: bool = False
    is_placed: bool = False

    def works_on(self, day: date) -> bool:
        """Whether they work there on a day."""
        return self.started_on <= day and (self.ended_on is None or self.ended_on >= day)


@dataclass(frozen=True, slots=True)
class Declared:
    """The numbers a founder declared last before the day that is counted."""

    venture_id: int
    worker_count: int
    veteran_count: int
    is_operating: bool = True


@dataclass(frozen=True, slots=True)
class Stock:
    """带动就业 on a day: rows by evidence, and what was declared beyond them (自报).

    ``left_out_founders``, ``left_out_placed`` and ``left_out_twice`` say who was not counted and why.
    """

    counted: tuple[Worker, ...] = ()
    declared: int = 0
    declared_veterans: int = 0
    left_out_founders: int = 0
    left_out_placed: int = 0
    left_out_twice: int = 0
    by_venture: Mapping[int, int] = field(default_factory=dict)
    placed: tuple[Worker, ...] = ()

    def rows(self, evidence: WorkerEvidence) -> int:
        """People that are known one by one, on this evidence."""
        return sum(one.evidence is evidence for one in self.counted)

    @property
    def said(self) -> int:
        """自报 in all: rows on the founder's word, and declared beyond the rows."""
        return self.rows(WorkerEvidence.WORD) + self.declared

    @property
    def total(self) -> int:
        return len(self.counted) + self.declared

    @property
    def veterans(self) -> int:
        return sum(one.is_veteran for one in self.counted) + self.declared_veterans

    def started_since(self, day: date) -> tuple[Worker, ...]:
        """本期新增: of those who are counted, who began on or after ``day``."""
        return tuple(one for one in self.counted if one.started_on >= day)


def stock(workers: Sequence[Worker], declared: Sequence[Declared], *, on: date, alive: Collection[int]) -> Stock:
    """带动就业 on a day over the ventures ``alive`` (registered and not closed on that day).

    Founders never count. Whoever is placed elsewhere by us counts there. Somebody who works for two ventures counts
    once, where the evidence is stronger, then where they began first. A declared number only adds what goes beyond
    all rows of that venture, founders excluded.
    """
    here = [one for one in workers if one.venture_id in alive and one.works_on(on)]
    here.sort(key=lambda one: (_STRENGTH[one.evidence], one.started_on, one.row_id))
    founders = [one for one in here if one.is_founder]
    workers_here = [one for one in here if not one.is_founder]
    placed = [one for one in workers_here if one.is_placed]
    seen: set[int] = set()
    counted: list[Worker] = []
    for one in workers_here:
        if one.is_placed or one.person_id in seen:
            continue
        if one.person_id is not None:
            seen.add(one.person_id)
        counted.append(one)
    by_venture: dict[int, int] = defaultdict(int)
    for one in counted:
        by_venture[one.venture_id] += 1
    beyond, beyond_veterans = _beyond(workers_here, declared, alive, by_venture)
    return Stock(
        counted=tuple(counted),
        declared=beyond,
        declared_veterans=beyond_veterans,
        left_out_founders=len(founders),
        left_out_placed=len(placed),
        left_out_twice=len(workers_here) - len(placed) - len(counted),
        by_venture=dict(by_venture),
        placed=tuple(placed),
    )


def _beyond(
    rows: Sequence[Worker], declared: Sequence[Declared], alive: Collection[int], by_venture: dict[int, int]
) -> tuple[int, int]:
    """What was declared beyond the rows; ``by_venture`` grows by it."""
    total = veterans = 0
    # Of two numbers for a venture the later one in the list counts.
    for one in {one.venture_id: one for one in declared if one.venture_id in alive and one.is_operating}.values():
        mine = [row for row in rows if row.venture_id == one.venture_id]
        more = max(0, one.worker_count - len(mine))
        total += more
        veterans += min(more, max(0, one.veteran_count - sum(row.is_veteran for row in mine)))
        by_venture[one.venture_id] = by_venture.get(one.venture_id, 0) + more
    return total, veterans


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it was made of; ``open_count`` are those whose time is not up yet."""

    part: int
    whole: int
    open_count: int = 0

    @property
    def percent(self) -> float | None:
        """The share in percent with one decimal; None where nothing can be said."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True)
class Life:
    """When a venture was registered and closed; ``ended_on`` is the first day on which it is closed."""

    venture_id: int
    registered_on: date
    ended_on: date | None

    def is_open_on(self, day: date) -> bool:
        """Registered and not closed on a day."""
        return self.registered_on <= day and (self.ended_on is None or self.ended_on > day)


def survival(lives: Sequence[Life], months: int, *, on: date) -> Rate:
    """Of those registered at least ``months`` ago, who was still open ``months`` after registration."""
    due = [one for one in lives if add_months(one.registered_on, months) <= on]
    alive = sum(one.is_open_on(add_months(one.registered_on, months)) for one in due)
    waiting = sum(one.registered_on <= on for one in lives) - len(due)
    return Rate(alive, len(due), waiting)


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a venture left an incubator; ``ended_on`` and ``suspended_on`` are those of the venture."""

    tenancy_id: int
    left_on: date
    is_graduate: bool
    is_expired: bool
    ended_on: date | None
    suspended_on: date | None

    def operates_on(self, day: date) -> bool:
        """Neither closed nor standing still on a day."""
        stops = [one for one in (self.ended_on, self.suspended_on) if one is not None]
        return all(one > day for one in stops)


def incubation_success(leavings: Sequence[Leaving], months: int, *, on: date) -> Rate:
    """孵化成功率: graduates that still operate ``months`` after, of all who left at least so long ago.

    Whoever left later stands in the time of observation (观察期) and is in neither number.
    """
    gone = [one for one in leavings if one.left_on <= on]
    due = [one for one in gone if add_months(one.left_on, months) <= on]
    good = sum(one.is_graduate and one.operates_on(add_months(one.left_on, months)) for one in due)
    return Rate(good, len(due), len(gone) - len(due))


def expiry_rate(leavings: Sequence[Leaving], *, on: date) -> Rate:
    """到期出园率: who left because the term was over, of all who left."""
    gone = [one for one in leavings if one.left_on <= on]
    return Rate(sum(one.is_expired for one in gone), len(gone))
