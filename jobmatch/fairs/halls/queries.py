"""Reading halls: what stands where, who has which booth, and who has none yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import WITH_PLACE
from jobmatch.fairs.halls.models import Booth, Hall, HallItem
from jobmatch.fairs.planning.models import JobFair
from recruiters.employers.models import Employer

PLACE = re.compile(r"^[\u4e00-\u9fff]{1,6}?[省市县区旗镇乡](?=[\u4e00-\u9fff]{2})")


@dataclass(frozen=True, slots=True)
class HallPlan:
    """One hall with its things and booths, in the order of their places."""

    hall: Hall
    items: tuple[HallItem, ...]
    booths: tuple[Booth, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All halls of a fair; ``exhibitors`` by id are accepted ones, ``homeless`` those without a booth.

    ``proposed``: who would stand at each booth, where the plan shows a suggestion instead of how things are.
    """

    halls: tuple[HallPlan, ...]
    exhibitors: dict[int, Exhibitor]
    proposed: Mapping[int, int | None] | None = None

    @property
    def booths(self) -> list[Booth]:
        return [booth for one in self.halls for booth in one.booths]

    @property
    def homeless(self) -> list[Exhibitor]:
        placed = {self.owner_at(booth) for booth in self.booths}
        return [one for one in self.exhibitors.values() if one.id not in placed]

    def owner_at(self, booth: Booth) -> int | None:
        """Whose booth it is, or would be."""
        return booth.exhibitor_id if self.proposed is None else self.proposed.get(booth.id)

    def is_changed(self, booth: Booth) -> bool:
        """Whether the suggestion gives it to somebody else."""
        return self.owner_at(booth) != booth.exhibitor_id

    @property
    def changes(self) -> list[tuple[Exhibitor, str, str]]:
        """Who would move, with the number before and after; either may be empty."""
        before = {booth.exhibitor_id: booth.number for booth in self.booths}
        after = {self.owner_at(booth): booth.number for booth in self.booths}
        return [
            (one, before.get(key, ""), after.get(key, ""))
            for key, one in self.exhibitors.items()
            if before.get(key) != after.get(key)
        ]

    def name_at(self, booth: Booth) -> str:
        """Whose booth it is; empty for nobody's."""
        one = self.exhibitors.get(self.owner_at(booth) or 0)
        return one.employer.organization.name if one else ""

    def short_at(self, booth: Booth) -> str:
        """What fits into a booth's cell: the name without the place in front, which all of them share."""
        return PLACE.sub("", self.name_at(booth))[: 4 * booth.width]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exhibitor stands, as its pages and messages say it."""

    number: str
    hall: str
    has_power: bool


def place_of(session: Session, exhibitor_id: int) -> Place | None:
    """The booth of an exhibitor; None before it has one."""
    query = select(Booth.number, Hall.name, Booth.has_power).join(Hall, Hall.id == Booth.hall_id)
    row = session.execute(query.where(Booth.exhibitor_id == exhibitor_id)).one_or_none()
    return Place(*row) if row is not None else None


def earlier_fair(session: Session, fair: JobFair) -> JobFair | None:
    """The same office's last fair whose halls are drawn: most fairs are in the same place again."""
    drawn = exists().where(Hall.fair_id == JobFair.id)
    same = (JobFair.organization_id == fair.organization_id, JobFair.id != fair.id)
    return session.scalars(select(JobFair).where(*same, drawn).order_by(JobFair.opens_at.desc()).limit(1)).one_or_none()


@dataclass(frozen=True, slots=True)
class PlanCell:
    """A booth on the plan for everybody: where it leads, what stands below its name, how it looks."""

    url: str
    words: str = ""
    look: str = ""
    is_mine: bool = False


def plan_of(session: Session, fair: JobFair) -> Plan:
    """The plan of a fair, in four statements."""
    halls = session.scalars(select(Hall).where(Hall.fair_id == fair.id).order_by(Hall.id)).all()
    ids = [hall.id for hall in halls]
    items = session.scalars(
        select(HallItem).where(HallItem.hall_id.in_(ids)).order_by(HallItem.row, HallItem.col)
    ).all()
    booths = session.scalars(select(Booth).where(Booth.fair_id == fair.id).order_by(Booth.row, Booth.col)).all()
    return Plan(
        halls=tuple(HallPlan(hall, _in(items, hall), _in(booths, hall)) for hall in halls),
        exhibitors={one.id: one for one in accepted(session, fair)},
    )


def _in(things: Sequence[HallItem] | Sequence[Booth], hall: Hall) -> tuple[Any, ...]:
    return tuple(thing for thing in things if thing.hall_id == hall.id)


def accepted(session: Session, fair: JobFair) -> Sequence[Exhibitor]:
    """Exhibitors that have a place, with their names."""
    query = select(Exhibitor).where(
        Exhibitor.fair_id == fair.id, Exhibitor.state.in_(WITH_PLACE), Exhibitor.given_up_at.is_(None)
    )
    loaded = joinedload(Exhibitor.employer).joinedload(Employer.organization)
    return session.scalars(query.options(loaded).order_by(Exhibitor.id)).all()
