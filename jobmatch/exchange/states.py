"""States of an import."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RowOutcome(LabelledEnum):
    STORED = "stored", N_("已存入")
    SAME = "same", N_("以前已导入")
    REFUSED = "refused", N_("没有存入")


class RowNote(LabelledEnum):
    """Why a row of a table of people is listed."""

    REFUSED = "refused", N_("没有存入")
    CHANGED = "changed", N_("已经建过档")
    KEPT = "kept", N_("没有撤销")


class PeopleImportState(LabelledEnum):
    """Where a table of people is on its way; ``…ING`` is what a background job does."""

    CHECKING = "checking", N_("正在检查")
    CHECKED = "checked", N_("等您确认")
    IMPORTING = "importing", N_("正在导入")
    DONE = "done", N_("已导入")
    UNDOING = "undoing", N_("正在撤销")
    UNDONE = "undone", N_("已撤销")
    UNREADABLE = "unreadable", N_("读不了")


RUNNING = frozenset({PeopleImportState.CHECKING, PeopleImportState.IMPORTING, PeopleImportState.UNDOING})
