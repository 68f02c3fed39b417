"""Ways of checking in, states of queue numbers and of intentions, and what a scan may answer."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class CheckInWay(LabelledEnum):
    """How somebody was checked in."""

    CAMERA = "camera", N_("摄像头扫码")
    SCANNER = "scanner", N_("扫码枪")
    TYPED = "typed", N_("输入入场码")
    PHONE = "phone", N_("报手机号")
    NAME = "name", N_("姓名和身份证后四位")
    CARD = "card", N_("刷身份证")
    SELF = "self", N_("自己扫海报签到")
    WALK_IN = "walk_in", N_("现场登记")
    SHEET = "sheet", N_("纸质签到表补录")


class ScanResult(LabelledEnum):
    """What a scan was answered; each stands on the screen in words of its own."""

    OK = "ok", N_("签到成功")
    REPEATED = "repeated", N_("已经签过到")
    OTHER_FAIR = "other_fair", N_("不是这场的票")
    FORGED = "forged", N_("这张票无法核对")
    UNKNOWN = "unknown", N_("没有找到")
    CANCELED = "canceled", N_("报名已取消")
    NOT_OPEN = "not_open", N_("这场招聘会现在不能签到")
    PRACTICE = "practice", N_("算练习，没有签到")


class QueueState(LabelledEnum):
    """A queue number at a booth."""

    WAITING = "waiting", N_("在排队")
    CALLED = "called", N_("请到展位")
    DONE = "done", N_("谈过了")
    MISSED = "missed", N_("叫到没来")
    LEFT = "left", N_("不排了")


class IntentionMark(LabelledEnum):
    """What the employer noted about somebody at its booth."""

    INTENTION = "intention", N_("有意向")
    HIRE = "hire", N_("现场拟录用")
    NOT_FIT = "not_fit", N_("不合适")


class IntentionStanding(LabelledEnum):
    """What an intention counts as; computed from both yeses, never stored."""

    BOTH = "both", N_("双方意向")
    EMPLOYER = "employer", N_("单位意向")
    PERSON = "person", N_("本人意向")
    HIRED = "hired", N_("现场录用")
    HIRE_OPEN = "hire_open", N_("单位现场拟录用，等本人确认")
    NONE = "none", N_("没有意向")


class WishKind(LabelledEnum):
    """What people asked for at the counters."""

    POLICY = "policy", N_("政策咨询")
    TRAINING = "training", N_("报名技能培训")
    START_UP = "start_up", N_("登记创业意愿")
