"""Reads of spot checks (抽查): what a station claims, which jobs were drawn, and how many were false."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.core.errors import NotFound
from jobmatch.people.models.person import Person
from jobmatch.people.models.register import Confirmation, EmploymentSpell
from jobmatch.people.queries.register import is_confirmed
from jobmatch.reference.models import EmploymentStatusKind
from jobmatch.reports.campaigns.models import SpotCheck, SpotCheckLine
from jobmatch.reports.campaigns.states import SpotResult

REACHED = (SpotResult.TRUE, SpotResult.FALSE, SpotResult.CHANGED)
"""Results of calls that somebody answered; 失实率 counts among these only."""


def claimed_jobs(region_path: str, day: date) -> Select[*tuple[Any, ...]]:
    """Ids of the lines of the register by which a station's people count as employed on ``day``, confirmed then.

    The station answers for the people it serves, whose lines it writes.
    """
    employed = select(EmploymentStatusKind.code).where(EmploymentStatusKind.counts_as_employed)
    return (
        select(EmploymentSpell.id)
        .join(Person, Person.id == EmploymentSpell.person_id)
        .where(
            Person.erased_at.is_(None),
            Person.region_path.startswith(region_path, autoescape=True),
            EmploymentSpell.superseded_at.is_(None),
            EmploymentSpell.status_code.in_(employed),
            EmploymentSpell.started_on <= day,
            or_(EmploymentSpell.ended_on.is_(None), EmploymentSpell.ended_on >= day),
            is_confirmed(EmploymentSpell, day),
        )
        .order_by(EmploymentSpell.id)
    )


def sample_size(claimed: int, percent: int, least: int) -> int:
    """``percent`` of the claimed jobs, rounded up, but at least ``least``, and never more than there are."""
    return min(claimed, max(-(-claimed * percent // 100), least))


def sample(ids: Iterable[int], seed: int, size: int) -> list[int]:
    """``size`` of ``ids``, the same for the same seed: those whose hash with the seed is smallest.

    A hash, and no generator, so that any later version and anybody else finds the same sample.
    """

    def rank(one: int) -> bytes:
        return hashlib.sha256(f"{seed}:{one}".encode()).digest()

    return sorted(sorted(ids, key=rank)[:size])


@dataclass(frozen=True, slots=True)
class SpotTally:
    """How far one sample is: its lines, those called, and of those reached the false ones."""

    lines: int = 0
    called: int = 0
    reached: int = 0
    false: int = 0

    @property
    def not_reached(self) -> int:
        return self.called - self.reached

    @property
    def waiting(self) -> int:
        return self.lines - self.called

    @property
    def percent(self) -> float | None:
        """失实率 = false ÷ reached, with one digit; none where nobody was reached."""
        return round(100 * self.false / self.reached, 1) if self.reached else None


def spot_checks() -> Select[*tuple[Any, ...]]:
    """Samples with their stations, the newest first."""
    return select(SpotCheck).options(joinedload(SpotCheck.station)).order_by(SpotCheck.id.desc())


def spot_check_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The sample of this public id."""
    return spot_checks().where(SpotCheck.public_id == public_id)


_REACHED = func.count().filter(SpotCheckLine.result.in_(REACHED))
_FALSE = func.count().filter(SpotCheckLine.result == SpotResult.FALSE)


def tallies(session: Session, check_ids: Collection[int]) -> dict[int, SpotTally]:
    """How far samples are: one statement."""
    query = (
        select(SpotCheckLine.spot_check_id, func.count(), func.count(SpotCheckLine.result), _REACHED, _FALSE)
        .where(SpotCheckLine.spot_check_id.in_(check_ids))
        .group_by(SpotCheckLine.spot_check_id)
    )
    return {key: SpotTally(*counts) for key, *counts in session.execute(query)}


def falsity(session: Session, path: str, since: date, until: date) -> tuple[int, int]:
    """False jobs and calls that reached somebody, of samples drawn below ``path`` between two days (both included).

    失实率 is the first over the second and stands beside the employment rate; nobody reached is no rate.
    """
    query = (
        select(_FALSE, _REACHED)
        .select_from(SpotCheckLine)
        .join(SpotCheck, SpotCheck.id == SpotCheckLine.spot_check_id)
        .where(SpotCheck.region_path.startswith(path, autoescape=True), SpotCheck.drawn_on.between(since, until))
    )
    false, reached = session.execute(query).one()
    return int(false), int(reached)


def falsity_by_station(
    session: Session, path: str, paths: Collection[str], since: date, until: date
) -> dict[str, tuple[int, int]]:
    """The same of several stations below ``path``, each with those under it, by path: one statement."""
    query = (
        select(SpotCheck.region_path, _FALSE, _REACHED)
        .select_from(SpotCheckLine)
        .join(SpotCheck, SpotCheck.id == SpotCheckLine.spot_check_id)
        .where(SpotCheck.region_path.startswith(path, autoescape=True), SpotCheck.drawn_on.between(since, until))
        .group_by(SpotCheck.region_path)
    )
    rows = [(place, int(false), int(reached)) for place, false, reached in session.execute(query)]
    return {
        one: (
            sum(false for place, false, _reached in rows if place.startswith(one)),
            sum(reached for place, _false, reached in rows if place.startswith(one)),
        )
        for one in set(paths)
    }


def lines_of(spot_check_id: int) -> Select[*tuple[Any, ...]]:
    """Line, line of the register, person and employer's name: those still to call first, then 没打通, then the rest."""
    waiting, missed = SpotCheckLine.result.is_(None), SpotCheckLine.result == SpotResult.NOT_REACHED
    return (
        select(SpotCheckLine, EmploymentSpell, Person, Organization.name)
        .join(EmploymentSpell, EmploymentSpell.id == SpotCheckLine.spell_id)
        .join(Person, Person.id == EmploymentSpell.person_id)
        .outerjoin(Organization, Organization.id == EmploymentSpell.organization_id)
        .where(SpotCheckLine.spot_check_id == spot_check_id)
        .order_by(waiting.desc(), missed.desc(), SpotCheckLine.id)
    )


def get_line(session: Session, spot_check: SpotCheck, public_id: str) -> tuple[SpotCheckLine, EmploymentSpell, Person]:
    """One line of a sample with its job and person. Raises ``NotFound``."""
    found = session.execute(lines_of(spot_check.id).where(SpotCheckLine.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]


def recorders(session: Session, spells: Sequence[EmploymentSpell]) -> dict[int, set[int]]:
    """Who recorded each line of the register or confirmed it, by the line's id: these do not call back."""
    found = {spell.id: {spell.recorded_by_id} if spell.recorded_by_id else set() for spell in spells}
    said = select(Confirmation.spell_id, Confirmation.recorded_by_id).where(Confirmation.spell_id.in_(found))
    for spell_id, user_id in session.execute(said):
        if user_id is not None:
            found[spell_id].add(user_id)
    return found
