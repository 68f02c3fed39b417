"""Keeping what makes a posting a 专岗: who set it up, by which paper, and how the public notice ended."""

from __future__ import annotations

from datetime import date

from jobmatch.core.errors import Invalid, NotFound, require
from jobmatch.core.files import check_hourly_uploads, read_file, remove_file, store_file
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.core.uploads import Kind, Upload
from jobmatch.people.services.common import clean_line
from recruiters.postings.models import Posting, ReservedPost
from recruiters.postings.policies import can_keep_posting
from recruiters.postings.queries import find_reserved, get_posting
from recruiters.postings.reserved import ReservedLine, reserved_blocks
from recruiters.postings.states import NoticeResult, PostingState, ReservedKind

KINDS = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG})
UPLOADS_PER_HOUR = 20
MOST_QUOTA = 9999


def check_may_keep(uow: UnitOfWork, posting: Posting) -> None:
    """Raise ``NotAllowed``, or ``Limited`` beyond the hourly number of uploads."""
    require(can_keep_posting(uow.actor, posting, posting.employer))
    check_hourly_uploads(uow, "posting.reserved", UPLOADS_PER_HOUR)


def save_reserved(
    uow: UnitOfWork,
    posting: Posting,
    *,
    kind: ReservedKind | None,
    organ: str,
    paper_number: str,
    quota: int | None,
    notice_from: date | None,
    notice_to: date | None,
    result: NoticeResult,
    upload: Upload | None = None,
) -> list[ReservedLine]:
    """Keep the facts of a 专岗 and return the rule lines it does not meet yet; without ``upload`` its paper stays.

    A posting that is public and no longer meets them is paused. Raises ``Invalid`` for values that cannot be kept.
    """
    posting = get_posting(uow.session, posting.id)
    check_may_keep(uow, posting)
    errors = {}
    if quota is not None and not 0 <= quota <= MOST_QUOTA:
        errors["quota"] = _("名额应在 1 到 %(n)s 之间", n=MOST_QUOTA)
    if notice_from and notice_to and notice_to < notice_from:
        errors["notice_to"] = _("结束日期不能早于开始日期")
    if errors:
        raise Invalid(fields=errors)
    row = find_reserved(uow.session, posting.id)
    if row is None:
        row = ReservedPost(posting_id=posting.id)
        uow.session.add(row)
    row.kind, row.organ, row.paper_number = kind, clean_line(organ)[:120], clean_line(paper_number)[:60]
    row.quota, row.notice_from, row.notice_to, row.result = quota or 0, notice_from, notice_to, result
    row.changed_at, row.changed_by_id = uow.now, uow.actor.user_id
    if upload is not None:
        old = row.file if row.file_id else None
        row.file = store_file(uow, upload.content, name=upload.name, mimetype=upload.kind.mimetype)
        uow.session.flush()
        if old is not None:
            remove_file(uow, old)
    uow.session.flush()
    uow.audit("posting.reserved", posting, kind=kind.value if kind else "")
    lines = reserved_blocks(uow.session, posting, row, uow.today)
    if lines and posting.is_reserved and posting.state is PostingState.OPEN:
        posting.state, posting.changed_at = PostingState.PAUSED, uow.now
        uow.session.flush()
        uow.audit("posting.pause", posting, old_state=PostingState.OPEN.value, new_state=PostingState.PAUSED.value)
    return lines


def read_reserved_paper(uow: UnitOfWork, posting: Posting) -> tuple[bytes, str, str]:
    """Content, name and type of the paper. Raises ``NotFound`` where there is none."""
    require(can_keep_posting(uow.actor, posting, posting.employer))
    row = find_reserved(uow.session, posting.id)
    if row is None or row.file is None:
        raise NotFound
    return read_file(uow, row.file), row.file.name, row.file.mimetype
