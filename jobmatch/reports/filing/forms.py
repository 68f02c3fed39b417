"""Forms of frozen figures: shape and format."""

from __future__ import annotations

from wtforms import FileField, StringField

from jobmatch.accounts.fields import at_most
from jobmatch.core.i18n import N_
from jobmatch.web.fields import DayField, WholeField
from jobmatch.web.pages import PageForm

_SMALL = {"class": "w-s"}


class FreezeForm(PageForm):
    """Which table, as of which day, and why again."""

    year = WholeField(N_("退役年份"), render_kw=_SMALL)
    day = DayField(N_("数据截止日"), render_kw=_SMALL)
    reason = StringField(N_("更正的原因"), [at_most(300)], description=N_("第一次封存不用填"))


class ScanForm(PageForm):
    """The stamped paper."""

    file = FileField(N_("盖章的扫描件"), description=N_("PDF 或者照片，不超过 10 MB"))
