"""Workbooks around tables: the template, the rows to look at, and the records taken out."""

from __future__ import annotations

from jobmatch.accounts.queries import get_organization_name
from jobmatch.core.errors import Invalid, require
from jobmatch.core.i18n import gettext as _
from jobmatch.core.sheets import Sheet
from jobmatch.core.uow import UnitOfWork
from jobmatch.exchange.tables.policies import can_use_tables
from jobmatch.exchange.tables.spec import Spec

MOST_OUT = 50_000


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


def export_sheet(uow: UnitOfWork, spec: Spec, *, reason: str) -> Sheet:
    """The records of the own subtree under the columns of the page, with who took them out, when and what for.

    Raises ``Invalid`` without a reason, and where there are more than fit into one file.
    """
    require(can_use_tables(uow.actor, spec))
    words = " ".join(reason.split())
    if not 4 <= len(words) <= 100:
        raise Invalid(fields={"reason": _("请写明拿去做什么，4 到 100 个字")})
    rows = uow.rows(spec.rows(uow).limit(MOST_OUT + 1))
    if len(rows) > MOST_OUT:
        raise Invalid(_("超过 %(n)s 行，请从下级单位分开导出", n=MOST_OUT))
    uow.audit("export.table", reason=words, kind=spec.kind.value, rows=len(rows))
    note = _(
        "%(office)s %(who)s 于 %(day)s 导出，用途：%(reason)s。只限本用途使用，不得外传。",
        office=get_organization_name(uow.session, uow.actor.organization_id),
        who=uow.actor.label,
        day=uow.today.isoformat(),
        reason=words,
    )
    return Sheet(spec.kind.label, [_(column.title) for column in spec.columns], [spec.cells(row) for row in rows], note)
