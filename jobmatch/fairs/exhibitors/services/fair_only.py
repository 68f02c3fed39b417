"""Postings that an exhibitor writes for one fair alone: house postings with their legal check and review, which no list
of the house shows. They come to the fair once the office has published them, and are closed with it.
"""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.policies import can_change_postings, owns_employer
from jobmatch.fairs.exhibitors.queries import LIVE, fair_only_of
from jobmatch.fairs.exhibitors.services.postings import CHANGED_IN, add_posting
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.services.writing import begin_posting, enter_posting, record_fair_day
from recruiters.postings.states import POSTING_FLOW, PostingState

OVER = (FairState.CLOSED, FairState.ARCHIVED, FairState.CANCELED)


def write_fair_posting(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, *, title: str, advertisement: str = ""
) -> Posting:
    """Begin a posting for this fair alone, by the employer or (代录入) by the office; valid through the fair's day.

    Raises ``Invalid`` on ``title``, and ``Conflict`` where nothing of the fair may be changed any more.
    """
    employer = uow.session.get_one(Employer, exhibitor.employer_id)
    require(can_change_postings(uow.actor, fair, employer))
    if fair.state not in CHANGED_IN or exhibitor.state not in LIVE:
        raise Conflict(_("现在不能再改这场的岗位"))
    begin = begin_posting if owns_employer(uow.actor, employer) else enter_posting
    return begin(
        uow,
        employer,
        title=title,
        advertisement=advertisement,
        only_for=exhibitor.public_id,
        valid_through=local_day(fair.closes_at),
    )


def tend_fair_postings(uow: UnitOfWork, fair: JobFair) -> int:
    """Offer what the office has published since, follow the fair to another day, close with it; returns how many."""
    brought = set(uow.session.scalars(select(FairPosting.posting_id).where(FairPosting.fair_id == fair.id)))
    day, count = local_day(fair.closes_at), 0
    for posting, exhibitor in uow.session.execute(fair_only_of(fair.id)).all():
        if fair.state in OVER:
            _close(uow, posting)
        elif posting.valid_through != day:
            record_fair_day(uow, posting, day)
        elif _is_offered(posting, day) and posting.id not in brought and exhibitor.state in LIVE:
            add_posting(uow, fair, exhibitor, posting.public_id)
        else:
            continue
        count += 1
    return count


def _is_offered(posting: Posting, day: object) -> bool:
    return posting.state is PostingState.OPEN and posting.valid_through == day


def _close(uow: UnitOfWork, posting: Posting) -> None:
    if (posting.state, "close") not in POSTING_FLOW:
        move_posting(uow, posting, "recall")
    move_posting(uow, posting, "close")
