"""Writing postings: drafts from a title, an advertisement, a template or an older posting, and changes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import inspect

from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import find_region_by_name, posting_rules
from recruiters.employers.models import Employer
from recruiters.employers.queries import get_employer
from recruiters.postings.checks import check_posting, missing_elements
from recruiters.postings.models import Posting
from recruiters.postings.paste import read_advertisement
from recruiters.postings.policies import can_create_posting, can_edit_posting, can_enter_posting
from recruiters.postings.queries import get_posting
from recruiters.postings.states import PostingState
from recruiters.postings.values import RequirementInput, apply_values, clean_text, requirement_rows, values_of

MAX_VALID_DAYS = 90
EDITABLE_STATES = frozenset({PostingState.DRAFT, PostingState.RETURNED, PostingState.IMPORTED})


def create_posting(
    uow: UnitOfWork, employer: Employer, *, values: Mapping[str, Any], requirements: Sequence[RequirementInput] = ()
) -> Posting:
    """A draft of ``employer``. ``values`` are columns of ``values.EDITABLE``; only a title is needed.

    Raises ``Invalid`` with a message for each value that cannot be kept.
    """
    require(can_create_posting(uow.actor, employer))
    posting = new_posting(uow, employer)
    fill_posting(uow, posting, values, requirements)
    uow.audit("posting.create", posting)
    return posting


def begin_posting(uow: UnitOfWork, employer: Employer, *, title: str, advertisement: str = "", **only: Any) -> Posting:
    """A draft from a title, or from an advertisement: what it says fills the columns, and its text is kept to show.

    ``only``: ``only_for`` and ``valid_through`` of a posting for one fair. Raises ``Invalid`` on ``title`` where
    neither names the work.
    """
    require(can_create_posting(uow.actor, employer))
    return _begin(uow, employer, title, advertisement, **only)


def enter_posting(uow: UnitOfWork, employer: Employer, *, title: str, advertisement: str = "", **only: Any) -> Posting:
    """代录入: the office begins a posting for an employer, which has to agree before it is published."""
    require(can_enter_posting(uow.actor, employer))
    return _begin(uow, employer, title, advertisement, is_office_entry=True, **only)


def record_fair_day(uow: UnitOfWork, posting: Posting, day: date) -> None:
    """The fair that a posting is meant for alone is now on this day, which is the last of its validity."""
    posting.valid_through, posting.changed_at = day, uow.now
    uow.session.flush()
    uow.audit("posting.fair_day", posting)


def _begin(uow: UnitOfWork, employer: Employer, title: str, advertisement: str, **kept: Any) -> Posting:
    text = clean_text(advertisement)
    found = read_advertisement(text)
    values = {name: reading.value for name, reading in found.values.items()}
    if title.strip() or "title" not in values:
        values["title"] = title
    place = find_region_by_name(uow.session, values.get("address", "")) if values.get("address") else None
    if place is not None:
        values["region_code"] = place.code
    posting = new_posting(uow, employer, source_row={"advertisement": text} if text else {}, **kept)
    fill_posting(uow, posting, values, [reading.value for reading in found.needs])
    uow.audit("posting.create", posting, pasted=bool(text), by_office=posting.is_office_entry)
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
    fill_posting(uow, posting, values, requirements)
    uow.audit("posting.update", posting)
    return posting


def copy_posting(uow: UnitOfWork, posting: Posting) -> Posting:
    """A new draft with the same content, without validity."""
    posting = get_posting(uow.session, posting.id)
    require(can_create_posting(uow.actor, posting.employer))
    copy = new_posting(uow, posting.employer)
    copied = [RequirementInput(r.kind, r.code, r.level, r.years, r.is_must, r.label) for r in posting.requirements]
    fill_posting(uow, copy, {**values_of(posting), "valid_through": None}, copied)
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


def new_posting(uow: UnitOfWork, employer: Employer, **values: Any) -> Posting:
    """An empty draft that is not in the database yet."""
    posting = blank_posting(uow, employer_id=employer.id, **values)
    has_all = "organization" not in inspect(employer).unloaded
    posting.employer = employer if has_all else get_employer(uow.session, employer.id)
    return posting


def fill_posting(
    uow: UnitOfWork, posting: Posting, values: Mapping[str, Any], requirements: Sequence[RequirementInput] | None
) -> None:
    """Put values and requirements on a posting and check it; what its employer agreed to before is over."""
    if posting.only_for:
        values = {**values, "valid_through": posting.valid_through}
    errors = apply_values(uow.session, posting, values)
    valid_through = values.get("valid_through")
    if valid_through is not None:
        errors |= validity_errors(uow, valid_through)
    rows = None if requirements is None else requirement_rows(uow.session, requirements, errors)
    if errors:
        raise Invalid(fields=errors)
    if rows is not None:
        posting.requirements[:] = rows
    posting.changed_at = posting.written_at = uow.now
    posting.agreed_at = None
    uow.session.add(posting)
    recheck(uow, posting)
    uow.session.flush()


def recheck(uow: UnitOfWork, posting: Posting) -> None:
    """Store what is missing and what the rules find in the posting as it stands."""
    posting.missing = missing_elements(posting)
    posting.findings = [finding.as_json() for finding in check_posting(posting_rules(uow.session), posting)]


def validity_errors(uow: UnitOfWork, valid_through: date) -> dict[str, str]:
    """A message where ``valid_through`` is over or too far away."""
    latest = uow.today + timedelta(days=MAX_VALID_DAYS)
    if uow.today <= valid_through <= latest:
        return {}
    message = _("有效期从今天算起最长 %(n)s 天，请填 %(latest)s 或更早的日期", n=MAX_VALID_DAYS, latest=latest)
    return {"valid_through": message if valid_through > latest else _("有效期已经过了，请填今天以后的日期")}
