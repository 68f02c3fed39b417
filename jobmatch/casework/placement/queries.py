"""Reads of the resettlement ledger: lines, one line with its steps, and 安置率."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.casework.placement.models import Placement, PlacementStep
from jobmatch.casework.placement.policies import visible_placements
from jobmatch.casework.placement.states import ENDED, FLOW, LEFT, Ledger, PlacementState, Step
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person


@dataclass(frozen=True, slots=True)
class PlacementRate:
    """安置率 of one ledger and year of acceptance: 已上岗 ÷（应安置 − 书面放弃或取消）. Source: 安置条例 art. 31."""

    ledger: Ledger
    year: int
    counts: dict[PlacementState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """People who left by paper."""
        return sum(self.counts.get(state, 0) for state in LEFT)

    @property
    def to_place(self) -> int:
        """The denominator."""
        return self.total - self.left

    @property
    def placed(self) -> int:
        return self.counts.get(PlacementState.ON_POST, 0)

    @property
    def percent(self) -> float | None:
        return round(100 * self.placed / self.to_place, 1) if self.to_place else None


def steps_from(state: PlacementState) -> list[Step]:
    """What can be entered next."""
    return [Step(step) for (before, step) in FLOW if before is state]


def placements(*, ledger: Ledger, year: int | None = None, only_open: bool = False) -> Select[*tuple[Any, ...]]:
    """Lines with their people, the nearest deadline first; to be narrowed by ``visible_placements``."""
    query = select(Placement, Person).join(Person, Person.id == Placement.person_id).where(Placement.ledger == ledger)
    if year is not None:
        query = query.where(Placement.accepted_on.between(date(year, 1, 1), date(year, 12, 31)))
    if only_open:
        query = query.where(Placement.state.not_in(ENDED))
    return query.order_by(Placement.state.in_(ENDED), Placement.due_on, Placement.accepted_on, Placement.id)


def rates(uow: UnitOfWork, ledger: Ledger) -> list[PlacementRate]:
    """The rate of every year of acceptance, the newest first: one statement."""
    year = func.substr(func.cast(Placement.accepted_on, Placement.post.type), 1, 4)
    counting = (
        select(year, Placement.state, func.count()).where(Placement.ledger == ledger).group_by(year, Placement.state)
    )
    found: dict[int, dict[PlacementState, int]] = {}
    for text, state, count in uow.rows(visible_placements(uow.actor, counting)):
        found.setdefault(int(text), {})[state] = count
    return [PlacementRate(ledger, key, counts) for key, counts in sorted(found.items(), reverse=True)]


def find_placement(session: Session, person_id: int) -> Placement | None:
    """The person's line, where there is one."""
    return session.scalars(select(Placement).where(Placement.person_id == person_id)).one_or_none()


def steps_of(uow: UnitOfWork, placement: Placement) -> Sequence[Any]:
    """(step, name of who entered it), in order."""
    return uow.rows(
        select(PlacementStep, User.name)
        .outerjoin(User, User.id == PlacementStep.recorded_by_id)
        .where(PlacementStep.placement_id == placement.id)
        .order_by(PlacementStep.id)
    )
