"""The steps of a posting, and what has to be right before anybody sees it."""

from __future__ import annotations

from datetime import date

from jobmatch.casework.tasks.services import close_task
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import add_working_days, rule_value
from jobmatch.reference.states import ReasonKind
from recruiters.employers.queries import papers_of, permit_blocks
from recruiters.employers.states import PaperKind, PaperVerdict, VettingState
from recruiters.postings import notices
from recruiters.postings.checks import ELEMENT_LABELS
from recruiters.postings.models import Posting
from recruiters.postings.policies import (
    can_answer_entry,
    can_confirm_posting,
    can_edit_posting,
    can_review_posting,
    can_submit_posting,
)
from recruiters.postings.queries import find_reserved, get_posting
from recruiters.postings.reserved import reserved_blocks, reserved_words
from recruiters.postings.services.answers import log_answer
from recruiters.postings.services.writing import EDITABLE_STATES, recheck, validity_errors
from recruiters.postings.states import POSTING_FLOW, PostingState, YesWay

_BY_STAFF = frozenset({"publish", "return", "take_down"})
_BY_SYSTEM = frozenset({"fill", "reopen", "expire"})


def move_posting(
    uow: UnitOfWork,
    posting: Posting,
    action: str,
    *,
    reason_code: str | None = None,
    note: str = "",
    valid_through: date | None = None,
) -> Posting:
    """Take one step of ``POSTING_FLOW``.

    ``return`` and ``take_down`` need a coded reason of kind ``posting_return``; ``renew`` needs ``valid_through``.
    Raises ``Conflict`` where the present state has no such step, ``Invalid`` where something has to be mended first.
    """
    posting = get_posting(uow.session, posting.id)
    require(_may_move(uow, posting, action))
    old = posting.state
    new = POSTING_FLOW.get((old, action))
    if new is None:
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，不能这样操作，请刷新后再看", state=old.label))
    if action in {"return", "take_down"}:
        _take_reason(uow, posting, reason_code, note)
    elif action == "renew":
        _renew(uow, posting, valid_through)
    if posting.is_office_entry and action in {"submit", "renew", "resume"}:
        _take_yes(uow, posting, action)
    if new is PostingState.OPEN:
        need_publishable(uow, posting)
        posting.confirmed_at, posting.confirm_asked_on = uow.now, None
    elif new is PostingState.IN_REVIEW:
        need_complete(uow, posting)
    if old is PostingState.IN_REVIEW:
        close_task(uow, once=review_once(posting), outcome=new.label)
        posting.review_due_on = posting.escalated_on = None
    if new is PostingState.IN_REVIEW:
        start_review(uow, posting)
    if action == "publish":
        posting.published_at, posting.reviewed_by_id = uow.now, uow.actor.user_id
        posting.review_reason_code, posting.review_note = None, note.strip()[:300]
    posting.state, posting.changed_at = new, uow.now
    uow.session.flush()
    uow.audit(f"posting.{action}", posting, reason=reason_code or "", old_state=old.value, new_state=new.value)
    if action == "submit" and posting.is_office_entry and posting.agreed_at is None:
        notices.tell_entered(uow, posting)
    if action in notices.TOLD:
        notices.tell_decision(uow, posting, action)
    return posting


def start_review(uow: UnitOfWork, posting: Posting) -> None:
    """Start the office's clock for a posting that comes before it."""
    days = int(rule_value(uow.session, "posting_review_days", uow.today))
    posting.submitted_at, posting.review_due_on = uow.now, add_working_days(uow.session, uow.today, days)[0]


def review_once(posting: Posting) -> str:
    """The occasion of the 督办 task about the review that is due now."""
    return f"posting-review:{posting.public_id}:{posting.review_due_on}"


def _take_yes(uow: UnitOfWork, posting: Posting, action: str) -> None:
    """Whoever belongs to the employer and sends the posting on agrees by that; the office goes on without it nowhere.

    A link on a phone acts as the system: it may bring a paused posting back, since nothing of it has changed.
    """
    if action == "resume":
        if not can_confirm_posting(uow.actor, posting, posting.employer):
            raise Conflict(_("这个岗位是服务站代录入的，请单位自己恢复"))
        return
    if can_answer_entry(uow.actor, posting, posting.employer) and not uow.actor.is_system:
        log_answer(uow, posting, is_yes=True, way=YesWay.IN_APP)
    elif action == "renew" and posting.state is PostingState.OPEN and posting.source_key is None:
        raise Conflict(_("这个岗位是服务站代录入的，请单位自己续期"))
    elif action == "renew" and posting.state is not PostingState.OPEN:
        posting.agreed_at = None


