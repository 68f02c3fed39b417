"""What open data counts by month, county and trade: only what anybody could look up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from jobmatch.core.actors import Actor
from jobmatch.core.clock import SHANGHAI, local_day
from jobmatch.core.i18n import gettext as _
from jobmatch.core.suppression import suppressed
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.policies import visible_fairs
from jobmatch.reference.models import Occupation, Region
from jobmatch.reference.queries import names
from recruiters.postings.models import Posting
from recruiters.postings.policies import visible_published_postings
from training.courses.classes.models import CourseSession
from training.courses.classes.policies import visible_sessions

MONTHS = 12
COUNTY = 2
"""The place of the county in a path: province, city, county, town."""
ALL = ""
"""The code under which a sum stands."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Month:
    """A month that is over, by Shanghai; ``until`` is the first day after it."""

    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.since:%Y-%m}"

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.since, time.min, SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.until, time.min, SHANGHAI)


def months_before(today: date, count: int = MONTHS) -> list[Month]:
    """The last ``count`` months that are over on ``today``, the newest first."""
    found, until = [], today.replace(day=1)
    for _number in range(count):
        since = date(until.year - (until.month == 1), (until.month - 2) % 12 + 1, 1)
        found.append(Month(since, until))
        until = since
    return found


def county_of(path: str) -> str:
    """The code of the county that a path lies in, or of the last place that it names; empty where it names none."""
    parts = path.strip("/").split("/")
    return parts[min(COUNTY, len(parts) - 1)]


def _public(uow: UnitOfWork) -> UnitOfWork:
    """The same unit in nobody's hands: signed-in readers of open data get no other numbers than the public."""
    return uow.acting_as(Actor())


def posting_rows(uow: UnitOfWork) -> list[Row]:
    """Postings and their head-count that were valid in each month, by county and major group of occupations."""
    return [row for month in months_before(uow.today) for row in _postings_in(uow, month)]


def _postings_in(uow: UnitOfWork, month: Month) -> Iterator[Row]:
    group = func.substr(Posting.occupation_code, 1, 1)
    query = select(Posting.region_path, group, func.count(), func.sum(Posting.vacancy_count)).where(
        Posting.published_at < month.ends_at, Posting.valid_through >= month.since
    )
    public = _public(uow)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for path, trade, postings, heads in public.rows(
        visible_published_postings(public.actor, query.group_by(Posting.region_path, group))
    ):
        cell = counts[county_of(path), trade or "0"]
        cell[0] += postings
        cell[1] += heads
    yield from _masked(uow, month, counts)


def _masked(uow: UnitOfWork, month: Month, counts: dict[tuple[str, str], list[int]]) -> Iterator[Row]:
    """The cells with their sums; what is small, or would give it away, is None."""
    places = sorted({place for place, _trade in counts})
    trades = sorted({trade for _place, trade in counts})
    empty = [0, 0]
    table = [[counts.get((place, trade), empty)[0] for trade in trades] for place in places]
    mask = suppressed(table)
    regions, occupations = names(uow.session, Region), names(uow.session, Occupation)
    for r, place in enumerate([*places, None]):
        for c, trade in enumerate([*trades, None]):
            inside = [v for (p, t), v in counts.items() if place in (p, None) and trade in (t, None)]
            if not inside:
                continue
            hides = mask.hides(r, c)
            yield {
                "month": str(month),
                "region_code": ALL if place is None else place,
                "region": _("合计") if place is None else regions.get(place, "") or _("没有写明"),
                "occupation_code": ALL if trade is None else f"{trade}-00-00-00",
                "occupation": _("合计") if trade is None else occupations.get(f"{trade}-00-00-00", "") or _("没有归类"),
                "postings": None if hides else sum(one[0] for one in inside),
                "heads": None if hides else sum(one[1] for one in inside),
            }


def fair_rows(uow: UnitOfWork) -> list[Row]:
    """Fairs that began in each month, by county and way."""
    public = _public(uow)
    query = select(JobFair.region_path, JobFair.mode, JobFair.opens_at)
    return _by_month(uow, public.rows(visible_fairs(public.actor, _since(uow, query, JobFair.opens_at))), "fairs", [])


def class_rows(uow: UnitOfWork) -> list[Row]:
    """Classes that began in each month, by county and way, with their places."""
    public = _public(uow)
    query = select(CourseSession.region_path, CourseSession.mode, CourseSession.starts_on, CourseSession.capacity)
    oldest, newest = months_before(uow.today)[-1], months_before(uow.today)[0]
    query = query.where(CourseSession.starts_on >= oldest.since, CourseSession.starts_on < newest.until)
    return _by_month(uow, public.rows(visible_sessions(public.actor, query)), "classes", ["seats"])


def _since(uow: UnitOfWork, query: Any, stamp: Any) -> Any:
    found = months_before(uow.today)
    return query.where(stamp >= found[-1].begins_at, stamp < found[0].ends_at)


def _by_month(uow: UnitOfWork, found: Any, count: str, sums: list[str]) -> list[Row]:
    """Rows of path, way, day (or moment) and what is summed up, counted by month, county and way, the newest first."""
    regions = names(uow.session, Region)
    counted: dict[tuple[str, str, Any], list[int]] = defaultdict(lambda: [0] * (1 + len(sums)))
    for path, mode, at, *amounts in found:
        day = local_day(at) if isinstance(at, datetime) else at
        cell = counted[f"{day:%Y-%m}", county_of(path), mode]
        for index, amount in enumerate([1, *amounts]):
            cell[index] += amount or 0
    ordered = sorted(counted.items(), key=lambda item: (item[0][1], item[0][2].value))
    ordered.sort(key=lambda item: item[0][0], reverse=True)
    return [
        {
            "month": month,
            "region_code": place,
            "region": regions.get(place, "") or _("没有写明"),
            "mode": mode.label,
            **dict(zip([count, *sums], cell, strict=True)),
        }
        for (month, place, mode), cell in ordered
    ]
