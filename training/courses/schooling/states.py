"""States and kinds of going on with school (继续学业)."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class SchoolWay(LabelledEnum):
    """How somebody goes on with school."""

    RETURN = "return", N_("复学")
    ENROL = "enrol", N_("入学（入伍前已录取）")
    COLLEGE = "college", N_("高职单招")
    TOP_UP = "top_up", N_("专升本")
    ADULT = "adult", N_("成人高考")
    POSTGRADUATE = "postgraduate", N_("研究生")


class SchoolState(LabelledEnum):
    """Where a plan stands."""

    WISH = "wish", N_("有打算")
    APPLIED = "applied", N_("已报名")
    STUDYING = "studying", N_("在读")
    GRADUATED = "graduated", N_("已毕业")
    DROPPED = "dropped", N_("不读了")


SCHOOL_FLOW: Flow[SchoolState] = {
    (SchoolState.WISH, "apply"): SchoolState.APPLIED,
    (SchoolState.WISH, "study"): SchoolState.STUDYING,
    (SchoolState.APPLIED, "study"): SchoolState.STUDYING,
    (SchoolState.STUDYING, "graduate"): SchoolState.GRADUATED,
    (SchoolState.WISH, "drop"): SchoolState.DROPPED,
    (SchoolState.APPLIED, "drop"): SchoolState.DROPPED,
    (SchoolState.STUDYING, "drop"): SchoolState.DROPPED,
    (SchoolState.DROPPED, "wish"): SchoolState.WISH,
}

LIVING_STATES = (SchoolState.WISH, SchoolState.APPLIED, SchoolState.STUDYING)
"""Somebody has one plan in these states at most."""
RETURN_WAYS = (SchoolWay.RETURN, SchoolWay.ENROL)
"""Ways that keep a place for the years after discharge; they stand in column B of the year table, others in C."""
