"""One issue for one station: its postings, the nearest first, in words that every output prints alike.

The bulletin is read on Chinese villages' walls and in their groups, so it is Chinese whoever presses the button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobmatch.accounts.models import Organization
from jobmatch.bulletins.models import Bulletin, BulletinLink
from jobmatch.bulletins.queries import TOWN_LENGTH, office_phone, picked_postings
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.spots import work_of
from jobmatch.reference.queries import Spot, distance_km, distance_text, region_label, spot_of
from recruiters.postings.cards import pay_words, posting_tags
from recruiters.postings.models import Posting
from recruiters.postings.states import PayUnit

FAR = 10_000.0


@dataclass(frozen=True, slots=True)
class Line:
    """One posting of an edition; ``low``, ``high`` and ``unit`` are for the loudspeaker, which spells them out."""

    title: str
    pay: str
    low: int | None
    high: int | None
    unit: PayUnit
    heads: int
    employer: str
    place: str
    distance: str
    tags: tuple[str, ...]
    phone: str
    url: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What one station prints and hands on."""

    name: str
    station: str
    days: str
    phone: str
    url: str
    lines: tuple[Line, ...]

    @property
    def heads(self) -> int:
        """How many people are looked for: 岗位数 is the sum of heads, not of lines."""
        return sum(line.heads for line in self.lines)

    @property
    def summary(self) -> str:
        """How many postings and people."""
        return f"{len(self.lines)} 个岗位，招 {self.heads} 人"


def issue_name(uow: UnitOfWork, bulletin: Bulletin) -> str:
    """安禾县岗位信息第 12 期."""
    place = region_label(uow.session, bulletin.region_path.strip("/").split("/")[-1], depth=1)
    return f"{place}岗位信息第 {bulletin.number} 期" if bulletin.number else f"{place}岗位信息"


def make_edition(
    uow: UnitOfWork,
    bulletin: Bulletin,
    link: BulletinLink,
    station: Organization,
    *,
    url: str,
    posting_url: Callable[[str], str],
) -> Edition:
    """The edition of a station. ``url`` is its link; ``posting_url`` gives the address of a posting's page."""
    with use_locale("zh"):
        here = spot_of(uow.session, station.region_code)
        is_town = len(station.region_code or "") == TOWN_LENGTH
        postings = [posting for _item, posting in picked_postings(uow, bulletin)]
        if is_town:
            far = {posting.id: _km(here, work_of(uow.session, posting)) for posting in postings}
            postings.sort(key=lambda posting: far[posting.id])
        lines = tuple(_line(uow, posting, here if is_town else None, posting_url) for posting in postings)
        return Edition(
            name=issue_name(uow, bulletin),
            station=station.name,
            days=_days(bulletin),
            phone=station.phone or office_phone(uow.session, bulletin.region_path),
            url=url,
            lines=lines,
        )


def _days(bulletin: Bulletin) -> str:
    first, last = bulletin.week_on, bulletin.week_on + timedelta(days=6)
    return f"{first.year} 年 {first.month} 月 {first.day} 日到 {last.month} 月 {last.day} 日"


def _km(here: Spot, work: Spot) -> float:
    points = (here.latitude, here.longitude, work.latitude, work.longitude)
    if any(point is None for point in points):
        return FAR
    return distance_km(*(float(point or 0) for point in points))


def _line(uow: UnitOfWork, posting: Posting, here: Spot | None, posting_url: Callable[[str], str]) -> Line:
    distance = distance_text(uow.session, here, work_of(uow.session, posting)) if here else ""
    values: dict[str, Any] = {
        "title": posting.title,
        "pay": pay_words(posting),
        "low": posting.pay_low_yuan,
        "high": posting.pay_high_yuan,
        "unit": posting.pay_unit or PayUnit.MONTH,
        "heads": max(posting.vacancy_count - posting.filled_count, 1),
        "employer": posting.employer.organization.name,
        "place": region_label(uow.session, posting.region_code, depth=1),
        "distance": distance,
        "tags": tuple(text for text, _tone in posting_tags(posting))[:3],
        "phone": posting.employer.contact_phone or "",
        "url": posting_url(posting.public_id),
    }
    return Line(**values)
