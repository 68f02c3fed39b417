"""States and kinds of postings."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class PostingState(LabelledEnum):
    IMPORTED = "imported", N_("已导入，未发布")
    DRAFT = "draft", N_("草稿")
    IN_REVIEW = "in_review", N_("待审核")
    RETURNED = "returned", N_("已退回")
    OPEN = "open", N_("招聘中")
    PAUSED = "paused", N_("已暂停")
    FILLED = "filled", N_("已招满")
    EXPIRED = "expired", N_("已过期")
    CLOSED = "closed", N_("已关闭")


# An open posting is renewed while it runs; to correct one it is taken back to draft, and goes through review again.
POSTING_FLOW: dict[tuple[PostingState, str], PostingState] = {
    (PostingState.IMPORTED, "adopt"): PostingState.DRAFT,
    (PostingState.DRAFT, "submit"): PostingState.IN_REVIEW,
    (PostingState.RETURNED, "submit"): PostingState.IN_REVIEW,
    (PostingState.IN_REVIEW, "publish"): PostingState.OPEN,
    (PostingState.IN_REVIEW, "return"): PostingState.RETURNED,
    (PostingState.IN_REVIEW, "recall"): PostingState.DRAFT,
    (PostingState.OPEN, "recall"): PostingState.DRAFT,
    (PostingState.PAUSED, "recall"): PostingState.DRAFT,
    (PostingState.EXPIRED, "recall"): PostingState.DRAFT,
    (PostingState.OPEN, "pause"): PostingState.PAUSED,
    (PostingState.PAUSED, "resume"): PostingState.OPEN,
    (PostingState.OPEN, "fill"): PostingState.FILLED,
    (PostingState.FILLED, "reopen"): PostingState.OPEN,
    (PostingState.OPEN, "expire"): PostingState.EXPIRED,
    (PostingState.PAUSED, "expire"): PostingState.EXPIRED,
    (PostingState.EXPIRED, "renew"): PostingState.IN_REVIEW,
    (PostingState.OPEN, "renew"): PostingState.OPEN,
    (PostingState.OPEN, "close"): PostingState.CLOSED,
    (PostingState.PAUSED, "close"): PostingState.CLOSED,
    (PostingState.FILLED, "close"): PostingState.CLOSED,
    (PostingState.EXPIRED, "close"): PostingState.CLOSED,
    (PostingState.DRAFT, "close"): PostingState.CLOSED,
    (PostingState.RETURNED, "close"): PostingState.CLOSED,
    (PostingState.IMPORTED, "close"): PostingState.CLOSED,
    (PostingState.OPEN, "take_down"): PostingState.RETURNED,
}


class PostingKind(LabelledEnum):
    """Gig and seasonal work are kinds of their own: they are never counted as steady employment."""

    REGULAR = "regular", N_("长期岗位")
    SEASONAL = "seasonal", N_("季节工")
    GIG = "gig", N_("零工")


class PayKind(LabelledEnum):
    FIXED = "fixed", N_("固定工资")
    COMPOSITE = "composite", N_("综合收入（含提成、加班等）")


class PayUnit(LabelledEnum):
    MONTH = "month", N_("元/月")
    DAY = "day", N_("元/天")
    HOUR = "hour", N_("元/小时")
    PIECE = "piece", N_("元/件")


class PayBasis(LabelledEnum):
    GROSS = "gross", N_("应发")
    NET = "net", N_("到手")


class MealPlan(LabelledEnum):
    NONE = "none", N_("不包吃")
    INCLUDED = "included", N_("包吃")
    ALLOWANCE = "allowance", N_("有餐补")


class Housing(LabelledEnum):
    NONE = "none", N_("不包住")
    INCLUDED = "included", N_("包住")
    ALLOWANCE = "allowance", N_("有房补")


class SocialInsurance(LabelledEnum):
    FIVE_AND_FUND = "five_and_fund", N_("五险一金")
    FIVE = "five", N_("五险")
    PARTIAL = "partial", N_("部分险种")
    INJURY_ONLY = "injury_only", N_("工伤或意外险")
    NONE = "none", N_("不缴")


class RequirementKind(LabelledEnum):
    EDUCATION = "education", N_("学历")
    LICENCE = "licence", N_("驾驶证")
    CERTIFICATE = "certificate", N_("证书")
    SKILL = "skill", N_("技能")
    YEARS = "years", N_("工作经验")
    SPECIALTY = "specialty", N_("部队专业")
    LEADERSHIP = "leadership", N_("带队经历")


class ReservedKind(LabelledEnum):
    """Kinds of 退役军人专岗; all of them are offered by public bodies, so a private wish is 退役军人优先."""

    CIVIL_SERVANT = "civil_servant", N_("公务员")
    INSTITUTION = "institution", N_("事业单位")
    TEACHER = "teacher", N_("兵教师")
    STATE_OWNED = "state_owned", N_("国有企业")
    FIRE_POLICE = "fire_police", N_("消防员、辅警")
    COMMUNITY = "community", N_("社区")
    PUBLIC_WELFARE = "public_welfare", N_("公益性岗位")


class NoticeResult(LabelledEnum):
    """How the public notice (公示) of a 专岗 ended."""

    RUNNING = "running", N_("公示中")
    CLEAR = "clear", N_("公示无异议")
    OBJECTED = "objected", N_("有异议，不作专岗")


class YesWay(LabelledEnum):
    """How an employer answered about a posting that somebody else wrote for it."""

    IN_APP = "in_app", N_("在平台上答复")
    LINK = "link", N_("手机链接答复")
    PHONE = "phone", N_("电话答复，工作人员记录")
    FORM = "form", N_("单位自己在网上填的")
    PAPER = "paper", N_("单位盖章的征集表")
    NOTICE = "notice", N_("单位公开发布的招聘公告")
    FEED = "feed", N_("单位或合作方的系统发来的")


class LinkPurpose(LabelledEnum):
    """The one thing that a link on a phone may do."""

    AGREE = "agree", N_("核对岗位，同意发布")
    CONFIRM = "confirm", N_("确认还在招")
