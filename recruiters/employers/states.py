"""States and kinds of employers."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class EmployerKind(LabelledEnum):
    STATE_OWNED = "state_owned", N_("国有企业")
    PRIVATE = "private", N_("民营企业")
    VETERAN_FOUNDED = "veteran_founded", N_("军创企业")
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
    (VettingState.VETTED, "suspend"): VettingState.SUSPENDED,
    (VettingState.SUSPENDED, "restore"): VettingState.VETTED,
    (VettingState.VETTED, "recheck"): VettingState.VETTED,
}


# What the first characters of a unified social credit code say about its holder (GB 32100-2015, registering body).
_KINDS_BY_PREFIX: dict[str, tuple[EmployerKind, ...]] = {
    "91": (EmployerKind.PRIVATE, EmployerKind.STATE_OWNED, EmployerKind.VETERAN_FOUNDED),
    "92": (EmployerKind.INDIVIDUAL, EmployerKind.VETERAN_FOUNDED),
    "93": (EmployerKind.RURAL_COLLECTIVE, EmployerKind.VETERAN_FOUNDED),
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
