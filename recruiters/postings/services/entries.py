"""代录入: what the office entered for an employer is published only after the employer's yes, and links on phones.

A link opens one act on one posting without an account, for seven days; only the hash of its token is kept.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from jobmatch.accounts.services.sessions import token_hash
from jobmatch.accounts.services.throttles import brake_unknown_link
from jobmatch.core.actors import system_actor
from jobmatch.core.errors import Conflict, Invalid, NotFound, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.services.common import clean_line
from recruiters.postings.models import Posting, PostingLink
from recruiters.postings.policies import can_answer_entry, can_keep_posting
from recruiters.postings.queries import get_posting
from recruiters.postings.services.answers import log_answer
from recruiters.postings.services.clocks import confirm_posting
from recruiters.postings.services.moving import move_posting
from recruiters.postings.states import LinkPurpose, PostingState, YesWay

LINK_DAYS = 7
LONGEST_AGO = timedelta(days=7)
"""A call that is older is made again."""
ANSWERED_IN = frozenset({PostingState.IMPORTED, PostingState.DRAFT, PostingState.RETURNED, PostingState.IN_REVIEW})
_MARKET = frozenset({PostingState.OPEN, PostingState.PAUSED})


def answer_entry(
    uow: UnitOfWork, posting: Posting, *, is_yes: bool, version: int, note: str = "", way: YesWay = YesWay.IN_APP
) -> Posting:
    """The employer agrees that a posting entered for it is published, or not: then it goes back to the office.

    ``version`` is what was shown. A second yes changes nothing. Raises ``Conflict`` where there is nothing to answer,
    or where the posting was changed since: nobody agrees to what they have not read.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_answer_entry(uow.actor, posting, posting.employer))
    if posting.agreed_at is None and posting.version != version:
        raise Conflict(_("岗位刚才改过，请看一遍改过的内容再答复"))
    return _answer(uow, posting, is_yes=is_yes, way=way, note=note)


