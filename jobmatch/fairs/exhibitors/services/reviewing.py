"""The office's decisions about those who signed up."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.core.clock import local_day
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors import notices
from jobmatch.fairs.exhibitors.models import Exhibitor, FairPosting
from jobmatch.fairs.exhibitors.policies import can_review
from jobmatch.fairs.exhibitors.services.absences import banned_until
from jobmatch.fairs.exhibitors.services.places import fill_places, give_place, hold_fair
from jobmatch.fairs.exhibitors.states import EXHIBITOR_FLOW, ExhibitorState
from jobmatch.fairs.planning.models import JobFair
from jobmatch.fairs.planning.states import FairState
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import choices
from jobmatch.reference.states import ReasonKind
from recruiters.employers.queries import papers_of, permit_blocks
from recruiters.employers.states import VettingState
from recruiters.postings.models import Posting
from recruiters.postings.states import PostingState

DECIDED_IN = (FairState.DRAFT, FairState.PUBLISHED, FairState.RUNNING)


def accept_blocks(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> list[str]:
    """Why this exhibitor cannot be accepted now, in words; empty where it can. Its employer is loaded."""
    employer, blocks = exhibitor.employer, []
    if employer.vetting is not VettingState.VETTED:
        blocks.append(_("资质现在是“%(state)s”，审核通过才能参会", state=employer.vetting.label))
    elif employer.recheck_on is not None and employer.recheck_on < uow.today:
        blocks.append(_("资质半年复核过期了（%(day)s），复核后才能参会", day=day_words(employer.recheck_on)))
    blocks += permit_blocks(employer, papers_of(uow.session, [employer])[employer.id], uow.today)
    brought = (FairPosting.exhibitor_id == exhibitor.id, FairPosting.withdrawn_at.is_(None))
    is_open = (Posting.state == PostingState.OPEN, Posting.valid_through >= uow.today)
    query = select(FairPosting.id).join(Posting, Posting.id == FairPosting.posting_id).where(*brought, *is_open)
    if uow.session.scalar(query.limit(1)) is None:
        blocks.append(_("带来的岗位现在没有一个在招"))
    until = banned_until(uow.session, employer.id, local_day(fair.opens_at))
    if until is not None:
        blocks.append(_("缺席次数多，停订到 %(day)s", day=day_words(until)))
    return blocks


def accept_exhibitor(uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor) -> Exhibitor:
    """Give it a place, or the next number of the queue where all are taken; twice changes nothing.

    Raises ``Invalid`` with what is missing, ``Conflict`` where somebody else decided or the fair is over.
    """
    require(can_review(uow.actor, fair))
    hold_fair(uow, fair.id, exhibitor)
    if exhibitor.state in {ExhibitorState.ACCEPTED, ExhibitorState.WAITING}:
        return exhibitor
    _expect(fair, exhibitor, "accept")
    blocks = accept_blocks(uow, fair, exhibitor)
    if blocks:
        raise Invalid(_("；").join(blocks))
    give_place(uow, fair, exhibitor)
    _note(uow, exhibitor)
    uow.audit("exhibitor.accept", exhibitor, state=exhibitor.state.value)
    notices.tell_decision(uow, fair, exhibitor)
    return exhibitor


def refuse_exhibitor(
    uow: UnitOfWork, fair: JobFair, exhibitor: Exhibitor, *, reason_code: str | None, note: str = ""
) -> Exhibitor:
    """Say no, with a coded reason; twice changes nothing. Raises ``Invalid`` without one, ``Conflict``."""
    require(can_review(uow.actor, fair))
    if reason_code not in dict(choices(uow.session, Reason, kind=ReasonKind.FAIR_REFUSE)):
        raise Invalid(fields={"reason_code": _("请选一个原因")})
    hold_fair(uow, fair.id, exhibitor)
    if exhibitor.state is ExhibitorState.REFUSED:
        return exhibitor
    _expect(fair, exhibitor, "refuse")
    exhibitor.waiting_number, exhibitor.reason_code = None, reason_code
    exhibitor.state, exhibitor.review_note = ExhibitorState.REFUSED, note.strip()[:200]
    _note(uow, exhibitor)
    uow.audit("exhibitor.refuse", exhibitor, reason=reason_code)
    notices.tell_decision(uow, fair, exhibitor)
    return exhibitor


def promote_waiting(uow: UnitOfWork, fair: JobFair) -> int:
    """Give places that were added to the fair to those who wait; returns to how many."""
    require(can_review(uow.actor, fair))
    hold_fair(uow, fair.id)
    return len(fill_places(uow, fair))


def _expect(fair: JobFair, exhibitor: Exhibitor, step: str) -> None:
    if fair.state not in DECIDED_IN or (exhibitor.state, step) not in EXHIBITOR_FLOW:
        raise Conflict(_("现在的状态是“%(state)s”，不能这样改。请刷新后再看", state=exhibitor.state.label))


def _note(uow: UnitOfWork, exhibitor: Exhibitor) -> None:
    exhibitor.decided_at, exhibitor.decided_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
