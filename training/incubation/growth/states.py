"""Kinds of what a venture reports."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class WorkerEvidence(LabelledEnum):
    """On what somebody is counted as working for a venture (带动就业); shown apart."""

    INSURANCE = "insurance", N_("社保")
    ROSTER = "roster", N_("名册")
    WORD = "word", N_("自报")


class RevenueBand(LabelledEnum):
    """Revenue of the quarter, in bands: exact figures are nobody's business."""

    NONE = "none", N_("没有收入")
    UP_TO_10 = "up_to_10", N_("10 万元以内")
    UP_TO_50 = "up_to_50", N_("10 万～50 万元")
    UP_TO_200 = "up_to_200", N_("50 万～200 万元")
    MORE = "more", N_("200 万元以上")
    NOT_SAID = "not_said", N_("不便说")
