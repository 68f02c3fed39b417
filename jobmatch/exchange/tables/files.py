"""The template of a kind of table."""

from __future__ import annotations

from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet
from jobmatch.exchange.tables.spec import Spec


def table_template_sheets(spec: Spec) -> tuple[Sheet, Sheet]:
    """An empty table with the known heads, and what each column wants with an invented example."""
    titles = [_(column.title) for column in spec.columns]
    return (
        Sheet(spec.kind.label, titles, [], widths=[max(12, 2 * len(title) + 4) for title in titles]),
        Sheet(
            _("填写说明"),
            [_("列"), _("怎么填"), _("示例（合成，不是真的单位）")],
            [(_(column.title), _(column.hint), column.example) for column in spec.columns],
            note=_("第一页一行填一条。列的先后可以变，多出来的列不会读。先检查，确认以后才存入。"),
            widths=(18, 60, 34),
        ),
    )
