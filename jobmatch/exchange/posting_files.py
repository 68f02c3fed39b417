"""The 岗位征集表 to fill in."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet
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
