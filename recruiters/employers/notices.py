"""What members of an employer are told about its vetting."""

from __future__ import annotations

from jobmatch.accounts.queries import members_of
from jobmatch.core.i18n import gettext as _
from jobmatch.core.i18n import use_locale
from jobmatch.core.uow import UnitOfWork
from jobmatch.inbox.services import send
from jobmatch.inbox.states import MessageGroup
from jobmatch.reference.models import Reason
from recruiters.employers.models import Employer, EmployerPaper, EmployerReputation

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
        "defer": _("单位资质审核暂缓"),
        "suspend": _("单位账号已暂停，岗位不再对外显示"),
        "restore": _("单位账号已恢复"),
        "recheck": _("单位资质复核通过了"),
    }[action]


def _next_step(action: str) -> str:
    return {
        "approve": _("现在可以提交岗位了。"),
        "ask_more": _("请补齐后重新提交。"),
        "refuse": _("改好以后可以重新提交，有疑问请打服务站电话。"),
        "defer": _("到期会接着审核，不用重新提交。"),
        "suspend": _("有疑问请打服务站电话。"),
        "restore": _("仍在有效期内的岗位已重新显示。"),
        "recheck": "",
    }[action]


def tell_recheck(uow: UnitOfWork, employer: Employer) -> None:
    """Ask every member whether anything changed since the last vetting."""
    for member in members_of(uow.session, employer.organization_id):
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=lambda: _("单位资质快到半年复核了"),
            body=lambda: _("没有变化的话，点一下“没有变化”就行；有变化请先改单位资料。过期没复核，岗位不能发布。"),
            link=LINK,
            once=f"employer:{employer.public_id}:recheck-near:{employer.recheck_on}",
        )


def tell_missed_recheck(uow: UnitOfWork, employer: Employer) -> None:
    """Tell every member that the recheck was missed and what that means."""
    for member in members_of(uow.session, employer.organization_id):
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=lambda: _("单位资质复核过期了，岗位不能发布"),
            body=lambda: _("点一下“没有变化”，或者改好资料；服务站确认后就能继续发布。"),
            link=LINK,
            once=f"employer:{employer.public_id}:recheck-missed:{employer.recheck_on}",
        )


def tell_unreadable(uow: UnitOfWork, employer: Employer, paper: EmployerPaper) -> None:
    """Ask every member for a better picture of a paper."""
    reason = uow.session.get(Reason, paper.reason_code) if paper.reason_code else None
    for member in members_of(uow.session, employer.organization_id):
        with use_locale(member.locale):
            words = reason and (reason.name_en if member.locale == "en" and reason.name_en else reason.name_zh)
            title, body = (
                _("%(paper)s要重新上传", paper=paper.kind.label),
                " ".join(text for text in (words, paper.note) if text),
            )
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=title,
            body=body,
            link=LINK,
            once=f"employer-paper:{paper.public_id}",
        )


def tell_objection(uow: UnitOfWork, employer: Employer, row: EmployerReputation, *, is_right: bool) -> None:
    """Tell every member what the office found about the employer's objection to its figures."""
    note = row.decision_note
    for member in members_of(uow.session, employer.organization_id):
        send(
            uow,
            member,
            group=MessageGroup.ACCOUNT,
            title=lambda: _("信誉数字的异议成立") if is_right else _("信誉数字的异议没有成立"),
            body=lambda: note,
            link="/employer/reputation",
            once=f"employer:{employer.public_id}:objection:{row.objected_at}",
        )