def _may_move(uow: UnitOfWork, posting: Posting, action: str) -> bool:
    actor, employer = uow.actor, posting.employer
    if action in _BY_SYSTEM:
        return actor.is_system
    if action in _BY_STAFF:
        return can_review_posting(actor, posting, employer)
    if action == "adopt" or (action == "close" and posting.state in EDITABLE_STATES):
        return can_edit_posting(actor, posting, employer)
    return can_submit_posting(actor, posting, employer)


def _take_reason(uow: UnitOfWork, posting: Posting, reason_code: str | None, note: str) -> None:
    reason = uow.session.get(Reason, reason_code) if reason_code else None
    if reason is None or reason.kind != ReasonKind.POSTING_RETURN:
        raise Invalid(fields={"reason_code": _("请选一个退回原因")})
    posting.review_reason_code, posting.review_note = reason.code, note.strip()[:300]
    posting.reviewed_by_id = uow.actor.user_id


def _renew(uow: UnitOfWork, posting: Posting, valid_through: date | None) -> None:
    if posting.only_for:
        raise Conflict(_("这个岗位只在一场招聘会上招，不能续期；以后还招，请复制成新的岗位"))
    if valid_through is None:
        raise Invalid(fields={"valid_through": _("请填新的有效期")})
    errors = validity_errors(uow, valid_through)
    if errors:
        raise Invalid(fields=errors)
    posting.valid_through = valid_through


def need_complete(uow: UnitOfWork, posting: Posting) -> None:
    """Raise ``Invalid`` unless every legal element is there, in time, and no rule blocks."""
    recheck(uow, posting)
    problems = {code: _("还没有填：%(what)s", what=_(ELEMENT_LABELS[code])) for code in posting.missing}
    if posting.valid_through is not None:
        problems |= validity_errors(uow, posting.valid_through)
    for finding in posting.findings:
        if finding["severity"] == "block":
            words = _("“%(text)s”：%(advice)s", text=finding["text"], advice=finding["message"])
            problems[finding["field"]] = words
    if posting.filled_count >= posting.vacancy_count:
        problems["vacancy_count"] = _("已经招满，请增加招聘人数")
    if problems:
        raise Invalid(fields=problems)


def need_publishable(uow: UnitOfWork, posting: Posting) -> None:
    """Raise ``Conflict`` where the employer may not publish now, else as ``need_complete``."""
    employer = posting.employer
    if posting.held_at is not None:
        raise Conflict(_("有人反映这个岗位的问题，服务站在核实；核实完才能恢复"))
    if employer.vetting is not VettingState.VETTED:
        raise Conflict(_("单位资质现在是“%(state)s”，审核通过后才能发布", state=employer.vetting.label))
    if employer.recheck_on is None or employer.recheck_on < uow.today:
        raise Conflict(_("单位资质复核已过期，复核后才能发布"))
    # Whoever was vetted as an employer and calls itself an agency later has shown no permit yet, and permits run out.
    papers = papers_of(uow.session, [employer])[employer.id]
    blocks = permit_blocks(employer, papers, uow.today)
    if PaperKind.LICENCE in papers and papers[PaperKind.LICENCE].verdict is PaperVerdict.UNREADABLE:
        blocks.append(_("营业执照或登记证书看不清或不一致，请单位重新上传"))
    if posting.is_office_entry and posting.agreed_at is None:
        blocks.append(_("这个岗位是服务站代录入的，单位同意以后才能发布"))
    if blocks:
        raise Conflict(_("；").join(blocks))
    need_complete(uow, posting)
    if posting.is_reserved:
        lines = reserved_blocks(uow.session, posting, find_reserved(uow.session, posting.id), uow.today)
        if lines:
            raise Invalid(fields={"is_reserved": reserved_words(lines)})
