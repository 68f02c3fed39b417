"""Employers at a fair for one side of the town: one that was invited and signed up, and an absence."""

from __future__ import annotations

from datetime import timedelta

from jobmatch.accounts.models import Organization
from jobmatch.core.uow import UnitOfWork
from jobmatch.fairs.exhibitors.models import FairInvitation
from jobmatch.fairs.exhibitors.services.absences import record_absence
from jobmatch.fairs.exhibitors.services.inviting import make_reply_link
from jobmatch.fairs.exhibitors.states import AbsenceKind, ExhibitorState
from jobmatch.fairs.planning.states import FairState
from recruiters.employers.models import Employer
from recruiters.postings.models import Posting
from tests.fairs.help import make_exhibitor, make_fair, make_fair_posting

EXHIBITOR_SUBJECTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("/employer/fairs/", {"public_id": "exhibitor fair"}),
    ("/fairs/reply/", {"token": "fair reply"}),
    ("/staff/fairs/absences/", {"exhibitor_id": "absent exhibitor"}),
    ("/staff/fairs/<public_id>/exhibitors", {"public_id": "exhibitor fair", "exhibitor_id": "exhibitor"}),
    ("/staff/fairs/<public_id>/invitations", {"public_id": "exhibitor fair", "invitation_id": "fair invitation"}),
    ("/fairs/<public_id>/booths/", {"public_id": "exhibitor fair", "exhibitor_id": "exhibitor"}),
)


def exhibitor_rows(
    uow: UnitOfWork, station: Organization, employer: Employer, posting: Posting, *, is_near: bool
) -> dict[str, str]:
    """A coming fair, which on the far side is not published yet, and a past one that the employer missed."""
    path = station.region_path
    state = FairState.PUBLISHED if is_near else FairState.DRAFT
    fair = make_fair(uow, state=state, organization=station, region_path=path)
    past = make_fair(
        uow,
        state=FairState.CLOSED if is_near else FairState.DRAFT,
        organization=station,
        region_path=path,
        opens_at=uow.now - timedelta(days=30),
    )
    exhibitor = make_exhibitor(uow, fair, employer=employer)
    make_fair_posting(uow, exhibitor, posting=posting)
    absent = make_exhibitor(uow, past, employer=employer, state=ExhibitorState.ABSENT)
    record_absence(uow, absent, AbsenceKind.NO_SHOW, uow.today - timedelta(days=30))
    invitation = FairInvitation(fair_id=fair.id, employer_id=employer.id, created_at=uow.now)
    uow.session.add(invitation)
    uow.session.flush()
    return {
        "exhibitor fair": fair.public_id,
        "exhibitor": exhibitor.public_id,
        "absent exhibitor": absent.public_id,
        "fair invitation": invitation.public_id,
        "fair reply": make_reply_link(uow, fair, invitation),
    }
