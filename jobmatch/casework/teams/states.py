"""The tags that people may be called on for."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class TalentTag(LabelledEnum):
    """投身乡村振兴、基层治理、公共服务、应急抢险、志愿服务: the five words the county counts by."""

    VILLAGE_REVIVAL = "village_revival", N_("乡村振兴")
    COMMUNITY_WORK = "community_work", N_("基层治理")
    PUBLIC_SERVICE = "public_service", N_("公共服务")
    EMERGENCY_RESCUE = "emergency_rescue", N_("应急抢险")
    VOLUNTEERING = "volunteering", N_("志愿服务")
