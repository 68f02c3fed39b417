"""Kinds and states of tasks."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class TaskState(LabelledEnum):
    OPEN = "open", N_("待办")
    DONE = "done", N_("已办")
    DROPPED = "dropped", N_("不用办了")


class TaskKind(LabelledEnum):
    """What kind of work a task is; the room that opens a task closes it."""

    NEW_RETURN = "new_return", N_("新退役人员首次联系")
    LATE_RETURN = "late_return", N_("快到报到期限")
    MISSING_FIELDS = "missing_fields", N_("补全档案")
    BASE_COUNT = "base_count", N_("底数核对")
    DUPLICATE = "duplicate", N_("疑似重复档案")
    VERIFY = "verify", N_("核验身份")
    APPEAL = "appeal", N_("身份核验申诉")
    CLAIM = "claim", N_("本人认领档案")
    CONFIRM_EMPLOYMENT = "confirm_employment", N_("就业回访")
    PROPOSAL = "proposal", N_("部门比对待确认")
    CONTACT_DUE = "contact_due", N_("到期联系")
    CALL_BACK = "call_back", N_("回电话")
    VISIT = "visit", N_("走访")
    LOST = "lost", N_("失联协查")
    UNANSWERED = "unanswered", N_("单位没有答复")
    INTERVIEW = "interview", N_("明天面试")
    NO_WAY_FORWARD = "no_way_forward", N_("久推不成")
    PLAN_DUE = "plan_due", N_("服务计划到期")
    REFERRAL_DUE = "referral_due", N_("转介待回")
    DESK_DUE = "desk_due", N_("办事事项")
    ESCALATION = "escalation", N_("督办")
    PLACEMENT_DUE = "placement_due", N_("安置期限")
    HALF_YEAR = "half_year", N_("随军家属半年核对")
    RIGHTS = "rights", N_("个人信息请求")
    FAIR_STEP = "fair_step", N_("招聘会筹备")
    FAIR_FOLLOW_UP = "fair_follow_up", N_("招聘会意向回访")
    CLASS_STEP = "class_step", N_("培训班办理")
    TRAINING_LEFT_OUT = "training_left_out", N_("适应性培训还没参加")
    SCHOOL_RETURN = "school_return", N_("复学入学提醒")
    START_UP = "start_up", N_("创业意愿跟进")
    VENTURE_VISIT = "venture_visit", N_("创业走访")
    SUPPORT_DUE = "support_due", N_("创业扶持办理")
    REPORT_DUE = "report_due", N_("报表上报")
    SPOT_CHECK = "spot_check", N_("就业抽查回访")
    CAMPAIGN = "campaign", N_("专项行动任务")
    REFERENCE = "reference", N_("数据维护")
    OTHER = "other", N_("其他")
