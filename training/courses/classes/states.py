"""States and kinds of classes (班次)."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import Flow, LabelledEnum


class SessionState(LabelledEnum):
    """Where a class stands. Sign-up is open while it is approved and the window is."""

    DRAFT = "draft", N_("草稿")
    SUBMITTED = "submitted", N_("待审批")
    RETURNED = "returned", N_("退回修改")
    APPROVED = "approved", N_("已批准")
    RUNNING = "running", N_("开班中")
    ENDED = "ended", N_("已结课")
    CLOSED = "closed", N_("已结业")
    CANCELED = "canceled", N_("已取消")


class SessionMode(LabelledEnum):
    """How people attend."""

    FULL_TIME = "full_time", N_("脱产")
    WEEKEND = "weekend", N_("周末")
    EVENING = "evening", N_("晚上")
    ONLINE = "online", N_("线上")
    MIXED = "mixed", N_("线上加线下")


class SessionPaperKind(LabelledEnum):
    """Papers of a class: the first four go with the application (开班申请)."""

    TIMETABLE = "timetable", N_("课表")
    TEACHERS = "teachers", N_("师资")
    ROSTER = "roster", N_("名册")
    SAFETY = "safety", N_("安全预案")
    SIGNED = "signed", N_("签字花名册")
    PHOTO = "photo", N_("现场照片")
    OTHER = "other", N_("其他")


APPLICATION_PAPERS = (SessionPaperKind.TIMETABLE, SessionPaperKind.TEACHERS, SessionPaperKind.SAFETY)
"""What must be there, as a file or as filled-in lines, before a class is approved."""

PUBLIC_STATES = (SessionState.APPROVED, SessionState.RUNNING, SessionState.ENDED, SessionState.CLOSED)

SESSION_FLOW: Flow[SessionState] = {
    (SessionState.DRAFT, "submit"): SessionState.SUBMITTED,
    (SessionState.RETURNED, "submit"): SessionState.SUBMITTED,
    (SessionState.SUBMITTED, "return"): SessionState.RETURNED,
    (SessionState.SUBMITTED, "approve"): SessionState.APPROVED,
    (SessionState.APPROVED, "start"): SessionState.RUNNING,
    (SessionState.RUNNING, "end"): SessionState.ENDED,
    (SessionState.ENDED, "close"): SessionState.CLOSED,
    **{
        (state, "cancel"): SessionState.CANCELED
        for state in (SessionState.DRAFT, SessionState.SUBMITTED, SessionState.RETURNED, SessionState.APPROVED)
    },
}
