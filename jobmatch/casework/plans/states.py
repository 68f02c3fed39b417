"""Kinds and states of plans, support, hardship and referrals."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class NeedKind(LabelledEnum):
    EMPLOYMENT = "employment", N_("找工作")
    TRAINING = "training", N_("学技能")
    START_UP = "start_up", N_("创业")
    DIFFICULTY = "difficulty", N_("解决困难")


class PlanState(LabelledEnum):
    OPEN = "open", N_("进行中")
    CLOSED = "closed", N_("已完成")


class SupportKind(LabelledEnum):
    """What was done for somebody, each a ledger of its own. Source: 就业促进法 art. 35; 安置条例 art. 67."""

    GUIDANCE = "guidance", N_("职业指导")
    RECOMMENDATION = "recommendation", N_("职业介绍（推荐）")
    TRAINING = "training", N_("介绍培训")
    PUBLIC_POST = "public_post", N_("公益性岗位")


class Answer(LabelledEnum):
    """What an employer said to a recommendation slip."""

    WAITING = "waiting", N_("等单位回复")
    ACCEPTED = "accepted", N_("录用")
    REFUSED = "refused", N_("没录用")
    PERSON_DECLINED = "person_declined", N_("本人没去")


class HardshipKind(LabelledEnum):
    """Only 人社's recognition makes 就业困难 (M); what a station thinks is 重点帮扶."""

    RECOGNIZED = "recognized", N_("就业困难（人社认定）")
    STATION = "station", N_("重点帮扶（本站判断）")
    DISABILITY = "disability", N_("残疾")
    LOW_INCOME = "low_income", N_("低保")
    HEALTH_LIMIT = "health_limit", N_("影响岗位的健康限制")


class Office(LabelledEnum):
    """Where a matter that is not ours is taken."""

    HUMAN_RESOURCES = "human_resources", N_("人社")
    CIVIL_AFFAIRS = "civil_affairs", N_("民政")
    TAX = "tax", N_("税务")
    EDUCATION = "education", N_("教育")
    BANK = "bank", N_("银行")
    DISABLED_FEDERATION = "disabled_federation", N_("残联")


class ConsentWay(LabelledEnum):
    PAPER = "paper", N_("书面同意")
    VOICE = "voice", N_("电话或当面口头同意")
    SCREEN = "screen", N_("在屏幕上同意")


class ReferralState(LabelledEnum):
    SENT = "sent", N_("已转出，等回复")
    ANSWERED = "answered", N_("已回复，待告知本人")
    TOLD = "told", N_("已告知本人")
    WITHDRAWN = "withdrawn", N_("已撤回")


REFERRAL_FLOW: Flow[ReferralState] = {
    (ReferralState.SENT, "answer"): ReferralState.ANSWERED,
    (ReferralState.ANSWERED, "tell"): ReferralState.TOLD,
    (ReferralState.SENT, "withdraw"): ReferralState.WITHDRAWN,
}
