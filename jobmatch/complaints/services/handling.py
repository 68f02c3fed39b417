"""Working on a complaint: the steps, the employer's side, the postings that wait, and who reported."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.casework.tasks.models import Task
from jobmatch.casework.tasks.queries import find_clerk
from jobmatch.casework.tasks.services import assign_task
from jobmatch.casework.tasks.states import TaskState
from jobmatch.complaints import notices
from jobmatch.complaints.models import Complaint, ComplaintHold, ComplaintPaper
from jobmatch.complaints.policies import can_handle_complaint, can_see_reporter, can_state_case
from jobmatch.complaints.queries import family_of
from jobmatch.complaints.services.steps import add_step, close_work, open_work
from jobmatch.complaints.states import (
    COMPLAINT_FLOW,
    ENDED,
    OUTCOMES,
    UNDECIDED,
    ComplaintAction,
    ComplaintState,
    Outcome,
)
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.files import StoredFile, read_file
from jobmatch.core.i18n import day_words
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.person import Person
from jobmatch.people.services.common import Findings, clean_line, keep_secrets_out
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import add_working_days, names, rule_value
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.postings.services.holds import record_released
from recruiters.postings.states import PostingState
from recruiters.postings.values import clean_text

LABOR_INSPECTION = "县劳动保障监察大队"
_NEED_WORDS = frozenset({ComplaintAction.FOUND, ComplaintAction.UNFOUND, ComplaintAction.REFER})
_ENDS_CLOCK = frozenset({ComplaintAction.ACCEPT, ComplaintAction.REFUSE, ComplaintAction.CLOSE})
MOST_TOLD = 1000


def move_complaint(
    uow: UnitOfWork,
    complaint: Complaint,
    action: ComplaintAction,
    *,
    told: str = "",
    note: str = "",
    reason_code: str | None = None,
    referred_to: str = "",
    version: int | None = None,
) -> Complaint:
    """Take one step of ``COMPLAINT_FLOW``, for all reports of the same thing; each reporter is told.

    ``told`` is for the reporter, ``note`` for the office. Raises ``Conflict`` where a colleague was faster or the
    present state has no such step, ``Invalid`` on a field.
    """
    require(can_handle_complaint(uow.actor, complaint))
    new = _next_state(complaint, action, version)
    found = Findings()
    texts = {"told": clean_text(told)[:MOST_TOLD], "note": clean_text(note)[:MOST_TOLD]}
    texts = keep_secrets_out(found, texts, accept_masked=False)
    found.check(action not in _NEED_WORDS or len(texts["told"]) >= 4, "told", _("请写明告诉举报人的话，至少 4 个字"))
    authority = clean_line(referred_to)[:80]
    found.check(action is not ComplaintAction.REFER or bool(authority), "referred_to", _("请写明转给哪个部门"))
    reason = uow.session.get(Reason, reason_code) if reason_code and action is ComplaintAction.REFUSE else None
    is_coded = reason is not None and reason.kind == ReasonKind.COMPLAINT_REFUSE
    found.check(action is not ComplaintAction.REFUSE or is_coded, "reason_code", _("请选一个原因"))
    found.stop()
    family = family_of(uow.session, complaint)
    if action in _ENDS_CLOCK:
        close_work(uow, complaint)
    for row in family:
        _step(uow, row, action, new)
        row.reason_code = reason.code if reason else row.reason_code
        row.referred_to = authority if action is ComplaintAction.REFER else row.referred_to
    uow.session.flush()
    for row in family:
        words = _words_for_reporter(uow, row, action, texts["told"])
        add_step(uow, row, action, told=words, note=texts["note"] if row is complaint else "")
        notices.tell_reporter(uow, row, action, words)
    uow.audit(f"complaint.{action.value}", complaint, reason=reason.code if reason else "", reports=len(family))
    employer = uow.session.get(Employer, complaint.employer_id) if complaint.employer_id is not None else None
    organization = uow.session.get(Organization, employer.organization_id) if employer is not None else None
    if action is ComplaintAction.ACCEPT:
        open_work(uow, complaint, organization)
    is_known = complaint.asked_at is not None or complaint.outcome is Outcome.FOUNDED
    if action in OUTCOMES and is_known and organization is not None:
        notices.tell_decided(uow, complaint, organization.id)
    return complaint


def _next_state(complaint: Complaint, action: ComplaintAction, version: int | None) -> ComplaintState:
    """The state that ``action`` leads to. Raises ``Conflict``."""
    if complaint.same_as_id is not None:
        raise Conflict(_("这件和同一件事的另一件一起办，请在那一件里办理"))
    new = COMPLAINT_FLOW.get((complaint.state, action))
    if new is None or (version is not None and version != complaint.version):
        raise Conflict(_("同事刚办过，现在的状态是“%(state)s”，请看过再办", state=complaint.state.label))
    return new


def _step(uow: UnitOfWork, row: Complaint, action: ComplaintAction, new: ComplaintState) -> None:
    row.state = new
    if action is ComplaintAction.ACCEPT:
        days = int(rule_value(uow.session, "complaint_close_days", uow.today))
        row.accepted_at, row.escalated_on = uow.now, None
        row.due_on = add_working_days(uow.session, uow.today, days)[0]
    if row.handler_id is None:
        row.handler_id = uow.actor.user_id
    if action in OUTCOMES:
        row.outcome, row.decided_at = OUTCOMES[action], uow.now
    if new in ENDED:
        row.closed_at = uow.now


def _words_for_reporter(uow: UnitOfWork, row: Complaint, action: ComplaintAction, told: str) -> str:
    """What a step tells, beside what the clerk wrote."""
    if action is ComplaintAction.ACCEPT:
        own = _("最晚 %(day)s办结。", day=day_words(row.due_on))
    elif action is ComplaintAction.REFUSE:
        reason = uow.session.get_one(Reason, row.reason_code)
        own = _("%(reason)s。%(hint)s", reason=names(uow.session, Reason)[reason.code], hint=reason.hint)
    elif action is ComplaintAction.REFER:
        own = _("已转给%(authority)s，由它处理并答复。", authority=row.referred_to)
    else:
        own = ""
    return "\n".join(text for text in (own, told) if text)


def assign_complaint(uow: UnitOfWork, complaint: Complaint, *, to: str) -> Complaint:
    """Name the colleague (public id) who handles it: nobody else may look at who reported."""
    require(can_handle_complaint(uow.actor, complaint))
    clerk = find_clerk(uow, to) if to else None
    if clerk is None:
        raise Invalid(fields={"to": _("请从列表里选一位同事")})
    for row in family_of(uow.session, complaint):
        row.handler_id = clerk.id
    uow.session.flush()
    task = uow.session.scalars(select(Task).where(Task.once == complaint.once, Task.state == TaskState.OPEN)).first()
    if task is not None:
        assign_task(uow, task, to=clerk.public_id)
    uow.audit("complaint.assign", complaint, to=clerk.public_id)
    return complaint


# ---------- the employer's side ----------


def ask_employer(uow: UnitOfWork, complaint: Complaint, *, question: str) -> Complaint:
    """Ask the employer for its side, in the office's own words. Raises ``Conflict`` unless it is being looked into."""
    require(can_handle_complaint(uow.actor, complaint))
    found = Findings()
    text = clean_text(question)[:MOST_TOLD]
    found.check(len(text) >= 4, "question", _("请写明要单位说明什么，不要写出是谁反映的"))
    keep_secrets_out(found, {"question": text}, accept_masked=False)
    found.stop()
    employer = uow.session.get(Employer, complaint.employer_id) if complaint.employer_id is not None else None
    if complaint.state is not ComplaintState.INVESTIGATING or complaint.same_as_id is not None or employer is None:
        raise Conflict(_("开始调查以后才能请单位说明"))
    complaint.question, complaint.asked_at = text, uow.now
    uow.session.flush()
    add_step(uow, complaint, ComplaintAction.ASK)
    uow.audit("complaint.ask", complaint)
    notices.tell_asked(uow, complaint, employer.organization_id)
    return complaint


