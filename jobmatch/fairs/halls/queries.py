"""Reading halls: what stands where, who has which booth, and who has none yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.states import ExhibitorState
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
    """All halls of a fair; ``exhibitors`` by id are accepted ones, ``homeless`` those without a booth."""

    halls: tuple[HallPlan, ...]
    exhibitors: dict[int, Exhibitor]

    @property
    def booths(self) -> list[Booth]:
        return [booth for one in self.halls for booth in one.booths]

    @property
    def homeless(self) -> list[Exhibitor]:
        placed = {booth.exhibitor_id for booth in self.booths}
        return [one for one in self.exhibitors.values() if one.id not in placed]

    def name_at(self, booth: Booth) -> str:
        """Whose booth it is; empty for nobody's."""
        one = self.exhibitors.get(booth.exhibitor_id or 0)
        return one.employer.organization.name if one else ""

    def short_at(self, booth: Booth) -> str:
        """What fits into a booth's cell: the name without the place in front, which all of them share."""
        return PLACE.sub("", self.name_at(booth))[: 4 * booth.width]


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
        Exhibitor.fair_id == fair.id,
        Exhibitor.state.in_((ExhibitorState.ACCEPTED, ExhibitorState.ABSENT)),
        Exhibitor.given_up_at.is_(None),
    )
    loaded = joinedload(Exhibitor.employer).joinedload(Employer.organization)
    return session.scalars(query.options(loaded).order_by(Exhibitor.id)).all()
