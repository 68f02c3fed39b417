"""Writing, checking, publishing and counting postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, inspect, select, update

from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.models import Reason
from jobmatch.reference.queries import find_region_by_name, posting_rules
from jobmatch.reference.states import ReasonKind
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer, papers_of, permit_blocks
from recruiters.employers.states import VettingState
from recruiters.postings import notices
from recruiters.postings.checks import ELEMENT_LABELS, check_posting, has_block, missing_elements
from recruiters.postings.models import Posting
from recruiters.postings.paste import read_advertisement
from recruiters.postings.policies import (
    can_create_posting,
    can_edit_posting,
    can_review_posting,
    can_submit_posting,
)
from recruiters.postings.queries import expired_posting_ids, get_posting
from recruiters.postings.states import POSTING_FLOW, PostingState
from recruiters.postings.values import RequirementInput, apply_values, clean_text, requirement_rows, values_of

MAX_VALID_DAYS = 90
EXPIRE_BATCH = 100
EDITABLE_STATES = frozenset({PostingState.DRAFT, PostingState.RETURNED, PostingState.IMPORTED})
_BY_STAFF = frozenset({"publish", "return", "take_down"})
_BY_SYSTEM = frozenset({"fill", "reopen", "expire"})


def create_posting(
    uow: UnitOfWork, employer: Employer, *, values: Mapping[str, Any], requirements: Sequence[RequirementInput] = ()
) -> Posting:
    """A draft of ``employer``. ``values`` are columns of ``values.EDITABLE``; only a title is needed.

    Raises ``Invalid`` with a message for each value that cannot be kept.
    """
    require(can_create_posting(uow.actor, employer))
    posting = _new_posting(uow, employer)
    _fill(uow, posting, values, requirements)
    uow.audit("posting.create", posting)
    return posting


def begin_posting(uow: UnitOfWork, employer: Employer, *, title: str, advertisement: str = "") -> Posting:
    """A draft from a title, or from an advertisement: what it says fills the columns, and its text is kept to show.

    Raises ``Invalid`` on ``title`` where neither names the work.
    """
    require(can_create_posting(uow.actor, employer))
    text = clean_text(advertisement)
    found = read_advertisement(text)
    values = {name: reading.value for name, reading in found.values.items()}
    if title.strip() or "title" not in values:
        values["title"] = title
    place = find_region_by_name(uow.session, values.get("address", "")) if values.get("address") else None
    if place is not None:
        values["region_code"] = place.code
    posting = _new_posting(uow, employer, source_row={"advertisement": text} if text else {})
    _fill(uow, posting, values, [reading.value for reading in found.needs])
    uow.audit("posting.create", posting, pasted=bool(text))
    return posting


def update_posting(
    uow: UnitOfWork,
    posting: Posting,
    *,
    values: Mapping[str, Any],
    requirements: Sequence[RequirementInput] | None = None,
    version: int | None = None,
) -> Posting:
    """Change a draft, returned or imported posting; ``requirements`` None leaves the list as it is.

    ``version`` is what the form was filled from. Raises ``Conflict`` where somebody saved meanwhile or the posting is
    in another state, ``Invalid`` for values that cannot be kept.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_edit_posting(uow.actor, posting, posting.employer))
    if version is not None and version != posting.version:
        raise Conflict(_("这个岗位刚被同事改过，请刷新后再改"))
    if posting.state not in EDITABLE_STATES:
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，请先撤回再修改", state=posting.state.label))
    _fill(uow, posting, values, requirements)
    uow.audit("posting.update", posting)
    return posting


def copy_posting(uow: UnitOfWork, posting: Posting) -> Posting:
    """A new draft with the same content, without validity."""
    posting = get_posting(uow.session, posting.id)
    require(can_create_posting(uow.actor, posting.employer))
    copy = _new_posting(uow, posting.employer)
    copied = [RequirementInput(r.kind, r.code, r.level, r.years, r.is_must, r.label) for r in posting.requirements]
    _fill(uow, copy, {**values_of(posting), "valid_through": None}, copied)
    uow.audit("posting.copy", copy, source=posting.public_id)
    return copy


def blank_posting(uow: UnitOfWork, **values: Any) -> Posting:
    """A posting that says nothing yet and belongs to nobody."""
    posting = Posting(
        state=PostingState.DRAFT,
        title="",
        duties="",
        requirement_text="",
        contract_party="",
        address="",
        work_time="",
        benefits="",
        age_basis="",
        vacancy_count=1,
        filled_count=0,
        region_path="",
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
        changed_at=uow.now,
        **values,
    )
    posting.requirements = []
    return posting


def _new_posting(uow: UnitOfWork, employer: Employer, **values: Any) -> Posting:
    posting = blank_posting(uow, employer_id=employer.id, **values)
    has_all = "organization" not in inspect(employer).unloaded
    posting.employer = employer if has_all else get_employer(uow.session, employer.id)
    return posting


def _fill(
    uow: UnitOfWork, posting: Posting, values: Mapping[str, Any], requirements: Sequence[RequirementInput] | None
) -> None:
    errors = apply_values(uow.session, posting, values)
    valid_through = values.get("valid_through")
    if valid_through is not None:
        errors |= _validity_errors(uow, valid_through)
    rows = None if requirements is None else requirement_rows(uow.session, requirements, errors)
    if errors:
        raise Invalid(fields=errors)
    if rows is not None:
        posting.requirements[:] = rows
    posting.changed_at = uow.now
    uow.session.add(posting)
    recheck(uow, posting)
    uow.session.flush()


