"""Machines that send postings: their tokens, and what becomes of a list that one of them sends."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.states import OrganizationState
from jobmatch.core.actors import Actor
from jobmatch.core.clock import SHANGHAI
from jobmatch.core.errors import Conflict, Invalid, Limited, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.replay import claim_key, settle_key
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.batches import OpenUnit
from jobmatch.exchange.brakes import count_call
from jobmatch.exchange.models import PartnerToken, PostingImport, PostingSource
from jobmatch.exchange.policies import can_keep_token, can_make_token
from jobmatch.exchange.posting_columns import BY_TITLE, cells_of
from jobmatch.exchange.posting_imports import (
    close_some,
    finish,
    keep_outcomes,
    passage_of,
    save_source,
)
from jobmatch.exchange.posting_pass import duplicate_words
from jobmatch.exchange.states import ImportState
from jobmatch.reference.queries import rule_value
from recruiters.employers.queries import employer_of
from recruiters.postings.models import Posting
from recruiters.postings.services.importing import Draft, Outcome
from recruiters.postings.states import YesWay

MOST_CALLS = 60
"""Calls of one token in an hour."""
MOST_POSTINGS = 1000
"""Postings in one call."""
CHUNK = 100
PREFIX = "jmp_"
"""A token that lies about somewhere can be recognised by it."""


def make_token(
    uow: UnitOfWork, *, source: str, name: str, organization_id: int | None, region_path: str
) -> tuple[PartnerToken, str]:
    """A token for a source, and its text, which is stored nowhere. Raises ``Invalid``, ``Conflict``."""
    require(can_make_token(uow.actor, organization_id, region_path))
    clean = " ".join(name.split())
    if not 2 <= len(clean) <= 60:
        raise Invalid(fields={"name": _("请写谁用这个密钥，2 到 60 个字")})
    origin = save_source(uow, source, organization_id, region_path)
    _wait_for(uow, organization_id)
    live = (
        select(func.count(PartnerToken.id))
        .join(PostingSource, PostingSource.id == PartnerToken.source_id)
        .where(PostingSource.organization_id == organization_id, PartnerToken.revoked_at.is_(None))
    )
    most = int(rule_value(uow.session, "feed_tokens_most", uow.today))
    if (uow.session.scalar(live) or 0) >= most:
        raise Conflict(_("一个单位最多同时有 %(n)s 个密钥，请先停用不用的", n=most))
    text = PREFIX + secrets.token_urlsafe(32)
    token = PartnerToken(
        source_id=origin.id,
        name=clean,
        token_sha256=token_hash(text),
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(token)
    uow.session.flush()
    uow.audit("partner_token.make", token)
    return token, text


def _wait_for(uow: UnitOfWork, organization_id: int | None) -> None:
    """Let calls of one organization count one after the other; SQLite's writing units do that anyway."""
    uow.session.execute(select(Organization.id).where(Organization.id == organization_id).with_for_update())


def revoke_token(uow: UnitOfWork, token: PartnerToken) -> None:
    """Stop a token; a second press changes nothing."""
    source = uow.session.get_one(PostingSource, token.source_id)
    require(can_keep_token(uow.actor, source))
    if token.revoked_at is None:
        token.revoked_at = uow.now
        uow.audit("partner_token.revoke", token)


@dataclass(frozen=True, slots=True)
class Partner:
    """A machine that was let in."""

    token_id: int
    source_id: int
    region_path: str
    is_employer: bool
    actor: Actor


def admit(uow: UnitOfWork, text: str) -> Partner | None:
    """Who shows this token, counted as one call; None for one that is unknown, stopped, or of whom may not act now.

    Whoever made the token counts as the writer of what it sends, and so does not publish it alone.

    Raises ``Limited`` where it calls too often: counted before anything is read, so that bad calls count too.
    """
    query = (
        select(PartnerToken, PostingSource)
        .join(PostingSource, PostingSource.id == PartnerToken.source_id)
        .join(Organization, Organization.id == PostingSource.organization_id)
    )
    known = (
        PartnerToken.token_sha256 == token_hash(text),
        PartnerToken.revoked_at.is_(None),
        Organization.state == OrganizationState.ACTIVE,
    )
    row = uow.session.execute(query.where(*known)).one_or_none()
    if row is None:
        return None
    token, source = row
    if not count_call(uow, PartnerToken, token.id, window=timedelta(hours=1), most=MOST_CALLS):
        raise Limited(_("这一小时发得太多了，最多 %(n)s 次", n=MOST_CALLS), retry_after=3600)
    actor = Actor(
        user_id=token.created_by_id,
        label=_("接口：%(name)s", name=token.name),
        roles=frozenset({"partner"}),
        permissions=frozenset({"import.run"}),
        region_path=source.region_path,
        organization_id=source.organization_id,
        ip=uow.actor.ip,
    )
    is_employer = employer_of(uow.session, source.organization_id) is not None
    return Partner(token.id, source.id, source.region_path, is_employer, actor)


def checked_list(body: Any) -> tuple[list[Mapping[str, Any]], bool]:
    """The postings of a call and whether it is a full list. Raises ``Invalid`` by JSON field."""
    if not isinstance(body, dict):
        raise Invalid(_("请发一个 JSON 对象，里面有 postings"))
    rows, is_full = body.get("postings"), body.get("full_list", False)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Invalid(fields={"postings": _("postings 应该是岗位对象的列表，至少一个")})
    if len(rows) > MOST_POSTINGS:
        raise Invalid(fields={"postings": _("一次最多发 %(n)s 个岗位，请分几次发", n=MOST_POSTINGS)})
    if not isinstance(is_full, bool):
        raise Invalid(fields={"full_list": _("full_list 只能是 true 或 false")})
    known = {*BY_TITLE.values()}
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name not in known:
                raise Invalid(fields={f"postings[{number}].{name[:40]}": _("没有这个字段")})
            if not isinstance(value, str | int | float | bool | None):
                raise Invalid(fields={f"postings[{number}].{name}": _("只能是文字或数字")})
            # JSON can name half of a character, which no text can hold.
            if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
                raise Invalid(fields={f"postings[{number}].{name}": _("文字里有坏字符，请换成正常的文字")})
    return rows, is_full


