"""A posting for the world outside: structured data for search engines, words for link previews, a picture to share.

Only what the page itself says and the law lets a posting ask; nothing about age or sex is handed on.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from typing import Any

from jobmatch.core import drawing
from jobmatch.core.clock import local_day, utcnow
from jobmatch.core.errors import Unavailable
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.matching.results import ListedPosting
from jobmatch.matching.services import NOWHERE, search_postings
from jobmatch.matching.spots import work_of
from jobmatch.people.states import EmploymentType
from jobmatch.reference.queries import lineage
from ml.matching import Filter
from recruiters.employers.states import VettingState
from recruiters.postings.cards import PostingCard
from recruiters.postings.models import Posting
from recruiters.postings.states import PayUnit, PostingKind, PostingState

NEAR_KM = 30.0
MOST_NEAR = 5
_DRAWING = threading.BoundedSemaphore(2)
"""Anybody may ask for a picture of any posting; drawing them must not take all of the machine."""
WIDTH, HEIGHT, QR_SIDE = 1200, 630, 270
_UNITS = {PayUnit.MONTH: "MONTH", PayUnit.DAY: "DAY", PayUnit.HOUR: "HOUR"}
_TYPES = {
    EmploymentType.CONTRACT: "FULL_TIME",
    EmploymentType.PUBLIC_POST: "FULL_TIME",
    EmploymentType.DISPATCH: "FULL_TIME",
    EmploymentType.OUTSOURCED: "FULL_TIME",
    EmploymentType.PART_TIME: "PART_TIME",
    EmploymentType.INTERNSHIP: "INTERN",
}


def is_public(posting: Posting) -> bool:
    """Whether everybody may see the posting today; it is loaded with its employer."""
    return (
        posting.state is PostingState.OPEN
        and posting.valid_through is not None
        and posting.valid_through >= local_day(utcnow())
        and posting.employer.vetting is VettingState.VETTED
    )


def structured_data(uow: UnitOfWork, posting: Posting, *, url: str, site: str) -> dict[str, Any]:
    """The posting as a schema.org JobPosting; what it does not say is left out, never guessed."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": posting.title,
        "description": _paragraphs(posting),
        "identifier": {"@type": "PropertyValue", "name": site, "value": posting.public_id},
        "url": url,
        "hiringOrganization": {"@type": "Organization", "name": posting.employer.organization.name},
        "jobLocation": {"@type": "Place", "address": _address(uow, posting)},
        "totalJobOpenings": max(posting.vacancy_count - posting.filled_count, 1),
        "directApply": True,
    }
    if posting.published_at is not None:
        found["datePosted"] = local_day(posting.published_at).isoformat()
    if posting.valid_through is not None:
        found["validThrough"] = f"{posting.valid_through.isoformat()}T23:59:59+08:00"
    if posting.latitude is not None and posting.longitude is not None and posting.is_point_exact:
        point = {"latitude": posting.latitude, "longitude": posting.longitude}
        found["jobLocation"]["geo"] = {"@type": "GeoCoordinates", **point}
    if posting.kind is not PostingKind.REGULAR:
        found["employmentType"] = "TEMPORARY"
    elif posting.employment_type is not None:
        found["employmentType"] = _TYPES[posting.employment_type]
    pay = _pay(posting)
    if pay:
        found["baseSalary"] = {"@type": "MonetaryAmount", "currency": "CNY", "value": pay}
    said = {"workHours": posting.work_time, "jobBenefits": posting.benefits}
    return found | {name: text for name, text in said.items() if text}


def _paragraphs(posting: Posting) -> str:
    lines = f"{posting.duties}\n{posting.requirement_text}".splitlines()
    return "".join(f"<p>{escape(line.strip())}</p>" for line in lines if line.strip())


def _address(uow: UnitOfWork, posting: Posting) -> dict[str, str]:
    by_level = {place.level: place.name for place in lineage(uow.session, posting.region_code)}
    said = {
        "addressRegion": by_level.get("province", ""),
        "addressLocality": by_level.get("county") or by_level.get("city", ""),
        "streetAddress": by_level.get("township", "") + posting.address,
    }
    return {"@type": "PostalAddress", "addressCountry": "CN"} | {name: text for name, text in said.items() if text}


