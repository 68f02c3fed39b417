"""Workbooks around a table of postings: the 岗位征集表 to fill in, and the rows to look at."""

from __future__ import annotations

from collections.abc import Iterable

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet, write_workbook
from jobmatch.exchange.models import PostingImportNote
from jobmatch.exchange.posting_columns import COLUMNS


def posting_template_sheets() -> tuple[Sheet, Sheet]:
    """An empty table with the known heads, and what each column wants with an invented example."""
    titles = [column.title for column in COLUMNS]
    return (
        Sheet("岗位征集表", titles, [], widths=[max(12, 2 * len(title) + 4) for title in titles]),
        Sheet(
            "填写说明",
            [_("列"), _("怎么填"), _("示例（合成，不是真的单位）")],
            [(column.title, _(column.hint), column.example) for column in COLUMNS],
            note=_("第一页填岗位，一个岗位一行。列的先后可以变。导入以后不会马上发布，要先审核。"),
            widths=(18, 60, 34),
        ),
    )


def posting_notes_workbook(notes: Iterable[PostingImportNote]) -> bytes:
    """The rows that somebody has to look at, as a workbook to work through."""
    rows = [(note.row_number or "", note.kind.label, note.column, note.value, note.reason) for note in notes]
    head = [_("行号"), _("结果"), _("列"), _("表里的值"), _("原因")]
    return write_workbook(Sheet(_("要看的行"), head, rows, widths=(8, 20, 20, 30, 80)))
