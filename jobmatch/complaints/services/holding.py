"""Postings that wait because of a complaint: by themselves with the report, or because the office says so."""

from __future__ import annotations

from sqlalchemy import select

from jobmatch.complaints.models import Complaint, ComplaintHold
from jobmatch.complaints.policies import can_handle_complaint
from jobmatch.complaints.services.steps import add_step
from jobmatch.complaints.states import UNDECIDED, ComplaintAction
from jobmatch.complaints.targets import Subject
from jobmatch.core.errors import Conflict, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import ComplaintKind
from jobmatch.reference.states import SubjectKind
from recruiters.postings.models import Posting
from recruiters.postings.services.holds import record_held


def holds_at_once(uow: UnitOfWork, complaint: Complaint, subject: Subject, kind: ComplaintKind) -> bool:
    """Whether a report pauses postings before anybody looked into it.

    One that names a posting does. One about a whole employer does where the reporter stands to it with an account, or
    where somebody else reports the employer too: else one unknown press would take all of an employer's postings down.
    Reports are somebody else's where they came from another address; from which one is forgotten the day after.
    """
    if not kind.pauses_at_once or subject.employer_id is None:
        return False
    if subject.posting_id is not None or complaint.person_id is not None:
        return True
    others = select(Complaint.source_hash).where(
        Complaint.subject_kind == subject.kind,
        Complaint.subject_id == subject.public_id,
        Complaint.kind_code.in_(select(ComplaintKind.code).where(ComplaintKind.pauses_at_once)),
        Complaint.state.in_(UNDECIDED),
        Complaint.id != complaint.id,
    )
    own = complaint.source_hash
    return own is not None and any(other != own for other in uow.session.scalars(others))


def hold_back(uow: UnitOfWork, complaint: Complaint, *, posting_id: int | None) -> int:
    """Pause one posting, or all of the employer, until the complaint is settled; returns how many were open.

    The employer is told by ``clocks.tell_holds``: not in the moment of the report, which would point at the reporter.
    """
    if complaint.employer_id is None:
        return 0
    held = record_held(uow, employer_id=complaint.employer_id, posting_id=posting_id)
    query = select(ComplaintHold).where(ComplaintHold.complaint_id == complaint.id)
    known = {hold.posting_id: hold for hold in uow.session.scalars(query)}
    for one, was_open in held.items():
        hold = known.get(one)
        if hold is None:
            uow.session.add(ComplaintHold(complaint_id=complaint.id, posting_id=one, was_open=was_open))
        elif hold.released_at is not None:
            hold.was_open, hold.told_at, hold.released_at, hold.released_by_id = was_open, None, None, None
    uow.session.flush()
    return sum(held.values())


def hold_postings(uow: UnitOfWork, complaint: Complaint) -> int:
    """The office pauses what an undecided complaint is about; returns how many were open. Raises ``Conflict``."""
    require(can_handle_complaint(uow.actor, complaint))
    if complaint.state not in UNDECIDED or complaint.same_as_id is not None or complaint.employer_id is None:
        raise Conflict(_("这件事已经查完，不能再暂停岗位"))
    named = complaint.subject_kind is SubjectKind.POSTING
    query = select(Posting.id).where(Posting.public_id == complaint.subject_id)
    opened = hold_back(uow, complaint, posting_id=uow.session.scalars(query).one() if named else None)
    add_step(uow, complaint, ComplaintAction.HOLD)
    uow.audit("complaint.hold", complaint, opened=opened)
    return opened
