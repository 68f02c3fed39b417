"""What every act on a complaint does: a line of its log, and one open task for whoever works on it."""

from __future__ import annotations

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.services import close_task, open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.complaints.models import Complaint, ComplaintStep
from jobmatch.complaints.queries import kind_names
from jobmatch.complaints.states import ComplaintAction
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork


def add_step(
    uow: UnitOfWork, complaint: Complaint, action: ComplaintAction, *, told: str = "", note: str = ""
) -> ComplaintStep:
    """Write one line of the log. Who reported or answered for the employer is not named in it."""
    by_office = action not in {ComplaintAction.FILE, ComplaintAction.STATEMENT, ComplaintAction.ESCALATE}
    step = ComplaintStep(
        complaint_id=complaint.id,
        at=uow.now,
        action=action,
        user_id=uow.actor.user_id if by_office else None,
        told=told,
        note=note,
    )
    uow.session.add(step)
    uow.session.flush()
    return step


def open_work(uow: UnitOfWork, complaint: Complaint, organization: Organization | None) -> None:
    """One task for the clock that runs now, for the colleague who handles it, else for the place."""
    kind = kind_names(uow.session).get(complaint.kind_code, "")
    open_task(
        uow,
        once=complaint.once,
        kind=TaskKind.OTHER,
        title=_("投诉举报（%(kind)s）：%(subject)s", kind=kind, subject=complaint.subject_name),
        due_on=complaint.due_on,
        organization=organization,
        region_path=complaint.region_path,
        assignee_id=complaint.handler_id,
        link=f"/staff/complaints/{complaint.public_id}",
    )


def close_work(uow: UnitOfWork, complaint: Complaint) -> None:
    """Close the task of the clock that ran until now, and what was brought before the superior because of it."""
    close_task(uow, once=complaint.once, outcome=complaint.state.label)
    close_task(uow, once=escalation_once(complaint), outcome=complaint.state.label)


def escalation_once(complaint: Complaint) -> str:
    """The occasion of 督办 for the clock that runs now."""
    return f"complaint-escalation:{complaint.public_id}:{complaint.due_on}"
