"""Kinds of pair facts, and how surely a specialty of the service leads to an occupation."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class FactKind(LabelledEnum):
    SHOWN = "shown", N_("看到过")
    OPENED = "opened", N_("打开过")
    SAVED = "saved", N_("已收藏")
    DISMISSED = "dismissed", N_("不感兴趣")
    INVITED = "invited", N_("单位邀请")
    APPLIED = "applied", N_("已投递")
    INTERVIEWED = "interviewed", N_("面试过")
    OFFERED = "offered", N_("收到录用通知")
    HIRED = "hired", N_("已录用")
    STARTED = "started", N_("已入职")
    REJECTED = "rejected", N_("单位没有录用")
    WITHDRAWN = "withdrawn", N_("已撤回")


class Strength(LabelledEnum):
    """How surely a specialty leads to an occupation; ``NONE`` says that the table is wrong and it does not."""

    A = "A", N_("很对口")
    B = "B", N_("比较对口")
    C = "C", N_("沾边")
    NONE = "", N_("不对口")


class InvitationAnswer(LabelledEnum):
    """What a person says to an employer that would like to talk with them."""

    YES = "yes", N_("同意联系")
    NO = "no", N_("不考虑")
