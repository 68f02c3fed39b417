"""The figures of a fair's day: people are counted once, by file, else by registration
(a phone number registers once for a fair)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jobmatch.fairs.day.models import CheckIn, FairResume, FairWish, Intention, PeopleCount
from jobmatch.fairs.day.standing import COUNTED, ONE_SIDED, counted_sql, standing_sql
from jobmatch.fairs.day.states import CheckInWay, IntentionStanding, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.exhibitors.queries import fair_figures
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import VisitorKind


@dataclass(frozen=True, slots=True)
class Counted:
    """What a fair's day counts to.

    ``people``: who came in; ``verified`` those with a verified file, the others are self-declared (自报).
    ``posts``: 岗位数, the head-count at closing of exhibitors that came, without withdrawn postings.
    ``intention_people`` and ``intentions``: 人 and 人次 with both yeses, hires among them; ``achieved``: those of the
    people who also checked in, over whom 达成率 is taken. One-sided ones stand apart in ``by_standing``, and so do
    ``declared``: both said yes, but nobody else saw the person. ``door_count``: what the doors counted (人次), a figure
    of its own and never part of ``people``.
    """

    people: int = 0
    verified: int = 0
    by_kind: dict[VisitorKind, int] = field(default_factory=dict)
    exhibitors: int = 0
    posts: int = 0
    posting_rows: int = 0
    resumes: int = 0
    intention_people: int = 0
    intentions: int = 0
    declared: int = 0
    achieved: int = 0
    hired_people: int = 0
    by_standing: dict[IntentionStanding, int] = field(default_factory=dict)
    wishes: dict[WishKind, int] = field(default_factory=dict)
    door_count: int = 0

    @property
    def self_declared(self) -> int:
        return self.people - self.verified

    @property
    def one_sided(self) -> int:
        return sum(self.by_standing.get(one, 0) for one in ONE_SIDED)


def came_by_way(session: Session, fair: JobFair) -> dict[CheckInWay, int]:
    """How many came in by each way; paper sheets stand apart."""
    query = select(CheckIn.way, func.count()).where(CheckIn.fair_id == fair.id).group_by(CheckIn.way)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {way: found[way] for way in CheckInWay if way in found}


def door_count(session: Session, fair: JobFair) -> int:
    """How many times somebody came through a door, as helpers tapped it: whoever goes out and in is counted again."""
    return int(session.scalar(select(func.sum(PeopleCount.entered)).where(PeopleCount.fair_id == fair.id)) or 0)


def counted(session: Session, fair: JobFair) -> Counted:
    """All figures of the day in seven statements, whatever the size of the fair."""
    by_kind: dict[VisitorKind, int] = {}
    verified = 0
    kinds = select(FairRegistration.kind, FairRegistration.is_verified, func.count()).join(
        CheckIn, CheckIn.registration_id == FairRegistration.id
    )
    kinds = kinds.where(CheckIn.fair_id == fair.id).group_by(FairRegistration.kind, FairRegistration.is_verified)
    for kind, is_verified, count in session.execute(kinds):
        by_kind[kind] = by_kind.get(kind, 0) + count
        verified += count if is_verified else 0
    brought = fair_figures(session, fair)
    each = select(standing_sql().label("kind")).where(Intention.fair_id == fair.id).subquery()
    found = session.execute(select(each.c.kind, func.count()).group_by(each.c.kind))
    standings = {IntentionStanding(kind): count for kind, count in found}
    both, counting, achieved, hired = _people_with_intentions(session, fair)
    wishes = select(FairWish.kind, func.count()).where(FairWish.fair_id == fair.id).group_by(FairWish.kind)
    received = select(func.count()).select_from(FairResume).join(Exhibitor, Exhibitor.id == FairResume.exhibitor_id)
    return Counted(
        people=sum(by_kind.values()),
        verified=verified,
        by_kind=by_kind,
        exhibitors=brought.came,
        posts=brought.vacancy_count,
        posting_rows=brought.posting_count,
        resumes=session.scalar(received.where(Exhibitor.fair_id == fair.id)) or 0,
        intention_people=both,
        intentions=counting,
        declared=sum(standings.get(one, 0) for one in COUNTED) - counting,
        achieved=achieved,
        hired_people=hired,
        by_standing=standings,
        door_count=door_count(session, fair),
        wishes={row[0]: row[1] for row in session.execute(wishes)},
    )


def _people_with_intentions(session: Session, fair: JobFair) -> tuple[int, int, int, int]:
    """People with both yeses, their intentions, those of them who checked in, and those whose hire was confirmed."""
    query = (
        select(
            func.count(Intention.registration_id.distinct()),
            func.count(),
            func.count(CheckIn.registration_id.distinct()),
            func.count(_hired().distinct()),
        )
        .outerjoin(CheckIn, CheckIn.registration_id == Intention.registration_id)
        .where(Intention.fair_id == fair.id, counted_sql())
    )
    people, count, checked_in, hired = session.execute(query).one()
    return people, count, checked_in, hired


def _hired() -> Any:
    return case((standing_sql() == IntentionStanding.HIRED.value, Intention.registration_id))
