"""States of supports."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class SupportState(LabelledEnum):
    """Where a support stands: asked for, decided, shown to the public, given."""

    APPLIED = "applied", N_("已申请")
    APPROVED = "approved", N_("已批准")
    NOTICED = "noticed", N_("公示中")
    PAID = "paid", N_("已兑现")
    REFUSED = "refused", N_("不批")
    WITHDRAWN = "withdrawn", N_("已撤回")


SUPPORT_FLOW: Flow[SupportState] = {
    (SupportState.APPLIED, "approve"): SupportState.APPROVED,
    (SupportState.APPLIED, "refuse"): SupportState.REFUSED,
    (SupportState.APPLIED, "withdraw"): SupportState.WITHDRAWN,
    (SupportState.APPROVED, "notice"): SupportState.NOTICED,
    (SupportState.APPROVED, "give"): SupportState.PAID,
    (SupportState.NOTICED, "give"): SupportState.PAID,
    (SupportState.NOTICED, "refuse"): SupportState.REFUSED,
    (SupportState.APPROVED, "refuse"): SupportState.REFUSED,
}