def recheck(uow: UnitOfWork, posting: Posting) -> None:
    """Store what is missing and what the rules find in the posting as it stands."""
    posting.missing = missing_elements(posting)
    posting.findings = [finding.as_json() for finding in check_posting(posting_rules(uow.session), posting)]


def _validity_errors(uow: UnitOfWork, valid_through: date) -> dict[str, str]:
    latest = uow.today + timedelta(days=MAX_VALID_DAYS)
    if uow.today <= valid_through <= latest:
        return {}
    message = _("有效期从今天算起最长 %(n)s 天，请填 %(latest)s 或更早的日期", n=MAX_VALID_DAYS, latest=latest)
    return {"valid_through": message if valid_through > latest else _("有效期已经过了，请填今天以后的日期")}


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
    if action in {"submit", "renew"}:
        _need_complete(uow, posting)
        posting.submitted_at = uow.now
    elif new is PostingState.OPEN:
        _need_publishable(uow, posting)
    if action == "publish":
        posting.published_at, posting.reviewed_by_id = uow.now, uow.actor.user_id
        posting.review_reason_code, posting.review_note = None, note.strip()[:300]
    posting.state, posting.changed_at = new, uow.now
    uow.session.flush()
    uow.audit(f"posting.{action}", posting, reason=reason_code or "", old_state=old.value, new_state=new.value)
    if action in notices.TOLD:
        notices.tell_decision(uow, posting, action)
    return posting


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
    if valid_through is None:
        raise Invalid(fields={"valid_through": _("请填新的有效期")})
    errors = _validity_errors(uow, valid_through)
    if errors:
        raise Invalid(fields=errors)
    posting.valid_through = valid_through


def _need_complete(uow: UnitOfWork, posting: Posting) -> None:
    """Raise ``Invalid`` unless every legal element is there, in time, and no rule blocks."""
    recheck(uow, posting)
    problems = {code: _("还没有填：%(what)s", what=_(ELEMENT_LABELS[code])) for code in posting.missing}
    if posting.valid_through is not None:
        problems |= _validity_errors(uow, posting.valid_through)
    for finding in posting.findings:
        if finding["severity"] == "block":
            words = _("“%(text)s”：%(advice)s", text=finding["text"], advice=finding["message"])
            problems[finding["field"]] = words
    if posting.filled_count >= posting.vacancy_count:
        problems["vacancy_count"] = _("已经招满，请增加招聘人数")
    if problems:
        raise Invalid(fields=problems)


def _need_publishable(uow: UnitOfWork, posting: Posting) -> None:
    """Raise ``Conflict`` where the employer may not publish now, else as ``_need_complete``."""
    employer = posting.employer
    if employer.vetting is not VettingState.VETTED:
        raise Conflict(_("单位资质现在是“%(state)s”，审核通过后才能发布", state=employer.vetting.label))
    if employer.recheck_on is None or employer.recheck_on < uow.today:
        raise Conflict(_("单位资质复核已过期，复核后才能发布"))
    # Whoever was vetted as an employer and calls itself an agency later has shown no permit yet, and permits run out.
    papers = papers_of(uow.session, [employer] if employer.is_agency else [])
    if blocks := permit_blocks(employer, papers.get(employer.id, {}), uow.today):
        raise Conflict(_("；").join(blocks))
    if posting.source_key is not None and posting.consent_way is None:
        raise Conflict(_("还没有单位同意发布的记录。请先问单位，再记下是怎么同意的"))
    _need_complete(uow, posting)
    if has_block(posting.findings):
        raise Conflict(_("岗位里还有不能发布的内容"))


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
    posting.vacancy_count += count
    _need_publishable(uow, posting)
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
    """Take one hire back; a posting that was full opens again, or waits where a rule blocks it.

    Raises ``Conflict`` where nobody was counted.
    """
    changed = uow.session.execute(
        update(Posting)
        .where(Posting.id == posting_id, Posting.filled_count > 0)
        .values(
            filled_count=Posting.filled_count - 1,
            state=case((Posting.state == PostingState.FILLED, PostingState.OPEN), else_=Posting.state),
            version=Posting.version + 1,
            changed_at=uow.now,
        ),
        execution_options={"synchronize_session": False},
    ).rowcount  # type: ignore[attr-defined]
    posting = _reread(uow, posting_id)
    if changed != 1:
        raise Conflict(_("这个岗位还没有录用登记"))
    if posting.state is PostingState.OPEN:
        # The rules may have changed since it was published; no way back to the public passes them by.
        recheck(uow, get_posting(uow.session, posting_id))
        if has_block(posting.findings):
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


def expire_postings(uow: UnitOfWork) -> int:
    """Take postings offline whose validity is over, at most a batch; returns how many. Members are told."""
    ids = expired_posting_ids(uow.session, uow.today, EXPIRE_BATCH)
    for posting_id in ids:
        move_posting(uow, get_posting(uow.session, posting_id), "expire")
    return len(ids)
