"""States and kinds of ventures."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class VentureState(LabelledEnum):
    """Where a venture stands, inside or outside an incubator."""

    INTENTION = "intention", N_("意向")
    PREPARING = "preparing", N_("筹备")
    REGISTERED = "registered", N_("已登记")
    OPERATING = "operating", N_("经营")
    SUSPENDED = "suspended", N_("停业")
    DEREGISTERED = "deregistered", N_("注销")
    DROPPED = "dropped", N_("不办了")


LIVING_STATES = (
    VentureState.INTENTION,
    VentureState.PREPARING,
    VentureState.REGISTERED,
    VentureState.OPERATING,
    VentureState.SUSPENDED,
)

VENTURE_FLOW: Flow[VentureState] = {
    (VentureState.INTENTION, "prepare"): VentureState.PREPARING,
    (VentureState.INTENTION, "register"): VentureState.REGISTERED,
    (VentureState.PREPARING, "register"): VentureState.REGISTERED,
    (VentureState.REGISTERED, "operate"): VentureState.OPERATING,
    (VentureState.OPERATING, "suspend"): VentureState.SUSPENDED,
    (VentureState.SUSPENDED, "operate"): VentureState.OPERATING,
    (VentureState.REGISTERED, "deregister"): VentureState.DEREGISTERED,
    (VentureState.OPERATING, "deregister"): VentureState.DEREGISTERED,
    (VentureState.SUSPENDED, "deregister"): VentureState.DEREGISTERED,
    (VentureState.INTENTION, "drop"): VentureState.DROPPED,
    (VentureState.PREPARING, "drop"): VentureState.DROPPED,
    (VentureState.DROPPED, "wish"): VentureState.INTENTION,
}


class VentureForm(LabelledEnum):
    """In what form it is, or is to be, registered; decides the column of the year table (I, J, K)."""

    SELF_EMPLOYED = "self_employed", N_("个体工商户")
    COMPANY = "company", N_("公司")
    PARTNERSHIP = "partnership", N_("合伙企业")
    SOLE = "sole", N_("个人独资企业")
    COOPERATIVE = "cooperative", N_("农民专业合作社")
    FAMILY_FARM = "family_farm", N_("家庭农场")
    NOT_KNOWN = "not_known", N_("还没想好")


class WishSource(LabelledEnum):
    """Where the wish to start was said."""

    OWN = "own", N_("本人登记")
    INTAKE = "intake", N_("报到")
    PLAN = "plan", N_("服务计划")
    SURVEY = "survey", N_("需求调查")
    FAIR = "fair", N_("招聘会现场")
    COURSE = "course", N_("创业培训班")
    STAFF = "staff", N_("工作人员登记")


class FounderKind(LabelledEnum):
    """Who a founder is, as 军创企业 asks."""

    VETERAN = "veteran", N_("退役军人")
    DEPENDANT = "dependant", N_("军属")
    OTHER = "other", N_("其他人员")


class FounderRole(LabelledEnum):
    """What a founder does in it; the first two are core members (核心成员)."""

    FOUNDER = "founder", N_("创办人")
    OPERATOR = "operator", N_("主要经营者")
    PARTNER = "partner", N_("出资人")


class ContestTrack(LabelledEnum):
    """Tracks of the start-up contest."""

    EMERGING = "emerging", N_("新兴产业")
    TRADITIONAL = "traditional", N_("传统产业")
    SERVICES = "services", N_("生活服务业")
    RURAL = "rural", N_("乡村振兴")
    GENERAL = "general", N_("综合（成立 5 年以上）")
