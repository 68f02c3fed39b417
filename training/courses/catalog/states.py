"""States and kinds of providers."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class ProviderState(LabelledEnum):
    """Whether a provider stands in the office's catalogue (承训机构目录)."""

    APPLIED = "applied", N_("申请进目录")
    LISTED = "listed", N_("目录内")
    SUSPENDED = "suspended", N_("暂停")
    REMOVED = "removed", N_("退出目录")


class ProviderCheckResult(LabelledEnum):
    """What the yearly check came to (年度考核)."""

    GOOD = "good", N_("优秀")
    PASSED = "passed", N_("合格")
    FAILED = "failed", N_("不合格")


class ProviderPaperKind(LabelledEnum):
    """Papers that a provider shows."""

    LICENCE = "licence", N_("办学许可证或登记证书")
    TEACHERS = "teachers", N_("师资名单")
    PREMISES = "premises", N_("场地和设备")
    SAFETY = "safety", N_("消防和安全")
    OTHER = "other", N_("其他")


PROVIDER_FLOW: Flow[ProviderState] = {
    (ProviderState.APPLIED, "list"): ProviderState.LISTED,
    (ProviderState.APPLIED, "remove"): ProviderState.REMOVED,
    (ProviderState.LISTED, "suspend"): ProviderState.SUSPENDED,
    (ProviderState.LISTED, "remove"): ProviderState.REMOVED,
    (ProviderState.SUSPENDED, "list"): ProviderState.LISTED,
    (ProviderState.SUSPENDED, "remove"): ProviderState.REMOVED,
    (ProviderState.REMOVED, "apply"): ProviderState.APPLIED,
}
