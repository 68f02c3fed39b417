"""Postings that come in by tables and machines: kept unpublished, each once, changed only where their row changed.

A row is read into a ``Draft`` first (``read_drafts``), which looks at the texts and takes its time; then drafts are
laid beside what is there (``place_drafts``), which is short, so that a long table never holds the others up.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from jobmatch.core.errors import require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.reference.queries import posting_rules
from recruiters.employers.models import Employer
from recruiters.postings.ages import ages_in
from recruiters.postings.checks import CHECKED_FIELDS, check_posting, has_block, missing_elements
from recruiters.postings.models import Posting
from recruiters.postings.policies import can_import_posting
from recruiters.postings.queries import load_full
from recruiters.postings.services.answers import answer_row
from recruiters.postings.services.moving import start_review
from recruiters.postings.services.writing import MAX_VALID_DAYS, blank_posting, recheck
from recruiters.postings.states import PostingState, YesWay
from recruiters.postings.values import RequirementInput, apply_values, requirement_rows

KEY_LENGTH = 120
OVER = frozenset({PostingState.CLOSED, PostingState.FILLED, PostingState.EXPIRED})
"""A posting in these states is not changed by a row any more."""
UNTOUCHED = frozenset({PostingState.IMPORTED, PostingState.IN_REVIEW})


class Outcome(Enum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DUPLICATE = "duplicate"
    ENDED = "ended"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What a row says, in our columns; ``source_row`` is the row as it was written, by the titles of our fields."""

    key: str
    values: Mapping[str, Any]
    source_row: Mapping[str, str]
    needs: tuple[RequirementInput, ...] = ()


@dataclass(slots=True)
class Draft:
    """A row on its way; ``number`` is its place in the table, ``employer`` is None while it would be made anew.

    ``errors`` say by field why it cannot be kept; ``posting`` is made from the row, ``known`` is what the row brought
    before, ``twin`` a posting that says the same already (``twin_row``: an earlier row of this very table).
    """

    number: int
    row: ImportedRow
    posting: Posting
    errors: dict[str, str]
    employer_name: str = ""
    employer: Employer | None = None
    outcome: Outcome = Outcome.REFUSED
    known: Posting | None = None
    twin: Posting | None = None
    twin_row: int = 0


@dataclass(slots=True)
class Seen:
    """Rows of one table that went before: by key, and by employer, title and place."""

    keys: dict[str, int] = field(default_factory=dict)
    twins: dict[tuple[Any, ...], int] = field(default_factory=dict)


def source_key(prefix: str, key: str) -> str:
    """The name of a row for good within everything that is imported; a long key is shortened to its hash."""
    whole = f"{prefix}:{key}"
    return whole if len(whole) <= KEY_LENGTH else f"{prefix}:{hashlib.sha256(key.encode()).hexdigest()}"


def read_draft(uow: UnitOfWork, number: int, row: ImportedRow) -> Draft:
    """A posting made from a row, with what cannot be kept and what the rules find in its words; nothing is stored.

    Ages are also read from the texts. A validity beyond the longest one allowed is cut to it.
    """
    posting = blank_posting(uow)
    values = dict(row.values)
    latest = uow.today + timedelta(days=MAX_VALID_DAYS)
    if values.get("valid_through"):
        values["valid_through"] = min(values["valid_through"], latest)
    said = ages_in("\n".join(str(values.get(name) or "") for name in ("title", "duties", "requirement_text")))
    errors = apply_values(uow.session, posting, {name: value for name, (value, _words) in said.items()} | values)
    if values.get("valid_through") and values["valid_through"] < uow.today:
        errors["valid_through"] = _("有效期已经过了")
    posting.requirements[:] = requirement_rows(uow.session, row.needs, errors)
    posting.findings = _findings(uow.session, posting)
    return Draft(number, row, posting, errors)


