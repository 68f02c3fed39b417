"""States of invitations and of exhibitors."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class InvitationReply(LabelledEnum):
    """What an invited employer answered (回执)."""

    NONE = "none", N_("还没回")
    COMING = "coming", N_("参会")
    NOT_COMING = "not_coming", N_("不参会")
    MAYBE = "maybe", N_("待定")


class InvitationWay(LabelledEnum):
    """Why an employer was invited."""

    LIST = "list", N_("从名单里选")
    RANKED = "ranked", N_("按报名的人排序")


class ExhibitorState(LabelledEnum):
    """How far an employer's part in a fair is."""

    APPLIED = "applied", N_("等审核")
    ACCEPTED = "accepted", N_("已同意参会")
    WAITING = "waiting", N_("候补")
    REFUSED = "refused", N_("没有同意")
    CANCELED = "canceled", N_("已取消")
    ABSENT = "absent", N_("没有到场")


WITH_PLACE = (ExhibitorState.ACCEPTED, ExhibitorState.ABSENT)
"""States that hold a place and may have a booth: who is marked absent may still come, late."""

EXHIBITOR_FLOW: Flow[ExhibitorState] = {
    (ExhibitorState.APPLIED, "accept"): ExhibitorState.ACCEPTED,
    (ExhibitorState.APPLIED, "wait"): ExhibitorState.WAITING,
    (ExhibitorState.APPLIED, "refuse"): ExhibitorState.REFUSED,
    (ExhibitorState.APPLIED, "cancel"): ExhibitorState.CANCELED,
    (ExhibitorState.WAITING, "accept"): ExhibitorState.ACCEPTED,
    (ExhibitorState.WAITING, "refuse"): ExhibitorState.REFUSED,
    (ExhibitorState.WAITING, "cancel"): ExhibitorState.CANCELED,
    (ExhibitorState.ACCEPTED, "cancel"): ExhibitorState.CANCELED,
    (ExhibitorState.ACCEPTED, "miss"): ExhibitorState.ABSENT,
    (ExhibitorState.ABSENT, "come"): ExhibitorState.ACCEPTED,
    (ExhibitorState.REFUSED, "apply"): ExhibitorState.APPLIED,
    (ExhibitorState.CANCELED, "apply"): ExhibitorState.APPLIED,
}


class AbsenceKind(LabelledEnum):
    """Why an absence stands in the register."""

    NO_SHOW = "no_show", N_("没有到场")
    LATE_CANCEL = "late_cancel", N_("过了期限才取消")


class ExhibitorPaper(LabelledEnum):
    """Papers that whoever recruits at a fair shows beside the licence, which the vetting of the employer looks at.

    Which of them an office asks for are dated rules: ``fair_paper_`` and the value.
    """

    NOTICE = "notice", N_("招聘简章")
    IDENTITY = "identity", N_("经办人身份证件")
    MANDATE = "mandate", N_("授权委托书")


class FairPostingChangeKind(LabelledEnum):
    """What was changed on a posting for the fair."""

    ADDED = "added", N_("加了岗位")
    VACANCIES = "vacancies", N_("改了招聘人数")
    WORDS = "words", N_("改了现场要求")
    WITHDRAWN = "withdrawn", N_("撤下岗位")
    RETURNED = "returned", N_("恢复岗位")
