"""Where people live and postings lie, as far as it is known."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from jobmatch.core.i18n import gettext as _
from jobmatch.people.models.person import Person
from jobmatch.reference.queries import Spot, distance_text, spot_of


def home_of(session: Session, person: Person) -> Spot:
    """Where a person lives: their own point, or the middle of the place they named."""
    if person.latitude is not None and person.longitude is not None:
        return Spot(person.latitude, person.longitude, person.living_region_code, is_exact=True)
    return town_of(session, person)


def town_of(session: Session, person: Person) -> Spot:
    """The township a person lives in, which is all that others are told."""
    return spot_of(session, (person.living_region_code or "")[:9])


def work_of(session: Session, posting: Any) -> Spot:
    """Where a posting's work is; ``posting`` is a row with its point, region and ``is_point_exact``."""
    if posting.latitude is not None and posting.longitude is not None:
        return Spot(posting.latitude, posting.longitude, posting.region_code, is_exact=posting.is_point_exact)
    return spot_of(session, posting.region_code)


def distance_words(session: Session, home: Spot, work: Spot, *, origin: str = "") -> str:
    """离家 6 公里, 离家约 30 公里, 同乡镇 or 同县; empty where one place is unknown.

    ``origin`` names the place where it is not a home: 离城关镇 6 公里.
    """
    text = distance_text(session, home, work)
    if not any(c.isdigit() for c in text):
        return text
    if origin:
        return _("离%(place)s%(distance)s", place=origin, distance=_spaced(text))
    return _("离家%(distance)s", distance=_spaced(text))


def _spaced(text: str) -> str:
    return f" {text}" if text[:1].isdigit() else text
