"""Levels, kinds and grades of the code tables."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RegionLevel(LabelledEnum):
    """A level of the administrative tree, from the top down."""

    PROVINCE = "province", N_("省级")
    CITY = "city", N_("市级")
    COUNTY = "county", N_("县级")
    TOWNSHIP = "township", N_("乡镇级")
    VILLAGE = "village", N_("村级")


CODE_LENGTH = {
    RegionLevel.PROVINCE: 2,
    RegionLevel.CITY: 4,
    RegionLevel.COUNTY: 6,
    RegionLevel.TOWNSHIP: 9,
    RegionLevel.VILLAGE: 12,
}


class Severity(LabelledEnum):
    """What a line of the legal check does to a posting."""

    BLOCK = "block", N_("不能发布")
    WARN = "warn", N_("提醒")


class DayKind(LabelledEnum):
    """What the State Council's notice says of a day."""

    REST = "rest", N_("放假")
    WORK = "work", N_("调休上班")


class ReasonKind(LabelledEnum):
    """Where a coded reason is used."""

    APPLICATION_REJECT = "application_reject", N_("单位不录用的原因")
    APPLICATION_REJECT_GROUP = "application_reject_group", N_("单位不录用的大类")
    APPLICATION_WITHDRAW = "application_withdraw", N_("求职者撤回的原因")
    APPLICATION_LAPSE = "application_lapse", N_("系统结束投递的原因")
    LEAVING = "leaving", N_("入职以后离开的原因")
    EMPLOYER_REFUSE = "employer_refuse", N_("单位审核不通过的原因")
    EMPLOYER_MORE = "employer_more", N_("请单位补材料")
    EMPLOYER_DEFER = "employer_defer", N_("暂缓单位审核的原因")
    POSTING_RETURN = "posting_return", N_("退回岗位的原因")
    COMPLAINT_REFUSE = "complaint_refuse", N_("不受理投诉举报的原因")
    FAIR_REFUSE = "fair_refuse", N_("不同意单位参会的原因")
    FAIR_NOT_FIT = "fair_not_fit", N_("招聘会现场不合适的原因")
    FAIR_NOT_STARTED = "fair_not_started", N_("招聘会意向没有入职的原因")
    PERSON_REFUSE = "person_refuse", N_("身份核验需补材料的原因")


class SubjectKind(LabelledEnum):
    """What a complaint may be about."""

    POSTING = "posting", N_("岗位")
    EMPLOYER = "employer", N_("单位")
    FAIR = "fair", N_("招聘会")
    CLASS = "class", N_("培训班")


class HintWay(LabelledEnum):
    """Where the link beside a hint leads."""

    GAPS = "gaps", N_("还差什么，学什么")
    TRAINING = "training", N_("能学的培训")
    SEARCH = "search", N_("找类似的岗位")
    RESUME = "resume", N_("改简历")


class RetirementCategory(LabelledEnum):
    """The three groups of the retirement rules."""

    MALE = "male", N_("男职工")
    FEMALE_CADRE = "female_cadre", N_("原法定退休年龄 55 周岁的女职工")
    FEMALE_WORKER = "female_worker", N_("原法定退休年龄 50 周岁的女职工")


class Precision(LabelledEnum):
    """How well a place is known: by a point of its own, or only as the centre of a village, township or county."""

    EXACT = "exact", N_("准确位置")
    VILLAGE = "village", N_("村（社区）中心")
    TOWNSHIP = "township", N_("乡镇（街道）中心")
    COUNTY = "county", N_("县（区）中心")
