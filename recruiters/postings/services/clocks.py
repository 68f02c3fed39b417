"""What time does to postings: validity that ends, reviews that run late, and whether an employer still hires."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.queries import superior_path
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import add_working_days, rule_value
from recruiters.postings import notices
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_confirm_posting, is_office_written, place_of
from recruiters.postings.queries import expired_posting_ids, get_posting, load_full
from recruiters.postings.services.moving import move_posting, review_once
from recruiters.postings.states import PostingState

BATCH = 100


def expire_postings(uow: UnitOfWork) -> int:
    """Take postings offline whose validity is over, at most a batch; returns how many. Members are told."""
    ids = expired_posting_ids(uow.session, uow.today, BATCH)
    for posting_id in ids:
        move_posting(uow, get_posting(uow.session, posting_id), "expire")
    return len(ids)


def escalate_reviews(uow: UnitOfWork) -> int:
    """督办: open a task at the superior of the office for each posting that waits past the clock; returns how many."""
    require(uow.actor.is_system)
    late = (
        Posting.state == PostingState.IN_REVIEW,
        Posting.review_due_on < uow.today,
        Posting.escalated_on.is_(None),
    )
    found = uow.session.scalars(load_full(select(Posting).where(*late).order_by(Posting.id).limit(BATCH))).all()
    for posting in found:
        posting.escalated_on = uow.today
        place = place_of(posting, posting.employer)
        path = superior_path(uow.session, place)
        if path:
            open_task(
                uow,
                once=review_once(posting),
                kind=TaskKind.ESCALATION,
                title=_("督办：岗位“%(title)s”审核超期", title=posting.title),
                due_on=add_working_days(uow.session, uow.today, 1)[0],
                organization=uow.session.get_one(Organization, posting.employer.organization_id),
                region_path=path,
                link=f"/staff/postings/{posting.public_id}",
            )
        uow.audit("posting.escalate", posting)
    uow.session.flush()
    return len(found)


def ask_confirmations(uow: UnitOfWork) -> int:
    """Ask employers whether they still hire, some days before an unconfirmed posting is paused; returns how many."""
    require(uow.actor.is_system)
    days, notice = confirm_days(uow)
    old = (
        Posting.state == PostingState.OPEN,
        func.coalesce(Posting.confirmed_at, Posting.published_at) <= uow.now - timedelta(days=days - notice),
        Posting.confirm_asked_on.is_(None),
    )
    found = uow.session.scalars(load_full(select(Posting).where(*old).order_by(Posting.id).limit(BATCH))).all()
    for posting in found:
        posting.confirm_asked_on = uow.today
        until = uow.today + timedelta(days=notice)
        notices.tell_still_hiring(uow, posting, until)
        # Behind what the office wrote there is often nobody who reads messages here, so the office asks by phone.
        place = place_of(posting, posting.employer)
        if is_office_written(posting) and place:
            open_task(
                uow,
                once=_confirm_once(posting),
                kind=TaskKind.OTHER,
                title=_("问单位还招不招：%(title)s", title=posting.title),
                due_on=until,
                organization=uow.session.get_one(Organization, posting.employer.organization_id),
                region_path=place,
                link=f"/staff/postings/{posting.public_id}",
            )
    uow.session.flush()
    return len(found)


def pause_unconfirmed(uow: UnitOfWork) -> int:
    """Pause open postings that nobody confirmed in time although they were asked; returns how many."""
    require(uow.actor.is_system)
    _days, notice = confirm_days(uow)
    asked = (Posting.state == PostingState.OPEN, Posting.confirm_asked_on <= uow.today - timedelta(days=notice))
    ids = uow.session.scalars(select(Posting.id).where(*asked).order_by(Posting.id).limit(BATCH)).all()
    for posting_id in ids:
        posting = move_posting(uow, get_posting(uow.session, posting_id), "pause")
        close_task(uow, once=_confirm_once(posting), outcome=posting.state.label)
        notices.tell_unconfirmed(uow, posting)
    return len(ids)


def _confirm_once(posting: Posting) -> str:
    return f"posting-confirm:{posting.public_id}:{posting.confirm_asked_on}"


def confirm_days(uow: UnitOfWork) -> tuple[int, int]:
    """After how many days without a word a posting is paused, and how many days before that the employer is asked."""
    names = ("posting_confirm_days", "posting_confirm_notice_days")
    days, notice = (int(rule_value(uow.session, name, uow.today)) for name in names)
    return days, min(notice, days)


def confirm_posting(uow: UnitOfWork, posting: Posting) -> Posting:
    """还在招: the employer still hires. A paused posting goes on, as far as it may be published now; twice is once.

    Raises ``Conflict`` for a posting that is neither open nor paused, or what ``move_posting`` raises.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_confirm_posting(uow.actor, posting, posting.employer))
    close_task(uow, once=_confirm_once(posting), outcome=_("还在招"))
    if posting.state is PostingState.PAUSED:
        posting = move_posting(uow, posting, "resume")
    elif posting.state is not PostingState.OPEN:
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，不用确认", state=posting.state.label))
    posting.confirmed_at, posting.confirm_asked_on = uow.now, None
    uow.session.flush()
    uow.audit("posting.confirm", posting)
    return posting
