"""What members of an employer are told about their postings."""

from __future__ import annotations

from datetime import date

from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import day_words, use_locale
from jobmatch.core.i18n import gettext as _
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import Text, send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.models import Reason
from recruiters.postings.models import Posting

TOLD = frozenset({"publish", "return", "take_down", "expire"})


def tell_decision(uow: UnitOfWork, posting: Posting, action: str) -> None:
    """Tell every member of the employer what happened to the posting, each in their own language."""
    reason = uow.session.get(Reason, posting.review_reason_code) if posting.review_reason_code else None
    for member in members_of(uow.session, posting.employer.organization_id):
        with use_locale(member.locale):
            words = ""
            if reason is not None and action in {"return", "take_down"}:
                words = (member.locale == "en" and reason.name_en) or reason.name_zh
            note = posting.review_note if action != "expire" else ""
            send(
                uow,
                member,
                group=MessageGroup.ACCOUNT,
                title=_title(action, posting.title),
                body=" ".join(text for text in (words, note, _next_step(action)) if text),
                link=f"/employer/postings/{posting.public_id}",
                once=f"posting:{posting.public_id}:{action}:{posting.version}:{member.id}",
            )


def _title(action: str, title: str) -> str:
    return {
        "publish": _("岗位“%(title)s”已发布", title=title),
        "return": _("岗位“%(title)s”被退回，请修改", title=title),
        "take_down": _("岗位“%(title)s”已下架，请修改", title=title),
        "expire": _("岗位“%(title)s”到期下线了", title=title),
    }[action]


def _next_step(action: str) -> str:
    return {
        "publish": "",
        "return": _("改好以后重新提交。"),
        "take_down": _("改好以后重新提交。"),
        "expire": _("还要招人可以续期。"),
    }[action]


def tell_still_hiring(uow: UnitOfWork, posting: Posting, until: date) -> None:
    """Ask every member whether the posting still stands; one tap on its page answers."""
    _tell(
        uow,
        posting,
        once=f"confirm:{posting.confirm_asked_on}",
        title=lambda: _("岗位“%(title)s”还在招吗？", title=posting.title),
        body=lambda: _("点“还在招”就行。%(day)s 前没有确认，岗位会先暂停，随时可以恢复。", day=day_words(until)),
        by_sms=True,
    )


def tell_unconfirmed(uow: UnitOfWork, posting: Posting) -> None:
    """Tell every member that the posting was paused because nobody confirmed it."""
    _tell(
        uow,
        posting,
        once=f"unconfirmed:{posting.confirm_asked_on}",
        title=lambda: _("岗位“%(title)s”很久没有确认，已暂停", title=posting.title),
        body=lambda: _("还在招的话，点“还在招”就恢复。"),
    )


def tell_entered(uow: UnitOfWork, posting: Posting) -> None:
    """Ask every member to read what the office entered for the employer."""
    _tell(
        uow,
        posting,
        once=f"entered:{posting.version}",
        title=lambda: _("服务站替您录入了岗位“%(title)s”，请核对", title=posting.title),
        body=lambda: _("您同意以后才会发布。"),
    )


def _tell(uow: UnitOfWork, posting: Posting, *, once: str, title: Text, body: Text, by_sms: bool = False) -> None:
    for member in members_of(uow.session, posting.employer.organization_id):
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=f"/employer/postings/{posting.public_id}",
            once=f"posting:{posting.public_id}:{once}",
            by_sms=by_sms,
        )
