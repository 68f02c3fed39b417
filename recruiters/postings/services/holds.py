"""Postings that the office holds back because of a complaint, and what becomes of them when it is settled.

Rooms above call these: they know the complaint and who may settle it.
"""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting
from recruiters.postings.queries import get_posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import PostingState

ON_MARKET = (
    PostingState.IN_REVIEW,
    PostingState.OPEN,
    PostingState.PAUSED,
    PostingState.FILLED,
    PostingState.EXPIRED,
)
"""States from which a posting could come before people (again) without anybody looking at it anew."""


def record_held(uow: UnitOfWork, *, employer_id: int, posting_id: int | None = None) -> dict[int, bool]:
    """Hold back one posting, or all of an employer that are or may come before people.

    Open ones are paused. Returns the ids of what is held now, each with whether it was open until now.
    """
    query = select(Posting).where(Posting.employer_id == employer_id)
    if posting_id is not None:
        query = query.where(Posting.id == posting_id, Posting.state != PostingState.CLOSED)
    else:
        query = query.where(Posting.state.in_(ON_MARKET))
    postings = list(uow.session.scalars(query.order_by(Posting.id).with_for_update()))
    were_open = {posting.id: posting.state is PostingState.OPEN for posting in postings}
    fresh = [posting for posting in postings if posting.held_at is None]
    for posting in fresh:
        if posting.state is PostingState.OPEN:
            posting.state = PostingState.PAUSED
        posting.held_at = posting.changed_at = uow.now
    uow.session.flush()
    uow.audit_each("posting.hold", fresh)
    return were_open


def record_released(uow: UnitOfWork, posting_id: int, *, reopen: bool) -> Posting:
    """End a hold. With ``reopen`` a posting that the hold paused opens again, if it passes the legal check as it is
    now; one that does not stays paused, and its employer mends it as usual.
    """
    posting = get_posting(uow.session, posting_id)
    if posting.held_at is None:
        return posting
    posting.held_at, posting.changed_at = None, uow.now
    uow.session.flush()
    uow.audit("posting.release", posting)
    if reopen and posting.state is PostingState.PAUSED:
        # Resuming is the employer's own step; here the office takes it, because the office had paused.
        holder = uow.acting_as(system_actor(uow.actor.label))
        try:
            with uow.session.begin_nested():
                move_posting(holder, posting, "resume")
        except (Conflict, Invalid):
            return get_posting(uow.session, posting_id)
    return posting
