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


SERVING_KINDS = frozenset({"JS_PO", "JS_FM", "JS_ZN", "SJJS"})
"""Families of serving soldiers: where they live may be a garrison, so it is stored at county level only."""


class VerificationAct(LabelledEnum):
    """What happened with a verification; the history of a person is only ever added to."""

    APPROVED = "approved", N_("核验通过")
    REFUSED = "refused", N_("还差材料")
    REOPENED = "reopened", N_("申诉成立，重新核验")
    EXPIRED = "expired", N_("到期，要重新核验")
    CHANGED = "changed", N_("本人改了信息，要重新核验")


class PaperKind(LabelledEnum):
    """The paper that staff looked at; how long it proves anything is the rule ``verification_valid_months``."""

    PREFERENTIAL_CARD = "preferential_card", N_("优待证")
    DISCHARGE = "discharge", N_("退出现役证")
    TRANSFER = "transfer", N_("转业证")
    DISABILITY = "disability", N_("残疾军人证")
    MARTYR = "martyr", N_("烈士证明书")
    MARRIAGE = "marriage", N_("结婚证和部队身份证明")
    HOUSEHOLD = "household", N_("户口簿或关系证明")
    ACCOMPANYING = "accompanying", N_("随军批准件")
    SETTLING_NOTICE = "settling_notice", N_("安置报到通知")
    ARCHIVE = "archive", N_("档案记载")
    OTHER = "other", N_("其他证件")


class AppealState(LabelledEnum):
    OPEN = "open", N_("等上级处理")
    UPHELD = "upheld", N_("申诉成立")
    DISMISSED = "dismissed", N_("维持原来的结果")


class ProxyScope(LabelledEnum):
    """What staff may do in a person's place."""

    FILE = "file", N_("代填简历")
    APPLY = "apply", N_("代投岗位")
    TRAINING = "training", N_("代报培训")
    DESK = "desk", N_("代办事项")


OFFERED_SCOPES = (ProxyScope.FILE, ProxyScope.APPLY, ProxyScope.TRAINING, ProxyScope.DESK)
"""What can be agreed to: each is asked for before the act."""


class ProxyWay(LabelledEnum):
    """How the person agreed to it."""

    PAPER = "paper", N_("纸质同意书")
    VOICE = "voice", N_("电话录音")
    SCREEN = "screen", N_("当面在屏幕上确认")


class ClaimState(LabelledEnum):
    """Whether whoever holds the phone still has to show that the file is theirs."""

    NONE = "none", N_("不用认领")
    DUE = "due", N_("等本人认领")
    LOCKED = "locked", N_("认领没对上，等服务站核对")


class PoliticalStatus(LabelledEnum):
    """政治面貌 (GB/T 4762-1984, in groups): told by choice, never matched and never shown to employers."""

    MEMBER = "member", N_("中共党员")
    PROBATIONARY = "probationary", N_("中共预备党员")
    LEAGUE = "league", N_("共青团员")
    OTHER_PARTY = "other_party", N_("民主党派成员")
    NONE = "none", N_("群众")


class Season(LabelledEnum):
    """Discharge batches of a year."""

    SPRING = "spring", N_("春季")
    AUTUMN = "autumn", N_("秋季")


class Honour(LabelledEnum):
    """立功受奖 in the words of the file, highest first."""

    TITLE = "title", N_("荣誉称号")
    MERIT_1 = "merit_1", N_("一等功")
    MERIT_2 = "merit_2", N_("二等功")
    MERIT_3_WAR = "merit_3_war", N_("战时三等功")
    MERIT_3 = "merit_3", N_("三等功")
    COMMENDED = "commended", N_("嘉奖")
    EXCELLENT = "excellent", N_("优秀士兵或“四有”优秀个人")


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
    INCUBATION = "incubation", N_("申请入驻孵化基地")
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
    """Who said, or what shows, that a line of the register is so; without one a line proves nothing."""

    CONTRACT = "contract", N_("劳动合同")
    SOCIAL_INSURANCE = "social_insurance", N_("社保记录")
    DEPARTMENT = "department", N_("部门比对")
    LICENCE = "licence", N_("营业执照")
    EMPLOYER_CONFIRMED = "employer_confirmed", N_("单位确认")
    PLATFORM_RECORD = "platform_record", N_("平台接单记录")
    PLEDGE = "pledge", N_("本人说明")
    FAMILY = "family", N_("家属说明")
    STATION_CHECK = "station_check", N_("村（社区）站核实")
    SCHOOL = "school", N_("录取通知书、学籍证明")
    NONE = "none", N_("还没有证明")


CONFIRMATION_RULE = {
    EvidenceKind.CONTRACT: "confirmation_months_record",
    EvidenceKind.SOCIAL_INSURANCE: "confirmation_months_record",
    EvidenceKind.DEPARTMENT: "confirmation_months_record",
    EvidenceKind.LICENCE: "confirmation_months_record",
    EvidenceKind.EMPLOYER_CONFIRMED: "confirmation_months_employer",
    EvidenceKind.PLATFORM_RECORD: "confirmation_months_employer",
    EvidenceKind.PLEDGE: "confirmation_months_word",
    EvidenceKind.FAMILY: "confirmation_months_word",
    EvidenceKind.STATION_CHECK: "confirmation_months_word",
    EvidenceKind.SCHOOL: "confirmation_months_record",
}
"""The dated rule that says for how many months a confirmation of each kind holds."""


class ConfirmationWay(LabelledEnum):
    """How a confirmation reached the register."""

    PAPER = "paper", N_("看了材料")
    VISIT = "visit", N_("当面")
    PHONE = "phone", N_("电话")
    ONLINE = "online", N_("本人在平台上点选")
    LETTER = "letter", N_("部门回函")
    PLATFORM = "platform", N_("平台流程")


class ContractTerm(LabelledEnum):
    """The written contract of employment behind a line."""

    NOT_KNOWN = "unknown", N_("不清楚")
    NONE = "none", N_("没有书面合同")
    UNDER_A_YEAR = "under_a_year", N_("不满 1 年")
    A_YEAR_OR_MORE = "a_year_or_more", N_("1 年及以上")
    OPEN_ENDED = "open_ended", N_("无固定期限")


class InsuranceState(LabelledEnum):
    """Whether somebody is insured (参保) in the work of a line."""

    NOT_KNOWN = "unknown", N_("不清楚")
    YES = "yes", N_("参保")
    NO = "no", N_("没有参保")


class PayBand(LabelledEnum):
    """Pay a month as people will tell it: a band, never the amount."""

    NOT_KNOWN = "unknown", N_("不清楚")
    UNDER_3000 = "under_3000", N_("3000 元以下")
    TO_5000 = "to_5000", N_("3000–5000 元")
    TO_8000 = "to_8000", N_("5000–8000 元")
    OVER_8000 = "over_8000", N_("8000 元以上")


class WorkChannel(LabelledEnum):
    """How somebody came to the work of a line (就业渠道)."""

    NOT_KNOWN = "unknown", N_("不清楚")
    PLATFORM = "platform", N_("平台投递")
    FAIR = "fair", N_("招聘会")
    REFERRAL = "referral", N_("推荐")
    COURSE = "course", N_("培训后就业")
    SELF = "self", N_("自己找的")
    OTHER = "other", N_("其他")


class RegisterSource(LabelledEnum):
    """Where an entry of the register came from."""

    HIRE = "hire", N_("平台投递入职")
    STAFF = "staff", N_("工作人员登记")
    IMPORT = "import", N_("批量导入")
    DEPARTMENT = "department", N_("部门比对")


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
