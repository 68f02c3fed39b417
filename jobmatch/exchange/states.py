"""States of an import."""

from __future__ import annotations

from jobmatch.core.i18n import N_
from jobmatch.core.states import LabelledEnum


class RowNote(LabelledEnum):
    """Why a row of a table of people is listed."""

    REFUSED = "refused", N_("没有存入")
    CHANGED = "changed", N_("已经建过档")
    KEPT = "kept", N_("没有撤销")


class PostingRowNote(LabelledEnum):
    """Why a row of a table of postings is listed."""

    REFUSED = "refused", N_("没有存入")
    DUPLICATE = "duplicate", N_("重复，没有存入")
    BLOCKED = "blocked", N_("存入，改好才能发布")
    ENDED = "ended", N_("岗位已结束，没有改")
    ELSEWHERE = "elsewhere", N_("由工作地点那边审核")
    CLOSED = "closed", N_("全表里没有了，已关闭")
    KEPT = "kept", N_("没有撤销")


class ImportState(LabelledEnum):
    """Where a table is on its way; ``…ING`` is what a background job does. Only tables of postings wait for columns."""

    MAPPING = "mapping", N_("等您对照列")
    CHECKING = "checking", N_("正在检查")
    CHECKED = "checked", N_("等您确认")
    IMPORTING = "importing", N_("正在导入")
    DONE = "done", N_("已导入")
    UNDOING = "undoing", N_("正在撤销")
    UNDONE = "undone", N_("已撤销")
    UNREADABLE = "unreadable", N_("读不了")


RUNNING = frozenset({ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING})


class TableKind(LabelledEnum):
    """What a table brings in, beside people and postings, which have imports of their own."""

    EMPLOYERS = "employers", N_("用人单位")
    FAIRS = "fairs", N_("招聘会")
    CLASSES = "classes", N_("班次")
    VENTURES = "ventures", N_("创业项目")


class TakenKind(LabelledEnum):
    """What may be taken out as a table."""

    PEOPLE = "people", N_("人员")
    POSTINGS = "postings", N_("岗位")
    EMPLOYERS = "employers", N_("用人单位")
    FAIRS = "fairs", N_("招聘会")
    CLASSES = "classes", N_("班次")
    VENTURES = "ventures", N_("创业项目")


class TakingState(LabelledEnum):
    """Where a table that is being taken out is; ``GONE`` once its file was deleted."""

    WAITING = "waiting", N_("排队中")
    RUNNING = "running", N_("正在导出")
    DONE = "done", N_("可以下载")
    FAILED = "failed", N_("没有完成")
    GONE = "gone", N_("已删除")
