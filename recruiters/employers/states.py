"""States and kinds of employers."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class EmployerKind(LabelledEnum):
    """Who owns it; whether a veteran founded it is a fact of its own (``VeteranFounding``)."""

    STATE_OWNED = "state_owned", N_("国有企业")
    PRIVATE = "private", N_("民营企业")
    INDIVIDUAL = "individual", N_("个体工商户")
    RURAL_COLLECTIVE = "rural_collective", N_("农村集体经济组织或合作社")
    PUBLIC_INSTITUTION = "public_institution", N_("事业单位")
    PUBLIC_BODY = "public_body", N_("机关单位")
    SOCIAL = "social", N_("社会组织")


class AccountLabel(LabelledEnum):
    """账号类型标签, shown on the employer's page by the rule in force since 2026-01-13."""

    OWN = "own", N_("用人单位自主招聘")
    PUBLIC = "public", N_("公共招聘")
    COMMERCIAL = "commercial", N_("经营性招聘")


class VettingState(LabelledEnum):
    """资质审核: nothing of an employer is public before it is vetted."""

    DRAFT = "draft", N_("资料未提交")
    WAITING = "waiting", N_("待审核")
    DEFERRED = "deferred", N_("暂缓审核")
    MORE = "more", N_("需补材料")
    VETTED = "vetted", N_("审核通过")
    REFUSED = "refused", N_("未通过")
    SUSPENDED = "suspended", N_("已暂停")


VETTING_FLOW: dict[tuple[VettingState, str], VettingState] = {
    (VettingState.DRAFT, "submit"): VettingState.WAITING,
    (VettingState.MORE, "submit"): VettingState.WAITING,
    (VettingState.REFUSED, "submit"): VettingState.WAITING,
    (VettingState.WAITING, "approve"): VettingState.VETTED,
    (VettingState.WAITING, "ask_more"): VettingState.MORE,
    (VettingState.WAITING, "refuse"): VettingState.REFUSED,
    (VettingState.WAITING, "defer"): VettingState.DEFERRED,
    (VettingState.DEFERRED, "resume"): VettingState.WAITING,
    (VettingState.VETTED, "suspend"): VettingState.SUSPENDED,
    (VettingState.SUSPENDED, "restore"): VettingState.VETTED,
    (VettingState.VETTED, "recheck"): VettingState.VETTED,
}


OWN_STEPS = frozenset({"submit"})
"""Steps that the employer takes; all others are decisions of the office."""


class DecisionAction(LabelledEnum):
    """A line in the history of an employer: what was decided, by the office or by the employer itself."""

    SUBMIT = "submit", N_("提交审核")
    APPROVE = "approve", N_("审核通过")
    ASK_MORE = "ask_more", N_("请单位补材料")
    REFUSE = "refuse", N_("审核不通过")
    DEFER = "defer", N_("暂缓审核")
    RESUME = "resume", N_("暂缓到期，继续审核")
    SUSPEND = "suspend", N_("暂停")
    RESTORE = "restore", N_("恢复")
    NO_CHANGE = "no_change", N_("单位答复：没有变化")
    RECHECK = "recheck", N_("复核通过")


class PaperKind(LabelledEnum):
    """What an employer shows."""

    LICENCE = "licence", N_("营业执照或登记证书")
    PERMIT = "permit", N_("人力资源服务许可证")
    FOUNDING = "founding", N_("军创证明材料")


class PaperWay(LabelledEnum):
    """How the office came to see a paper: a picture, or the paper itself, or the register on an official site."""

    UPLOAD = "upload", N_("上传的照片或扫描件")
    ORIGINAL = "original", N_("核对原件")
    PUBLISHED = "published", N_("官网公示")


class PaperVerdict(LabelledEnum):
    WAITING = "waiting", N_("待查看")
    LEGIBLE = "legible", N_("清楚，和登记一致")
    UNREADABLE = "unreadable", N_("看不清或不一致")


class FoundingBasis(LabelledEnum):
    """Why an employer is veteran-founded (军创企业): the founder, or a core member who holds a share."""

    FOUNDER = "founder", N_("退役军人是创办人")
    SHAREHOLDER = "shareholder", N_("退役军人是股东")
    OPERATOR = "operator", N_("退役军人是持股的主要经营者")


# What the first characters of a unified social credit code say about its holder (GB 32100-2015, registering body).
_KINDS_BY_PREFIX: dict[str, tuple[EmployerKind, ...]] = {
    "91": (EmployerKind.PRIVATE, EmployerKind.STATE_OWNED),
    "92": (EmployerKind.INDIVIDUAL,),
    "93": (EmployerKind.RURAL_COLLECTIVE,),
    "N": (EmployerKind.RURAL_COLLECTIVE,),
    "11": (EmployerKind.PUBLIC_BODY,),
    "12": (EmployerKind.PUBLIC_INSTITUTION,),
    "13": (EmployerKind.PUBLIC_BODY,),
    "5": (EmployerKind.SOCIAL,),
    "8": (EmployerKind.SOCIAL,),
}


def kinds_for_code(credit_code: str | None) -> tuple[EmployerKind, ...]:
    """Kinds that a holder of ``credit_code`` may be, the usual one first; all of them where the code does not tell."""
    code = credit_code or ""
    for length in (2, 1):
        if code[:length] in _KINDS_BY_PREFIX:
            return _KINDS_BY_PREFIX[code[:length]]
    return tuple(EmployerKind)