def state_case(uow: UnitOfWork, complaint: Complaint, employer: Employer, *, words: str) -> Complaint:
    """The employer says how it was; a second time replaces the first. Raises ``Conflict`` once it is decided."""
    require(can_state_case(uow.actor, employer) and complaint.employer_id == employer.id)
    found = Findings()
    text = clean_text(words)
    found.check(4 <= len(text) <= 2000, "words", _("请写清楚情况，4 到 2000 个字"))
    keep_secrets_out(found, {"words": text}, accept_masked=False)
    found.stop()
    if complaint.asked_at is None or complaint.state is not ComplaintState.INVESTIGATING:
        raise Conflict(_("这件事已经查完，不用再说明了"))
    complaint.statement, complaint.stated_at, complaint.stated_by_id = text, uow.now, uow.actor.user_id
    uow.session.flush()
    add_step(uow, complaint, ComplaintAction.STATEMENT)
    uow.audit("complaint.statement", complaint)
    return complaint


# ---------- postings that wait ----------


def release_postings(uow: UnitOfWork, complaint: Complaint) -> tuple[int, int]:
    """End the hold on the postings of a decided complaint; returns how many run again, and how many stay paused.

    A posting that another complaint holds too goes on waiting. Raises ``Conflict`` before it is decided.
    """
    require(can_handle_complaint(uow.actor, complaint))
    if complaint.state in UNDECIDED:
        raise Conflict(_("查完以后才能解除暂停"))
    mine = select(ComplaintHold).where(ComplaintHold.complaint_id == complaint.id, ComplaintHold.released_at.is_(None))
    opened = paused = 0
    for hold in uow.session.scalars(mine.order_by(ComplaintHold.id).with_for_update()).all():
        hold.released_at, hold.released_by_id = uow.now, uow.actor.user_id
        uow.session.flush()
        other = uow.session.scalars(
            select(ComplaintHold)
            .where(ComplaintHold.posting_id == hold.posting_id, ComplaintHold.released_at.is_(None))
            .order_by(ComplaintHold.id)
            .limit(1)
        ).one_or_none()
        if other is not None:
            other.was_open = other.was_open or hold.was_open
            continue
        posting = record_released(uow, hold.posting_id, reopen=hold.was_open)
        opened += hold.was_open and posting.state is PostingState.OPEN
        paused += hold.was_open and posting.state is not PostingState.OPEN
    if opened or paused:
        employer = uow.session.get_one(Employer, complaint.employer_id)
        notices.tell_released(uow, complaint, employer.organization_id, opened, paused)
    add_step(uow, complaint, ComplaintAction.RELEASE)
    uow.audit("complaint.release", complaint, opened=opened, paused=paused)
    return opened, paused


# ---------- who reported ----------


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported, as far as they said."""

    name: str
    phone: str


def see_reporter(uow: UnitOfWork, complaint: Complaint, *, reason: str) -> Reporter:
    """Name and phone of whoever reported, for the colleague who handles it; the look and its reason are recorded."""
    require(can_see_reporter(uow.actor, complaint))
    why = clean_line(reason)[:100]
    if len(why) < 2:
        raise Invalid(fields={"reason": _("请写明为什么要看，例如“电话核实情况”")})
    person = uow.session.get(Person, complaint.person_id) if complaint.person_id is not None else None
    uow.audit("complaint.reporter", person or complaint, reason=why, complaint=complaint.public_id)
    own = (person.phone or "") if person is not None else ""
    return Reporter(person.name if person is not None else "", complaint.phone or own)


def read_complaint_paper(uow: UnitOfWork, complaint: Complaint, paper: ComplaintPaper) -> tuple[bytes, StoredFile]:
    """The content of a file and its row; that it was opened leaves a trace."""
    require(can_handle_complaint(uow.actor, complaint))
    uow.audit("complaint.paper_read", complaint, paper=paper.public_id)
    return read_file(uow, paper.file), paper.file