def _findings(session: Session, posting: Posting) -> list[dict[str, Any]]:
    """What the rules find. A table is checked before it is confirmed and stored after, mostly by the same process: what
    was found in the same words by the same rules is kept by its hash, which saves most of the second pass.
    """
    rules = posting_rules(session)
    words = [rule.code + rule.pattern.pattern + rule.message for rule in rules]
    words += [str(getattr(posting, name)) for name in (*CHECKED_FIELDS, "pay_low_yuan", "pay_high_yuan")]
    key = hashlib.blake2b("\x00".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    found = _checked.get(key)
    if found is None:
        if len(_checked) >= MOST_CHECKED:
            _checked.clear()
        found = _checked[key] = [finding.as_json() for finding in check_posting(rules, posting)]
    return [dict(finding) for finding in found]


MOST_CHECKED = 50_000
_checked: dict[bytes, list[dict[str, Any]]] = {}


def twin_key(employer: Any, posting: Posting) -> tuple[Any, ...]:
    """Equal for postings of one employer with the same title at the same place."""
    return employer, _fold(posting.title), posting.region_code or _fold(posting.address)


def _fold(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFKC", text).casefold() if unicodedata.category(c)[0] in "LN")
    return "".join(kept)


def place_drafts(
    uow: UnitOfWork,
    drafts: Sequence[Draft],
    *,
    prefix: str,
    source_name: str,
    consent: YesWay | None,
    read: Callable[[Mapping[str, str]], ImportedRow],
    seen: Seen,
    is_dry: bool = False,
    is_official: bool = False,
) -> None:
    """Say of each draft what becomes of it, and store what is new or changed, unless ``is_dry``; never raises for one.

    A row is known by its key within ``prefix``. ``read`` reads a row that was stored before, so that only what the
    sender changed is changed. Nothing becomes public: a posting with all legal elements waits for review, any other
    stays an import; one that was public goes back to review. In an ``is_official`` table every key is a post of its
    own, so that only other sources can have the same one.
    """
    require(can_import_posting(uow.actor))
    known = _known(uow.session, [source_key(prefix, draft.row.key) for draft in drafts])
    employer_ids = {draft.employer.id for draft in drafts if draft.employer is not None}
    twins = _twins(uow.session, employer_ids, without=f"{prefix}:" if is_official else None)
    new: list[Posting] = []
    for draft in drafts:
        if draft.errors:
            continue
        key = source_key(prefix, draft.row.key)
        identity = twin_key(draft.employer.id if draft.employer else draft.employer_name, draft.posting)
        found = known.get(key)
        draft.twin_row = seen.keys.get(key) or (0 if found or is_official else seen.twins.get(identity, 0))
        draft.twin = None if found or draft.twin_row else twins.get(identity)
        if draft.twin_row or draft.twin is not None:
            draft.outcome = Outcome.DUPLICATE
            continue
        seen.keys[key] = seen.twins[identity] = draft.number
        if found is not None:
            draft.outcome, draft.known = _meet(uow, found, draft, read=read, consent=consent, is_dry=is_dry), found
            continue
        draft.outcome = Outcome.NEW
        if not is_dry and draft.employer is not None:
            _own(uow, draft, draft.employer, key, source_name, is_agreed=consent is not None)
            new.append(draft.posting)
    if is_dry:
        return
    uow.session.add_all(new)
    uow.session.flush()
    if consent is not None:
        uow.session.add_all([answer_row(uow, posting, is_yes=True, way=consent) for posting in new])
        uow.session.flush()
    uow.audit_each("posting.import", new, source=source_name[:40])


def _known(session: Session, keys: Collection[str]) -> dict[str, Posting]:
    query = load_full(select(Posting).where(Posting.source_key.in_(keys)))
    return {str(posting.source_key): posting for posting in session.scalars(query)}


def _twins(session: Session, employer_ids: Collection[int], without: str | None) -> dict[tuple[Any, ...], Posting]:
    """Postings of the employers that are not over, by what makes them the same; those whose key begins with ``without``
    are left out. The employers' rows are locked, so that two tables at once do not store the same posting twice.
    """
    session.execute(select(Employer.id).where(Employer.id.in_(employer_ids)).order_by(Employer.id).with_for_update())
    over = (PostingState.CLOSED, PostingState.EXPIRED)
    query = select(Posting).where(Posting.employer_id.in_(employer_ids), Posting.state.not_in(over))
    return {
        twin_key(posting.employer_id, posting): posting
        for posting in session.scalars(query)
        if without is None or not (posting.source_key or "").startswith(without)
    }


def _own(uow: UnitOfWork, draft: Draft, employer: Employer, key: str, source_name: str, *, is_agreed: bool) -> None:
    posting = draft.posting
    posting.employer_id, posting.employer = employer.id, employer
    posting.source_name, posting.source_key, posting.source_row = source_name[:80], key, dict(draft.row.source_row)
    posting.is_office_entry, posting.created_by_id = True, uow.actor.user_id
    posting.created_at = posting.changed_at = posting.written_at = uow.now
    posting.agreed_at = uow.now if is_agreed else None
    posting.missing = missing_elements(posting)
    _settle(uow, posting, has_count=draft.row.values.get("vacancy_count") is not None)


def _settle(uow: UnitOfWork, posting: Posting, *, has_count: bool = True) -> None:
    """Where an imported posting stands: before the office, or with what it lacks and what the rules found."""
    if not has_count:
        posting.missing = ["headcount", *posting.missing]
    is_ready = not posting.missing and not has_block(posting.findings)
    posting.state = PostingState.IN_REVIEW if is_ready else PostingState.IMPORTED
    if is_ready:
        start_review(uow, posting)
    else:
        posting.submitted_at = posting.review_due_on = None


def _meet(
    uow: UnitOfWork,
    found: Posting,
    draft: Draft,
    *,
    read: Callable[[Mapping[str, str]], ImportedRow],
    consent: YesWay | None,
    is_dry: bool,
) -> Outcome:
    """What a row does to the posting it brought before; what the employer agreed to before that is over."""
    if dict(found.source_row) == dict(draft.row.source_row):
        return Outcome.SAME
    if found.state in OVER:
        return Outcome.ENDED
    if is_dry:
        return Outcome.CHANGED
    before = read(found.source_row)
    changed = {name: value for name, value in draft.row.values.items() if before.values.get(name) != value}
    with uow.session.no_autoflush:
        errors = apply_values(uow.session, found, changed)
    if errors:
        uow.session.expire(found)
        draft.errors |= errors
        return Outcome.REFUSED
    if draft.row.needs != before.needs:
        gone = {(need.kind, need.code) for need in before.needs}
        kept = [need for need in found.requirements if (need.kind, need.code) not in gone]
        found.requirements[:] = [*kept, *requirement_rows(uow.session, draft.row.needs, {})]
    found.source_row = dict(draft.row.source_row)
    found.changed_at = found.written_at = uow.now
    found.agreed_at = None
    recheck(uow, found)
    old = found.state
    if old not in (PostingState.DRAFT, PostingState.RETURNED):
        _settle(
            uow, found, has_count=draft.row.values.get("vacancy_count") is not None or "vacancy_count" not in changed
        )
    if consent is not None:
        uow.session.add(answer_row(uow, found, is_yes=True, way=consent))
    uow.session.flush()
    uow.audit("posting.reimport", found, old_state=old.value, new_state=found.state.value)
    return Outcome.CHANGED


def close_vanished(uow: UnitOfWork, prefix: str, kept: Select[Any], *, most: int) -> list[Posting]:
    """Close postings of a source that its full list no longer has (``kept`` gives the ids it has), at most ``most``.

    Their keys become free, so that a posting that comes back is a new one.
    """
    require(can_import_posting(uow.actor))
    mine = Posting.source_key.startswith(f"{prefix}:", autoescape=True)
    query = select(Posting).where(mine, Posting.state != PostingState.CLOSED, Posting.id.not_in(kept))
    gone = uow.session.scalars(query.order_by(Posting.id).limit(most)).all()
    _close(uow, gone, _("来源的全表里没有这个岗位了"))
    uow.audit_each("posting.vanish", gone)
    return list(gone)


def withdraw_imported(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """Take back postings that an import brought and nobody touched since; returns why others stay, by id.

    They are closed and not deleted, because an index may still name them; their keys become free.
    """
    require(can_import_posting(uow.actor))
    kept: dict[int, str] = {}
    gone = []
    for posting in uow.session.scalars(select(Posting).where(Posting.id.in_(ids)).order_by(Posting.id)):
        if posting.state not in UNTOUCHED:
            kept[posting.id] = _("现在是“%(state)s”，已经有人办理", state=posting.state.label)
        elif posting.version != 1 or posting.changed_at != posting.created_at:
            kept[posting.id] = _("导入以后改过")
        else:
            gone.append(posting)
    _close(uow, gone, _("导入已撤销"))
    uow.audit_each("posting.import_undone", gone)
    return kept


def _close(uow: UnitOfWork, postings: Iterable[Posting], note: str) -> None:
    for posting in postings:
        posting.state, posting.source_key, posting.changed_at = PostingState.CLOSED, None, uow.now
        posting.review_note = note
    uow.session.flush()
