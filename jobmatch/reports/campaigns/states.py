"""Special actions, their tasks, and checks of stations."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class CampaignState(LabelledEnum):
    """Where a special action (专项行动) stands."""

    PLANNED = "planned", N_("筹备")
    RUNNING = "running", N_("进行中")
    CLOSED = "closed", N_("已结束")
    CANCELED = "canceled", N_("已取消")


CAMPAIGN_FLOW: Flow[CampaignState] = {
    (CampaignState.PLANNED, "start"): CampaignState.RUNNING,
    (CampaignState.PLANNED, "cancel"): CampaignState.CANCELED,
    (CampaignState.RUNNING, "close"): CampaignState.CLOSED,
    (CampaignState.CLOSED, "reopen"): CampaignState.RUNNING,
}


class CheckKind(LabelledEnum):
    """Who checks whom."""

    SELF = "self", N_("自查")
    MUTUAL = "mutual", N_("互查")
    INSPECTION = "inspection", N_("督查")


class CheckState(LabelledEnum):
    """Where one check of one station stands."""

    OPEN = "open", N_("填写中")
    DONE = "done", N_("已交")
    OBJECTED = "objected", N_("有异议")
    FROZEN = "frozen", N_("已定档")


CHECK_FLOW: Flow[CheckState] = {
    (CheckState.OPEN, "hand_in"): CheckState.DONE,
    (CheckState.DONE, "object"): CheckState.OBJECTED,
    (CheckState.OBJECTED, "answer"): CheckState.DONE,
    (CheckState.DONE, "freeze"): CheckState.FROZEN,
}


class Met(LabelledEnum):
    """How an item of a checklist was found."""

    YES = "yes", N_("符合")
    PARTLY = "partly", N_("部分符合")
    NO = "no", N_("不符合")
    NOT_APPLICABLE = "not_applicable", N_("不涉及")


class SpotResult(LabelledEnum):
    """What somebody heard who called back about a claimed job."""

    TRUE = "true", N_("属实")
    FALSE = "false", N_("不属实")
    CHANGED = "changed", N_("原来属实，后来变了")
    NOT_REACHED = "not_reached", N_("没打通")
