"""What a rule says to somebody, and for whom a rule is."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class Verdict(LabelledEnum):
    """From the best to the worst news; what is not known is never a yes."""

    CAN = "can", N_("能报")
    LACKING = "lacking", N_("还缺")
    UNKNOWN = "unknown", N_("还不知道")
    NOT = "not", N_("不符合")


class Audience(LabelledEnum):
    PERSON = "person", N_("个人")
    EMPLOYER = "employer", N_("用人单位")


class WorkNow(LabelledEnum):
    """What somebody without a file says of today."""

    EMPLOYED = "employed", N_("在上班")
    OUT_OF_WORK = "out_of_work", N_("没有工作")
    PLANS_BUSINESS = "plans_business", N_("想创业，还没办营业执照")
    HAS_BUSINESS = "has_business", N_("已经办了营业执照")
