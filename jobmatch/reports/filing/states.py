"""Forms that are reported upward, and the steps of a submission."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class FormKind(LabelledEnum):
    """What is reported upward (上报), each with its own period and due time."""

    YEAR_TABLE = "year_table", N_("新增自主就业退役士兵就业及去向情况表")
    MONTHLY = "monthly", N_("就业创业工作月报")
    QUARTERLY = "quarterly", N_("孵化基地季报")
    FAMILY = "family", N_("随军家属就业情况半年表")


class SubmissionState(LabelledEnum):
    """Where a submission stands: the station fills, the county reviews, the city accepts."""

    DRAFT = "draft", N_("填报中")
    SUBMITTED = "submitted", N_("待审核")
    REVIEWED = "reviewed", N_("待接收")
    ACCEPTED = "accepted", N_("已接收")
    RETURNED = "returned", N_("已退回")


class SubmissionStep(LabelledEnum):
    """What somebody does with a submission."""

    OPEN = "open", N_("开始填报")
    SUBMIT = "submit", N_("上报")
    REVIEW = "review", N_("审核通过")
    ACCEPT = "accept", N_("接收")
    RETURN = "return", N_("退回")
    AMEND = "amend", N_("更正")
    TAKE_BACK = "take_back", N_("撤回上报")


SUBMISSION_FLOW: Flow[SubmissionState] = {
    (SubmissionState.DRAFT, SubmissionStep.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.RETURNED, SubmissionStep.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.SUBMITTED, SubmissionStep.TAKE_BACK): SubmissionState.DRAFT,
    (SubmissionState.SUBMITTED, SubmissionStep.REVIEW): SubmissionState.REVIEWED,
    (SubmissionState.SUBMITTED, SubmissionStep.RETURN): SubmissionState.RETURNED,
    (SubmissionState.REVIEWED, SubmissionStep.ACCEPT): SubmissionState.ACCEPTED,
    (SubmissionState.REVIEWED, SubmissionStep.RETURN): SubmissionState.RETURNED,
    (SubmissionState.ACCEPTED, SubmissionStep.AMEND): SubmissionState.DRAFT,
}
OPEN_STATES = (SubmissionState.DRAFT, SubmissionState.RETURNED)
"""The station has it on the desk."""


class Light(LabelledEnum):
    """How a form stands with its due day."""

    ON_TIME = "on_time", N_("按时")
    LATE = "late", N_("迟报")
    MISSING = "missing", N_("漏报")
    SOON = "soon", N_("快到期")
    OPEN = "open", N_("待报")