def record_phone_answer(
    uow: UnitOfWork,
    posting: Posting,
    *,
    is_yes: bool,
    said_by: str,
    said_at: datetime | None,
    phone_tail: str,
    note: str = "",
) -> Posting:
    """Staff write down what the employer said on the phone: who, when, and the last four digits of the number.

    Raises ``Invalid`` for a call that lies before the last change of the posting, and ``Conflict`` as above.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_keep_posting(uow.actor, posting, posting.employer))
    errors, name = {}, clean_line(said_by)[:60]
    if len(name) < 2:
        errors["said_by"] = _("请写是谁答复的，例如：王经理")
    if not (phone_tail.isascii() and phone_tail.isdecimal() and len(phone_tail) == 4):
        errors["phone_tail"] = _("请填所打号码的后四位")
    if said_at is None or not uow.now - LONGEST_AGO <= said_at <= uow.now:
        errors["said_at"] = _("请填最近 7 天内打电话的时间")
    # Forms give minutes, so a call in the minute of the last change counts as after it.
    elif posting.written_at is not None and said_at < posting.written_at.replace(second=0, microsecond=0):
        errors["said_at"] = _("岗位在这次电话以后改过，请再问一次单位")
    if errors:
        raise Invalid(fields=errors)
    return _answer(
        uow, posting, is_yes=is_yes, way=YesWay.PHONE, note=note, said_by=name, phone_tail=phone_tail, said_at=said_at
    )


def record_paper_yes(uow: UnitOfWork, posting: Posting, way: YesWay) -> Posting:
    """Staff note by which paper (``PAPER``, ``NOTICE``) the employer agreed. Raises ``Conflict`` as above."""
    posting = get_posting(uow.session, posting.id)
    require(can_keep_posting(uow.actor, posting, posting.employer) and way in (YesWay.PAPER, YesWay.NOTICE))
    return _answer(uow, posting, is_yes=True, way=way, note="")


def _answer(
    uow: UnitOfWork,
    posting: Posting,
    *,
    is_yes: bool,
    way: YesWay,
    note: str,
    said_by: str = "",
    phone_tail: str = "",
    said_at: datetime | None = None,
) -> Posting:
    if not posting.is_office_entry or posting.state not in ANSWERED_IN:
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，不用答复", state=posting.state.label))
    if is_yes and posting.agreed_at is not None:
        return posting
    words = clean_line(note)[:300]
    log_answer(
        uow, posting, is_yes=is_yes, way=way, said_by=said_by, phone_tail=phone_tail, said_at=said_at, note=words
    )
    if not is_yes and posting.state is PostingState.IN_REVIEW:
        posting = move_posting(uow, posting, "recall")
    return posting


# ---------- links ----------


def make_link(uow: UnitOfWork, posting: Posting, purpose: LinkPurpose) -> str:
    """A fresh link for the employer's phone; returns its token, which is stored nowhere. Older ones stop working.

    Raises ``Conflict`` where the posting has nothing to answer.
    """
    posting = get_posting(uow.session, posting.id)
    require(can_keep_posting(uow.actor, posting, posting.employer))
    if not _is_asked(posting, purpose):
        raise Conflict(_("这个岗位现在的状态是“%(state)s”，不用答复", state=posting.state.label))
    uow.session.execute(
        delete(PostingLink).where(PostingLink.posting_id == posting.id, PostingLink.purpose == purpose),
        execution_options={"synchronize_session": False},
    )
    token = secrets.token_urlsafe(32)
    uow.session.add(
        PostingLink(
            token_sha256=token_hash(token),
            posting_id=posting.id,
            purpose=purpose,
            expires_at=uow.now + timedelta(days=LINK_DAYS),
            created_at=uow.now,
            created_by_id=uow.actor.user_id,
        )
    )
    uow.session.flush()
    uow.audit("posting.link", posting, purpose=purpose.value)
    return token


def _is_asked(posting: Posting, purpose: LinkPurpose) -> bool:
    if purpose is LinkPurpose.CONFIRM:
        return posting.state in _MARKET
    return posting.is_office_entry and posting.state in ANSWERED_IN


def open_link(uow: UnitOfWork, token: str) -> tuple[LinkPurpose, Posting]:
    """What a link is for, and its posting. Raises ``NotFound`` for one that is unknown or over."""
    query = select(PostingLink).where(PostingLink.token_sha256 == token_hash(token), PostingLink.expires_at > uow.now)
    link = uow.session.scalars(query).one_or_none()
    if link is None:
        raise NotFound(_("这个链接过期了。请打电话给服务站，要一个新的"))
    return link.purpose, get_posting(uow.session, link.posting_id)


def count_try(uow: UnitOfWork, token: str) -> None:
    """Count a press on an unknown link. Raises ``Limited``."""
    brake_unknown_link(uow, token, lambda: open_link(uow, token))


def act_on_link(uow: UnitOfWork, token: str, *, said: str, version: int, note: str) -> None:
    """What the holder of a link pressed, ``yes`` or ``no``; it can do nothing but its one act on its one posting.

    ``version`` is that of the posting which the page showed.
    Raises ``NotFound``, ``Invalid``, and ``Conflict`` with how things stand.
    """
    purpose, posting = open_link(uow, token)
    if said not in {"yes", "no"}:
        raise Invalid(_("请选一个答复"))
    holder = UnitOfWork(uow.session, system_actor(_("手机链接")), writing=True)
    holder.now, holder.today = uow.now, uow.today
    holder.enqueued, holder.on_commit = uow.enqueued, uow.on_commit
    if purpose is LinkPurpose.AGREE:
        answer_entry(holder, posting, is_yes=said == "yes", version=version, note=note, way=YesWay.LINK)
    elif said == "yes":
        confirm_posting(holder, posting)
    elif posting.state is PostingState.OPEN:
        move_posting(holder, posting, "pause")
    holder.audit("posting.link_used", posting, purpose=purpose.value, said=said)