def _pay(posting: Posting) -> dict[str, Any]:
    low, high, unit = posting.pay_low_yuan, posting.pay_high_yuan, _UNITS.get(posting.pay_unit or PayUnit.MONTH)
    if unit is None or (low is None and high is None):
        return {}
    if low is None or high is None or low == high:
        amount: dict[str, Any] = {"value": low or high}
    else:
        amount = {"minValue": low, "maxValue": high}
    return {"@type": "QuantitativeValue", "unitText": unit, **amount}


def short_words(card: PostingCard) -> str:
    """One line for link previews: pay, place, employer, how many people."""
    parts = (card.pay, card.place, card.employer, _("招 %(n)s 人", n=card.vacancies))
    return " · ".join(part for part in parts if part)


def near_rows(uow: UnitOfWork, posting: Posting) -> tuple[ListedPosting, ...]:
    """Open postings near one that ended: of its group of occupations first, then any, the nearest first."""
    spot = work_of(uow.session, posting)
    is_known = spot.latitude is not None and spot.longitude is not None
    point = (spot.latitude or 0.0, spot.longitude or 0.0) if is_known else None
    groups = ["-".join((posting.occupation_code or "").split("-")[:2]), ""]
    for group in dict.fromkeys(groups):
        where = Filter(occupation=group, point=point, within_km=NEAR_KM if is_known else None)
        sort = "distance" if is_known else "newest"
        rows = search_postings(uow, where=where, sort=sort, point=spot if is_known else NOWHERE).rows
        if rows:
            # Distances are left unsaid: they are from the posting that ended, not from anybody's home.
            return tuple(replace(row, distance="") for row in rows[:MOST_NEAR])
    return ()


@dataclass(frozen=True, slots=True)
class Poster:
    """The words of a share picture; equal words give the same picture."""

    site: str
    title: str
    pay: str
    place: str
    employer: str
    heads: str
    scan: str
    url: str


def poster_of(card: PostingCard, *, url: str, site: str) -> Poster:
    """What the share picture of a posting says, in the reader's language."""
    heads, scan = _("招 %(n)s 人", n=card.vacancies), _("扫码看岗位")
    return Poster(site, card.title, card.pay, card.place, card.employer, heads, scan, url)


@lru_cache(maxsize=200)
def draw_poster(poster: Poster) -> bytes:
    """The share picture as a PNG of 1200 × 630 pixels, kept by this process.

    Raises ``Unavailable`` where others are being drawn: who previews a link asks again, and nobody waits in line.
    """
    if not _DRAWING.acquire(blocking=False):
        raise Unavailable
    try:
        return _drawn(poster)
    finally:
        _DRAWING.release()


def _drawn(poster: Poster) -> bytes:
    sheet = drawing.Sheet(WIDTH, HEIGHT, margin=60)
    sheet.y = 0
    sheet.band(86)
    sheet.y = 24
    sheet.text(poster.site, 30, fill=drawing.PAPER, most=1)
    room = WIDTH - 3 * sheet.margin - QR_SIDE
    sheet.y = 130
    sheet.text(poster.title, 62, is_bold=True, width=room, most=2)
    sheet.y += 12
    sheet.text(poster.pay, 52, fill=drawing.PAY, is_bold=True, width=room, most=1)
    sheet.y += 16
    for words in (f"{poster.place} · {poster.heads}", poster.employer):
        sheet.text(words, 34, fill=drawing.SOFT, width=room, most=2)
    left = WIDTH - sheet.margin - QR_SIDE
    sheet.picture(drawing.qr_picture(poster.url, QR_SIDE), left, 170)
    sheet.y = 170 + QR_SIDE + 14
    sheet.text(poster.scan, 28, fill=drawing.SOFT, x=left + 60, most=1)
    return sheet.png()
