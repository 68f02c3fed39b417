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

GRANTED_STATES = frozenset({SupportState.APPROVED, SupportState.NOTICED, SupportState.PAID})
"""States that count against a person's limits and an office's budget."""
OPEN_STATES = frozenset({SupportState.APPLIED, SupportState.APPROVED, SupportState.NOTICED})
"""States in which something is still to be done."""


class Giving(LabelledEnum):
    """How a kind of support is given, which follows from its unit."""

    MONEY = "money", N_("付款")
    LOAN = "loan", N_("放款")
    SERVICE = "service", N_("服务")
