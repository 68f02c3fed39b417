"""The path of a placement by the government: every legal step in one table, for checks, buttons and documents alike.

Source: 退役军人安置条例（2024-09-01 起施行）arts. 25–35, 75. The two clocks (6 months from acceptance, 30 days from the
letter) bind 安排工作 only; 转业 officers have a ledger and a rate of their own without them.
"""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class Ledger(LabelledEnum):
    GOVERNMENT_PLACED = "government_placed", N_("安排工作")
    CIVILIAN_TRANSFER = "civilian_transfer", N_("转业")


LEDGER_OF_METHOD = {
    "APGZ": Ledger.GOVERNMENT_PLACED,
    "ZYSG": Ledger.GOVERNMENT_PLACED,
    "ZHUANYE": Ledger.CIVILIAN_TRANSFER,
}
"""Resettlement methods with a ledger; 转业士官 of old belongs to 安排工作."""


class PlacementState(LabelledEnum):
    WAITING = "waiting", N_("待量化评分")
    SCORED = "scored", N_("已评分，待选岗")
    CHOSEN = "chosen", N_("已选岗，待公示")
    PUBLICIZED = "publicized", N_("公示中")
    LETTER = "letter", N_("已开介绍信")
    ON_POST = "on_post", N_("已上岗")
    WAIVED = "waived", N_("本人放弃")
    CANCELLED = "cancelled", N_("取消安排资格")


class Step(LabelledEnum):
    """What staff enter; each step asks for its day and what the paper says."""

    SCORE = "score", N_("登记量化评分")
    CHOOSE = "choose", N_("登记选岗")
    PUBLICIZE = "publicize", N_("开始公示")
    SEND_LETTER = "send_letter", N_("开介绍信")
    START = "start", N_("登记上岗")
    WAIVE = "waive", N_("本人书面放弃")
    CANCEL = "cancel", N_("取消安排资格")


_OPEN = (
    PlacementState.WAITING,
    PlacementState.SCORED,
    PlacementState.CHOSEN,
    PlacementState.PUBLICIZED,
    PlacementState.LETTER,
)

FLOW: Flow[PlacementState] = {
    (PlacementState.WAITING, Step.SCORE): PlacementState.SCORED,
    (PlacementState.SCORED, Step.CHOOSE): PlacementState.CHOSEN,
    (PlacementState.CHOSEN, Step.PUBLICIZE): PlacementState.PUBLICIZED,
    (PlacementState.PUBLICIZED, Step.SEND_LETTER): PlacementState.LETTER,
    (PlacementState.LETTER, Step.START): PlacementState.ON_POST,
    **{(state, Step.WAIVE): PlacementState.WAIVED for state in _OPEN},
    **{(state, Step.CANCEL): PlacementState.CANCELLED for state in _OPEN},
}

ENDED = (PlacementState.ON_POST, PlacementState.WAIVED, PlacementState.CANCELLED)
LEFT = (PlacementState.WAIVED, PlacementState.CANCELLED)
"""Who left by paper is no longer to be placed: not in the denominator of 安置率."""
