"""Versions of the privacy notice, and who has accepted which."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.people.models.consents import PrivacyNotice
from jobmatch.people.queries.consents import current_notice
from jobmatch.people.services.common import clean_line, clean_text
from jobmatch.privacy.models import NoticeAcceptance
from jobmatch.privacy.policies import can_manage_privacy

LONGEST = 20_000


def publish_notice(uow: UnitOfWork, *, body: str, changes: str, valid_from: date | None) -> PrivacyNotice:
    """Add a version; the ones before stay as they are. Raises ``Invalid`` with every finding at once."""
    require(can_manage_privacy(uow.actor))
    body, changes, found = clean_text(body), clean_line(changes)[:300], {}
    last = uow.session.scalar(select(func.max(PrivacyNotice.number))) or 0
    if len(body) < 50 or len(body) > LONGEST:
        found["body"] = _("请写明处理者、目的、种类、期限、权利和联系方式，50 到 20000 个字")
    if last and not changes:
        found["changes"] = _("请用一两句话写明和上一版有什么不同，大家会先看到这句话")
    if valid_from is None or valid_from < uow.today:
        found["valid_from"] = _("从今天或以后的一天起生效")
    if found:
        raise Invalid(fields=found)
    notice = PrivacyNotice(
        number=last + 1,
        body=body,
        changes=changes,
        valid_from=valid_from,
        created_by_id=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(notice)
    uow.session.flush()
    uow.audit("privacy.notice", notice, number=notice.number)
    return notice


def accept_notice(uow: UnitOfWork) -> bool:
    """The actor has read the version in force and accepts it; twice changes nothing, and says so."""
    require(uow.actor.is_signed_in)
    notice = current_notice(uow.session, uow.today)
    if notice is None or has_accepted(uow, notice):
        return False
    uow.session.add(NoticeAcceptance(user_id=uow.actor.user_id, notice_id=notice.id, at=uow.now))
    uow.session.flush()
    uow.audit("privacy.notice_accepted", notice, number=notice.number)
    return True


def has_accepted(uow: UnitOfWork, notice: PrivacyNotice) -> bool:
    """Whether the actor has accepted this version."""
    query = select(NoticeAcceptance.id).where(
        NoticeAcceptance.user_id == uow.actor.user_id, NoticeAcceptance.notice_id == notice.id
    )
    return uow.session.scalar(query) is not None
