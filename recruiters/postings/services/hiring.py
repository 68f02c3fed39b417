"""Head-count: looking for more people, and counting hires."""

from __future__ import annotations

from sqlalchemy import case, select, update

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_answer_entry, can_submit_posting
from recruiters.postings.queries import get_posting
from recruiters.postings.services.moving import need_publishable
from recruiters.postings.states import PostingState

MOST_ADDED = 50


def add_vacancies(uow: UnitOfWork, posting: Posting, *, count: int) -> Posting:
    """加人: look for ``count`` more people; a posting that was full opens again while it is lawful and in time.

    Raises ``Invalid`` for a number that makes no sense or where the posting has to be mended first, ``Conflict`` where
    it is not on the market.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_submit_posting(uow.actor, posting, posting.employer))
    if not 1 <= count <= MOST_ADDED:
        raise Invalid(fields={"count": _("请填 1 到 %(n)s 人", n=MOST_ADDED)})
    if posting.state not in {PostingState.OPEN, PostingState.PAUSED, PostingState.FILLED}:
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，不能加人", state=posting.state.label))
    if posting.is_office_entry and not can_answer_entry(uow.actor, posting, posting.employer):
        raise Conflict(_("这个岗位是服务站代录入的，请单位自己加人"))
    posting.vacancy_count += count
    need_publishable(uow, posting)
    if posting.state is PostingState.FILLED:
        posting.state = PostingState.OPEN
    posting.changed_at = uow.now
    uow.session.flush()
    uow.audit("posting.more", posting, count=count, vacancies=posting.vacancy_count)
    return posting


def record_filled(uow: UnitOfWork, posting_id: int) -> None:
    """Count one more hire; the last vacancy closes an open posting as filled.

    One guarded statement, so that head-count is never exceeded. Raises ``Conflict`` where it is full already.
    """
    is_last = Posting.filled_count + 1 >= Posting.vacancy_count
    changed = uow.session.execute(
        update(Posting)
        .where(Posting.id == posting_id, Posting.filled_count < Posting.vacancy_count)
        .values(
            filled_count=Posting.filled_count + 1,
            state=case((is_last & (Posting.state == PostingState.OPEN), PostingState.FILLED), else_=Posting.state),
            version=Posting.version + 1,
            changed_at=uow.now,
        ),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    posting = _reread(uow, posting_id)
    if changed != 1:
        raise Conflict(_("这个岗位已经招满，请先增加招聘人数"))
    uow.audit("posting.filled", posting, filled=posting.filled_count, vacancies=posting.vacancy_count)


def record_unfilled(uow: UnitOfWork, posting_id: int) -> None:
    """Take one hire back; a posting that was full opens again, or waits where it may not be published now.

    Raises ``Conflict`` where nobody was counted.
    """
    changed = uow.session.execute(
        update(Posting)
        .where(Posting.id == posting_id, Posting.filled_count > 0)
        .values(
            filled_count=Posting.filled_count - 1,
            state=case(
                ((Posting.state == PostingState.FILLED) & Posting.held_at.is_not(None), PostingState.PAUSED),
                (Posting.state == PostingState.FILLED, PostingState.OPEN),
                else_=Posting.state,
            ),
            version=Posting.version + 1,
            changed_at=uow.now,
        ),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    posting = _reread(uow, posting_id)
    if changed != 1:
        raise Conflict(_("这个岗位还没有录用登记"))
    if posting.state is PostingState.OPEN:
        # Rules and papers may have changed since it was published; no way back to the public passes them by.
        try:
            need_publishable(uow, get_posting(uow.session, posting_id))
        except (Conflict, Invalid):
            posting.state = PostingState.PAUSED
    uow.audit("posting.unfilled", posting, filled=posting.filled_count, vacancies=posting.vacancy_count)


def _reread(uow: UnitOfWork, posting_id: int) -> Posting:
    """The row as it now is, also in objects that were read before. Raises ``NotFound``."""
    found = uow.session.scalars(
        select(Posting).where(Posting.id == posting_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
