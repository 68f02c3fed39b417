"""States of people, their proofs and their employment."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum

VETERAN_KINDS = frozenset({"TYJR", "CJTY", "CZTY", "JYKN"})
"""Kinds of service objects that served themselves; all others belong to a family."""


class VerificationState(LabelledEnum):
    UNVERIFIED = "unverified", N_("待核验")
    VERIFIED = "verified", N_("已核验")
    REFUSED = "refused", N_("需补材料")


class JobSearchState(LabelledEnum):
    """What the person says about looking for work; the register says whether they work."""

    LOOKING = "looking", N_("正在找工作")
    OPEN = "open", N_("在职，想看看机会")
    NOT_LOOKING = "not_looking", N_("暂时不找")


class GrantPurpose(LabelledEnum):
    """Why an organization outside the service may see a person."""

    APPLICATION = "application", N_("投递岗位")
    INVITATION = "invitation", N_("接受单位邀请")
    ENROLLMENT = "enrollment", N_("报名培训")
    BOOTH_SCAN = "booth_scan", N_("招聘会现场扫码")


class GrantField(LabelledEnum):
    """What a grant opens beyond the card that everybody with a reason to look may see."""

    NAME = "name", N_("姓名")
    PHONE = "phone", N_("手机号")
    AGE = "age", N_("年龄")
    WORK_HISTORY = "work_history", N_("工作单位名称")
    ABOUT = "about", N_("自我介绍")


class Shift(LabelledEnum):
    DAY = "day", N_("白班")
    ROTATING = "rotating", N_("倒班")
    NIGHT = "night", N_("夜班")
    FLEXIBLE = "flexible", N_("弹性时间")


class EmploymentType(LabelledEnum):
    """用工类型: what kind of work relation it is."""

    CONTRACT = "contract", N_("劳动合同")
    DISPATCH = "dispatch", N_("劳务派遣")
    OUTSOURCED = "outsourced", N_("外包")
    PART_TIME = "part_time", N_("非全日制")
    INTERNSHIP = "internship", N_("实习见习")
    PUBLIC_POST = "public_post", N_("编制岗位")


class EvidenceKind(LabelledEnum):
    """What proves a spell of employment; without one of these a person stays in column L."""

    CONTRACT = "contract", N_("劳动合同")
    SOCIAL_INSURANCE = "social_insurance", N_("社保记录")
    EMPLOYER_CONFIRMED = "employer_confirmed", N_("单位确认并本人确认入职")
    LICENCE = "licence", N_("营业执照")
    PLATFORM_RECORD = "platform_record", N_("平台接单记录")
    PLEDGE = "pledge", N_("本人承诺书")
    STATION_CHECK = "station_check", N_("村（社区）站核实")
    NONE = "none", N_("还没有证明")


class RegisterSource(LabelledEnum):
    """Where an entry of the register came from."""

    HIRE = "hire", N_("平台投递入职")
    STAFF = "staff", N_("工作人员登记")
    IMPORT = "import", N_("批量导入")


class TwinReason(LabelledEnum):
    """Why two files may be of one person, or why not."""

    SAME_ID = "same_id", N_("身份证号相同")
    OTHER_ID = "other_id", N_("身份证号不同")
    SAME_PHONE = "same_phone", N_("手机号相同")
    SAME_NAME = "same_name", N_("姓名相同")
    SAME_PINYIN = "same_pinyin", N_("姓名同音")
    SIMILAR_NAME = "similar_name", N_("姓名相近")
    SAME_BIRTH = "same_birth", N_("出生日期相同")
    SAME_MONTH = "same_month", N_("出生年月相同")
    TURNED_BIRTH = "turned_birth", N_("出生日期差一位或写颠倒")
    NO_BIRTH = "no_birth", N_("有一份没填出生日期")


class ConsentPurpose(LabelledEnum):
    """What somebody agrees to, each by itself; one that names a recipient is given to each organization apart."""

    FILE = "file", N_("建立服务档案")
    EMPLOYERS = "employers", N_("让通过审核的单位找到我")
    RECIPIENT = "recipient", N_("让一家单位看我的简历")
    RECOMMENDATION = "recommendation", N_("按我的简历推荐岗位")
    POLICY_MESSAGES = "policy_messages", N_("接收政策消息")
    RESEARCH = "research", N_("去掉姓名后用于统计研究")


class ConsentWay(LabelledEnum):
    """How somebody said so."""

    SCREEN = "screen", N_("本人在网上点选")
    WINDOW = "window", N_("工作人员代为登记")
    SYSTEM = "system", N_("系统办理")
