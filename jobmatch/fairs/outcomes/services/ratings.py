"""Satisfaction of both sides: one rating a visitor and one an exhibitor, which may be changed while it is asked for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.day.models import CheckIn
from jobmatch.fairs.exhibitors.models import Exhibitor
from jobmatch.fairs.outcomes.models import FairRating
from jobmatch.fairs.outcomes.states import RatingSide
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.fairs.visitors.models import FairRegistration
from jobmatch.people.services.common import Findings, clean_text, keep_secrets_out

RATED = (FairState.RUNNING, FairState.CLOSED)
RATE_DAYS = 30
"""So long after the closing somebody may say how it was."""
WORDS_LENGTH = 300


def can_rate_now(uow: UnitOfWork, fair: JobFair) -> bool:
    """Whether the fair is under way or was not long ago."""
    is_fresh = fair.closed_at is None or uow.now <= fair.closed_at + timedelta(days=RATE_DAYS)
    return fair.state in RATED and is_fresh


def rate_as_visitor(
    uow: UnitOfWork, fair: JobFair, registration: FairRegistration, *, stars: str, words: str = ""
) -> FairRating:
    """What somebody who came says; whoever calls has found them by their ticket.

    Raises ``Invalid``, and ``Conflict`` for somebody who did not come.
    """
    if uow.session.scalar(select(CheckIn.id).where(CheckIn.registration_id == registration.id)) is None:
        raise Conflict(_("签到进场以后才能评价"))
    query = select(FairRating).where(FairRating.registration_id == registration.id)
    return _rate(
        uow,
        fair,
        uow.session.scalars(query).one_or_none()
        or FairRating(fair_id=fair.id, side=RatingSide.VISITOR, registration_id=registration.id),
        stars,
        words,
    )


def rate_as_exhibitor(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, *, stars: str, words: str = ""
) -> FairRating:
    """What an exhibitor that came says, found by its link or its account. Raises ``Invalid``, ``Conflict``."""
    if exhibitor.checked_in_at is None:
        raise Conflict(_("到场的单位才能评价"))
    query = select(FairRating).where(FairRating.exhibitor_id == exhibitor.id)
    return _rate(
        uow,
        fair,
        uow.session.scalars(query).one_or_none()
        or FairRating(fair_id=fair.id, side=RatingSide.EXHIBITOR, exhibitor_id=exhibitor.id),
        stars,
        words,
    )


def _rate(uow: UnitOfWork, fair: JobFair, rating: FairRating, stars: str, words: str) -> FairRating:
    if not can_rate_now(uow, fair):
        raise Conflict(_("这场招聘会的评价已经结束"))
    found = Findings()
    found.check(stars in set("12345") and len(stars) == 1, "stars", _("请选 1 到 5 分"))
    text = clean_text(words)
    found.check(len(text) <= WORDS_LENGTH, "words", _("最多 %(n)s 个字", n=WORDS_LENGTH))
    keep_secrets_out(found, {"words": text}, accept_masked=False)
    if found.fields:
        raise Invalid(fields=found.fields)
    rating.stars, rating.words, rating.at = int(stars), text, uow.now
    uow.session.add(rating)
    uow.session.flush()
    uow.audit("fair_rating.give", rating)
    return rating
