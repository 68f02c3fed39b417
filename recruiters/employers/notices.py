"""What members of an employer are told about its vetting."""

from __future__ import annotations

from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.models import Reason
from recruiters.employers.models import Employer

LINK = "/employer/profile"


def tell_vetting(uow: UnitOfWork, employer: Employer, action: str, note: str) -> None:
    """Tell every member what was decided and what to do next, each in their own language."""
    reason = uow.session.get(Reason, employer.vetting_reason_code) if employer.vetting_reason_code else None
    for member in members_of(uow.session, employer.organization_id):
        with use_locale(member.locale):
            words = reason and (reason.name_en if member.locale == "en" and reason.name_en else reason.name_zh)
            title = _title(action)
            body = " ".join(text for text in (words, note, _next_step(action)) if text)
            send(
                uow,
                member,
                group=MessageGroup.ACCOUNT,
                title=title,
                body=body,
                link=LINK,
                once=f"employer:{employer.public_id}:{action}:{employer.version}:{member.id}",
            )


def _title(action: str) -> str:
    return {
        "approve": _("单位资质审核通过了"),
        "ask_more": _("单位资质审核还需要补材料"),
        "refuse": _("单位资质审核没有通过"),
        "suspend": _("单位账号已暂停，岗位不再对外显示"),
        "restore": _("单位账号已恢复"),
        "recheck": _("单位资质复核通过了"),
    }[action]


def _next_step(action: str) -> str:
    return {
        "approve": _("现在可以提交岗位了。"),
        "ask_more": _("请补齐后重新提交。"),
        "refuse": _("改好以后可以重新提交，有疑问请打服务站电话。"),
        "suspend": _("有疑问请打服务站电话。"),
        "restore": _("仍在有效期内的岗位已重新显示。"),
        "recheck": "",
    }[action]
