"""States and kinds of work with employers."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class ContactWay(LabelledEnum):
    """How the office and an employer spoke."""

    VISIT = "visit", N_("上门走访")
    CALL = "call", N_("电话")
    MESSAGE = "message", N_("微信或短信")


class TermState(LabelledEnum):
    """Where an agreement stands on a day; it follows from its days and is never typed."""

    COMING = "coming", N_("还没开始")
    RUNNING = "running", N_("有效")
    ENDING = "ending", N_("快到期")
    OVER = "over", N_("已到期")
    ENDED = "ended", N_("提前终止")
