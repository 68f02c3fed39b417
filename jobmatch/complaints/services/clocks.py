"""The clocks of complaints: what is late goes before the superior, who is told later, and what is forgotten."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import select, update

from jobmatch.accounts.queries import has_members, superior_path
from jobmatch.casework.tasks.services import open_task
from jobmatch.casework.tasks.states import TaskKind
from jobmatch.complaints import notices
from jobmatch.complaints.models import Complaint, ComplaintHold, ComplaintPaper, ComplaintStep
from jobmatch.complaints.queries import kind_names, papers_of
from jobmatch.complaints.services.steps import add_step, escalation_once
from jobmatch.complaints.states import RUNNING, ComplaintAction
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import require
from jobmatch.core.files import remove_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reference.rules import add_months
from recruiters.employers.models import Employer


def escalate_overdue(uow: UnitOfWork, *, most: int = 100) -> int:
    """督办: open a task at the superior for each complaint past its clock; returns how many. 0: nothing is left."""
    require(uow.actor.is_system)
    late = (
        Complaint.same_as_id.is_(None),
        Complaint.state.in_(RUNNING),
        Complaint.due_on < uow.today,
        Complaint.escalated_on.is_(None),
    )
    found = uow.session.scalars(select(Complaint).where(*late).order_by(Complaint.id).limit(most)).all()
    for complaint in found:
        complaint.escalated_on = uow.today
        kind = kind_names(uow.session).get(complaint.kind_code, "")
        open_task(
            uow,
            once=escalation_once(complaint),
            kind=TaskKind.ESCALATION,
            title=_("督办：投诉举报（%(kind)s）超期，%(subject)s", kind=kind, subject=complaint.subject_name),
            due_on=add_working_days(uow.session, uow.today, 1)[0],
            region_path=superior_path(uow.session, complaint.region_path),
            link=f"/staff/complaints/{complaint.public_id}",
        )
        add_step(uow, complaint, ComplaintAction.ESCALATE)
        uow.audit("complaint.escalate", complaint)
    uow.session.flush()
    return len(found)


def tell_holds(uow: UnitOfWork, *, most: int = 50) -> int:
    """Tell employers which of their postings wait since the last round, one message for a complaint; returns how many.

    An employer whom nobody joined yet is told once somebody did. 0: nothing is left.
    """
    require(uow.actor.is_system)
    untold = (ComplaintHold.told_at.is_(None), ComplaintHold.released_at.is_(None), ComplaintHold.was_open)
    query = (
        select(Complaint, Employer.organization_id)
        .join(Employer, Employer.id == Complaint.employer_id)
        .where(
            Complaint.id.in_(select(ComplaintHold.complaint_id).where(*untold)), has_members(Employer.organization_id)
        )
    )
    found = uow.session.execute(query.order_by(Complaint.id).limit(most)).all()
    for complaint, organization_id in found:
        waiting = select(ComplaintHold).where(ComplaintHold.complaint_id == complaint.id, *untold)
        holds = uow.session.scalars(waiting).all()
        notices.tell_held(uow, complaint, organization_id, len(holds))
        for hold in holds:
            hold.told_at = uow.now
    uow.session.flush()
    return len(found)


def forget_sources(uow: UnitOfWork, *, most: int = 500) -> int:
    """Drop the marks by which reports from one address were counted, the day after; returns how many."""
    require(uow.actor.is_system)
    start = datetime.combine(uow.today, time.min, SHANGHAI)
    old = select(Complaint.id).where(Complaint.source_hash.is_not(None), Complaint.filed_at < start).limit(most)
    ids = list(uow.session.scalars(old))
    if ids:
        uow.session.execute(update(Complaint).where(Complaint.id.in_(ids)).values(source_hash=None))
    return len(ids)


def forget_old(uow: UnitOfWork, *, most: int = 50) -> int:
    """Delete words, files, phone and reporter of complaints closed long ago; kinds, states and days stay for figures.

    Returns how many.
    """
    require(uow.actor.is_system)
    years = int(rule_value(uow.session, "complaint_keep_years", uow.today))
    before = datetime.combine(add_months(uow.today, -12 * years), time.min, SHANGHAI)
    old = (Complaint.closed_at < before, Complaint.forgotten_at.is_(None))
    found = uow.session.scalars(select(Complaint).where(*old).order_by(Complaint.id).limit(most)).all()
    for complaint in found:
        forget_words(uow, complaint)
        complaint.person_id = complaint.code_hash = None
        complaint.question = complaint.statement = ""
        complaint.forgotten_at = uow.now
        uow.session.execute(
            update(ComplaintStep).where(ComplaintStep.complaint_id == complaint.id).values(told="", note="")
        )
        uow.audit("complaint.forget", complaint)
    uow.session.flush()
    return len(found)


def forget_words(uow: UnitOfWork, complaint: Complaint) -> None:
    """Delete what the reporter wrote and gave."""
    complaint.words, complaint.phone = "", None
    for paper in papers_of(uow.session, [complaint]):
        drop_paper(uow, paper)


def drop_paper(uow: UnitOfWork, paper: ComplaintPaper) -> None:
    """Delete a file with its row."""
    file = paper.file
    uow.session.delete(paper)
    uow.session.flush()
    remove_file(uow, file)
