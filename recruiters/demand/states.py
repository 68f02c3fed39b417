"""How an answer came in."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class AnswerWay(LabelledEnum):
    """Who filled an answer in."""

    LINK = "link", N_("单位从链接填的")
    APP = "app", N_("单位登录填的")
    STAFF = "staff", N_("工作人员代填")
