"""States of a complaint, the steps between them, and how it ended."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class ComplaintState(LabelledEnum):
    RECEIVED = "received", N_("等受理")
    NOT_ACCEPTED = "not_accepted", N_("不予受理")
    ACCEPTED = "accepted", N_("已受理")
    INVESTIGATING = "investigating", N_("调查中")
    FOUNDED = "founded", N_("属实，等办结")
    UNFOUNDED = "unfounded", N_("不属实，等办结")
    REFERRED = "referred", N_("已转有关部门")
    CLOSED = "closed", N_("已办结")


class Outcome(LabelledEnum):
    """What was found; it stays when the complaint is closed."""

    FOUNDED = "founded", N_("属实")
    UNFOUNDED = "unfounded", N_("不属实")
    REFERRED = "referred", N_("转有关部门")
    NOT_ACCEPTED = "not_accepted", N_("不予受理")


class ComplaintAction(LabelledEnum):
    """One step; those that are not in ``COMPLAINT_FLOW`` leave the state as it is."""

    FILE = "file", N_("收到")
    ACCEPT = "accept", N_("受理")
    REFUSE = "refuse", N_("不予受理")
    INVESTIGATE = "investigate", N_("开始调查")
    FOUND = "found", N_("查明：属实")
    UNFOUND = "unfound", N_("查明：不属实")
    REFER = "refer", N_("转有关部门")
    CLOSE = "close", N_("办结")
    ASK = "ask", N_("请单位说明情况")
    STATEMENT = "statement", N_("单位说明了情况")
    ESCALATE = "escalate", N_("超期督办")
    HOLD = "hold", N_("暂停岗位")
    RELEASE = "release", N_("解除岗位暂停")


COMPLAINT_FLOW: dict[tuple[ComplaintState, ComplaintAction], ComplaintState] = {
    (ComplaintState.RECEIVED, ComplaintAction.ACCEPT): ComplaintState.ACCEPTED,
    (ComplaintState.RECEIVED, ComplaintAction.REFUSE): ComplaintState.NOT_ACCEPTED,
    (ComplaintState.ACCEPTED, ComplaintAction.INVESTIGATE): ComplaintState.INVESTIGATING,
    (ComplaintState.ACCEPTED, ComplaintAction.REFER): ComplaintState.REFERRED,
    (ComplaintState.INVESTIGATING, ComplaintAction.FOUND): ComplaintState.FOUNDED,
    (ComplaintState.INVESTIGATING, ComplaintAction.UNFOUND): ComplaintState.UNFOUNDED,
    (ComplaintState.INVESTIGATING, ComplaintAction.REFER): ComplaintState.REFERRED,
    (ComplaintState.FOUNDED, ComplaintAction.CLOSE): ComplaintState.CLOSED,
    (ComplaintState.UNFOUNDED, ComplaintAction.CLOSE): ComplaintState.CLOSED,
    (ComplaintState.REFERRED, ComplaintAction.CLOSE): ComplaintState.CLOSED,
}
OUTCOMES: dict[ComplaintAction, Outcome] = {
    ComplaintAction.REFUSE: Outcome.NOT_ACCEPTED,
    ComplaintAction.FOUND: Outcome.FOUNDED,
    ComplaintAction.UNFOUND: Outcome.UNFOUNDED,
    ComplaintAction.REFER: Outcome.REFERRED,
}
UNDECIDED = frozenset({ComplaintState.RECEIVED, ComplaintState.ACCEPTED, ComplaintState.INVESTIGATING})
"""A further report of the same thing joins one of these."""
ENDED = frozenset({ComplaintState.NOT_ACCEPTED, ComplaintState.CLOSED})
RUNNING = tuple(state for state in ComplaintState if state not in ENDED)
"""States in which a clock runs."""
TOLD = frozenset(ComplaintAction) - {ComplaintAction.ESCALATE, ComplaintAction.HOLD, ComplaintAction.RELEASE}
"""Steps that the reporter reads."""


def actions_from(state: ComplaintState) -> list[ComplaintAction]:
    """The steps that are possible now, in their order."""
    return [action for (known, action) in COMPLAINT_FLOW if known is state]
