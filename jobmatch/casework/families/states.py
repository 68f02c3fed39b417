"""What the half-yearly count of accompanying families asks, and what was done for them."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum

ACCOMPANYING = "SJJS"
"""The kind 随军家属; a family is counted while the kind holds."""


class TrainingWish(LabelledEnum):
    NOT_ASKED = "not_asked", N_("没问到")
    NO = "no", N_("不想学")
    SKILL = "skill", N_("想学技能")
    DEGREE = "degree", N_("想提升学历")
    START_UP = "start_up", N_("想学创业")


class AidKind(LabelledEnum):
    """Source: 军人地位和权益保障法 arts. 52–54, 军人抚恤优待条例 arts. 46–47, 退役军人安置条例 art. 57."""

    MATCHED_POST = "matched_post", N_("对口安置")
    RECOMMENDED = "recommended", N_("推荐就业")
    SUBSIDY = "subsidy", N_("就业补助")
