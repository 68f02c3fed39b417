"""The log of what employers say about postings that were entered for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting, PostingYes
from recruiters.postings.states import YesWay


def log_answer(uow: UnitOfWork, posting: Posting, *, is_yes: bool, way: YesWay, **said: Any) -> None:
    """Keep an answer with its trace, as ``answer_row``. The caller has checked who gave it."""
    uow.session.add(answer_row(uow, posting, is_yes=is_yes, way=way, **said))
    uow.session.flush()
    uow.audit("posting.yes" if is_yes else "posting.no", posting, way=way.value)


def answer_row(
    uow: UnitOfWork,
    posting: Posting,
    *,
    is_yes: bool,
    way: YesWay,
    said_by: str = "",
    phone_tail: str = "",
    said_at: datetime | None = None,
    note: str = "",
) -> PostingYes:
    """An answer about a stored posting, not yet stored itself; a yes lets the posting be published as it now is."""
    posting.agreed_at = uow.now if is_yes else None
    return PostingYes(
        posting_id=posting.id,
        way=way,
        is_yes=is_yes,
        said_by=said_by,
        phone_tail=phone_tail,
        said_at=said_at or uow.now,
        note=note,
        recorded_by_id=uow.actor.user_id,
        at=uow.now,
    )
