"""States and kinds of a job fair and of its papers."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum

NO_LIMIT = 100_000
"""Seats of an online fair for which no limit was set: a ceiling, so that its seats are counted like all others."""


class FairPart(LabelledEnum):
    """Whose fair it is: only what the office itself holds counts as 举办."""

    HELD = "held", N_("我们举办")
    JOINED = "joined", N_("我们参加")


class FairMode(LabelledEnum):
    """Where a fair takes place."""

    ON_SITE = "on_site", N_("线下")
    ONLINE = "online", N_("直播带岗")
    BOTH = "both", N_("线下和直播")


class FairState(LabelledEnum):
    """How far a fair is."""

    DRAFT = "draft", N_("筹备中")
    PUBLISHED = "published", N_("报名中")
    RUNNING = "running", N_("正在举办")
    CLOSED = "closed", N_("已闭馆")
    ARCHIVED = "archived", N_("已归档")
    CANCELED = "canceled", N_("已取消")


FAIR_FLOW: Flow[FairState] = {
    (FairState.DRAFT, "publish"): FairState.PUBLISHED,
    (FairState.PUBLISHED, "unpublish"): FairState.DRAFT,
    (FairState.PUBLISHED, "open"): FairState.RUNNING,
    (FairState.RUNNING, "close"): FairState.CLOSED,
    (FairState.CLOSED, "reopen"): FairState.RUNNING,
    (FairState.CLOSED, "archive"): FairState.ARCHIVED,
    (FairState.DRAFT, "cancel"): FairState.CANCELED,
    (FairState.PUBLISHED, "cancel"): FairState.CANCELED,
}
PUBLIC_STATES = (FairState.PUBLISHED, FairState.RUNNING, FairState.CLOSED, FairState.ARCHIVED)
"""States in which everybody may see the fair's page."""


class FairPaperKind(LabelledEnum):
    """Papers of a fair's file (一会一档); the first three are the law's and stand before publishing."""

    METHOD = "method", N_("组织实施办法")
    EMERGENCY = "emergency", N_("应急预案")
    SECURITY = "security", N_("安全保卫工作方案")
    PERMIT = "permit", N_("大型活动安全许可")
    SCHEME = "scheme", N_("活动方案")
    SIGN_IN_SHEET = "sign_in_sheet", N_("纸质签到表")
    INTENTION_SHEET = "intention_sheet", N_("纸质意向表")
    PHOTO = "photo", N_("现场照片")
    REPORT = "report", N_("报告")
    OTHER = "other", N_("其他材料")


LEGAL_PAPERS = (FairPaperKind.METHOD, FairPaperKind.EMERGENCY, FairPaperKind.SECURITY)


class MoneyKind(LabelledEnum):
    """A line of the budget: money out, or money and things a sponsor gives."""

    COST = "cost", N_("支出")
    SPONSOR = "sponsor", N_("赞助")
