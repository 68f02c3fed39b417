"""What became of intentions after a fair."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class FollowUpResult(LabelledEnum):
    """What a follow-up found; the five add up to all intentions (by people)."""

    SAME_EMPLOYER = "same_employer", N_("同单位入职")
    OTHER_EMPLOYER = "other_employer", N_("到其他单位就业")
    IN_PROGRESS = "in_progress", N_("流程中")
    NOT_STARTED = "not_started", N_("未入职")
    UNVERIFIED = "unverified", N_("未核实")


class FollowUpSource(LabelledEnum):
    """Who said so."""

    REGISTER = "register", N_("就业台账")
    PERSON = "person", N_("本人说的")
    EMPLOYER = "employer", N_("单位填的")
    STAFF = "staff", N_("工作人员回访")


DECIDING = (FollowUpSource.REGISTER, FollowUpSource.STAFF)
"""Whose answer no other side undoes: the register, and staff who looked into it."""
AT_WORK = (FollowUpResult.SAME_EMPLOYER, FollowUpResult.OTHER_EMPLOYER)
EMPLOYER_RESULTS = (FollowUpResult.SAME_EMPLOYER, FollowUpResult.IN_PROGRESS, FollowUpResult.NOT_STARTED)
"""What an exhibitor can know about its own intentions."""


class RatingSide(LabelledEnum):
    """Whose satisfaction it is."""

    VISITOR = "visitor", N_("求职者")
    EXHIBITOR = "exhibitor", N_("用人单位")


class FairReportKind(LabelledEnum):
    """Reports that are kept as they were sent."""

    QUICK = "quick", N_("当日快报")
    DAY_90 = "day_90", N_("90 天跟踪")
