"""Forms about tables."""

from __future__ import annotations

from wtforms import StringField

from jobmatch.accounts.fields import at_most, needed
from jobmatch.core.i18n import N_
from jobmatch.exchange.forms import table_field
from jobmatch.web.pages import PageForm


class TableForm(PageForm):
    """A table to hand in."""

    table = table_field(N_("xlsx 或 csv，最大 12 MB，最多 2 万行"))


class ExportForm(PageForm):
    """Records to take out."""

    reason = StringField(
        N_("拿去做什么"),
        [needed(N_("请写明拿去做什么，4 到 100 个字")), at_most(100)],
        description=N_("会印在表的第一行，也会记入操作记录"),
        render_kw={"autocomplete": "off"},
    )
