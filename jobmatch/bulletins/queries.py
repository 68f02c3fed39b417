"""Reads of issues. A ``Select`` of bulletins still has to pass through ``visible_bulletins``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationKind, OrganizationState
from jobmatch.applications.queries import origin_counts
from jobmatch.bulletins.models import Bulletin, BulletinItem, BulletinLink
from jobmatch.bulletins.states import BulletinState
from jobmatch.core.errors import NotFound
from jobmatch.core.uow import UnitOfWork
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_public_postings

TOWN_LENGTH = 9
"""The length of a township's code: villages hang up the edition of their township."""


@dataclass(frozen=True, slots=True)
class StationCount:
    """How one station's link did; ``clicks`` are openings, not people."""

    station: Organization
    code: str
    clicks: int
    applications: int


@dataclass(frozen=True, slots=True)
class Totals:
    """An issue in figures: openings of its links, and applications that came by them."""

    clicks: int = 0
    applications: int = 0


def bulletins() -> Select[*tuple[Any, ...]]:
    """Issues, the newest first."""
    return select(Bulletin).order_by(Bulletin.week_on.desc(), Bulletin.id.desc())


def bulletin_named(public_id: str) -> Select[*tuple[Any, ...]]:
    """The issue with this public id."""
    return select(Bulletin).where(Bulletin.public_id == public_id)


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def issue_of_week(session: Session, region_path: str, week_on: date) -> Bulletin | None:
    """The issue of an office in a week."""
    query = select(Bulletin).where(Bulletin.region_path == region_path, Bulletin.week_on == week_on)
    return session.scalars(query).first()


def last_number(session: Session, region_path: str) -> int:
    """The highest number that an office has released."""
    return session.scalar(select(func.max(Bulletin.number)).where(Bulletin.region_path == region_path)) or 0


def items_of(session: Session, bulletin: Bulletin) -> list[BulletinItem]:
    """What was proposed for an issue, in its order."""
    query = select(BulletinItem).where(BulletinItem.bulletin_id == bulletin.id)
    return list(session.scalars(query.order_by(BulletinItem.position, BulletinItem.id)))


def picked_postings(
    uow: UnitOfWork, bulletin: Bulletin, *, all_proposed: bool = False
) -> list[tuple[BulletinItem, Posting]]:
    """The postings of an issue in its order, as far as they are still public: nobody is sent to one that ended."""
    items = [item for item in items_of(uow.session, bulletin) if item.is_picked or all_proposed]
    query = select(Posting).where(Posting.id.in_([item.posting_id for item in items]))
    loaded = query.options(joinedload(Posting.employer).joinedload(Employer.organization))
    rows = {row.id: row for row in uow.rows(visible_public_postings(uow.actor, loaded))}
    return [(item, rows[item.posting_id]) for item in items if item.posting_id in rows]


def recent_posting_ids(session: Session, region_path: str, since: date) -> set[int]:
    """What an office printed since a week."""
    query = (
        select(BulletinItem.posting_id)
        .join(Bulletin, Bulletin.id == BulletinItem.bulletin_id)
        .where(Bulletin.region_path == region_path, Bulletin.week_on >= since, BulletinItem.is_picked)
        .where(Bulletin.state == BulletinState.RELEASED)
    )
    return set(session.scalars(query))


def stations_below(session: Session, region_path: str) -> list[Organization]:
    """The stations that hand an issue on: the office itself and those of townships, in the order of the tree."""
    query = select(Organization).where(
        Organization.kind == OrganizationKind.STATION,
        Organization.state == OrganizationState.ACTIVE,
        Organization.region_path.startswith(region_path, autoescape=True),
    )
    rows = session.scalars(query.order_by(Organization.region_path, Organization.id))
    return [row for row in rows if len(row.region_code or "") <= TOWN_LENGTH]


def office_phone(session: Session, region_path: str) -> str:
    """The number of the office that makes the issue, for stations without one of their own."""
    query = select(Organization.phone).where(
        Organization.kind == OrganizationKind.STATION, Organization.region_path == region_path, Organization.phone != ""
    )
    return session.scalar(query.order_by(Organization.id).limit(1)) or ""


def station_counts(session: Session, bulletin: Bulletin) -> list[StationCount]:
    """Every station's link and how it did, in the order of the tree."""
    query = (
        select(BulletinLink, Organization)
        .join(Organization, Organization.id == BulletinLink.station_id)
        .where(BulletinLink.bulletin_id == bulletin.id)
        .order_by(Organization.region_path, Organization.id)
    )
    rows = session.execute(query).all()
    applied = origin_counts(session, [link.code for link, _station in rows])
    return [StationCount(station, link.code, link.click_count, applied.get(link.code, 0)) for link, station in rows]


def totals(session: Session, bulletin_ids: Sequence[int]) -> dict[int, Totals]:
    """Several issues in figures, in two statements."""
    query = select(BulletinLink.bulletin_id, BulletinLink.code, BulletinLink.click_count)
    rows = session.execute(query.where(BulletinLink.bulletin_id.in_(bulletin_ids))).all()
    applied = origin_counts(session, [row.code for row in rows])
    found = dict.fromkeys(bulletin_ids, Totals())
    for row in rows:
        known = found[row.bulletin_id]
        found[row.bulletin_id] = Totals(known.clicks + row.click_count, known.applications + applied.get(row.code, 0))
    return found


def get_link(session: Session, bulletin: Bulletin, station_id: str) -> tuple[BulletinLink, Organization]:
    """The link of one station, by the station's public id. Raises ``NotFound``."""
    return _one(session, BulletinLink.bulletin_id == bulletin.id, Organization.public_id == station_id)[1:]


def link_with_code(session: Session, code: str) -> tuple[Bulletin, BulletinLink, Organization]:
    """What an address under ``/b/`` leads to. Raises ``NotFound``."""
    return _one(session, BulletinLink.code == code)


def _one(session: Session, *where: Any) -> tuple[Bulletin, BulletinLink, Organization]:
    query = (
        select(Bulletin, BulletinLink, Organization)
        .join(BulletinLink, BulletinLink.bulletin_id == Bulletin.id)
        .join(Organization, Organization.id == BulletinLink.station_id)
        .where(*where)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound
    return found[0], found[1], found[2]