def receive_postings(
    open_unit: OpenUnit, partner: Partner, rows: Sequence[Mapping[str, Any]], *, is_full: bool, key: str = ""
) -> Any:
    """Store a list that a machine sent, in short units, and tell what came of each row.

    Under the same ``key`` the same list gets the first answer again; sent without one it changes nothing. Raises
    ``Limited`` where the organization has sent its day's number of postings: counted before they are read.
    """
    with open_unit(writing=True) as uow:
        batch = _open_batch(uow, partner, rows, is_full=is_full)
        import_id, public_id, passage = batch.id, batch.public_id, passage_of(uow, batch)
    answers: list[dict[str, Any]] = []
    cells = [(number, cells_of(row)) for number, row in enumerate(rows, start=1)]
    for begin in range(0, len(cells), CHUNK):
        with open_unit(writing=False) as uow:
            read = passage.read(uow, cells[begin : begin + CHUNK])
        with open_unit(writing=True) as uow:
            passage.place(uow, read, is_dry=False)
            keep_outcomes(uow, uow.session.get_one(PostingImport, import_id), passage, read.drafts, is_dry=False)
            answers += [_answer(draft) for draft in read.drafts]
    is_open = True
    while is_open:
        with open_unit(writing=True) as uow:
            is_open = close_some(uow, uow.session.get_one(PostingImport, import_id))
    with open_unit(writing=True) as uow:
        batch = uow.session.get_one(PostingImport, import_id)
        finish(uow, batch)
        batch.answer = {
            "import": public_id,
            "created": batch.stored_count,
            "updated": batch.changed_count,
            "unchanged": batch.same_count,
            "duplicates": batch.duplicate_count,
            "refused": batch.refused_count,
            "closed": batch.closed_count,
            "rows": answers,
        }
        if key:
            settle_key(uow, key_holder(partner), key, status=200, location=public_id)
        return batch.answer


def first_answer(uow: UnitOfWork, partner: Partner, key: str, body: bytes) -> dict[str, Any] | None:
    """What the first call with this ``key`` was told; None where there was none, or it did not come to its end.

    Raises ``Invalid`` where it came with another list (R7).
    """
    answered = claim_key(uow, key_holder(partner), key, body)
    if answered is None or not answered.location:
        return None
    mine = (PostingImport.public_id == answered.location, PostingImport.token_id == partner.token_id)
    return uow.session.scalar(select(PostingImport.answer).where(*mine))


def key_holder(partner: Partner) -> str:
    """Whose one-time keys these are."""
    return f"token:{partner.token_id}"


def _open_batch(
    uow: UnitOfWork, partner: Partner, rows: Sequence[Mapping[str, Any]], *, is_full: bool
) -> PostingImport:
    _check_day(uow, partner, len(rows))
    body = json.dumps(rows, sort_keys=True).encode()
    batch = PostingImport(
        source_id=partner.source_id,
        token_id=partner.token_id,
        region_path=partner.region_path,
        file_name=_("接口发来 %(n)s 条", n=len(rows)),
        file_sha256=hashlib.sha256(body).hexdigest(),
        state=ImportState.IMPORTING,
        # The employer's own machine speaks for it; what an office's partner sends still needs the employer's yes.
        consent=YesWay.FEED if partner.is_employer else None,
        is_full=is_full,
        row_count=len(rows),
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add(batch)
    uow.session.flush()
    return batch


def _check_day(uow: UnitOfWork, partner: Partner, count: int) -> None:
    _wait_for(uow, partner.actor.organization_id)
    sent = (
        select(func.sum(PostingImport.row_count))
        .join(PostingSource, PostingSource.id == PostingImport.source_id)
        .where(
            PostingSource.organization_id == partner.actor.organization_id,
            PostingImport.token_id.is_not(None),
            PostingImport.created_at >= datetime.combine(uow.today, time.min, SHANGHAI),
        )
    )
    most = int(rule_value(uow.session, "feed_daily_thousands", uow.today)) * 1000
    if (uow.session.scalar(sent) or 0) + count > most:
        raise Limited(_("今天发来的岗位太多了，一个单位一天最多 %(n)s 条，请明天再发", n=most), retry_after=3600)


_RESULTS = {
    Outcome.NEW: "created",
    Outcome.CHANGED: "updated",
    Outcome.SAME: "unchanged",
    Outcome.DUPLICATE: "duplicate",
    Outcome.ENDED: "ended",
    Outcome.REFUSED: "refused",
}


def _answer(draft: Draft) -> dict[str, Any]:
    """What a machine is told of one row: allowed fields only."""
    answer: dict[str, Any] = {
        "row": draft.number - 1,
        "key": draft.row.source_row.get("岗位编号", ""),
        "result": _RESULTS[draft.outcome],
    }
    if draft.errors:
        return answer | {"errors": draft.errors}
    if draft.outcome is Outcome.DUPLICATE:
        return answer | {"reason": duplicate_words(draft)}
    posting: Posting = draft.posting if draft.outcome is Outcome.NEW else draft.known or draft.posting
    answer |= {"id": posting.public_id, "state": posting.state.value, "missing": list(posting.missing)}
    names = ("rule", "severity", "text", "message", "basis")
    answer["findings"] = [{name: finding[name] for name in names} for finding in posting.findings]
    return answer
