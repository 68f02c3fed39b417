"""Workbooks around a table of people: the template with what each column wants, and the rows that were not stored."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.people_columns import COLUMNS
from jobmatch.people.states import JobSearchState
from jobmatch.reference.models import CodeMixin, EducationLevel, Rank, ResettlementMethod, ServiceBranch
from jobmatch.reference.models import ServiceObjectKind as Kind
from jobmatch.reference.queries import choices


def template_sheets(uow: UnitOfWork) -> tuple[Sheet, Sheet, Sheet]:
    """An empty table with the known heads, what each column wants with an invented example, and the codes."""
    titles = [column.title for column in COLUMNS]
    tables: tuple[tuple[str, type[CodeMixin]], ...] = (
        ("人员类别", Kind),
        ("学历", EducationLevel),
        ("军兵种", ServiceBranch),
        ("军衔", Rank),
        ("安置方式", ResettlementMethod),
    )
    codes = [(title, code, name) for title, table in tables for code, name in choices(uow.session, table)]
    codes += [("求职状态", state.value, state.label) for state in JobSearchState]
    return (
        Sheet("人员", titles, [], widths=[max(12, 2 * len(title) + 4) for title in titles]),
        Sheet(
            "填写说明",
            [_("列"), _("怎么填"), _("示例（合成，不是真人）")],
            [(column.title, _(column.hint), column.example) for column in COLUMNS],
            note=_("第一页填人员，一人一行。列的先后可以变，多出来的列不会读。不要填部队番号、代号、驻地和装备型号。"),
            widths=(14, 60, 26),
        ),
        Sheet("代码", [_("列"), _("代码"), _("名称")], codes, note=_("填代码或名称都可以。"), widths=(14, 12, 60)),
    )


def notes_workbook(notes: Iterable[Any], title: str) -> bytes:
    """The rows of a table that somebody has to look at, as a workbook to work through."""
    rows = [(note.row_number or "", note.kind.label, note.column, note.value, note.reason) for note in notes]
    head = [_("行号"), _("结果"), _("列"), _("表里的值"), _("原因")]
    return write_workbook(Sheet(title, head, rows, widths=(8, 20, 20, 30, 80)))
