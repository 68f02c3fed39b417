"""States and kinds of incubators, their spaces, tenancies and mentors."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class IncubatorKind(LabelledEnum):
    """What kind of place it is."""

    BASE = "base", N_("孵化基地")
    PARK = "park", N_("创业孵化园")
    YARD = "yard", N_("就业创业园地")
    ZONE = "zone", N_("专区")


class SpaceKind(LabelledEnum):
    """What is let."""

    DESK = "desk", N_("工位")
    OFFICE = "office", N_("独立办公室")
    STALL = "stall", N_("展位")
    WORKSHOP = "workshop", N_("车间")


class TenancyState(LabelledEnum):
    """Where a tenancy stands."""

    APPLIED = "applied", N_("已申请")
    TO_COMPLETE = "to_complete", N_("待补正")
    ACCEPTED = "accepted", N_("已受理，待评审")
    REJECTED = "rejected", N_("评审不通过")
    WITHDRAWN = "withdrawn", N_("已撤回")
    NOTICED = "noticed", N_("公示中")
    INCUBATED = "incubated", N_("在孵")
    ASSESSED = "assessed", N_("考核中")
    GRADUATED = "graduated", N_("毕业")
    EXPIRED = "expired", N_("到期出园")
    EVICTED = "evicted", N_("清退")


IN_STATES = (TenancyState.INCUBATED, TenancyState.ASSESSED)
"""States in which a venture sits in the incubator (在孵)."""
LEFT_STATES = (TenancyState.GRADUATED, TenancyState.EXPIRED, TenancyState.EVICTED)
OPEN_STATES = (TenancyState.APPLIED, TenancyState.TO_COMPLETE, TenancyState.ACCEPTED, TenancyState.NOTICED, *IN_STATES)

TENANCY_FLOW: Flow[TenancyState] = {
    (TenancyState.APPLIED, "accept"): TenancyState.ACCEPTED,
    (TenancyState.APPLIED, "ask"): TenancyState.TO_COMPLETE,
    (TenancyState.TO_COMPLETE, "complete"): TenancyState.APPLIED,
    (TenancyState.APPLIED, "withdraw"): TenancyState.WITHDRAWN,
    (TenancyState.TO_COMPLETE, "withdraw"): TenancyState.WITHDRAWN,
    (TenancyState.ACCEPTED, "withdraw"): TenancyState.WITHDRAWN,
    (TenancyState.ACCEPTED, "reject"): TenancyState.REJECTED,
    (TenancyState.ACCEPTED, "notice"): TenancyState.NOTICED,
    (TenancyState.NOTICED, "reject"): TenancyState.REJECTED,
    (TenancyState.NOTICED, "move_in"): TenancyState.INCUBATED,
    (TenancyState.INCUBATED, "assess"): TenancyState.ASSESSED,
    (TenancyState.ASSESSED, "keep"): TenancyState.INCUBATED,
    **{
        (state, act): after
        for state in IN_STATES
        for act, after in (
            ("graduate", TenancyState.GRADUATED),
            ("expire", TenancyState.EXPIRED),
            ("evict", TenancyState.EVICTED),
        )
    },
}


class MentorField(LabelledEnum):
    """What a mentor counsels on."""

    LEGAL = "legal", N_("法律")
    FINANCE = "finance", N_("财务融资")
    TAX = "tax", N_("税务")
    INDUSTRY = "industry", N_("行业")
    MARKET = "market", N_("市场营销")
    MANAGEMENT = "management", N_("经营管理")


class Criterion(LabelledEnum):
    """What a tenancy is reviewed by; each scored from 0 to 20."""

    TEAM = "team", N_("团队")
    MARKET = "market", N_("市场")
    SPECIAL = "special", N_("技术或特色")
    JOBS = "jobs", N_("带动就业")
    FEASIBLE = "feasible", N_("可行性")
