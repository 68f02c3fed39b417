"""States and kinds of money sheets."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class PaySheetKind(LabelledEnum):
    """For what a sheet pays."""

    ALLOWANCE = "allowance", N_("生活补助")
    FIRST_PART = "first_part", N_("培训经费首拨")
    REST = "rest", N_("培训经费尾款")


class PaySheetState(LabelledEnum):
    """Where a sheet stands: shown to the public, signed on paper, paid."""

    DRAFT = "draft", N_("草稿")
    NOTICED = "noticed", N_("公示中")
    SIGNED = "signed", N_("已签字")
    PAID = "paid", N_("已发放")
    CANCELED = "canceled", N_("已作废")


PAY_FLOW: Flow[PaySheetState] = {
    (PaySheetState.DRAFT, "notice"): PaySheetState.NOTICED,
    (PaySheetState.NOTICED, "sign"): PaySheetState.SIGNED,
    (PaySheetState.SIGNED, "pay"): PaySheetState.PAID,
    (PaySheetState.DRAFT, "cancel"): PaySheetState.CANCELED,
    (PaySheetState.NOTICED, "cancel"): PaySheetState.CANCELED,
    (PaySheetState.SIGNED, "cancel"): PaySheetState.CANCELED,
}
