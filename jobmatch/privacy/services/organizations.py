"""Joining two records of one employer, and undoing it within a month: every moved row is logged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from jobmatch.accounts.models import Organization
from jobmatch.accounts.states import OrganizationState
from jobmatch.core.errors import Conflict, Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.subjects import MovedRow, change_row, put_back, values_of
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from jobmatch.privacy.models import OrganizationMerge, OrganizationMergedRow
from jobmatch.privacy.policies import can_merge_organizations, can_undo_organization_merge
from jobmatch.privacy.registry import ORGANIZATION_ROOMS
from jobmatch.privacy.services.common import find_row, for_the_house
from jobmatch.privacy.words import table_label
from recruiters.employers.models import Employer
from recruiters.employers.queries import employer_of
from recruiters.employers.services.employers import record_hired
from recruiters.employers.services.vetting import record_absorbed

UNDO_DAYS = 30
_FILLED = ("address", "phone", "region_code")


def are_two_employers(one: Organization, other: Organization) -> bool:
    """Whether two credit codes say that these records are not one employer's."""
    return bool(one.credit_code and other.credit_code and one.credit_code != other.credit_code)


def merge_organizations(
    uow: UnitOfWork, target: Employer, source: Employer, *, reason: str, versions: tuple[int, int] | None = None
) -> OrganizationMerge:
    """Make one employer of two: the rows of ``source`` go to ``target``, which stays as it is and takes over what it
    has empty.

    Raises ``Invalid`` for two credit codes or without a reason, ``Conflict`` where one was joined or changed meanwhile.
    """
    ours, theirs = (uow.session.get_one(Organization, one.organization_id) for one in (source, target))
    require(can_merge_organizations(uow.actor, source.region_path, target.region_path))
    is_gone = ours.merged_into_id is not None or theirs.merged_into_id is not None
    if source.id == target.id or is_gone or (versions and versions != (target.version, source.version)):
        raise Conflict(_("单位资料刚被改过，请刷新后再看"))
    if are_two_employers(ours, theirs):
        raise Invalid(_("两家单位的统一社会信用代码不一样，不是同一家，不能合并"))
    words = clean_line(reason)[:200]
    if len(words) < 4:
        raise Invalid(fields={"reason": _("请写明怎么认定是同一家，至少 4 个字")})
    merge = OrganizationMerge(
        source_id=ours.id,
        target_id=theirs.id,
        region_path=target.region_path,
        reason=words,
        made_at=uow.now,
        made_by_id=uow.actor.user_id,
    )
    uow.session.add(merge)
    uow.session.flush()
    hired = source.veterans_hired
    house = for_the_house(uow)
    moved = [row for room in ORGANIZATION_ROOMS for row in room.move_organization(house, ours.id, theirs.id)]
    moved += record_absorbed(house, source)
    moved += _join(uow, ours, theirs)
    target.changed_at = uow.now
    uow.session.flush()
    record_hired(house, target.id, hired)
    _log(uow, merge, moved)
    for row in (source, target, ours, theirs):
        uow.session.expire(row)
    uow.audit("organization.merge", theirs, reason=words, source=ours.public_id, rows=len(moved))
    return merge


def _join(uow: UnitOfWork, source: Organization, target: Organization) -> list[MovedRow]:
    """Empty the source before the target takes its credit code, which only one row may hold."""
    taken = {name: getattr(source, name) for name in _FILLED if getattr(source, name) and not getattr(target, name)}
    if source.credit_code and not target.credit_code:
        taken["credit_code"] = source.credit_code
    gone = {"merged_into_id": target.id, "state": OrganizationState.SUSPENDED, "credit_code": None}
    moved = [change_row(source, **gone)]
    source.changed_at = uow.now
    uow.session.flush()
    if taken:
        moved.append(change_row(target, **taken))
        uow.session.flush()
    return moved


def _log(uow: UnitOfWork, merge: OrganizationMerge, moved: list[MovedRow]) -> None:
    for one in moved:
        row = OrganizationMergedRow(merge_id=merge.id, table_name=one.table, row_id=one.row_id)
        row.after_sha256 = _digest(find_row(uow, one.table, one.row_id), one.before)
        row.before = json.dumps(one.before, ensure_ascii=False)
        uow.session.add(row)
    uow.session.flush()


def _digest(row: Any, before: Mapping[str, Any]) -> bytes:
    """Hash of what the merge changed in a row: postings and applications live on, and go back with what they became.

    A count that this version no longer keeps was left at 0 by the merge.
    """
    values = values_of(row)
    kept = {name: values.get(name, 0) for name in sorted(before)}
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, default=str).encode()).digest()


# ---------- undoing ----------


def changed_rows(uow: UnitOfWork, merge: OrganizationMerge) -> list[str]:
    """Names of the rows whose moved values were changed after the merge, so that it cannot be undone."""
    found: dict[tuple[str, int], str] = {}
    for row in _rows(uow, merge):
        present = find_row(uow, row.table_name, row.row_id)
        if present is None or _digest(present, json.loads(row.before or "{}")) != row.after_sha256:
            name = _("%(table)s（第 %(n)s 号）", table=table_label(row.table_name), n=row.row_id)
            found[row.table_name, row.row_id] = name
    return list(found.values())


def _rows(uow: UnitOfWork, merge: OrganizationMerge) -> list[OrganizationMergedRow]:
    query = select(OrganizationMergedRow).where(OrganizationMergedRow.merge_id == merge.id)
    return list(uow.session.scalars(query.order_by(OrganizationMergedRow.id.desc())))


def is_undo_over(uow: UnitOfWork, merge: OrganizationMerge) -> bool:
    """Whether the month is over."""
    return merge.made_at + timedelta(days=UNDO_DAYS) < uow.now


def undo_organization_merge(uow: UnitOfWork, merge: OrganizationMerge) -> OrganizationMerge:
    """Put everything back; what came to the target since stays there.

    Raises ``Invalid`` naming the rows that were changed since, or after a month, ``Conflict`` the second time.
    """
    require(can_undo_organization_merge(uow.actor, merge))
    if merge.undone_at is not None:
        raise Conflict
    if is_undo_over(uow, merge):
        raise Invalid(_("合并超过 %(n)s 天，不能撤销了", n=UNDO_DAYS))
    source, target = (employer_of(uow.session, one) for one in (merge.source_id, merge.target_id))
    if source is None or target is None or target.organization.merged_into_id is not None:
        raise Conflict
    changed = changed_rows(uow, merge)
    if changed:
        raise Invalid(_("合并以后又改过：%(rows)s。请先把这些改回去，再撤销", rows=_("、").join(changed)))
    for row in _rows(uow, merge):
        put_back(find_row(uow, row.table_name, row.row_id), json.loads(row.before or "{}"))
        uow.session.flush()
    source.changed_at = target.changed_at = uow.now
    merge.undone_at, merge.undone_by_id = uow.now, uow.actor.user_id
    uow.session.flush()
    record_hired(for_the_house(uow), target.id, -source.veterans_hired)
    for thing in (source, target):
        uow.session.expire(thing)
    uow.audit("organization.merge_undone", uow.session.get_one(Organization, merge.target_id))
    return merge
