"""The figures of a fair's day, each with the query of its list: people are counted once, by file, else by registration
(a phone number registers once for a fair)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from jobmatch.fairs.day.booth_queries import intentions_of_fair
from jobmatch.fairs.day.models import CheckIn, FairResume, FairWish, Intention, PeopleCount
from jobmatch.fairs.day.standing import COUNTED, ONE_SIDED, counted_sql, standing_sql
from jobmatch.fairs.day.states import CheckInWay, IntentionStanding, WishKind
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.fairs.visitors.states import VisitorKind


@dataclass(frozen=True, slots=True)
class Counted:
    """What a fair's day counts to.

    ``people``: who came in; ``verified`` those with a verified file, the others are self-declared (自报).
    ``posts``: 岗位数, the head-count at closing of exhibitors that came, without withdrawn postings.
    ``intention_people`` and ``intentions``: 人 and 人次 with both yeses, hires among them; ``achieved``: those of the
    people who also checked in, over whom 达成率 is taken. One-sided ones stand apart in ``by_standing``.
    ``door_count``: what the doors counted (人次), a figure of its own and never part of ``people``.
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


def came(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """The list behind ``people``: registrations that checked in, in the order of coming."""
    query = select(FairRegistration, CheckIn).join(CheckIn, CheckIn.registration_id == FairRegistration.id)
    return query.where(CheckIn.fair_id == fair.id).order_by(CheckIn.number)


def came_by_way(session: Session, fair: JobFair) -> dict[CheckInWay, int]:
    """How many came in by each way; paper sheets stand apart."""
    query = select(CheckIn.way, func.count()).where(CheckIn.fair_id == fair.id).group_by(CheckIn.way)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {way: found[way] for way in CheckInWay if way in found}


def came_exhibitors(fair: JobFair) -> Select[Exhibitor]:
    """The list behind ``exhibitors``."""
    there = (Exhibitor.fair_id == fair.id, Exhibitor.checked_in_at.is_not(None))
    return select(Exhibitor).where(*there).order_by(Exhibitor.id)


def posts_brought(fair: JobFair) -> Select[FairPosting]:
    """The list behind ``posts``: what exhibitors that came offered at closing."""
    return (
        select(FairPosting)
        .join(Exhibitor, Exhibitor.id == FairPosting.exhibitor_id)
        .where(FairPosting.fair_id == fair.id, FairPosting.withdrawn_at.is_(None), Exhibitor.checked_in_at.is_not(None))
        .order_by(FairPosting.id)
    )


def door_count(session: Session, fair: JobFair) -> int:
    """How many times somebody came through a door, as helpers tapped it: whoever goes out and in is counted again."""
    return int(session.scalar(select(func.sum(PeopleCount.entered)).where(PeopleCount.fair_id == fair.id)) or 0)


def intentions_counted(fair: JobFair) -> Select[*tuple[Any, ...]]:
    """The list behind ``intentions``: both said yes."""
    return intentions_of_fair(fair.id).where(counted_sql())


def wishes_of(fair: JobFair) -> Select[FairWish]:
    """The list behind ``wishes``, the newest first."""
    return select(FairWish).where(FairWish.fair_id == fair.id).order_by(FairWish.at.desc(), FairWish.id.desc())


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
    brought = posts_brought(fair).order_by(None)
    posts = session.execute(
        brought.with_only_columns(
            func.coalesce(func.sum(FairPosting.vacancy_count), 0), func.count(), maintain_column_froms=True
        )
    ).one()
    each = select(standing_sql().label("kind")).where(Intention.fair_id == fair.id).subquery()
    found = session.execute(select(each.c.kind, func.count()).group_by(each.c.kind))
    standings = {IntentionStanding(kind): count for kind, count in found}
    both, achieved, hired = _people_with_intentions(session, fair)
    wishes = select(FairWish.kind, func.count()).where(FairWish.fair_id == fair.id).group_by(FairWish.kind)
    there = came_exhibitors(fair).order_by(None).subquery()
    received = select(func.count()).select_from(FairResume).join(Exhibitor, Exhibitor.id == FairResume.exhibitor_id)
    return Counted(
        people=sum(by_kind.values()),
        verified=verified,
        by_kind=by_kind,
        exhibitors=session.scalar(select(func.count()).select_from(there)) or 0,
        posts=posts[0],
        posting_rows=posts[1],
        resumes=session.scalar(received.where(Exhibitor.fair_id == fair.id)) or 0,
        intention_people=both,
        intentions=sum(standings.get(one, 0) for one in COUNTED),
        achieved=achieved,
        hired_people=hired,
        by_standing=standings,
        door_count=door_count(session, fair),
        wishes={row[0]: row[1] for row in session.execute(wishes)},
    )


def _people_with_intentions(session: Session, fair: JobFair) -> tuple[int, int, int]:
    """People with both yeses, those of them who checked in, and those whose hire was confirmed."""
    query = (
        select(
            func.count(Intention.registration_id.distinct()),
            func.count(CheckIn.registration_id.distinct()),
            func.count(_hired().distinct()),
        )
        .outerjoin(CheckIn, CheckIn.registration_id == Intention.registration_id)
        .where(Intention.fair_id == fair.id, counted_sql())
    )
    people, checked_in, hired = session.execute(query).one()
    return people, checked_in, hired


def _hired() -> Any:
    return case((standing_sql() == IntentionStanding.HIRED.value, Intention.registration_id))
